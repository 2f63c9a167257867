"""A project of the stack's own: made, billed and only then used.

Made only where the stack file says so; elsewhere the project exists, and its bill is its owner's.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Output, ResourceOptions

from infra.settings.project import CreatedProject


@dataclass(frozen=True, kw_only=True)
class ProjectArgs:
    settings: CreatedProject
    project_id: str


class Project(pulumi.ComponentResource):
    """The project, with the account that pays for it.

    Does not enable its APIs: `infra.services` does, after it.
    """

    number: Output[str]

    def __init__(self, name: str, args: ProjectArgs, opts: ResourceOptions | None = None) -> None:
        settings = args.settings
        inputs = {"project_id": args.project_id, **settings.model_dump()}
        super().__init__("mlplatform:project:Project", name, inputs, opts)
        kept = not settings.deletable
        made = gcp.organizations.Project(
            f"{name}-itself",
            project_id=args.project_id,
            name=args.project_id,
            org_id=None if settings.organization is None else str(settings.organization),
            folder_id=None if settings.folder is None else str(settings.folder),
            # Part of making it: no API of an unbilled project is ever asked for.
            billing_account=settings.billing_account,
            # The platform's network is its own; one with a subnet in every region is none.
            auto_create_network=False,
            deletion_policy="PREVENT" if kept else "DELETE",
            opts=ResourceOptions(parent=self, protect=kept),
        )
        self.number = made.number
        self.register_outputs({"number": self.number})
