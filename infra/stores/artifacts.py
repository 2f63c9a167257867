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
from infra.stores.buckets import BucketArgs, below, bucket, delete_after, grant, let_read, tidy


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
        runner, trainer = args.pipeline_runner_member, args.trainer_member
        grant(f"{name}-runner-writes", store.name, OBJECT_USER, runner, self)
        grant(f"{name}-runner-looks", store.name, BUCKET_READER, runner, self)
        let_read(f"{name}-trainer", store.name, trainer, self)
        grant(f"{name}-predictor-reads", store.name, OBJECT_VIEWER, args.predictor_member, self)
        grant(
            f"{name}-trainer-writes",
            store.name,
            OBJECT_USER,
            trainer,
            self,
            condition={
                "title": "folders-of-training",
                "description": "What judges a model is out of the reach of what trains it",
                "expression": below(store.name, written_by_trainer()),
            },
        )
