"""Where jobs keep what they produce: one bucket, its lifecycle, and who may write where."""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from catalog.prefixes import of_class, written_by_trainer
from catalog.roles import BUCKET_READER, OBJECT_USER, OBJECT_VIEWER
from infra.encryption import Key
from infra.labels import Labels
from infra.naming import Names
from infra.settings.artifacts import ArtifactSettings
from infra.settings.recovery import StoreLocation
from infra.stores.buckets import BucketArgs, bucket, delete_after, tidy


@dataclass(frozen=True, kw_only=True)
class ArtifactStoreArgs:
    settings: ArtifactSettings
    protected: bool
    place: StoreLocation
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
        store = self._bucket(name, args)
        self._grant(name, store, args)
        self.bucket_name = store.name
        self.register_outputs({"bucket_name": self.bucket_name})

    def _bucket(self, name: str, args: ArtifactStoreArgs) -> gcp.storage.Bucket:
        settings = args.settings
        inputs = BucketArgs(
            name=args.names.bucket("artifacts"),
            place=args.place,
            lifecycle_rules=[
                delete_after(settings.reproducible_days, of_class("reproducible")),
                delete_after(settings.scratch_days, of_class("scratch")),
                *tidy(settings.noncurrent_days, settings.incomplete_upload_days),
            ],
            soft_delete_days=settings.soft_delete_days,
            protected=args.protected,
            labels=args.labels.of("artifacts"),
            storage_api=args.storage_api,
            key=args.key,
        )
        return bucket(f"{name}-bucket", inputs, self)

    def _grant(self, name: str, store: gcp.storage.Bucket, args: ArtifactStoreArgs) -> None:
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
                bucket=store.name,
                role=role,
                member=member,
                opts=ResourceOptions(parent=self),
            )
        gcp.storage.BucketIAMMember(
            f"{name}-trainer-writes",
            bucket=store.name,
            role=OBJECT_USER,
            member=args.trainer_member,
            condition={
                "title": "folders-of-training",
                "description": "What judges a model is out of the reach of what trains it",
                "expression": store.name.apply(_below_trainer_folders),
            },
            opts=ResourceOptions(parent=self),
        )


def _below_trainer_folders(bucket: str) -> str:
    """The condition in CEL: the object's name begins with one of the trainer's folders."""
    return " || ".join(
        f'resource.name.startsWith("projects/_/buckets/{bucket}/objects/{path}")'
        for path in written_by_trainer()
    )
