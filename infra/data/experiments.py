"""What Vertex AI keeps about experiments and data: lineage, curves, data sets.

Does not record anything: pipelines and training jobs do.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from catalog.roles import TENSORBOARD_WRITER_PERMISSIONS
from catalog.vertex import DEFAULT_METADATA_STORE, dataset_schema
from infra.encryption import Key, granted
from infra.labels import Labels
from infra.naming import Names
from infra.settings.experiments import DatasetSettings, ExperimentSettings


@dataclass(frozen=True, kw_only=True)
class ExperimentsArgs:
    settings: ExperimentSettings
    protected: bool
    project_id: str
    region: str
    names: Names
    labels: Labels
    trainer_member: Input[str]
    """Sends curves."""
    aiplatform_api: pulumi.Resource
    iam_api: pulumi.Resource
    key: Key | None


class Experiments(pulumi.ComponentResource):
    """Metadata store, TensorBoard and data sets, as far as the settings ask for them."""

    tensorboard: Output[str] | None
    """Its resource name, as jobs take it."""
    datasets: dict[str, Output[str]]
    """Resource name of each data set."""

    def __init__(
        self, name: str, args: ExperimentsArgs, opts: ResourceOptions | None = None
    ) -> None:
        inputs = {**args.settings.model_dump(), "protected": args.protected}
        super().__init__("mlplatform:experiments:Experiments", name, {"settings": inputs}, opts)
        store = self._metadata_store(name, args) if args.settings.metadata_store else None
        self.tensorboard = self._tensorboard(name, args) if args.settings.tensorboard else None
        self.datasets = {
            dataset.name: self._dataset(name, dataset, args).id
            for dataset in args.settings.datasets
        }
        self.register_outputs(
            {
                "metadata_store": store and store.id,
                "tensorboard": self.tensorboard,
                "datasets": self.datasets,
            }
        )

    def _metadata_store(self, name: str, args: ExperimentsArgs) -> gcp.vertex.AiMetadataStore:
        return gcp.vertex.AiMetadataStore(
            f"{name}-metadata",
            name=DEFAULT_METADATA_STORE,
            description="Lineage of runs, models and data",
            region=args.region,
            encryption_spec={"kms_key_name": args.key.id} if args.key else None,
            deletion_policy=_policy(args),
            opts=self._kept(args),
        )

    def _tensorboard(self, name: str, args: ExperimentsArgs) -> Output[str]:
        board = gcp.vertex.AiTensorboard(
            f"{name}-tensorboard",
            display_name=args.names.title("training"),
            description="Curves of training jobs",
            region=args.region,
            encryption_spec={"kms_key_name": args.key.id} if args.key else None,
            deletion_policy=_policy(args),
            labels=args.labels.of("experiments"),
            opts=self._kept(args),
        )
        role = gcp.projects.IAMCustomRole(
            f"{name}-writer-role",
            role_id=args.names.role_id("tensorboard_writer"),
            title=args.names.title("Sends curves to TensorBoard"),
            permissions=list(TENSORBOARD_WRITER_PERMISSIONS),
            opts=ResourceOptions(parent=self, depends_on=[args.iam_api]),
        )
        # A TensorBoard has no grants of its own: the project is the nearest place.
        grant = gcp.projects.IAMMember(
            f"{name}-trainer-writes",
            project=args.project_id,
            role=role.id,
            member=args.trainer_member,
            opts=ResourceOptions(parent=self),
        )
        # Whoever is given the name may write: the grant is there by then.
        return Output.all(board.name, grant.id).apply(lambda made: made[0])

    def _dataset(
        self, name: str, dataset: DatasetSettings, args: ExperimentsArgs
    ) -> gcp.vertex.AiDataset:
        return gcp.vertex.AiDataset(
            f"{name}-{dataset.name}",
            display_name=args.names.machine(dataset.name),
            metadata_schema_uri=dataset_schema(dataset.kind),
            region=args.region,
            encryption_spec={"kms_key_name": args.key.id} if args.key else None,
            labels=args.labels.of("experiments"),
            opts=ResourceOptions(parent=self, depends_on=[args.aiplatform_api, *granted(args.key)]),
        )

    def _kept(self, args: ExperimentsArgs) -> ResourceOptions:
        return ResourceOptions(
            parent=self,
            depends_on=[args.aiplatform_api, *granted(args.key)],
            protect=args.protected,
        )


def _policy(args: ExperimentsArgs) -> str:
    """With a store goes the lineage, with a TensorBoard every curve."""
    return "PREVENT" if args.protected else "DELETE"
