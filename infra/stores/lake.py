"""Raw data and scripts: one bucket that jobs read, and the way in for data from elsewhere.

Does not upload anything: commands and agents do, as whoever started them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from catalog.prefixes import RAW_DATA, SCRIPTS
from infra.encryption import Key
from infra.labels import Labels
from infra.naming import Names
from infra.settings.lake import LakeBucketSettings, OnPremisesSettings
from infra.settings.recovery import StoreLocation
from infra.stores.buckets import BucketArgs, bucket, delete_after, let_read, tidy


@dataclass(frozen=True, kw_only=True)
class LakeArgs:
    settings: LakeBucketSettings
    on_premises: OnPremisesSettings | None
    protected: bool
    place: StoreLocation
    names: Names
    labels: Labels
    reader_members: dict[str, Input[str]]
    """Who reads raw data and scripts, by role."""
    storage_api: pulumi.Resource
    transfers_allowed: Sequence[pulumi.Resource]
    """What Storage Transfer needs in the project before it can have a pool."""
    key: Key | None


class Lake(pulumi.ComponentResource):
    """Bucket of the data lake, who reads it, and the pool of agents that fill it."""

    bucket_name: Output[str]

    def __init__(self, name: str, args: LakeArgs, opts: ResourceOptions | None = None) -> None:
        inputs = {**args.settings.model_dump(), "protected": args.protected}
        super().__init__("mlplatform:lake:Lake", name, inputs, opts)
        store = self._bucket(name, args)
        for role, member in args.reader_members.items():
            let_read(f"{name}-{role}", store.name, member, self)
        outside = args.on_premises
        pool = self._pool(name, outside, args) if outside else None
        self.bucket_name = store.name
        self.register_outputs(
            {"bucket_name": self.bucket_name, "agent_pool": pool.name if pool else None}
        )

    def _bucket(self, name: str, args: LakeArgs) -> gcp.storage.Bucket:
        settings = args.settings
        inputs = BucketArgs(
            name=args.names.bucket("lake"),
            place=args.place,
            lifecycle_rules=[
                *_colder(settings),
                delete_after(settings.script_days, [SCRIPTS]),
                *tidy(settings.noncurrent_days, settings.incomplete_upload_days),
            ],
            soft_delete_days=settings.soft_delete_days,
            protected=args.protected,
            labels=args.labels.of("lake"),
            storage_api=args.storage_api,
            key=args.key,
            retention_days=settings.retention_days,
        )
        return bucket(f"{name}-bucket", inputs, self)

    def _pool(
        self, name: str, outside: OnPremisesSettings, args: LakeArgs
    ) -> gcp.storage.TransferAgentPool:
        return gcp.storage.TransferAgentPool(
            f"{name}-agents",
            name=outside.pool,
            display_name="Copies from our own data centre",
            bandwidth_limit={"limit_mbps": str(outside.bandwidth_mbps)},
            opts=ResourceOptions(parent=self, depends_on=list(args.transfers_allowed)),
        )


def _colder(settings: LakeBucketSettings) -> list[gcp.storage.BucketLifecycleRuleArgsDict]:
    if settings.nearline_days is None:
        return []
    condition: gcp.storage.BucketLifecycleRuleConditionArgsDict = {
        "age": settings.nearline_days,
        "with_state": "LIVE",
        "matches_prefixes": [RAW_DATA],
        "matches_storage_classes": ["STANDARD"],
    }
    return [
        {"action": {"type": "SetStorageClass", "storage_class": "NEARLINE"}, "condition": condition}
    ]
