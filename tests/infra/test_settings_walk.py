"""The whole schema, key by key: misspelt, absent, of another kind, zero and below."""

import contextlib
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from settings_changes import mistakes
from settings_walk import MISSING, Key, all_keys, value_at, with_value

CONFIG: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[2] / "Pulumi.prod.yaml").read_text()
)["config"]
KEYS = all_keys(CONFIG)
NUMBERS = [key for key in KEYS if key.is_number]
MAY_BE_NEGATIVE = {"models.flight-delay.gate.min_auc_gain"}
"""A model that loses a little against the baseline may be wanted all the same."""
LIBRARY = ("Input should", "validation error", "Traceback", "valid string", "type=", "NoneType")


def problems(config: dict[str, Any]) -> list[str]:
    """What is refused in a configuration; nothing if it is valid. Any other error is a failure."""
    found = mistakes(config)
    for each in found:
        assert not any(words in each for words in LIBRARY), f"not our words: {each}"
        assert each.count(": ") or "write" in each, f"says no way out: {each}"
    return found


def slip(word: str) -> str:
    """The word with two letters swapped, or one doubled where that changes nothing."""
    for at in range(len(word) // 2, len(word) - 1):
        swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        if swapped != word:
            return swapped
    return word + word[-1]


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_each_key_of_the_whole_schema_is_refused_when_it_is_misspelt(key: Key):
    *above, name = key.path
    wrong = (*above, slip(str(name)))
    value = value_at(CONFIG, key.path)
    config = with_value(CONFIG, key.path, MISSING)
    found = problems(with_value(config, wrong, 1 if value is MISSING else value))
    told = [each for each in found if each.startswith(f"mlplatform:{'.'.join(map(str, wrong))} is")]
    assert told, f"{wrong} was taken for nothing: {found}"
    assert f"did you mean '{name}'" in told[0] or f"mlplatform:{name}" in told[0]


@pytest.mark.parametrize(
    "key", [key for key in NUMBERS if str(key) not in MAY_BE_NEGATIVE], ids=str
)
def test_a_number_below_zero_is_refused_by_its_key(key: Key):
    listed = isinstance(value_at(CONFIG, key.path), list)
    found = problems(with_value(CONFIG, key.path, [-1] if listed else -1))
    assert any(each.startswith(f"mlplatform:{key}") for each in found), found


@pytest.mark.parametrize("key", NUMBERS, ids=str)
def test_zero_is_either_meant_or_refused_in_words(key: Key):
    listed = isinstance(value_at(CONFIG, key.path), list)
    for each in problems(with_value(CONFIG, key.path, [0] if listed else 0)):
        assert each.startswith("mlplatform:")


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_a_key_that_is_absent_is_either_optional_or_called_missing(key: Key):
    found = problems(with_value(CONFIG, key.path, MISSING))
    if key.field.is_required() and value_at(CONFIG, key.path) is not MISSING:
        assert any(f"mlplatform:{key} is missing" in each for each in found), found


STRANGERS: list[Any] = [None, True, "", "x", [], {}, [{}], 10**12, 0.5, "2026-01-01"]


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_a_value_of_another_kind_is_valid_or_refused_in_words(key: Key):
    for value in STRANGERS:
        for each in problems(with_value(CONFIG, key.path, value)):
            assert each.startswith("mlplatform:"), "which key"


VALUES = st.one_of(
    st.just(MISSING),
    st.sampled_from([*STRANGERS, 0, -1, 1, "europe-west1", "us-central1-a", "prod", "v6e-8"]),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from([value_at(CONFIG, key.path) for key in KEYS]),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(KEYS), VALUES), min_size=1, max_size=6))
def test_any_changes_to_a_stack_file_are_valid_or_refused_in_words(changes):
    config = CONFIG
    for key, value in changes:
        with contextlib.suppress(TypeError, AttributeError, IndexError):  # nothing is there now
            config = with_value(config, key.path, value)
    assert all(each.startswith("mlplatform:") for each in problems(config)), "which key"
