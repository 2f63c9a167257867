"""Reads the model registry: versions, their aliases and the runs that made them."""

from dataclasses import dataclass
from datetime import datetime

from jobs import clients
from jobs.labels import RUN, STACK, model_id


@dataclass(frozen=True, kw_only=True)
class ModelVersion:
    """One version of a model."""

    model: str
    version: str
    aliases: list[str]
    run_id: str
    description: str
    created_at: datetime
    artifact_uri: str


def model_name(project_id: str, location: str, stack: str, model: str) -> str:
    """Full resource name of a stack's model in the registry."""
    return f"projects/{project_id}/locations/{location}/models/{model_id(model, stack)}"


def list_versions(project_id: str, location: str, stack: str, model: str) -> list[ModelVersion]:
    """The versions of a stack's model, newest first; empty if it was never registered."""
    from google.api_core.exceptions import NotFound

    name = model_name(project_id, location, stack, model)
    try:
        found = list(clients.vertex("model", location).list_model_versions(name=name))
    except NotFound:
        return []
    versions = [
        ModelVersion(
            model=model,
            version=version.version_id,
            aliases=list(version.version_aliases),
            run_id=version.labels.get(RUN, ""),
            description=version.version_description,
            created_at=version.version_create_time,
            artifact_uri=version.artifact_uri,
        )
        for version in found
        if STACK in version.labels
    ]
    return sorted(versions, key=lambda version: int(version.version), reverse=True)
