"""A misspelt key is refused at every depth, with the key that was meant."""

import copy
import string
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from infra.settings import SettingsError, parse
from infra.settings.explain import keys_at
from infra.settings.nearest import distance, nearest
from infra.settings.stack import StackSettings
from jobs.workloads import arguments_model

BELOW = ("models", "flight-delay")
PLACES: list[tuple[tuple[str, ...], str]] = [
    (path, key)
    for path in [
        ("project",),
        ("protection",),
        ("network",),
        ("keys",),
        ("artifacts",),
        ("registry",),
        ("warehouse",),
        ("workstations",),
        ("accelerators",),
        ("alerts",),
        ("submission",),
        BELOW,
        *((*BELOW, name) for name in ("training", "gate", "serving", "alerts")),
    ]
    for key in keys_at(StackSettings, path)
] + [((*BELOW, "arguments"), key) for key in arguments_model("flight-delay").model_fields]

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
def test_a_key_that_is_one_slip_off_is_refused_with_the_key_that_was_meant(
    dev_config: dict[str, Any], data: st.DataObject
):
    path, key = data.draw(st.sampled_from(PLACES))
    wrong = data.draw(misspelt(key))
    siblings = [each for at, each in PLACES if at == path]
    assume(wrong and wrong not in siblings)
    assume(all(distance(wrong, each) > 1 for each in siblings if each != key))
    config = copy.deepcopy(dev_config)
    here = config[f"mlplatform:{path[0]}"]
    for part in path[1:]:
        here = here[part]
    here[wrong] = here.pop(key, 1)
    try:
        parse(config)
    except SettingsError as error:
        text = next(each for each in error.problems if " is no key" in each)
        assert text.startswith(f"mlplatform:{'.'.join([*path, wrong])} is no key")
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
