"""Puts the registered version behind the endpoint, proves that it answers, then moves the traffic.

Owns what is deployed on the endpoint and its traffic split; the graph ignores both. A version that
does not answer gets no traffic for longer than one request, and the previous one stays.
"""

import json
import time
from typing import Any

from jobs import clients, files
from jobs.serving.model import FEATURES_FILE
from jobs.spec import ServingSpec, canonical_json
from jobs.steps import history
from jobs.steps.context import StepContext, StepError

DEPLOY_SECONDS = 3600
SHIFT_SECONDS = 300
"""How long the endpoint may take until its traffic goes where it was told to go."""
_ASK_EVERY_SECONDS = 2.0
_ALL = 100


def run(context: StepContext) -> dict[str, Any]:
    """Returns endpoint, deployed model, version and the traffic split, and keeps them."""
    result = serve(context)
    uri = f"gs://{context.placement.bucket}/deployment/{context.spec.model}/{context.run_id}.json"
    files.write_text(uri, canonical_json(result), "application/json")
    _record(context, context.result("register"))
    return result


def serve(context: StepContext) -> dict[str, Any]:
    """Deploys the run's version and gives it all traffic; harmless to repeat.

    Raises what the endpoint raises if the version does not answer; it is withdrawn then.
    """
    endpoints = clients.vertex("endpoint", context.placement.location)
    registered = context.result("register")
    features = _features(context, registered)
    before = endpoints.get_endpoint(name=context.placement.endpoint)
    context.progress(0.1, "starting the server")
    new = _deployed(before, context.run_id) or _deploy(context, endpoints, before, registered)
    previous = _split_without(before, new)
    context.progress(0.7, "asking it about a held-out row")
    _shift(context, endpoints, {new: 100})
    try:
        answer = _ask(context, new)
    except Exception:
        if previous or not before.traffic_split.get(new):
            _withdraw(context, endpoints, new, previous)
        raise
    _undeploy_others(context, endpoints, keep=new)
    _promote(context, registered)
    context.progress(1.0, f"version {registered['version']} serves")
    return {
        "endpoint": context.placement.endpoint,
        "deployed_model": new,
        "version": registered["version"],
        "features_sha256": features,
        "traffic_split": {new: 100},
        "answer": answer,
    }


def _features(context: StepContext, registered: dict[str, Any]) -> str:
    """Digest of the features that the server will read; the training recorded the same.

    Raises StepError if it did not: the model would be asked about other things than it learnt.
    """
    candidate = registered["candidate"]
    trained = context.result("train")["training"]["candidates"][candidate]["features_sha256"]
    text = files.read_text(f"{context.layout.candidates}/{candidate}/{FEATURES_FILE}")
    served = json.loads(text)["sha256"]
    if served != trained:
        raise StepError(
            f"version {registered['version']} would read features {served[:12]}, but was trained "
            f"on {trained[:12]}: its {FEATURES_FILE} was changed after training; train it again"
        )
    return served


def _deployed(endpoint: Any, run_id: str) -> str | None:
    """Id of the deployed model that an earlier try of this run made."""
    return next((d.id for d in endpoint.deployed_models if d.display_name == run_id), None)


def _split_without(endpoint: Any, new: str) -> dict[str, int]:
    """The traffic to give back if `new` does not answer; {} if there is nobody to give it to.

    An earlier try of this run may have moved it already: what was deployed beside it then is what
    served before.
    """
    split = {i: part for i, part in endpoint.traffic_split.items() if part and i != new}
    others = [deployed.id for deployed in endpoint.deployed_models if deployed.id != new]
    if sum(split.values()) == _ALL or not others:
        return split
    return {others[-1]: _ALL}


