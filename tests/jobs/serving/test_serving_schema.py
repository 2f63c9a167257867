"""The description of the endpoint: current, and of one mind with the server."""

import json
from pathlib import Path
from typing import Any

import hypothesis
import hypothesis.strategies as st
import pytest
from schema_reading import fits

from jobs import workloads
from jobs.serving.app import instances_of
from jobs.serving.features import Answer, FeatureSpec, InstanceError
from jobs.serving.schema import instance_schema, request_schema, response_schema, text

ROOT = Path(__file__).parents[3]
WORKLOAD = "flight-delay"
FIELDS = workloads.interface(WORKLOAD).instances["as usual"]
SPEC = FeatureSpec(workload=WORKLOAD, fields=FIELDS, answer=workloads.interface(WORKLOAD).answer)
GOOD: dict[str, Any] = {
    field.name: "AA" if field.kind == "text" else int(field.minimum or 0) for field in FIELDS
}


def serves(request: Any) -> bool:
    """Whether the server takes a request."""
    try:
        SPEC.columns_of(instances_of(json.dumps(request).encode()))
    except InstanceError:
        return False
    return True


def described(request: Any) -> bool:
    return fits(request, request_schema({"as usual": instance_schema(FIELDS)}))


def test_the_schema_that_is_checked_in_is_current():
    checked_in = (ROOT / "schema/prediction.schema.json").read_text()
    assert json.loads(checked_in) == json.loads(text()), (
        "run: python -m jobs.serving.schema > schema/prediction.schema.json"
    )


def test_what_a_client_may_send_is_described_and_served():
    for request in ({"instances": [GOOD]}, {"instances": [GOOD, GOOD], "parameters": {}}):
        assert described(request)
        assert serves(request)


@pytest.mark.parametrize(
    "request_",
    [
        {},
        [],
        {"instances": []},
        {"instances": [1]},
        {"instances": GOOD},
        {"instances": [GOOD], "parameters": {"temperature": 1}},
        {"instances": [GOOD], "instance": []},
        {"instances": [{**GOOD, "carrier": ""}]},
        {"instances": [{**GOOD, "carier": "AA"}]},
        {"instances": [{key: value for key, value in GOOD.items() if key != "origin"}]},
        {"instances": [{**GOOD, "day_of_week": 8}]},
        {"instances": [{**GOOD, "day_of_week": None}]},
        {"instances": [{**GOOD, "day_of_week": True}]},
        {"instances": [GOOD, {**GOOD, "distance_miles": "far"}]},
    ],
)
def test_what_is_wrong_is_neither_described_nor_served(request_):
    assert not described(request_)
    assert not serves(request_)


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-200, 13_000),
    st.floats(-200, 13_000),
    st.text(max_size=3),
)


@hypothesis.given(name=st.sampled_from(sorted(GOOD)), value=VALUES)
def test_schema_and_server_agree_about_any_value_of_any_field(name, value):
    request = {"instances": [{**GOOD, name: value}]}
    assert described(request) == serves(request)


def test_an_answer_is_described():
    response = response_schema(Answer(probability="p", decision="late", threshold=0.5))
    assert fits({"predictions": [{"p": 0.3, "late": False}]}, response)
    for wrong in ({"p": 1.2, "late": False}, {"p": 0.3}, {"p": 0.3, "late": 1}):
        assert not fits({"predictions": [wrong]}, response)


def test_a_model_with_features_of_the_calendar_asks_for_more():
    known = workloads.interface(WORKLOAD)
    both = request_schema({kind: instance_schema(each) for kind, each in known.instances.items()})
    dated = {**GOOD, "month": 1, "day_of_year": 1}
    assert fits({"instances": [GOOD]}, both)
    assert fits({"instances": [dated]}, both)
    assert not fits({"instances": [GOOD, dated]}, both), "one model reads one kind"
