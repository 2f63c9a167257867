"""Uploads the accepted candidate as a version of the model, under the alias `candidate`.

Does not make it the default version: the rollout does, once the version has served.
"""

from typing import Any

from jobs import clients, surroundings
from jobs.labels import RUN, model_id, run_labels
from jobs.registry import model_name
from jobs.steps.context import StepContext

HEALTH_ROUTE, PREDICT_ROUTE, PORT = "/health", "/predict", 8080


def run(context: StepContext) -> dict[str, Any]:
    """Returns `model`, `version` and `candidate`."""
    candidate = context.result("gate")["candidate"]
    models = clients.vertex("model", context.placement.location)
    version = _registered(context, models) or _upload(context, models, candidate)
    name = _name(context)
    context.progress(1.0, f"{context.spec.model} version {version}")
    return {"model": name, "version": version, "candidate": candidate}


def _name(context: StepContext) -> str:
    spec, placement = context.spec, context.placement
    return model_name(placement.project_id, placement.location, spec.stack, spec.model)


def _registered(context: StepContext, models: Any) -> str | None:
    """The version that an earlier try of this run uploaded."""
    from google.api_core.exceptions import NotFound

    name = _name(context)
    try:
        versions = list(models.list_model_versions(name=name))
    except NotFound:
        return None
    return next((v.version_id for v in versions if v.labels.get(RUN) == context.run_id), None)


def _upload(context: StepContext, models: Any, candidate: str) -> str:
    from google.api_core.exceptions import NotFound

    spec, placement = context.spec, context.placement
    name = _name(context)
    request: dict[str, Any] = {
        "parent": f"projects/{placement.project_id}/locations/{placement.location}",
        "model": {
            "display_name": spec.model,
            "version_aliases": ["candidate"],
            "version_description": f"{candidate} of run {context.run_id}",
            "labels": {**placement.labels, **run_labels(spec, context.run_id)},
            "artifact_uri": f"{context.layout.candidates}/{candidate}",
            "container_spec": {
                "image_uri": placement.image_uri,
                "command": ["python", "-m", "jobs.serving"],
                "ports": [{"container_port": PORT}],
                "health_route": HEALTH_ROUTE,
                "predict_route": PREDICT_ROUTE,
            },
            **surroundings.encryption(placement),
        },
    }
    try:
        models.get_model(name=name)
        request["parent_model"] = name
    except NotFound:
        request["model_id"] = model_id(spec.model, spec.stack)
    response = models.upload_model(request=request).result(timeout=600)
    return response.model_version_id
