"""Buckets: closed, versioned, and cleared of what nobody needs any more."""

from collections.abc import Mapping
from typing import Any

from policy.registry import Finding, Findings, demand, rule
from policy.tokens import BUCKET
from policy.values import UNKNOWN, find, get
from policy.verdicts import Context, Resource

_DROPPED_IF_ZERO = {
    "age": "sendAgeIfZero",
    "daysSinceNoncurrentTime": "sendDaysSinceNoncurrentTimeIfZero",
    "numNewerVersions": "sendNumNewerVersionsIfZero",
    "daysSinceCustomTime": "sendDaysSinceCustomTimeIfZero",
}


@rule("bucket-uniform-access", [BUCKET])
def _uniform(resource: Resource, _: Context) -> Findings:
    """Access to a bucket is decided by IAM alone, not object by object."""
    yield from demand(
        resource,
        "uniformBucketLevelAccess",
        lambda value: value is True,
        "write `uniform_bucket_level_access=True`.",
    )


@rule("bucket-not-public", [BUCKET])
def _not_public(resource: Resource, _: Context) -> Findings:
    """No grant can ever make a bucket public."""
    yield from demand(
        resource,
        "publicAccessPrevention",
        lambda value: value == "enforced",
        'write `public_access_prevention="enforced"`.',
    )


@rule("bucket-versioned", [BUCKET])
def _versioned(resource: Resource, _: Context) -> Findings:
    """An overwritten or deleted object can be brought back."""
    yield from demand(
        resource,
        "versioning.enabled",
        lambda value: value is True,
        'write `versioning={"enabled": True}`.',
    )


@rule("bucket-lifecycle", [BUCKET])
def _lifecycle(resource: Resource, _: Context) -> Findings:
    """A bucket says when objects go, and no rule of it deletes everything.

    The provider drops conditions that are zero: a rule with nothing left matches every object.
    """
    yield from demand(
        resource,
        "lifecycleRules",
        bool,
        "write `lifecycle_rules` for noncurrent versions at least; versioning alone only grows.",
    )
    for where, each in find(resource.inputs, "lifecycleRules[*]"):
        if each is UNKNOWN:
            yield Finding(where, None)
            continue
        condition = each.get("condition") or {}
        if get(each, "action.type") == "Delete" and not _bounded(condition):
            yield Finding(
                f"{where}.condition",
                f"`{where}.condition` matches every object: write an age above zero, or set"
                " the `send_..._if_zero` beside it.",
            )


def _bounded(condition: Mapping[str, Any]) -> bool:
    return any(
        value is not None and (key not in _DROPPED_IF_ZERO or _sent(condition, key))
        for key, value in condition.items()
        if not key.startswith("send") and key != "withState"
    )


def _sent(condition: Mapping[str, Any], key: str) -> bool:
    return condition[key] != 0 or condition.get(_DROPPED_IF_ZERO[key]) is True
