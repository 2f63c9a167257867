"""How an instance is checked and encoded."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.serving.features import FeatureSpec, InstanceError, number_features


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"distance": "far"}, "'far' is not a number; write the distance in miles as a number"),
        ({"distance": True}, "True is not a number"),
        ({"distance": float("nan")}, "nan is not a number"),
        ({"distance": -1}, "-1 is below 0"),
        ({"distance": None}, "null is not allowed here; write the distance in miles"),
        ({"hour": 24}, "24 is above 23"),
        ({"hour": 7.5}, "7.5 is not a whole number"),
        ({"district": 3}, "3 is not a text; write the district's name"),
        ({"district": ""}, "'' is not a text"),
        ({"wind_direction": "N"}, "or null if it is unknown"),
    ],
)
def test_a_wrong_value_is_named_by_instance_and_field(
    taxi: FeatureSpec, instance: dict[str, Any], change: dict[str, Any], message: str
):
    with pytest.raises(InstanceError) as refused:
        taxi.columns_of([instance, instance | change])
    (field,) = change
    assert str(refused.value).startswith(f"instances[1].{field}: ")
    assert message in str(refused.value)


def test_an_unknown_field_gets_the_nearest_name(taxi: FeatureSpec, instance: dict[str, Any]):
    instance["distanse"] = instance.pop("distance")
    with pytest.raises(InstanceError, match=r"distanse: .* did you mean 'distance'\?"):
        taxi.columns_of([instance])


def test_all_missing_fields_are_named_at_once(taxi: FeatureSpec):
    with pytest.raises(InstanceError, match="missing distance, hour, wind_direction; write every"):
        taxi.columns_of([{"district": "harbour"}])


def test_an_instance_that_is_no_object_is_shown(taxi: FeatureSpec):
    with pytest.raises(InstanceError, match=r"instances\[0\]: 'harbour' is not an object"):
        taxi.columns_of(["harbour"])


def test_a_category_never_seen_shares_the_first_index(taxi: FeatureSpec, instance: dict[str, Any]):
    unseen = instance | {"district": "moon"}
    categories, _ = taxi.encode(taxi.columns_of([instance, unseen]))
    assert categories[:, 0].tolist() == [2, 0]


def test_null_becomes_a_flag_and_no_direction(taxi: FeatureSpec, instance: dict[str, Any]):
    _, numbers = taxi.encode(taxi.columns_of([instance, instance | {"wind_direction": None}]))
    names = [name for field in taxi.numbers for name in number_features(field)]
    assert names[1:] == [
        *("wind_direction:sine", "wind_direction:cosine", "wind_direction:absent"),
    ]
    assert numbers[:, 1:].round(6).tolist() == [[1, 0, 0], [0, 0, 1]]


def test_north_is_the_same_at_0_and_360_degrees(taxi: FeatureSpec, instance: dict[str, Any]):
    both = [instance | {"wind_direction": degrees} for degrees in (0, 360)]
    _, numbers = taxi.encode(taxi.columns_of(both))
    assert numbers[0] == pytest.approx(numbers[1], abs=1e-6)


def test_a_whole_number_written_as_a_float_is_the_same_category(
    taxi: FeatureSpec, instance: dict[str, Any]
):
    categories, _ = taxi.encode(taxi.columns_of([instance, instance | {"hour": 7.0}]))
    assert categories[0].tolist() == categories[1].tolist()


@given(st.floats(0, 1e300))
def test_a_number_far_out_is_held_back(distance: float):
    spec = FeatureSpec.from_json(_taxi_json())
    row = {"district": "harbour", "hour": 1, "distance": distance, "wind_direction": None}
    _, numbers = spec.encode(spec.columns_of([row]))
    assert np.isfinite(numbers).all()
    assert abs(numbers[0, 0]) <= 6


def _taxi_json() -> str:
    field = {"kind": "number", "encoding": "linear", "about": "miles", "minimum": 0}
    plain = [
        {"name": "district", "kind": "text", "encoding": "category", "about": "a name"},
        {"name": "hour", "kind": "integer", "encoding": "category", "about": "an hour"},
        {"name": "distance", **field},
        {"name": "wind_direction", **field, "nullable": True},
    ]
    from jobs.serving.features import Answer, Field

    fields = tuple(Field(**one) for one in plain)
    return FeatureSpec(
        workload="taxi", fields=fields, answer=Answer(probability="p", decision="d", threshold=0.5)
    ).to_json()


def test_a_spec_survives_its_file(taxi: FeatureSpec):
    assert FeatureSpec.from_json(taxi.to_json()) == taxi


def test_an_edited_file_is_refused(taxi: FeatureSpec):
    plain = json.loads(taxi.to_json())
    plain["fields"][2]["mean"] = 6
    with pytest.raises(ValueError, match="was edited after training"):
        FeatureSpec.from_json(json.dumps(plain))


def test_another_format_is_refused():
    with pytest.raises(ValueError, match="has format 2, this server reads 1"):
        FeatureSpec.from_json('{"format": 2}')
