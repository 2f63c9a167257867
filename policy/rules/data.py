"""Warehouse, registry and all that would be lost: closed, cleaned, and hard to delete in prod."""

from typing import Any

from policy.registry import Finding, Findings, demand, rule
from policy.rules.identity import PUBLIC
from policy.tokens import (
    BUCKET,
    CRYPTO_KEY,
    DATASET,
    METASTORE,
    ONLINE_STORE,
    REPOSITORY,
    RUN_SERVICE,
    SECRET,
    TABLE,
    WORKSTATION_CLUSTER,
)
from policy.values import get
from policy.verdicts import Context, Resource

DATASET_ACCESS = "gcp:bigquery/datasetAccess:DatasetAccess"
_EVERYBODY = {*PUBLIC, "projectReaders"}

_LOCKS: dict[str, tuple[str, tuple[Any, ...]]] = {
    BUCKET: ("forceDestroy", (None, False)),
    CRYPTO_KEY: ("deletionPolicy", ("PREVENT",)),
    DATASET: ("deleteContentsOnDestroy", (None, False)),
    METASTORE: ("deletionProtection", (True,)),
    ONLINE_STORE: ("forceDestroy", (None, False)),
    RUN_SERVICE: ("deletionProtection", (None, True)),
    SECRET: ("deletionProtection", (True,)),
    TABLE: ("deletionProtection", (None, True)),
}
"""The provider's own lock of a type, and its values that lock; None where the default does."""


@rule("dataset-not-public", [DATASET, DATASET_ACCESS], late=["accesses[*].iamMember", "iamMember"])
def _dataset(resource: Resource, _: Context) -> Findings:
    """No dataset is open to everybody, nor to everybody who may see the project."""
    prefix = "accesses[*]." if resource.type == DATASET else ""
    for name in ("specialGroup", "iamMember"):
        yield from demand(
            resource,
            f"{prefix}{name}",
            lambda value: value not in _EVERYBODY,
            "grant a role to one account with DatasetIamMember.",
        )


@rule("deletion-refused-in-prod", list(_LOCKS))
def _lock(resource: Resource, context: Context) -> Findings:
    """In prod the provider refuses to delete what holds data."""
    if context.production:
        path, locked = _LOCKS[resource.type]
        yield from demand(
            resource, path, lambda value: value in locked, f"write {locked[-1]!r} in prod."
        )


@rule(
    "data-protected-in-prod",
    [BUCKET, CRYPTO_KEY, DATASET, METASTORE, REPOSITORY, SECRET, TABLE, WORKSTATION_CLUSTER],
)
def _protected(resource: Resource, context: Context) -> Findings:
    """In prod Pulumi itself refuses to delete what holds data or is long in the making."""
    if context.production and not resource.protect:
        yield Finding(
            "protect", "`protect` is False: write `ResourceOptions(protect=True)` in prod."
        )


def _standard(resource: Resource) -> bool:
    return get(resource.inputs, "mode") in (None, "STANDARD_REPOSITORY")


@rule("registry-tags-do-not-move", [REPOSITORY])
def _immutable(resource: Resource, _: Context) -> Findings:
    """A tag of an image, once given, means that image for ever.

    Not where Cloud Functions builds: the cache of its builds is a tag that moves.
    """
    if get(resource.inputs, "labels.built-by") == "cloud-functions":
        return
    if _standard(resource) and get(resource.inputs, "format") == "DOCKER":
        yield from demand(
            resource,
            "dockerConfig.immutableTags",
            lambda value: value is True,
            'write `docker_config={"immutable_tags": True}`.',
        )


@rule("registry-is-cleaned", [REPOSITORY])
def _cleaned(resource: Resource, _: Context) -> Findings:
    """Images that nobody uses go, and for real, not as a rehearsal."""
    if not _standard(resource) or get(resource.inputs, "format") != "DOCKER":
        return
    yield from demand(
        resource, "cleanupPolicies", bool, "write one policy that keeps and one that deletes."
    )
    yield from demand(
        resource,
        "cleanupPolicyDryRun",
        lambda value: value is not True,
        "write False: a rehearsal deletes nothing.",
    )


@rule("registry-is-scanned", [REPOSITORY])
def _scanned(resource: Resource, _: Context) -> Findings:
    """Images are scanned for known vulnerabilities."""
    if get(resource.inputs, "format") == "DOCKER":
        yield from demand(
            resource,
            "vulnerabilityScanningConfig.enablementConfig",
            lambda value: value != "DISABLED",
            "write INHERITED.",
        )


@rule("partitions-expire", [TABLE], level="advisory")
def _expiry(resource: Resource, _: Context) -> Findings:
    """A table by time says how long its partitions stay."""
    if get(resource.inputs, "timePartitioning") is not None:
        yield from demand(
            resource,
            "timePartitioning.expirationMs",
            bool,
            "write `expiration_ms`, or partitions stay for ever.",
        )
