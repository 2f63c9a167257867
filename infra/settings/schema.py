"""JSON Schema of a stack file, for editors: `python -m infra.settings.schema > schema/…`.

It is generated from the models that check the file, so the two cannot disagree about keys.
"""

import json
import sys
from typing import Any

from infra.settings.loader import OTHER_KEYS
from infra.settings.problems import NAMESPACE
from infra.settings.stack import StackSettings
from jobs import workloads

_DEFINITIONS = "#/$defs/{model}"


def stack_schema() -> dict[str, Any]:
    """The schema of a whole stack file."""
    settings = StackSettings.model_json_schema(ref_template=_DEFINITIONS)
    definitions = settings.pop("$defs")
    definitions["ModelSettings"]["allOf"] = _arguments_by_workload(definitions)
    definitions["ModelSettings"]["properties"]["workload"]["enum"] = workloads.names()
    config = {
        "type": "object",
        "additionalProperties": False,
        "required": [_key(name) for name in settings["required"]],
        "properties": {
            **{_key(name): each for name, each in settings["properties"].items()},
            **dict.fromkeys(OTHER_KEYS, True),
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Stack file of mlplatform",
        "type": "object",
        "required": ["config"],
        "properties": {"config": config},
        "$defs": definitions,
    }


def text() -> str:
    """The schema as it is checked in."""
    return json.dumps(stack_schema(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _key(name: str) -> str:
    return f"{NAMESPACE}:{name}"


def _arguments_by_workload(definitions: dict[str, Any]) -> list[dict[str, Any]]:
    """`arguments` has the keys of the workload that is named beside it."""
    rules = []
    for workload in workloads.names():
        name = f"Arguments of {workload}"
        schema = workloads.arguments_model(workload).model_json_schema(ref_template=_DEFINITIONS)
        definitions |= schema.pop("$defs", {})
        definitions[name] = schema
        named = {"properties": {"workload": {"const": workload}}}
        typed = {"properties": {"arguments": {"$ref": _DEFINITIONS.format(model=name)}}}
        rules.append({"if": named, "then": typed})
    return rules


if __name__ == "__main__":
    sys.stdout.write(text())
