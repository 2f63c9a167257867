"""Where evidence is kept: one bucket in which what was written stays as it was, for a time.

Does not write anything: who decides about a model may add a record, and nobody of ours may change
or delete one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from catalog.roles import OBJECT_CREATOR, OBJECT_VIEWER
from infra.encryption import Key
from infra.labels import Labels
from infra.naming import Names
from infra.settings.artifacts import ArtifactSettings, EvidenceSettings
from infra.settings.recovery import StoreLocation
from infra.stores.buckets import BucketArgs, bucket, grant, tidy


@dataclass(frozen=True, kw_only=True)
class EvidenceArgs:
    settings: EvidenceSettings
    artifacts: ArtifactSettings
    """What is no evidence, such as parts of uploads, is tidied as among the artifacts."""
    protected: bool
    place: StoreLocation
    names: Names
    labels: Labels
    writer_member: Input[str]
    reader_members: Sequence[str]
    storage_api: pulumi.Resource
    key: Key | None


class Evidence(pulumi.ComponentResource):
    """Bucket of evidence, who adds to it, and who reads it."""

    bucket_name: Output[str]

    def __init__(self, name: str, args: EvidenceArgs, opts: ResourceOptions | None = None) -> None:
        inputs = {**args.settings.model_dump(), "protected": args.protected}
        super().__init__("mlplatform:evidence:Evidence", name, inputs, opts)
        store = self._bucket(name, args)
        # Creates, and does not overwrite: that would take the right to delete.
        grant(f"{name}-runner-adds", store.name, OBJECT_CREATOR, args.writer_member, self)
        for index, member in enumerate(args.reader_members, start=1):
            grant(f"{name}-auditor-{index}-reads", store.name, OBJECT_VIEWER, member, self)
        self.bucket_name = store.name
        self.register_outputs({"bucket_name": self.bucket_name})

    def _bucket(self, name: str, args: EvidenceArgs) -> gcp.storage.Bucket:
        tidied = args.artifacts
        inputs = BucketArgs(
            name=args.names.bucket("evidence"),
            place=args.place,
            lifecycle_rules=tidy(tidied.noncurrent_days, tidied.incomplete_upload_days),
            soft_delete_days=tidied.soft_delete_days,
            protected=args.protected,
            labels=args.labels.of("evidence"),
            storage_api=args.storage_api,
            key=args.key,
            retention_days=args.settings.retention_days,
            locked=args.settings.locked,
        )
        return bucket(f"{name}-bucket", inputs, self)
