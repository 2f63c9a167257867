"""Where jobs keep what they produce: one bucket, its lifecycle, and who may write where."""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from catalog.prefixes import of_class, written_by_trainer
from catalog.roles import BUCKET_READER, OBJECT_USER, OBJECT_VIEWER
from infra.encryption import Key, granted
from infra.labels import Labels
from infra.naming import Names
from infra.settings.artifacts import ArtifactSettings

_SECONDS_A_DAY = 86_400


@dataclass(frozen=True, kw_only=True)
class ArtifactStoreArgs:
    settings: ArtifactSettings
    protected: bool
    region: str
    names: Names
    labels: Labels
    pipeline_runner_member: Input[str]
    trainer_member: Input[str]
    predictor_member: Input[str]
    storage_api: pulumi.Resource
    key: Key | None


class ArtifactStore(pulumi.ComponentResource):
    """Bucket of the stack's artifacts and the grants on it.

    Which folders there are and of which class they are is `catalog.prefixes`.
    """

    bucket_name: Output[str]

    def __init__(
        self, name: str, args: ArtifactStoreArgs, opts: ResourceOptions | None = None
    ) -> None:
        inputs = {**args.settings.model_dump(), "protected": args.protected}
        super().__init__("mlplatform:artifacts:ArtifactStore", name, inputs, opts)
        bucket = self._bucket(name, args)
        self._grant(name, bucket, args)
        self.bucket_name = bucket.name
        self.register_outputs({"bucket_name": self.bucket_name})

    def _bucket(self, name: str, args: ArtifactStoreArgs) -> gcp.storage.Bucket:
        return gcp.storage.Bucket(
            f"{name}-bucket",
            name=args.names.bucket("artifacts"),
            location=args.region.upper(),  # as the API gives it back
            uniform_bucket_level_access=True,
            public_access_prevention="enforced",
            versioning={"enabled": True},
            soft_delete_policy={
                "retention_duration_seconds": args.settings.soft_delete_days * _SECONDS_A_DAY
            },
            lifecycle_rules=_lifecycle_rules(args.settings),
            force_destroy=not args.protected,
            encryption={"default_kms_key_name": args.key.id} if args.key else None,
            labels=args.labels.of("artifacts"),
            opts=ResourceOptions(
                parent=self,
                depends_on=[args.storage_api, *granted(args.key)],
                protect=args.protected,
            ),
        )

    def _grant(self, name: str, bucket: gcp.storage.Bucket, args: ArtifactStoreArgs) -> None:
        grants = {
            "runner-writes": (OBJECT_USER, args.pipeline_runner_member),
            "runner-looks": (BUCKET_READER, args.pipeline_runner_member),
            "trainer-reads": (OBJECT_VIEWER, args.trainer_member),
            "trainer-looks": (BUCKET_READER, args.trainer_member),
            "predictor-reads": (OBJECT_VIEWER, args.predictor_member),
        }
        for label, (role, member) in grants.items():
            gcp.storage.BucketIAMMember(
                f"{name}-{label}",
                bucket=bucket.name,
                role=role,
                member=member,
                opts=ResourceOptions(parent=self),
            )
        gcp.storage.BucketIAMMember(
            f"{name}-trainer-writes",
            bucket=bucket.name,
            role=OBJECT_USER,
            member=args.trainer_member,
            condition={
                "title": "folders-of-training",
                "description": "What judges a model is out of the reach of what trains it",
                "expression": bucket.name.apply(_below_trainer_folders),
            },
            opts=ResourceOptions(parent=self),
        )


def _lifecycle_rules(settings: ArtifactSettings) -> list[gcp.storage.BucketLifecycleRuleArgsDict]:
    return [
        {
            "action": {"type": "Delete"},
            "condition": {
                "age": settings.reproducible_days,
                "with_state": "LIVE",
                "matches_prefixes": list(of_class("reproducible")),
            },
        },
        {
            "action": {"type": "Delete"},
            "condition": {
                "age": settings.scratch_days,
                "with_state": "LIVE",
                "matches_prefixes": list(of_class("scratch")),
            },
        },
        {
            "action": {"type": "Delete"},
            "condition": {
                "days_since_noncurrent_time": settings.noncurrent_days,
                "with_state": "ARCHIVED",
            },
        },
        {
            "action": {"type": "AbortIncompleteMultipartUpload"},
            "condition": {"age": settings.incomplete_upload_days},
        },
    ]


def _below_trainer_folders(bucket: str) -> str:
    """The condition in CEL: the object's name begins with one of the trainer's folders."""
    return " || ".join(
        f'resource.name.startsWith("projects/_/buckets/{bucket}/objects/{path}")'
        for path in written_by_trainer()
    )
