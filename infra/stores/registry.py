"""Where images are: a Docker repository in each region, which cleans up after itself."""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from catalog.roles import REGISTRY_READER
from infra.encryption import Key, granted
from infra.labels import Labels
from infra.naming import Names
from infra.settings.registry import RegistrySettings

_SECONDS_A_DAY = 86_400


@dataclass(frozen=True, kw_only=True)
class RegistryArgs:
    settings: RegistrySettings
    protected: bool
    region: str
    names: Names
    labels: Labels
    reader_members: dict[str, Input[str]]
    """Who pulls images, by role."""
    registry_api: pulumi.Resource
    key: Key | None


class Registry(pulumi.ComponentResource):
    """Repository of one region for the images that jobs and endpoints there run.

    Does not build images, nor copy them between regions: `mlp image build` does both.
    """

    registry_uri: Output[str]
    """`HOST/PROJECT/REPOSITORY`, to which an image's name is appended."""

    def __init__(self, name: str, args: RegistryArgs, opts: ResourceOptions | None = None) -> None:
        inputs = {**args.settings.model_dump(), "protected": args.protected}
        super().__init__("mlplatform:registry:Registry", name, inputs, opts)
        repository = self._repository(name, args)
        perimeter = args.settings.upstreams_in_perimeter
        if perimeter:
            gcp.artifactregistry.VpcscConfig(
                f"{name}-perimeter",
                location=args.region,
                vpcsc_policy=perimeter,
                opts=ResourceOptions(parent=self, depends_on=[args.registry_api]),
            )
        for role, member in args.reader_members.items():
            gcp.artifactregistry.RepositoryIamMember(
                f"{name}-{role}-reads",
                location=args.region,
                repository=repository.repository_id,
                role=REGISTRY_READER,
                member=member,
                opts=ResourceOptions(parent=self),
            )
        self.registry_uri = Output.concat(
            f"{args.region}-docker.pkg.dev/{args.names.project_id}/", repository.repository_id
        )
        self.register_outputs({"registry_uri": self.registry_uri})

    def _repository(self, name: str, args: RegistryArgs) -> gcp.artifactregistry.Repository:
        return gcp.artifactregistry.Repository(
            f"{name}-images",
            repository_id=args.names.repository("images"),
            location=args.region,
            format="DOCKER",
            mode="STANDARD_REPOSITORY",
            description="Images that train, run pipelines and serve",
            # A tag that could be moved would make a digest in a stack file unexplainable.
            docker_config={"immutable_tags": True},
            vulnerability_scanning_config={"enablement_config": "INHERITED"},
            kms_key_name=args.key.id if args.key else None,
            cleanup_policy_dry_run=False,
            cleanup_policies=[
                {
                    "id": "keep-recent",
                    "action": "KEEP",
                    "most_recent_versions": {"keep_count": args.settings.keep_recent_versions},
                },
                {
                    "id": "delete-untagged",
                    "action": "DELETE",
                    "condition": {
                        "tag_state": "UNTAGGED",
                        "older_than": f"{args.settings.untagged_days * _SECONDS_A_DAY}s",
                    },
                },
            ],
            labels=args.labels.of("registry"),
            opts=ResourceOptions(
                parent=self,
                depends_on=[args.registry_api, *granted(args.key)],
                protect=args.protected,
                # Another key is another repository, under the same name.
                delete_before_replace=True,
            ),
        )
