"""The model registry: models, their numbered versions, and the aliases that move between them.

Owns one document per model with all its versions. Does not serve them: that is `prediction`.
"""

import re

from starlette.routing import Route

from localcloud.services.context import Context
from localcloud.services.errors import ApiError, invalid, not_found
from localcloud.services.vertex import surroundings, wire
from localcloud.services.vertex.operations import EMPTY, VERTEX, Operations
from localcloud.services.vertex.wire import Call, Json
from localcloud.store import Store

KIND = "vertex/models"
ENDPOINTS = "vertex/endpoints"
DEFAULT = "default"
_ID = re.compile(r"[a-z][a-z0-9_-]{0,62}")
_ALIAS = re.compile(r"[a-z][a-zA-Z0-9-]{0,126}[a-z0-9]")


def find_version(store: Store, reference: str) -> tuple[str, Json]:
    """Name of the model and the version that `.../models/ID[@version-or-alias]` means; or 404."""
    name, _, wanted = reference.partition("@")
    model = store.get(KIND, name)
    if model is None:
        raise not_found(f"{name} does not exist.")
    wanted = wanted or DEFAULT
    for version in model["versions"].values():
        if wanted == version["versionId"] or wanted in version["versionAliases"]:
            return name, version
    raise not_found(f"{name} has no version or alias {wanted!r}.")


def _deployed_on(store: Store, name: str) -> list[str]:
    """The endpoints that serve a version of a model."""
    return [
        endpoint
        for endpoint, body in store.list(ENDPOINTS)
        if any(deployed["model"] == name for deployed in body["deployedModels"])
    ]


class Models:
    """The models of one stack."""

    def __init__(self, context: Context, operations: Operations) -> None:
        self._store = context.store
        self._operations = operations

    def routes(self) -> list[Route]:
        return [
            wire.route("POST", "models:upload", self._upload),
            wire.route("GET", "models", self._list),
            wire.route("GET", "models/{id}:listVersions", self._versions),
            wire.route("POST", "models/{id}:mergeVersionAliases", self._merge_aliases),
            wire.route("GET", "models/{id}", self._get),
            wire.route("DELETE", "models/{id}", self._delete),
        ]

    def _upload(self, call: Call) -> Json:
        fields = wire.required(call.body, "model")
        wire.check_names(fields)
        wire.required(call.body, "model.containerSpec.imageUri")
        surroundings.check_key(call, fields)
        _check_aliases(aliases := fields.get("versionAliases", []))
        with self._store.transaction():
            name, model = self._new_or_parent(call)
            number, moment = str(len(model["versions"]) + 1), wire.now()
            model["versions"][number] = {
                "createTime": moment,
                "labels": {},
                **fields,
                "name": name,
                "versionId": number,
                "versionAliases": [],
                "versionCreateTime": moment,
                "versionUpdateTime": moment,
                "updateTime": moment,
            }
            first = [DEFAULT] if number == "1" else []
            _move(model, number, [*first, *aliases])
            self._store.put(KIND, name, model)
        answer = {"model": name, "modelVersionId": number}
        return self._operations.done(name, "UploadModel", f"{VERTEX}UploadModelResponse", answer)

    def _new_or_parent(self, call: Call) -> tuple[str, Json]:
        if parent := call.body.get("parentModel", "").partition("@")[0]:
            model = self._store.get(KIND, parent)
            if model is None:
                raise not_found(f"parentModel {parent} does not exist.")
            return parent, model
        model_id = call.body.get("modelId") or str(self._store.next_number(KIND))
        if "modelId" in call.body and not _ID.fullmatch(model_id):
            raise invalid(f"modelId {model_id!r} does not match {_ID.pattern}.")
        name = f"{call.parent}/models/{model_id}"
        if self._store.get(KIND, name) is not None:
            message = f"{name} exists already: send it as parentModel to add a version."
            raise ApiError(409, "ALREADY_EXISTS", message)
        return name, {"versions": {}}

    def _get(self, call: Call) -> Json:
        return find_version(self._store, call.name("models"))[1]

    def _list(self, call: Call) -> Json:
        names = [name for name, _ in self._store.list(KIND, prefix=f"{call.parent}/models/")]
        items = [find_version(self._store, name)[1] for name in names]
        return wire.listing(call, "models", items)

    def _versions(self, call: Call) -> Json:
        name, _ = find_version(self._store, call.name("models"))
        return wire.listing(call, "models", list(self._model(name)["versions"].values()))

    def _merge_aliases(self, call: Call) -> Json:
        reference = call.name("models")
        if "@" not in reference:
            raise invalid(f"{reference} names no version: write models/ID@VERSION.")
        changes = wire.required(call.body, "versionAliases")
        removed = [change.removeprefix("-") for change in changes if change.startswith("-")]
        added = [change for change in changes if not change.startswith("-")]
        _check_aliases(added)
        if DEFAULT in removed:
            raise invalid("Alias 'default' cannot be removed: add it to another version instead.")
        with self._store.transaction():
            name, version = find_version(self._store, reference)
            model, number = self._model(name), version["versionId"]
            version = model["versions"][number]
            version["versionAliases"] = [a for a in version["versionAliases"] if a not in removed]
            _move(model, number, added)
            self._store.put(KIND, name, model)
        return version

    def _delete(self, call: Call) -> Json:
        with self._store.transaction():
            name, _ = find_version(self._store, call.name("models"))
            if endpoints := ", ".join(_deployed_on(self._store, name)):
                raise wire.precondition(f"{name} is deployed to {endpoints}: undeploy it first.")
            self._store.delete(KIND, name)
        return self._operations.done(name, "Delete", EMPTY, {})

    def _model(self, name: str) -> Json:
        model = self._store.get(KIND, name)
        if model is None:
            raise not_found(f"{name} does not exist.")
        return model


def _check_aliases(aliases: list[str]) -> None:
    for alias in aliases:
        if not _ALIAS.fullmatch(alias):
            raise invalid(f"Version alias {alias!r} does not match {_ALIAS.pattern}.")


def _move(model: Json, number: str, aliases: list[str]) -> None:
    """Gives `aliases` to one version and takes them from the others."""
    for version_id, version in model["versions"].items():
        kept = [alias for alias in version["versionAliases"] if alias not in aliases]
        version["versionAliases"] = kept
        if version_id == number:
            version["versionAliases"] = [*kept, *dict.fromkeys(aliases)]
