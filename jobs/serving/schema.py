"""JSON Schema of what the server takes and answers: `python -m jobs.serving.schema > schema/…`.

Made from the fields that the server itself checks instances by, so that the two cannot disagree.
Says nothing about vocabularies: a category that no model has seen is legal.
"""

import json
import sys
from collections.abc import Iterable
from typing import Any

from jobs import workloads
from jobs.serving.features import Answer, Field

_TYPES = {"text": "string", "integer": "integer", "number": "number"}


def prediction_schema(names: Iterable[str]) -> dict[str, Any]:
    """Requests and responses of every workload, as definitions of one document."""
    definitions: dict[str, Any] = {"refusal": _object({"error": {"type": "string"}})}
    for name in names:
        interface = workloads.interface(name)
        kinds = {kind: instance_schema(fields) for kind, fields in interface.instances.items()}
        definitions[f"{name} request"] = request_schema(kinds)
        definitions[f"{name} response"] = response_schema(interface.answer)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Predictions: what an endpoint takes and answers, by workload",
        "description": "Status 200 has a response; 400 and 413 have a refusal.",
        "$defs": definitions,
    }


def request_schema(kinds: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """A request: instances all of one kind, which depends on how the model was trained."""
    requests = [
        {
            "title": kind,
            **_object(
                {"instances": {"type": "array", "minItems": 1, "items": each}},
                parameters={"enum": [None, {}]},
            ),
        }
        for kind, each in kinds.items()
    ]
    return requests[0] if len(requests) == 1 else {"oneOf": requests}


def response_schema(answer: Answer) -> dict[str, Any]:
    """A response: one prediction for each instance, in its order."""
    prediction = _object(
        {
            answer.probability: {"type": "number", "minimum": 0, "maximum": 1},
            answer.decision: {"type": "boolean"},
        }
    )
    return _object({"predictions": {"type": "array", "minItems": 1, "items": prediction}})


def instance_schema(fields: Iterable[Field]) -> dict[str, Any]:
    """One instance: every field is there, and no other."""
    return _object({field.name: _field(field) for field in fields})


def _field(field: Field) -> dict[str, Any]:
    kind = _TYPES[field.kind]
    bounds = {"minimum": field.minimum, "maximum": field.maximum}
    return {
        "description": field.about,
        "type": [kind, "null"] if field.nullable else kind,
        **({"minLength": 1} if field.kind == "text" else {}),
        **{name: bound for name, bound in bounds.items() if bound is not None},
    }


def _object(properties: dict[str, Any], **optional: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**properties, **optional},
        "required": list(properties),
        "additionalProperties": False,
    }


def text() -> str:
    """The schema as it is checked in."""
    document = prediction_schema(workloads.names())
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
