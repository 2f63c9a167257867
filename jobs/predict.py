"""Sends instances to an endpoint, under the address that it answers at."""

from typing import Any

from jobs import clients


def predict(endpoint: str, instances: list[dict[str, Any]]) -> dict[str, Any]:
    """Asks a Vertex endpoint.

    `endpoint` is the full resource name. Returns `predictions` (one per instance), and the
    `deployed_model_id` and `model_version_id` that answered. Raises
    `google.api_core.exceptions.BadRequest` for a malformed instance, naming the field.
    """
    from google.protobuf import json_format, struct_pb2

    values = [json_format.ParseDict(instance, struct_pb2.Value()) for instance in instances]
    client = clients.prediction(endpoint.split("/")[3], _own_address(endpoint))
    response = client.predict(endpoint=endpoint, instances=values, timeout=60)
    answer = type(response).to_dict(response)
    return {
        "predictions": answer["predictions"],
        "deployed_model_id": answer["deployed_model_id"],
        "model_version_id": answer["model_version_id"],
    }


def _own_address(endpoint: str) -> str | None:
    """A dedicated endpoint does not answer at the region's address; None for the others."""
    if clients.is_local():
        return None
    seen = clients.vertex("endpoint", endpoint.split("/")[3]).get_endpoint(name=endpoint)
    return seen.dedicated_endpoint_dns or None
