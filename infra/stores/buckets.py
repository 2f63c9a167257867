"""What all buckets of the platform have in common: closed, versioned, labelled, protected.

Does not decide where a bucket is, what is deleted when, or who may use it: it says how.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from catalog.roles import BUCKET_READER, OBJECT_VIEWER
from infra.encryption import Key, granted
from infra.settings.recovery import StoreLocation

SECONDS_A_DAY = 86_400


@dataclass(frozen=True, kw_only=True)
class BucketArgs:
    """One bucket."""

    name: str
    place: StoreLocation
    lifecycle_rules: Sequence[gcp.storage.BucketLifecycleRuleArgsDict]
    soft_delete_days: int
    protected: bool
    labels: dict[str, str]
    storage_api: pulumi.Resource
    key: Key | None
    retention_days: int | None = None
    """No object can be deleted or overwritten before it is so old."""
    locked: bool = False
    """For ever: nobody can shorten the retention again, and no bucket of that kind is deleted."""


def bucket(logical_name: str, args: BucketArgs, parent: pulumi.Resource) -> gcp.storage.Bucket:
    """Register one bucket below a component."""
    both = args.place.data_locations
    return gcp.storage.Bucket(
        logical_name,
        name=args.name,
        location=args.place.location,
        custom_placement_config={"data_locations": list(both)} if both else None,
        rpo=args.place.rpo,
        uniform_bucket_level_access=True,
        public_access_prevention="enforced",
        versioning={"enabled": True},
        soft_delete_policy={"retention_duration_seconds": args.soft_delete_days * SECONDS_A_DAY},
        retention_policy=_retention(args),
        lifecycle_rules=list(args.lifecycle_rules),
        force_destroy=not args.protected,
        encryption={"default_kms_key_name": args.key.id} if args.key else None,
        labels=args.labels,
        opts=ResourceOptions(
            parent=parent,
            depends_on=[args.storage_api, *granted(args.key)],
            protect=args.protected,
            # Another place is another bucket, under the same name.
            delete_before_replace=True,
        ),
    )


def _retention(args: BucketArgs) -> gcp.storage.BucketRetentionPolicyArgsDict | None:
    if not args.retention_days:
        return None
    period: gcp.storage.BucketRetentionPolicyArgsDict = {
        "retention_period": str(args.retention_days * SECONDS_A_DAY)
    }
    return {**period, "is_locked": True} if args.locked else period


def delete_after(
    days: int, prefixes: Sequence[str] = ()
) -> gcp.storage.BucketLifecycleRuleArgsDict:
    """Delete what is so old, below these folders or anywhere."""
    condition: gcp.storage.BucketLifecycleRuleConditionArgsDict = {
        "age": days,
        "with_state": "LIVE",
    }
    if prefixes:
        condition["matches_prefixes"] = list(prefixes)
    return {"action": {"type": "Delete"}, "condition": condition}


def delete_former(days: int) -> gcp.storage.BucketLifecycleRuleArgsDict:
    """Delete versions that something newer took the place of so long ago."""
    return {
        "action": {"type": "Delete"},
        "condition": {"days_since_noncurrent_time": days, "with_state": "ARCHIVED"},
    }


def tidy(
    noncurrent_days: int, incomplete_upload_days: int
) -> list[gcp.storage.BucketLifecycleRuleArgsDict]:
    """What every versioned bucket needs: versions and parts of uploads that nobody sees go."""
    return [
        delete_former(noncurrent_days),
        {
            "action": {"type": "AbortIncompleteMultipartUpload"},
            "condition": {"age": incomplete_upload_days},
        },
    ]


def grant(
    logical_name: str,
    bucket: Input[str],
    role: str,
    member: Input[str],
    parent: pulumi.Resource,
    *,
    condition: gcp.storage.BucketIAMMemberConditionArgsDict | None = None,
) -> gcp.storage.BucketIAMMember:
    """Give one role on one bucket."""
    return gcp.storage.BucketIAMMember(
        logical_name,
        bucket=bucket,
        role=role,
        member=member,
        condition=condition,
        opts=ResourceOptions(parent=parent),
    )


def let_read(
    logical_name: str, bucket: Input[str], member: Input[str], parent: pulumi.Resource
) -> None:
    """Let somebody read the objects, and look at the bucket as clients do before they read."""
    grant(f"{logical_name}-reads", bucket, OBJECT_VIEWER, member, parent)
    grant(f"{logical_name}-looks", bucket, BUCKET_READER, member, parent)


def below(bucket: Input[str], folders: Sequence[str]) -> Output[str]:
    """The condition of a grant, in CEL: the object's name begins with one of the folders."""
    return Output.from_input(bucket).apply(
        lambda name: " || ".join(
            f'resource.name.startsWith("projects/_/buckets/{name}/objects/{folder}")'
            for folder in folders
        )
    )
