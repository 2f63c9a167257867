"""Customer-managed keys: rotated, near what they encrypt, and used where the stack demands them."""

from typing import Any

from policy.registry import Finding, Findings, demand, rule
from policy.tokens import (
    BUCKET,
    CRYPTO_KEY,
    DATASET,
    ENDPOINT,
    FUNCTION,
    INSTANCE,
    METASTORE,
    ONLINE_STORE,
    PERSISTENT_RESOURCE,
    REPOSITORY,
    RUN_JOB,
    RUN_SERVICE,
    SECRET,
    TOPIC,
    WORKBENCH,
    WORKSTATION_CONFIG,
)
from policy.values import UNKNOWN, find, get
from policy.verdicts import Context, Resource

_SPEC = "encryptionSpec.kmsKeyName"
_STORES = {
    BUCKET: "encryption.defaultKmsKeyName",
    DATASET: "defaultEncryptionConfiguration.kmsKeyName",
    ENDPOINT: _SPEC,
    ONLINE_STORE: _SPEC,
    PERSISTENT_RESOURCE: _SPEC,
    REPOSITORY: "kmsKeyName",
    "gcp:vertex/aiDataset:AiDataset": _SPEC,
    "gcp:vertex/aiMetadataStore:AiMetadataStore": _SPEC,
    "gcp:vertex/aiTensorboard:AiTensorboard": _SPEC,
}
"""Where a type that keeps the platform's data names its key."""
_OTHERS = {
    FUNCTION: "kmsKeyName",
    INSTANCE: "bootDisk.kmsKeySelfLink",
    METASTORE: "encryptionConfig.kmsKey",
    RUN_JOB: "template.template.encryptionKey",
    RUN_SERVICE: "template.encryptionKey",
    SECRET: "replication.auto.customerManagedEncryption.kmsKeyName",
    TOPIC: "kmsKeyName",
    WORKBENCH: "gceSetup.bootDisk.kmsKey",
    WORKSTATION_CONFIG: "encryptionKey.kmsKey",
}
"""The same for machines, messages and secrets."""
_KEY = {**_STORES, **_OTHERS}
_REPLICA_KEYS = "replication.userManaged.replicas[*].customerManagedEncryption.kmsKeyName"
_LONGEST_ROTATION_SECONDS = 366 * 86_400


def _path(resource: Resource) -> str:
    replicated = resource.type == SECRET and get(resource.inputs, "replication.userManaged")
    return _REPLICA_KEYS if replicated else _KEY[resource.type]


@rule("customer-managed-key", list(_STORES), late=list(dict.fromkeys(_STORES.values())))
def _customer_managed(resource: Resource, context: Context) -> Findings:
    """Where the stack demands keys of one's own, what keeps its data is encrypted with one."""
    if context.customer_managed_keys:
        yield from demand(resource, _path(resource), bool, "name the stack's key for this place.")


@rule(
    "customer-managed-key-everywhere",
    list(_OTHERS),
    level="advisory",
    late=[*_OTHERS.values(), _REPLICA_KEYS],
)
def _everywhere(resource: Resource, context: Context) -> Findings:
    """Where the stack demands keys of one's own, machines, messages and secrets have one, too."""
    if context.customer_managed_keys:
        yield from demand(resource, _path(resource), bool, "name the stack's key for this place.")


@rule(
    "key-lies-with-what-it-encrypts",
    list(_KEY),
    late=[*dict.fromkeys(_KEY.values()), _REPLICA_KEYS],
)
def _same_place(resource: Resource, _: Context) -> Findings:
    """A key lies in the location of what it encrypts; elsewhere it is refused."""
    place = get(resource.inputs, "location") or get(resource.inputs, "region")
    if resource.type == SECRET:
        return  # keys of replicas lie with the replicas
    for where, key in find(resource.inputs, _path(resource)):
        if key is UNKNOWN:
            yield Finding(where, None)
        elif key and place and _place_of(key) not in (None, place.lower()):
            yield Finding(where, f"`{where}` lies in {_place_of(key)}: name a key in {place}.")


def _place_of(key: str) -> str | None:
    parts = key.split("/")
    return parts[parts.index("locations") + 1].lower() if "locations" in parts else None


def _often(period: Any) -> bool:
    if not isinstance(period, str) or not period.endswith("s"):
        return False
    return 0 < float(period[:-1]) <= _LONGEST_ROTATION_SECONDS


@rule("key-rotates", [CRYPTO_KEY])
def _rotates(resource: Resource, _: Context) -> Findings:
    """A key that encrypts gets a new version at least once a year."""
    if get(resource.inputs, "purpose") in (None, "ENCRYPT_DECRYPT"):
        yield from demand(
            resource, "rotationPeriod", _often, 'write `rotation_period="7776000s"` (90 days).'
        )
