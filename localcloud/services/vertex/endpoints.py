"""What is deployed on an endpoint and how traffic is split between it; predictions.

Owns the deployed models and the split. The endpoint itself belongs to the resource graph: it
exists exactly while its document there does. The servers belong to `prediction`.
"""

import random
from threading import Thread

from starlette.routing import Route

from localcloud.services.context import Context
from localcloud.services.errors import invalid, not_found, not_implemented
from localcloud.services.vertex import wire
from localcloud.services.vertex.jobs import asks_for_accelerator
from localcloud.services.vertex.models import ENDPOINTS, find_version
from localcloud.services.vertex.operations import Operations
from localcloud.services.vertex.prediction import Servers
from localcloud.services.vertex.wire import Call, Json

_GRAPH = "gcp:vertex/aiEndpoint:AiEndpoint"
_POOL = "gcp:vertex/aiDeploymentResourcePool:AiDeploymentResourcePool"
_NEW = "0"
"""Key of a traffic split that stands for the model being deployed."""
_ALL = 100


class Endpoints:
    """The endpoints of one stack."""

    def __init__(self, context: Context, operations: Operations, servers: Servers) -> None:
        self._store = context.store
        self._operations = operations
        self._servers = servers

    def routes(self) -> list[Route]:
        return [
            wire.route("POST", "endpoints/{id}:deployModel", self._deploy),
            wire.route("POST", "endpoints/{id}:undeployModel", self._undeploy),
            wire.route("POST", "endpoints/{id}:predict", self._predict),
            wire.route("GET", "endpoints/{id}", self._get),
            wire.route("PATCH", "endpoints/{id}", self._patch),
        ]

    def _get(self, call: Call) -> Json:
        return self._view(call.name("endpoints"))

    def _view(self, name: str) -> Json:
        return {"name": name, **self._state(name)}

    def _state(self, name: str) -> Json:
        if self._store.get(_GRAPH, name) is None:
            raise not_found(f"{name} does not exist.")
        return self._store.get(ENDPOINTS, name) or {"deployedModels": [], "trafficSplit": {}}

    def _deploy(self, call: Call) -> Json:
        name, body = call.name("endpoints"), call.body
        reference = wire.required(body, "deployedModel.model")
        deployed: Json = body["deployedModel"]
        model, version = find_version(self._store, reference)
        machine = self._machine(call, deployed)
        if asks_for_accelerator(machine):
            raise wire.precondition(
                f"Machine {machine.get('machineType')} has an accelerator, which a local server "
                "cannot be given: deploy on a machine type without one."
            )
        split = body.get("trafficSplit", {})
        present = [entry["id"] for entry in self._state(name)["deployedModels"]]
        _check_split(split, [*present, _NEW])
        new_id = str(self._store.next_number("vertex/deployedModels"))

        def work() -> Json:
            try:
                self._servers.ensure(name, new_id, version)
                entry = self._add(name, model, version, deployed | {"id": new_id}, split)
            except Exception:
                self._servers.end(new_id)
                raise
            return {"deployedModel": entry}

        return self._operations.run(name, "DeployModel", work)

    def _machine(self, call: Call, deployed: Json) -> Json:
        """Machine of the model's own, or of the pool that it shares."""
        pool = deployed.get("sharedResources")
        if pool and "dedicatedResources" in deployed:
            raise invalid("dedicatedResources and sharedResources exclude each other.")
        if not pool:
            wire.required(deployed, "dedicatedResources.minReplicaCount")
            return wire.required(deployed, "dedicatedResources.machineSpec")
        if not pool.startswith(f"{call.parent}/deploymentResourcePools/"):
            raise invalid(f"sharedResources {pool!r} is no pool of {call.parent}.")
        document = self._store.get(_POOL, pool)
        if document is None:
            raise not_found(f"{pool} does not exist.")
        return document["inputs"]["dedicatedResources"]["machineSpec"]

    def _add(self, name: str, model: str, version: Json, entry: Json, split: Json) -> Json:
        """Records a deployed model whose server is healthy."""
        with self._store.transaction():
            state = self._state(name)
            # Both may have changed while the server started.
            number = find_version(self._store, f"{model}@{version['versionId']}")[1]["versionId"]
            _check_split(split, [*(found["id"] for found in state["deployedModels"]), _NEW])
            entry |= {"model": model, "modelVersionId": number, "createTime": wire.now()}
            entry.setdefault("displayName", version["displayName"])
            state["deployedModels"].append(entry)
            if split:
                shares = {entry["id"] if key == _NEW else key: n for key, n in split.items()}
                state["trafficSplit"] = _positive(shares)
            self._store.put(ENDPOINTS, name, state)
        return entry

    def _undeploy(self, call: Call) -> Json:
        name, deployed_id = call.name("endpoints"), wire.required(call.body, "deployedModelId")
        with self._store.transaction():
            state = self._state(name)
            rest = [entry for entry in state["deployedModels"] if entry["id"] != deployed_id]
            if len(rest) == len(state["deployedModels"]):
                raise not_found(f"{name} has no deployed model {deployed_id}.")
            split = call.body.get("trafficSplit", {})
            _check_split(split, [entry["id"] for entry in rest])
            shares = _positive(split) or state["trafficSplit"]
            if rest and shares.get(deployed_id):
                raise wire.precondition(
                    f"Deployed model {deployed_id} holds {shares[deployed_id]} % of the traffic of "
                    f"{name}: send a trafficSplit that gives it to the others."
                )
            state = {"deployedModels": rest, "trafficSplit": shares if rest else {}}
            self._store.put(ENDPOINTS, name, state)
        Thread(target=self._servers.end, args=(deployed_id,), daemon=True).start()
        operations, kind = self._operations, "google.cloud.aiplatform.v1.UndeployModelResponse"
        return operations.done(name, "UndeployModel", kind, {})

    def _patch(self, call: Call) -> Json:
        name, mask = call.name("endpoints"), call.query.get("updateMask", "")
        if mask not in ("trafficSplit", "traffic_split"):
            raise not_implemented(f"updateMask {mask!r} of an endpoint (only traffic_split)")
        with self._store.transaction():
            state = self._state(name)
            split = wire.required(call.body, "trafficSplit")
            _check_split(split, [entry["id"] for entry in state["deployedModels"]])
            self._store.put(ENDPOINTS, name, state | {"trafficSplit": _positive(split)})
        return self._view(name)

    def _predict(self, call: Call) -> Json:
        name = call.name("endpoints")
        wire.required(call.body, "instances")
        state = self._state(name)
        split = state["trafficSplit"]
        if not split:
            raise wire.precondition(f"{name} has no deployed model that holds traffic.")
        drawn = random.choices(list(split), list(split.values()))[0]  # noqa: S311  # not a secret
        deployed = next(entry for entry in state["deployedModels"] if entry["id"] == drawn)
        model, number = deployed["model"], deployed["modelVersionId"]
        _, version = find_version(self._store, f"{model}@{number}")
        body = {key: call.body[key] for key in ("instances", "parameters") if key in call.body}
        answer = self._servers.predict(name, drawn, version, body)
        return {
            "predictions": answer["predictions"],
            "deployedModelId": drawn,
            "model": model,
            "modelDisplayName": version["displayName"],
            "modelVersionId": number,
        }


def _check_split(split: Json, ids: list[str]) -> None:
    if not split:
        return
    if unknown := sorted(set(split) - set(ids)):
        raise invalid(
            f"trafficSplit names {', '.join(unknown)}; the deployed models are: "
            f"{', '.join(ids) or 'none'}."
        )
    if sum(split.values()) != _ALL or min(split.values()) < 0:
        raise wire.precondition(
            f"trafficSplit {split} sums to {sum(split.values())}; shares must be positive and sum "
            f"to {_ALL}."
        )


def _positive(split: Json) -> Json:
    return {key: share for key, share in split.items() if share}
