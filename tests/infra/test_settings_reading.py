"""What is said of a stack file that is another one than its author sees, or none at all."""

from pathlib import Path

import pytest

from infra.settings import SettingsError, load_file

PROD = (Path(__file__).parents[2] / "Pulumi.prod.yaml").read_text(encoding="utf-8")


def refused(tmp_path: Path, content: str | bytes) -> list[str]:
    """Lines of the refusal, without the first, which counts them."""
    file = tmp_path / "Pulumi.prod.yaml"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(SettingsError) as caught:
        load_file(file)
    return [line.removeprefix("  - ") for line in str(caught.value).splitlines()[1:]]


def swapped(old: str, new: str) -> str:
    assert PROD.count(old) == 1, f"Pulumi.prod.yaml does not hold this once: {old}"
    return PROD.replace(old, new)


def line_of(text: str, line: str, nth: int = 0) -> int:
    return [number for number, each in enumerate(text.splitlines(), 1) if each == line][nth]


@pytest.mark.parametrize(
    ("old", "new", "line", "key"),
    [
        ("    flight-delay-gpu:", "    flight-delay:", "    flight-delay:", "models.flight-delay"),
        ("  mlplatform:logs:", "  mlplatform:vertex:", "  mlplatform:vertex:", "vertex"),
        (
            "    tier: continuous",
            "    tier: regional\n    tier: regional",
            "    tier: regional",
            "recovery.tier",
        ),
        (
            "        count: 1\n",
            "        count: 1\n        count: 1\n",
            "        count: 1",
            "accelerators.reservations.0.count",
        ),
    ],
)
def test_of_two_values_under_one_key_none_is_dropped_in_silence(tmp_path, old, new, line, key):
    text = swapped(old, new)
    first, second = line_of(text, line), line_of(text, line, 1)
    said = f"line {second}: mlplatform:{key} stands here a second time, after line {first}, "
    assert any(each.startswith(said) for each in refused(tmp_path, text))


def test_a_repeated_key_is_told_with_the_other_mistakes_of_the_file(tmp_path):
    text = swapped("    tier: continuous", "    tier: continous\n    tier: continous")
    found = refused(tmp_path, text)
    assert len(found) == 2, found
    assert "is 'continous': write 'regional'" in found[0]
    assert "second time" in found[1]


def test_mistakes_are_told_in_the_order_of_the_file(tmp_path):
    text = swapped("    nat: true", "    nat: true\n    nat: true")
    text = text.replace("    customer_managed: true", "    customer_managed: maybe", 1)
    text = text.replace("    tier: continuous", "    tier: continous\n    teir: durable", 1)
    text = text.replace("  mlplatform:logs:", "  mlplatform:lgos:", 1)
    numbers = [int(each.split(":")[0].removeprefix("line ")) for each in refused(tmp_path, text)]
    assert len(numbers) == 5
    assert numbers == sorted(numbers)


def test_every_repeated_key_is_told(tmp_path):
    text = swapped("    nat: true", "    nat: true\n    nat: true\n    nat: true")
    number = line_of(text, "    nat: true")
    starts = [each.split(",")[0] for each in refused(tmp_path, text)]
    key = "mlplatform:network.nat stands here a second time"
    assert starts == [f"line {number + 1}: {key}", f"line {number + 2}: {key}"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("    nat: true", "\tnat: true", "with spaces, never with tabs"),
        ("    nat: true", "    nat: true: yes", "a text with a colon in quotes"),
        ("    nat: true", "    nat: *yes", "begins with * in quotes"),
        ("    nat: true", "    nat: !yes 1", "begins with ! in quotes"),
        ("    nat: true", "    [a]: true", "write a text as the key"),
    ],
)
def test_what_is_not_yaml_is_told_with_its_line_and_what_to_write(tmp_path, old, new, words):
    text = swapped(old, new)
    (said,) = refused(tmp_path, text)
    assert said.startswith(f"line {line_of(text, new)}: it is not YAML at column ")
    assert words in said
    assert "<unicode string>" not in said


def test_a_bracket_that_is_not_closed_is_told_with_the_line_where_it_opens(tmp_path):
    text = swapped("[group:ml-risk@example.com]", "[group:ml-risk@example.com")
    opened = line_of(text, "    approvers: [group:ml-risk@example.com")
    (said,) = refused(tmp_path, text)
    assert said.startswith(f"line {opened + 1}: it is not YAML")
    assert f"of line {opened}" in said


@pytest.mark.parametrize("text", ["", "# nothing\n", "- a\n", "3\n", "config:\n", "config: [a]\n"])
def test_a_file_without_configuration_says_how_to_begin(tmp_path, text):
    assert refused(tmp_path, text) == [
        "it has no mapping `config:`: begin with a copy of Pulumi.dev.yaml"
    ]


def test_another_encoding_is_told_with_the_line_of_its_first_letter(tmp_path):
    found = refused(tmp_path, b"config:\n  a: 1\n  # f\xfcr\n")
    assert found == ["line 3: it is not UTF-8: save the file in that encoding"]


@pytest.mark.parametrize("sign", ["\0", "\a"])
def test_a_character_that_no_yaml_holds_is_refused_with_its_line(tmp_path, sign):
    (said,) = refused(tmp_path, PROD + f"# here: {sign}\n")
    number = PROD.count("\n") + 1
    assert (
        said == f"line {number}: it is not YAML, which holds no sign U+{ord(sign):04X}: take it out"
    )


def test_a_key_of_another_program_and_a_secret_are_told_with_their_lines(tmp_path):
    text = swapped("  mlplatform:recovery:", "  recovery:")
    found = refused(tmp_path, text)
    assert found[0].startswith(f"line {line_of(text, '  recovery:')}: recovery is no key")
    text = swapped("    email: ml-team@example.com", "    email: {secure: AAA}")
    alerts = f"line {line_of(text, '  mlplatform:alerts:')}: mlplatform:alerts holds a secret"
    assert refused(tmp_path, text)[0].startswith(alerts)
