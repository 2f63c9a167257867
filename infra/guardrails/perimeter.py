"""A service perimeter: Google's APIs answer for this project's data to what is inside only.

Made in an access policy that exists, as an organisation has one. Rehearsed first: then it refuses
nothing, and the audit log says what it would refuse.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from catalog.watched import BUILDING, CLOSED
from infra.naming import Names
from infra.settings.guardrails import PerimeterSettings


@dataclass(frozen=True, kw_only=True)
class PerimeterArgs:
    settings: PerimeterSettings
    names: Names
    project_number: Input[str]
    ci_members: Sequence[Input[str]]
    """Who deploys from outside of every known network."""
    builders: Sequence[Input[str]]
    """Whose builds run on machines of Google's, outside of the perimeter.

    Source: https://cloud.google.com/vpc-service-controls/docs/troubleshoot-services-within-perimeter,
    read 2026-11
    """
    accesscontextmanager_api: pulumi.Resource
    needed: Sequence[pulumi.Resource]
    """Made before the perimeter closes."""


class Perimeter(pulumi.ComponentResource):
    """One regular perimeter around one project."""

    perimeter: Output[str]

    def __init__(self, name: str, args: PerimeterArgs, opts: ResourceOptions | None = None) -> None:
        settings = args.settings
        super().__init__("mlplatform:perimeter:Perimeter", name, settings.model_dump(), opts)
        policy = f"accessPolicies/{settings.access_policy}"
        title = args.names.perimeter()
        closed = _closed(args)
        perimeter = gcp.accesscontextmanager.ServicePerimeter(
            f"{name}-perimeter",
            parent=policy,
            name=f"{policy}/servicePerimeters/{title}",
            title=title,
            description=f"Data of the ML platform, stack {args.names.stack}",
            perimeter_type="PERIMETER_TYPE_REGULAR",
            status=closed if settings.enforced else None,
            spec=None if settings.enforced else closed,
            use_explicit_dry_run_spec=not settings.enforced,
            opts=ResourceOptions(
                parent=self, depends_on=[args.accesscontextmanager_api, *args.needed]
            ),
        )
        self.perimeter = perimeter.name
        self.register_outputs({"perimeter": self.perimeter})


def _closed(args: PerimeterArgs) -> Any:
    project = Output.concat("projects/", args.project_number)
    members = [*args.settings.ingress, *args.ci_members]
    ways_in = {
        # From anywhere: a runner of CI has no address of its own.
        "ingress_from": {"identities": members, "sources": [{"access_level": "*"}]},
        "ingress_to": {"resources": [project], "operations": [{"service_name": "*"}]},
        "title": "who deploys",
    }
    return {
        "resources": [project],
        "restricted_services": list(CLOSED),
        "access_levels": args.settings.access_levels,
        # Machines inside reach nothing of Google's that the perimeter does not close.
        "vpc_accessible_services": {
            "enable_restriction": True,
            "allowed_services": ["RESTRICTED-SERVICES"],
        },
        "ingress_policies": [
            *([ways_in] if members else []),
            *([_builds(args.builders, project)] if args.builders else []),
        ],
    }


def _builds(members: Sequence[Input[str]], project: Input[str]) -> Any:
    return {
        "ingress_from": {"identities": members, "sources": [{"access_level": "*"}]},
        "ingress_to": {
            "resources": [project],
            "operations": [
                {"service_name": service, "method_selectors": [{"method": "*"}]}
                for service in BUILDING
            ],
        },
        "title": "who builds",
    }
