"""Values: on the wire, in state, compared, and as property paths."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcloud.engine import paths, state, values, wire
from localcloud.engine.changes import changes
from localcloud.engine.values import UNKNOWN, Secret, equal

NUMBERS = st.floats(allow_nan=False, allow_infinity=False).map(values.number)
LEAVES = st.one_of(st.none(), st.booleans(), NUMBERS, st.text(), st.just(UNKNOWN))
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.text(), inner, max_size=4),
        inner.map(Secret),
    ),
    max_leaves=12,
)
PROPERTIES = st.dictionaries(st.text(), VALUES, max_size=5)


@given(PROPERTIES)
def test_values_survive_the_wire(properties: dict[str, Any]) -> None:
    assert equal(wire.from_struct(wire.to_struct(properties)), properties)


def _signed(signature: str, **fields: Any) -> Any:
    """A property as the SDK marks it, read from the wire."""
    message = wire.to_struct({"it": {values.SIGNATURE: signature, **fields}})
    return wire.from_struct(message)["it"]


@pytest.mark.parametrize(
    ("fields", "meant"),
    [
        ({"value": "a"}, "a"),
        ({"value": "a", "secret": True}, Secret("a")),
        ({}, UNKNOWN),
        ({"secret": True}, Secret(UNKNOWN)),
    ],
)
def test_an_output_on_the_wire_is_its_value(fields: dict[str, Any], meant: Any) -> None:
    assert equal(_signed(values.OUTPUT_SIGNATURE, **fields), meant)


@pytest.mark.parametrize("signature", [values.ASSET_SIGNATURE, values.ARCHIVE_SIGNATURE])
def test_an_asset_on_the_wire_stays_one_and_gets_a_hash(signature: str) -> None:
    found = _signed(signature, text="hello")
    assert (found[values.SIGNATURE], found["text"]) == (signature, "hello")
    assert len(found["hash"]) == 64


def test_a_mark_that_nobody_knows_is_left_as_it_is() -> None:
    assert _signed("other", value=1) == {values.SIGNATURE: "other", "value": 1}


@given(PROPERTIES)
def test_values_survive_the_state_file(properties: dict[str, Any]) -> None:
    encoded = json.loads(json.dumps(state.encode_value(properties, lambda text: text[::-1])))
    assert equal(state.decode_value(encoded, lambda text: text[::-1]), properties)


@given(PROPERTIES)
def test_a_masked_value_has_no_secrets_and_an_unwrapped_one_no_marks(
    properties: dict[str, Any],
) -> None:
    assert not values.contains_secret(values.mask(properties))
    assert not values.contains_secret(values.unwrap(properties))


@given(PROPERTIES)
def test_equal_values_have_no_changes(properties: dict[str, Any]) -> None:
    known = {k: v for k, v in properties.items() if not values.contains_unknown(v)}
    assert changes(known, known) == []


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_keeps_its_value(value: float) -> None:
    assert float(values.number(value)) == value or math.isclose(value, 0)


def test_large_numbers_are_printed_with_their_shortest_digits() -> None:
    assert values.number(12345678901234567890.0) == 12345678901234567000
    assert json.dumps(values.number(1e21)) == "1e+21"


def test_true_is_not_one_and_a_secret_is_not_its_value() -> None:
    assert not equal({"a": True}, {"a": 1})
    assert not equal(Secret("x"), "x")
    assert equal({"a": [Secret(1)]}, {"a": [Secret(1.0)]})


def test_a_secret_never_shows_itself() -> None:
    assert "hidden" not in repr({"a": Secret("hidden")})


def test_what_went_in_secret_comes_back_secret_as_a_whole() -> None:
    marked = values.mark_secrets({"labels": {"a": "x"}, "b": 1}, {"labels": {"a": Secret("x")}})
    assert equal(marked, {"labels": Secret({"a": "x"}), "b": 1})


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("labels.team", ("labels", "team")),
        ("rules[0].age", ("rules", 0, "age")),
        ('labels["a.b"].c', ("labels", "a.b", "c")),
        ("rules[*].age", ("rules", "*", "age")),
    ],
)
def test_property_paths_have_parts(text: str, path: tuple[object, ...]) -> None:
    assert paths.parse(text) == path


@pytest.mark.parametrize("text", ["", "a[", "a]b", 'a["x'])
def test_other_texts_are_no_property_paths(text: str) -> None:
    with pytest.raises(paths.BadPathError):
        paths.parse(text)


def test_a_path_contains_itself_and_what_lies_below() -> None:
    assert paths.contains(("labels",), ("labels", "team"))
    assert paths.contains(("rules", "*"), ("rules", 0, "age"))
    assert not paths.contains(("labels", "team"), ("labels",))
    assert not paths.contains(("labels", "team"), ("labels", "app"))


def test_an_ignored_path_takes_its_old_value_or_absence() -> None:
    news = {"labels": {"a": "new", "b": "new", "c": "new"}, "rules": [{"age": 2}]}
    olds = {"labels": {"a": "old", "gone": "old"}, "rules": [{"age": 1}]}
    assert paths.reset(news, olds, ("labels", "a"))["labels"]["a"] == "old"
    assert "b" not in paths.reset(news, olds, ("labels", "b"))["labels"]
    assert paths.reset(news, olds, ("labels", "gone"))["labels"]["gone"] == "old"
    assert paths.reset(news, olds, ("rules", "*", "age"))["rules"] == [{"age": 1}]
    assert paths.reset({}, olds, ("labels",)) == {"labels": olds["labels"]}


def test_changes_lead_into_json_texts_and_name_odd_keys() -> None:
    found = changes({"spec": '{"a": [1, 2]}', "x.y": 1}, {"spec": '{"a": [1, 3]}'})
    assert [(c.path, c.kind, c.old, c.new) for c in found] == [
        ("spec.a[1]", "update", 2, 3),
        ('["x.y"]', "delete", 1, None),
    ]
