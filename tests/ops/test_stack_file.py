"""Pinning an image in a stack file changes one line and nothing else."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from ops_fakes import ROOT

from ops.errors import CommandError
from ops.stack_file import model_names, set_image, write_image

IMAGE = "europe-west4-docker.pkg.dev/p/images/jobs@sha256:" + "d" * 64
TEXT = """\
config:
  mlplatform:models:   # every model
    # the first
    flight-delay:
      image: null  # none yet
      workload: flight-delay
      arguments:
        image: not this one
    other:
      workload: flight-delay
  mlplatform:alerts:
    image: nor this
"""
NAMES = st.from_regex(r"[a-z]([-a-z0-9]{0,10}[a-z0-9])?", fullmatch=True).filter(
    lambda name: isinstance(yaml.safe_load(name), str)  # to YAML `on` is no name
)
VALUES = st.sampled_from(["null", "tree", '"quoted # text"', "'x'", "", IMAGE, "~"])
COMMENTS = st.sampled_from(["", "  # why", " # a: b", "  # image: x"])
EXTRAS = st.lists(
    st.sampled_from(["", "# a comment", "# image: no", "workload: flight-delay", "gate: {a: 1}"]),
    unique=True,
    max_size=4,
)


def changed_lines(before: str, after: str) -> list[str]:
    old = before.splitlines()
    return [line for line in after.splitlines() if line not in old]


def test_a_value_is_replaced_and_its_comment_stays() -> None:
    edited = set_image(TEXT, "flight-delay", IMAGE)
    assert changed_lines(TEXT, edited) == [f"      image: {IMAGE}  # none yet"]
    assert len(edited.splitlines()) == len(TEXT.splitlines())


def test_a_missing_key_becomes_the_first_of_its_entry() -> None:
    edited = set_image(TEXT, "other", IMAGE)
    lines = edited.splitlines()
    assert lines[lines.index("    other:") + 1] == f"      image: {IMAGE}"
    assert len(lines) == len(TEXT.splitlines()) + 1


def test_an_unknown_model_is_refused_with_those_there_are() -> None:
    with pytest.raises(CommandError, match="flight-delay, other"):
        set_image(TEXT, "nope", IMAGE)


def test_an_entry_in_braces_is_refused_with_what_to_do() -> None:
    with pytest.raises(CommandError, match="not a block of keys"):
        set_image("config:\n  mlplatform:models:\n    a: {workload: x}\n", "a", IMAGE)


def test_all_models_or_one_are_pinned(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.dev.yaml"
    file.write_text(TEXT)
    assert write_image(file, IMAGE, "other") == ["other"]
    assert write_image(file, IMAGE) == ["flight-delay"], "the other has it already"
    assert write_image(file, IMAGE) == []


def test_a_file_without_models_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.dev.yaml"
    file.write_text("config:\n  mlplatform:environment: dev\n")
    with pytest.raises(CommandError, match="add a model first"):
        write_image(file, IMAGE)


@pytest.mark.parametrize("name", ["local", "dev", "staging", "prod"])
def test_the_committed_stack_files_can_be_pinned(name: str) -> None:
    text = (ROOT / f"Pulumi.{name}.yaml").read_text()
    for model in model_names(text):
        edited = set_image(text, model, IMAGE)
        content = yaml.safe_load(edited)
        assert content["config"]["mlplatform:models"][model]["image"] == IMAGE
        assert len(changed_lines(text, edited)) == 1


@given(
    names=st.lists(NAMES, min_size=1, max_size=4, unique=True),
    data=st.data(),
    indent=st.sampled_from([2, 4]),
    newline=st.sampled_from(["\n", "\r\n"]),
)
def test_only_the_image_of_the_one_model_changes(
    names: list[str], data: st.DataObject, indent: int, newline: str
) -> None:
    lines = ["config:", "  mlplatform:environment: dev", "  mlplatform:models:"]
    for name in names:
        lines.append(f"    {name}:")
        entry = [*data.draw(EXTRAS), "serving: x"]
        if data.draw(st.booleans()):
            image = f"image: {data.draw(VALUES)}{data.draw(COMMENTS)}"
            entry.insert(data.draw(st.integers(0, len(entry))), image)
        lines += [" " * (4 + indent) + line if line else "" for line in entry]
    text = newline.join([*lines, "  mlplatform:alerts:", "    email: a@b.c", ""])
    before, target = yaml.safe_load(text), data.draw(st.sampled_from(names))

    edited = set_image(text, target, IMAGE)

    after = yaml.safe_load(edited)
    models = before["config"]["mlplatform:models"]
    models[target] = {**models[target], "image": IMAGE}
    assert after == before
    kept = [line for line in text.split(newline) if "image:" not in line or "#" in line[:12]]
    rest = edited.split(newline)
    assert all(line in rest for line in kept), "another line was rewritten"
    assert edited.count(newline) == edited.count("\n"), "line ends were mixed"
    assert set_image(edited, target, IMAGE) == edited, "pinning twice changes nothing"
