"""Tables that all of Spark knows: a Hive metastore by Google, and the bucket of their files.

It answers at an address of one subnet, in the stack's network only. Its protocol is Thrift: the
other one, gRPC, asks who calls, but is reached over Google's APIs and takes no network. Thrift asks
nobody: who may read a table's files is decided at the bucket, by whoever makes its readers.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from catalog.roles import OBJECT_USER
from catalog.spark import HIVE
from infra.encryption import Key, granted, let_encrypt
from infra.labels import Labels
from infra.naming import Names
from infra.settings.artifacts import ArtifactSettings
from infra.settings.recovery import one_region
from infra.settings.spark import MetastoreSettings
from infra.stores.buckets import BucketArgs, bucket, grant, tidy


@dataclass(frozen=True, kw_only=True)
class MetastoreArgs:
    settings: MetastoreSettings
    artifacts: ArtifactSettings
    """What nobody sees any more goes as among the artifacts."""
    protected: bool
    region: str
    names: Names
    labels: Labels
    subnet_id: Input[str]
    agent_member: Input[str]
    """Google's own identity of the service, which makes folders of tables."""
    metastore_api: pulumi.Resource
    storage_api: pulumi.Resource
    key: Key | None
    """For files and for what is known about them; Cloud Storage may use it already."""


class Metastore(pulumi.ComponentResource):
    """The service, the bucket of its tables, and what its agent may do."""

    service_id: Output[str]
    """`projects/P/locations/L/services/S`"""
    tables_bucket: Output[str]
    """Who uses tables is granted their files by whom it belongs to."""

    def __init__(self, name: str, args: MetastoreArgs, opts: ResourceOptions | None = None) -> None:
        inputs = {**args.settings.model_dump(), "protected": args.protected}
        super().__init__("mlplatform:metastore:Metastore", name, {"settings": inputs}, opts)
        tables = self._tables(name, args)
        makes_folders = grant(
            f"{name}-makes-folders", tables.name, OBJECT_USER, args.agent_member, self
        )
        ready = [makes_folders, *self._key_grant(name, args)]
        self.service_id = self._service(name, tables, ready, args).id
        self.tables_bucket = tables.name
        self.register_outputs({"service_id": self.service_id, "tables_bucket": self.tables_bucket})

    def _tables(self, name: str, args: MetastoreArgs) -> gcp.storage.Bucket:
        tidied = args.artifacts
        inputs = BucketArgs(
            name=args.names.bucket("tables"),
            place=one_region(args.region),
            # Nothing ends by its age: the metastore would go on naming files that are gone.
            lifecycle_rules=tidy(tidied.noncurrent_days, tidied.incomplete_upload_days),
            soft_delete_days=tidied.soft_delete_days,
            protected=args.protected,
            labels=args.labels.of("spark"),
            storage_api=args.storage_api,
            key=args.key,
        )
        return bucket(f"{name}-tables", inputs, self)

    def _key_grant(self, name: str, args: MetastoreArgs) -> list[pulumi.Resource]:
        if args.key is None:
            return []
        may_encrypt = let_encrypt(f"{name}-encrypts", args.key, args.agent_member, self)
        return [may_encrypt, *granted(args.key)]

    def _service(
        self,
        name: str,
        tables: gcp.storage.Bucket,
        ready: list[pulumi.Resource],
        args: MetastoreArgs,
    ) -> gcp.dataproc.MetastoreService:
        settings = args.settings
        return gcp.dataproc.MetastoreService(
            f"{name}-service",
            service_id=args.names.machine("tables"),
            # Left out, it would be `global`.
            location=args.region,
            hive_metastore_config={
                "version": HIVE,
                "endpoint_protocol": "THRIFT",
                "config_overrides": {
                    "hive.metastore.warehouse.dir": Output.format("gs://{}/warehouse", tables.name)
                },
            },
            scaling_config={"instance_size": settings.size},
            network_config={"consumers": [{"subnetwork": args.subnet_id}]},
            encryption_config={"kms_key": args.key.id} if args.key else None,
            # One that is sized is of the second generation, which knows Spanner only and is not
            # stopped for maintenance. Left out, it would be MySQL.
            database_type="SPANNER",
            release_channel="STABLE",
            telemetry_config={"log_format": "JSON"},
            deletion_protection=args.protected,
            labels=args.labels.of("spark"),
            # Half an hour in the making, and what is known about tables goes with it.
            opts=ResourceOptions(
                parent=self,
                depends_on=[args.metastore_api, *ready],
                protect=args.protected,
                delete_before_replace=True,
            ),
        )
