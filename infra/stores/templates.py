"""Where compiled pipelines are: one repository, read by who runs them.

Does not compile or upload any: `jobs.templates` does, when a run is submitted.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from catalog.roles import REGISTRY_READER
from infra.encryption import Key, granted
from infra.labels import Labels
from infra.naming import Names


@dataclass(frozen=True, kw_only=True)
class PipelineTemplatesArgs:
    protected: bool
    region: str
    names: Names
    labels: Labels
    reader_member: Input[str]
    registry_api: pulumi.Resource
    key: Key | None


class PipelineTemplates(pulumi.ComponentResource):
    """Repository of pipeline templates."""

    registry_uri: Output[str]

    def __init__(
        self, name: str, args: PipelineTemplatesArgs, opts: ResourceOptions | None = None
    ) -> None:
        inputs = {"region": args.region, "protected": args.protected}
        super().__init__("mlplatform:templates:PipelineTemplates", name, inputs, opts)
        repository = gcp.artifactregistry.Repository(
            f"{name}-pipelines",
            repository_id=args.names.repository("pipelines"),
            location=args.region,
            format="KFP",
            mode="STANDARD_REPOSITORY",
            description="Compiled pipelines",
            kms_key_name=args.key.id if args.key else None,
            labels=args.labels.of("templates"),
            opts=ResourceOptions(
                parent=self,
                depends_on=[args.registry_api, *granted(args.key)],
                protect=args.protected,
                delete_before_replace=True,
            ),
        )
        gcp.artifactregistry.RepositoryIamMember(
            f"{name}-runner-reads",
            location=args.region,
            repository=repository.repository_id,
            role=REGISTRY_READER,
            member=args.reader_member,
            opts=ResourceOptions(parent=self),
        )
        self.registry_uri = Output.concat(
            f"https://{args.region}-kfp.pkg.dev/{args.names.project_id}/", repository.repository_id
        )
        self.register_outputs({"registry_uri": self.registry_uri})
