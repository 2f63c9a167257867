"""What the cloud refuses to delete, and what it deletes along.

Acts on the outputs in the state, as the official provider does: a switch counts only after an `up`
that carries it. Does not know Pulumi's own `protect`, which the engine keeps.
"""

from dataclasses import dataclass
from typing import Final

from localcloud.provider.protocol import Properties, ProviderError
from localcloud.store import Store


@dataclass(frozen=True)
class _Contents:
    """What keeps a resource from being deleted: documents of `kind` named `<id>/<infix>...`."""

    kinds: tuple[str, ...]
    infix: str
    force: str
    refusal: str


_CONTENTS: Final = {
    "storage.Bucket": _Contents(
        kinds=("storage/objects",),
        infix="",
        force="forceDestroy",
        refusal="googleapi: Error 409: The bucket you tried to delete is not empty., conflict: "
        "bucket '{id}' holds {count} objects; empty it, or set force_destroy=True and run "
        "'up' before",
    ),
    "bigquery.Dataset": _Contents(
        kinds=("gcp:bigquery/table:Table",),
        infix="tables/",
        force="deleteContentsOnDestroy",
        refusal="googleapi: Error 400: Dataset '{id}' is still in use, resourceInUse: it holds "
        "{count} tables; delete them, or set delete_contents_on_destroy=True and run 'up' before",
    ),
    "vertex.AiFeatureOnlineStore": _Contents(
        kinds=("gcp:vertex/aiFeatureOnlineStoreFeatureview:AiFeatureOnlineStoreFeatureview",),
        infix="featureViews/",
        force="forceDestroy",
        refusal="googleapi: Error 400: Feature online store '{id}' has {count} feature views; "
        "delete them, or set force_destroy=True and run 'up' before",
    ),
}

# Documents of these kinds named `<id>/...` go along with a resource, and keep nothing.
_BELONGINGS: Final = {
    "artifactregistry.Repository": ("templates/versions", "templates/tags"),
    "storage.Bucket": ("storage/uploads",),
    "bigquery.Dataset": ("bigquery/rows", "bigquery/inserts"),
    "bigquery.Table": ("bigquery/rows", "bigquery/inserts"),
}


def permits_deletion(store: Store, label: str, id_: str, outputs: Properties) -> bool:
    """Whether the resource goes away; False leaves it running (`ABANDON`).

    Contents that a force switch covers are deleted here.

    Raises:
        ProviderError: A switch, its contents or a deployed model keep the resource.
    """
    policy = outputs.get("deletionPolicy")
    if policy == "ABANDON":
        return False
    if policy == "PREVENT":
        raise ProviderError(
            f'{label} \'{id_}\' has deletion_policy="PREVENT": set it to "DELETE" and run '
            "'up' before it can be deleted"
        )
    if outputs.get("deletionProtection") is True:
        raise ProviderError(
            f"cannot destroy {label} '{id_}' without setting deletion_protection=False and "
            "running 'up'"
        )
    _refuse_deployed_models(store, label, id_)
    contents = _CONTENTS.get(label)
    if contents is not None:
        _clear(store, contents, id_, forced=outputs.get(contents.force) is True)
    for kind in _BELONGINGS.get(label, ()):
        _delete_below(store, kind, f"{id_}/")
    return True


def _clear(store: Store, contents: _Contents, id_: str, *, forced: bool) -> None:
    prefix = f"{id_}/{contents.infix}"
    if not forced:
        count = sum(len(store.list(kind, prefix=prefix)) for kind in contents.kinds)
        if count:
            raise ProviderError(contents.refusal.format(id=id_, count=count))
    for kind in contents.kinds:
        _delete_below(store, kind, prefix)


def _delete_below(store: Store, kind: str, prefix: str) -> None:
    for name, _ in store.list(kind, prefix=prefix):
        store.delete(kind, name)


def _refuse_deployed_models(store: Store, label: str, id_: str) -> None:
    if label == "vertex.AiDeploymentResourcePool":
        _refuse_while_shared(store, id_)
    if label != "vertex.AiEndpoint":
        return
    document = store.get("vertex/endpoints", id_) or {}
    deployed = document.get("deployedModels") or []
    if deployed:
        names = ", ".join(str(model.get("id", "?")) for model in deployed)
        raise ProviderError(
            f"googleapi: Error 400: Endpoint '{id_}' has deployed models ({names}): undeploy them "
            "first"
        )
    store.delete("vertex/endpoints", id_)


def _refuse_while_shared(store: Store, id_: str) -> None:
    users = [
        name
        for name, document in store.list("vertex/endpoints")
        if any(model.get("sharedResources") == id_ for model in document["deployedModels"])
    ]
    if users:
        raise ProviderError(
            f"googleapi: Error 400: Deployment resource pool '{id_}' serves models of "
            f"{', '.join(users)}: undeploy them first"
        )
