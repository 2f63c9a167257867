"""Copies in a region that the stores do not reach: a bucket there, and a job that fills it.

For regions that no bucket can share. Google promises no time for such copies, passes no deletion
on and copies nothing that was there before the job: this is no ground for a recovery point.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from catalog.prefixes import of_class
from catalog.roles import BUCKET_OWNER, BUCKET_WRITER, OBJECT_VIEWER
from infra.encryption import Key
from infra.labels import Labels
from infra.naming import Names
from infra.settings.artifacts import ArtifactSettings
from infra.settings.recovery import one_region
from infra.stores.buckets import BucketArgs, bucket, grant, let_read, tidy


@dataclass(frozen=True, kw_only=True)
class ReplicasArgs:
    settings: ArtifactSettings
    """Copies are tidied as the artifacts are."""
    protected: bool
    project_id: str
    region: str
    sources: Mapping[str, Input[str]]
    """Buckets to copy, by what they hold."""
    names: Names
    labels: Labels
    reader_members: Mapping[str, Input[str]]
    transfer_agent: Input[str]
    transfers_allowed: Sequence[pulumi.Resource]
    """What Storage Transfer needs in the project before any job."""
    storage_api: pulumi.Resource
    key: Key | None


class Replicas(pulumi.ComponentResource):
    """Buckets of copies in one region, filled as their sources change."""

    bucket_names: dict[str, Output[str]]
    """By what they hold."""

    def __init__(self, name: str, args: ReplicasArgs, opts: ResourceOptions | None = None) -> None:
        inputs = {"region": args.region, "protected": args.protected}
        super().__init__("mlplatform:replicas:Replicas", name, inputs, opts)
        self.bucket_names = {}
        for holds, source in args.sources.items():
            label = f"{name}-{holds}"
            copy = self._bucket(label, holds, args)
            for role_name, member in args.reader_members.items():
                let_read(f"{label}-{role_name}", copy.name, member, self)
            grants = self._let_agent_copy(label, source, copy, args)
            self._job(label, source, copy, args, [*args.transfers_allowed, *grants])
            self.bucket_names[holds] = copy.name
        self.register_outputs({"bucket_names": self.bucket_names})

    def _bucket(self, label: str, holds: str, args: ReplicasArgs) -> gcp.storage.Bucket:
        settings = args.settings
        inputs = BucketArgs(
            name=args.names.bucket(f"{holds}-{args.region}"),
            place=one_region(args.region),
            lifecycle_rules=tidy(settings.noncurrent_days, settings.incomplete_upload_days),
            soft_delete_days=settings.soft_delete_days,
            protected=args.protected,
            labels=args.labels.of("replicas"),
            storage_api=args.storage_api,
            key=args.key,
        )
        return bucket(f"{label}-bucket", inputs, self)

    def _let_agent_copy(
        self, label: str, source: Input[str], copy: gcp.storage.Bucket, args: ReplicasArgs
    ) -> list[pulumi.Resource]:
        agent = args.transfer_agent
        return [
            grant(f"{label}-source-reads", source, OBJECT_VIEWER, agent, self),
            # To be told of changes, the agent asks the bucket for notifications.
            grant(f"{label}-source-notified", source, BUCKET_OWNER, agent, self),
            grant(f"{label}-copy-writes", copy.name, BUCKET_WRITER, agent, self),
        ]

    def _job(
        self,
        label: str,
        source: Input[str],
        copy: gcp.storage.Bucket,
        args: ReplicasArgs,
        grants: list[pulumi.Resource],
    ) -> None:
        gcp.storage.TransferJob(
            f"{label}-copies",
            # A replication job that is given a name is refused, and without these two quotes Pulumi
            # gives it one. https://cloud.google.com/storage-transfer/docs/cross-bucket-replication
            name="",
            description=f"Copies of {args.names.stack}'s {label} in {args.region}, without a limit",
            project=args.project_id,
            replication_spec={
                "gcs_data_source": {"bucket_name": source},
                "gcs_data_sink": {"bucket_name": copy.name},
                "object_conditions": {"exclude_prefixes": list(of_class("scratch"))},
                "transfer_options": {"overwrite_when": "DIFFERENT"},
            },
            opts=ResourceOptions(parent=self, depends_on=grants),
        )
