"""What YAML makes of a value, where that is not what its author wrote."""

from pathlib import Path

import pytest
import yaml
from test_settings_reading import line_of, refused, swapped

from infra.settings.misread import misread_in


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "    history_days: 1825",
            "    history_days: 0365",
            "mlplatform:warehouse.history_days is 0365, which YAML reads as 245: write 365, or a "
            "text in quotes",
        ),
        (
            "    requests_days: 30",
            "    requests_days: 1:30",
            "mlplatform:warehouse.requests_days is 1:30, which YAML reads as 90: write a text in "
            "quotes",
        ),
    ],
)
def test_a_number_that_yaml_reads_as_another_is_refused(tmp_path, old, new, said):
    text = swapped(old, new)
    assert f"line {line_of(text, new)}: {said}" in refused(tmp_path, text)


@pytest.mark.parametrize("written", ["120_000", "0x1d4c0", "1.2e+5", "'0365'"])
def test_a_number_that_is_read_as_it_looks_is_none(tmp_path, written):
    file = tmp_path / "Pulumi.prod.yaml"
    file.write_text(f"config:\n  mlplatform:cost: {{amount: {written}}}\n")
    assert misread_in(file, yaml.safe_load(file.read_text())["config"]) == []


def test_a_number_of_a_file_that_was_not_read_is_none(tmp_path):
    file = tmp_path / "Pulumi.prod.yaml"
    file.write_text("config:\n  mlplatform:warehouse:\n    history_days: 0365\n")
    assert misread_in(file, {"mlplatform:warehouse": {"history_days": 365}}) == []
    assert len(misread_in(file, {"mlplatform:warehouse": {"history_days": 245}})) == 1
    assert misread_in(Path(tmp_path / "Pulumi.none.yaml"), {}) == []


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ('ends_at: "2026-12-31T00:00:00Z"', "ends_at: 2026-13-31", "2026-13-31"),
        ("monthly_amount: 120000", f"monthly_amount: {'9' * 5000}", f"{'9' * 40}…"),
    ],
)
def test_what_looks_like_a_date_or_a_number_and_is_none_is_refused(tmp_path, old, new, shown):
    (said,) = refused(tmp_path, swapped(old, new))
    assert f"{shown} is no number and no date that there is: write another" in said
    assert said.startswith("line ")


def test_brackets_without_end_are_refused(tmp_path):
    deep = "[" * 5000
    (said,) = refused(tmp_path, swapped("    hybrid: null", f"    hybrid: {deep}"))
    assert said.startswith("it is nested deeper than a stack file can be")


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        (
            "      cost-center: ml-platform",
            "      7: ml-platform",
            "labels.7 is '7': write a label",
        ),
        ("    flight-delay-planning:", "    42:", "models.42 is '42': write a model name"),
        ("    flight-delay-planning:", "    ~:", "models.~ is '~': write a model name"),
    ],
)
def test_a_key_is_a_text_whatever_it_looks_like(tmp_path, old, new, shown):
    text = swapped(old, new)
    (said,) = [each for each in refused(tmp_path, text) if shown in each]
    assert said.startswith(f"line {line_of(text, new)}")


def test_a_key_at_the_top_that_nobody_reads_is_refused(tmp_path):
    text = swapped("config:\n", "configs: {}\nencryptionsalt: v1:abc\nconfig:\n")
    (said,) = refused(tmp_path, text)
    assert said.startswith(f"line {line_of(text, 'configs: {}')}: configs is no key at the top")
    assert "did you mean 'config'?" in said


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("      cron: 15 * * * *", "      cron: */15 * * * *", "begins with * in quotes"),
        ("    rotation_days: 90", "    rotation_days:90", "after the colon of that line"),
        ("    rotation_days: 90", "      rotation_days: 90", "indent the key as its neighbours"),
        ("    id: mlplatform-prod", "    id: {{ id }}", "begins with { in quotes"),
    ],
)
def test_a_common_slip_of_yaml_is_told_with_the_way_out(tmp_path, old, new, words):
    (said,) = refused(tmp_path, swapped(old, new))
    assert "it is not YAML at column" in said
    assert words in said
