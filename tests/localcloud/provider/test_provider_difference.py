"""What counts as a change, and where."""

from hypothesis import given
from hypothesis import strategies as st

from localcloud.provider.difference import changed_paths
from localcloud.provider.protocol import UNKNOWN

LEAVES = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "a", "b", "c.d"])
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["x", "y", "x.y", "z[0]"]), inner, max_size=3)
    ),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.sampled_from(["name", "labels", "rules"]), VALUES, max_size=3)


@given(OBJECTS)
def test_equal_inputs_have_no_difference(inputs):
    assert changed_paths(inputs, inputs) == []


@given(OBJECTS, OBJECTS)
def test_a_difference_has_no_direction(old, new):
    assert changed_paths(old, new) == changed_paths(new, old)


@given(OBJECTS, OBJECTS)
def test_paths_are_distinct(old, new):
    paths = changed_paths(old, new)
    assert len(set(paths)) == len(paths)


@given(OBJECTS, st.sampled_from(["name", "labels", "rules"]), st.integers())
def test_one_changed_property_is_found_alone(inputs, name, value):
    changed = changed_paths(inputs, {**inputs, name: ["something new", value]})
    assert changed
    assert all(path == name or path[len(name)] in ".[" for path in changed)


def test_paths_lead_to_the_changed_leaf():
    old = {"labels": {"team": "a"}, "rules": [{"action": {"type": "Delete"}}, {"age": 1}]}
    new = {"labels": {"team": "b"}, "rules": [{"action": {"type": "Set"}}]}
    assert changed_paths(old, new) == ["labels.team", "rules[0].action.type", "rules[1]"]


def test_a_key_with_a_dot_is_quoted():
    assert changed_paths({"labels": {"a.b": "1"}}, {"labels": {}}) == ['labels["a.b"]']


def test_a_removed_property_is_a_change():
    assert changed_paths({"name": "a", "location": "EU"}, {"name": "a"}) == ["location"]


def test_none_is_the_same_as_absent():
    assert changed_paths({"name": "a", "location": None}, {"name": "a"}) == []


def test_numbers_are_compared_by_value():
    assert changed_paths({"count": 1}, {"count": 1.0}) == []


def test_one_and_true_are_not_the_same():
    assert changed_paths({"enabled": 1}, {"enabled": True}) == ["enabled"]


def test_an_unknown_value_may_be_a_change():
    assert changed_paths({"name": "a"}, {"name": UNKNOWN}) == ["name"]


def test_json_texts_are_compared_by_meaning():
    assert changed_paths({"schema": '[{"a": 1}]'}, {"schema": '[ {"a":1} ]'}) == []
    assert changed_paths({"schema": "[1]"}, {"schema": "[2]"}) == ["schema"]


def test_other_texts_are_compared_as_they_are():
    assert changed_paths({"description": "[1]"}, {"description": "[ 1]"}) == ["description"]


def test_what_the_official_provider_notes_about_defaults_is_no_input():
    old = {"name": "a", "__defaults": ["name"], "cors": [{"__defaults": []}]}
    assert changed_paths(old, {"name": "a", "cors": [{}]}) == []
