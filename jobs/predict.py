"""Sends instances to an endpoint."""

from typing import Any

from jobs import clients


def predict(endpoint: str, instances: list[dict[str, Any]]) -> dict[str, Any]:
    """Asks a Vertex endpoint.

    `endpoint` is the full resource name. Returns `predictions` (one per instance), and the
    `deployed_model_id` and `model_version_id` that answered. Raises
    `google.api_core.exceptions.BadRequest` for a malformed instance, naming the field.
    """
    from google.protobuf import json_format, struct_pb2

    location = endpoint.split("/")[3]
    values = [json_format.ParseDict(instance, struct_pb2.Value()) for instance in instances]
    client = clients.vertex("prediction", location)
    response = client.predict(endpoint=endpoint, instances=values, timeout=60)
    answer = type(response).to_dict(response)
    return {
        "predictions": answer["predictions"],
        "deployed_model_id": answer["deployed_model_id"],
        "model_version_id": answer["model_version_id"],
    }
