"""A misspelt key is refused at every depth, with the key that was meant."""

import string
from pathlib import Path
from typing import Any

import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from settings_walk import MISSING, all_keys, value_at, with_value

from infra.settings import SettingsError, parse
from infra.settings.nearest import choose, distance, nearest

CONFIG: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[2] / "Pulumi.prod.yaml").read_text()
)["config"]
KEYS = [key.path for key in all_keys(CONFIG) if len(key.path) > 1]

LETTERS = st.sampled_from(string.ascii_lowercase + "_")


@st.composite
def misspelt(draw: st.DrawFn, word: str) -> str:
    """The word with one letter more, one less, another one, or two swapped."""
    at = draw(st.integers(0, len(word) - 1))
    kind = draw(st.sampled_from(["insert", "delete", "replace", "swap"]))
    if kind == "insert":
        return word[:at] + draw(LETTERS) + word[at:]
    if kind == "delete":
        return word[:at] + word[at + 1 :]
    if kind == "replace":
        return word[:at] + draw(LETTERS) + word[at + 1 :]
    return word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_key_that_is_one_slip_off_is_refused_with_the_key_that_was_meant(data: st.DataObject):
    *above, key = data.draw(st.sampled_from(KEYS))
    wrong = data.draw(misspelt(str(key)))
    siblings = [str(each[-1]) for each in KEYS if list(each[:-1]) == above]
    assume(wrong and wrong not in siblings)
    assume(all(distance(wrong, each) > 1 for each in siblings if each != key))
    value = value_at(CONFIG, (*above, key))
    config = with_value(CONFIG, (*above, key), MISSING)
    try:
        parse(with_value(config, (*above, wrong), 1 if value is MISSING else value))
    except SettingsError as error:
        said = f"mlplatform:{'.'.join(map(str, [*above, wrong]))} is no key"
        text = next(each for each in error.problems if each.startswith(said))
        assert f"did you mean {key!r}?" in text
    else:
        raise AssertionError(f"{wrong} was taken for nothing")


@given(st.text(LETTERS, max_size=12), st.text(LETTERS, max_size=12))
def test_the_distance_is_the_same_in_both_directions_and_zero_only_for_the_same(left, right):
    assert distance(left, right) == distance(right, left)
    assert (distance(left, right) == 0) == (left == right)


def test_a_word_that_resembles_nothing_gets_no_suggestion():
    assert nearest("zzzzzzzz", ["min_auc", "max_log_loss"]) is None
    assert nearest("anything", []) is None


def test_of_many_valid_words_the_nearest_are_shown():
    many = [f"region-{number:02}" for number in range(40)]
    said = choose("region-07x", many)
    assert said.startswith("did you mean 'region-07'? Valid: ")
    assert said.endswith(" and 16 more")
    assert said.count("region-") == 25