def _deploy(context: StepContext, endpoints: Any, endpoint: Any, registered: dict[str, Any]) -> str:
    traffic = dict(endpoint.traffic_split)
    request = {
        "endpoint": endpoint.name,
        "deployed_model": {
            "model": f"{registered['model']}@{registered['version']}",
            "display_name": context.run_id,
            "service_account": context.placement.predictor_service_account,
            **machines(context.spec.serving, context.placement.serving_pool),
        },
        # "0" is the model being deployed; the first one must take everything.
        "traffic_split": {"0": 0, **traffic} if traffic else {"0": 100},
    }
    response = endpoints.deploy_model(request=request).result(timeout=DEPLOY_SECONDS)
    return response.deployed_model.id


def machines(serving: ServingSpec | None, pool: str | None) -> dict[str, Any]:
    """What the model is deployed on: machines of its own, or those of a pool."""
    if serving is None:
        return {"shared_resources": pool}
    machine = {
        "machine_type": serving.machine_type,
        "accelerator_type": serving.accelerator_type,
        "accelerator_count": serving.accelerator_count,
    }
    metrics = [{"metric_name": serving.scaling_metric, "target": serving.target_percent}]
    return {
        "dedicated_resources": {
            "machine_spec": {key: value for key, value in machine.items() if value},
            "min_replica_count": serving.min_replicas,
            "max_replica_count": serving.max_replicas,
            "autoscaling_metric_specs": metrics if serving.scaling_metric else [],
            "spot": serving.spot,
        }
    }


def _shift(context: StepContext, endpoints: Any, split: dict[str, int]) -> None:
    """Moves the traffic in one call, which is also the way back."""
    endpoints.update_endpoint(
        endpoint={"name": context.placement.endpoint, "traffic_split": split},
        update_mask={"paths": ["traffic_split"]},
    )


def _withdraw(context: StepContext, endpoints: Any, new: str, previous: dict[str, int]) -> None:
    """Gives the traffic back to what served before, and takes the new version away."""
    if previous:
        _shift(context, endpoints, previous)
    endpoints.undeploy_model(
        endpoint=context.placement.endpoint, deployed_model_id=new, traffic_split=previous
    ).result(timeout=DEPLOY_SECONDS)


def _ask(context: StepContext, new: str) -> dict[str, Any]:
    """Sends the first held-out row until `new` answers; returns what was asked and answered.

    An error is not asked again: it may be a user's next.
    """
    from jobs.predict import predict

    sample = json.loads(files.read_text(context.layout.samples))[0]
    end = time.monotonic() + SHIFT_SECONDS
    while True:
        answer = predict(context.placement.endpoint, [sample["instance"]])
        if answer["deployed_model_id"] == new:
            break
        if time.monotonic() >= end:
            raise StepError(
                f"deployed model {answer['deployed_model_id']} still answers {SHIFT_SECONDS} s "
                f"after all traffic was given to {new}"
            )
        time.sleep(_ASK_EVERY_SECONDS)
    predictions = answer["predictions"]
    if len(predictions) != 1:
        raise StepError(f"the endpoint gave {len(predictions)} predictions for one instance")
    return {**sample, "prediction": predictions[0]}


def _undeploy_others(context: StepContext, endpoints: Any, keep: str) -> None:
    endpoint = endpoints.get_endpoint(name=context.placement.endpoint)
    for deployed in endpoint.deployed_models:
        if deployed.id != keep:
            endpoints.undeploy_model(
                endpoint=endpoint.name, deployed_model_id=deployed.id, traffic_split={keep: 100}
            ).result(timeout=DEPLOY_SECONDS)


def _promote(context: StepContext, registered: dict[str, Any]) -> None:
    """`candidate` becomes `champion` and the default version; an alias moves to the new version."""
    models = clients.vertex("model", context.placement.location)
    models.merge_version_aliases(
        name=f"{registered['model']}@{registered['version']}",
        version_aliases=["champion", "default", "-candidate"],
    )


def _record(context: StepContext, registered: dict[str, Any]) -> None:
    figures = context.result("validate")["evaluation"]["candidates"][registered["candidate"]]
    history.record_run(
        context,
        "SUCCEEDED",
        candidate=registered["candidate"],
        model_version=registered["version"],
        metrics=figures,
    )
