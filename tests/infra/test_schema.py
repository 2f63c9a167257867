"""The schema that editors read."""

import json
from pathlib import Path

from infra.settings.schema import stack_schema, text
from infra.settings.stack import StackSettings

CHECKED_IN = Path(__file__).parents[2] / "schema" / "stack.schema.json"


def test_the_schema_that_is_checked_in_is_that_of_the_settings():
    assert json.loads(CHECKED_IN.read_text()) == json.loads(text()), (
        "run: python -m infra.settings.schema > schema/stack.schema.json"
    )


def test_every_section_is_known_and_nothing_else_is_allowed():
    config = stack_schema()["properties"]["config"]
    assert config["additionalProperties"] is False
    assert {f"mlplatform:{name}" for name in StackSettings.model_fields} <= set(
        config["properties"]
    )


def test_no_mapping_of_ours_takes_a_key_that_it_does_not_know():
    free = {"JsonValue"}  # below `arguments`, whose keys the workload knows
    for name, definition in stack_schema()["$defs"].items():
        if name in free:
            continue
        assert definition.get("additionalProperties") is False, name


def test_an_editor_knows_the_arguments_of_the_workload():
    (rule,) = stack_schema()["$defs"]["ModelSettings"]["allOf"]
    assert rule["if"]["properties"]["workload"] == {"const": "flight-delay"}
    target = rule["then"]["properties"]["arguments"]["$ref"].removeprefix("#/$defs/")
    assert "epochs" in stack_schema()["$defs"][target]["properties"]
