"""The image of workstations: built when its files change, and again as its base gets fixes.

Who builds, and the repository that is built from, are of `infra.delivery.builds`. Which image a
workstation runs is in the stack file: a new one is chosen there by its digest, never by itself.
"""

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from catalog.images import WORKSTATION
from catalog.roles import ACT_AS, BUILD_STARTER_PERMISSIONS
from infra.delivery.image_builds import steps, substitutions
from infra.naming import Names
from infra.signing import Signing

_RUN = "https://cloudbuild.googleapis.com/v1/projects/{}/locations/{}/triggers/{}:run"
_SCOPE = "https://www.googleapis.com/auth/cloud-platform"


@dataclass(frozen=True, kw_only=True)
class WorkstationImageArgs:
    branch: str
    machine: str
    rebuild_cron: str | None
    names: Names
    region: str
    registry_uris: Mapping[str, Output[str]]
    """By region: each gets what is built."""
    repository_id: Input[str]
    builder_name: Input[str]
    """The account that builds, as `projects/P/serviceAccounts/E`."""
    builder_ready: Sequence[pulumi.Resource]
    """What it may do has been granted."""
    signing: Signing | None
    scheduler_api: pulumi.Resource | None
    """Only where there is a time to build at."""
    iam_api: pulumi.Resource


class WorkstationImage(pulumi.ComponentResource):
    """Trigger of commits; trigger, clock and its account for builds on the newest base."""

    trigger: Output[str]
    """Of commits, as `projects/P/locations/L/triggers/T`."""
    clock_member: Output[str] | None
    """Who starts builds on the newest base; None if nobody does."""

    def __init__(
        self, name: str, args: WorkstationImageArgs, opts: ResourceOptions | None = None
    ) -> None:
        inputs = {"branch": args.branch, "rebuild_cron": args.rebuild_cron}
        super().__init__("mlplatform:workstation_image:WorkstationImage", name, inputs, opts)
        self._name, self._args = name, args
        push = {"repository": args.repository_id, "push": {"branch": f"^{re.escape(args.branch)}$"}}
        of_commits = self._trigger(
            "image",
            f"Image of workstations, of every commit on {args.branch} that changes it",
            repository_event_config=push,
            included_files=WORKSTATION.watched,
        )
        self.clock_member = self._rebuilds(args.rebuild_cron) if args.rebuild_cron else None
        self.trigger = of_commits.id
        self.register_outputs({"trigger": self.trigger})

    def _trigger(self, role: str, description: str, **event: Any) -> gcp.cloudbuild.Trigger:
        args = self._args
        return gcp.cloudbuild.Trigger(
            f"{self._name}-{role}",
            # In the region of the connection, or the trigger does not see it.
            location=args.region,
            name=args.names.machine(f"workstation-{role}"),
            description=description,
            service_account=args.builder_name,
            build=steps(args.machine),
            substitutions=substitutions(WORKSTATION, args.region, args.registry_uris, args.signing),
            opts=ResourceOptions(
                parent=self, depends_on=[*args.builder_ready], delete_before_replace=True
            ),
            **event,
        )

    def _rebuilds(self, cron: str) -> Output[str]:
        """Cloud Scheduler starts triggers without an event only: a second one, of the branch."""
        args = self._args
        source = {
            "repository": args.repository_id,
            "ref": f"refs/heads/{args.branch}",
            "repo_type": "GITHUB",
        }
        trigger = self._trigger(
            "rebuild", "Image of workstations, on the newest base", source_to_build=source
        )
        clock, grants = self._clock()
        body = json.dumps({"source": {"branchName": args.branch}})
        gcp.cloudscheduler.Job(
            f"{self._name}-rebuilds",
            region=args.region,
            name=args.names.machine("workstation-rebuild"),
            description="Builds the image of workstations on the newest base",
            schedule=cron,
            time_zone="Etc/UTC",
            http_target={
                "uri": Output.format(_RUN, args.names.project_id, args.region, trigger.trigger_id),
                "http_method": "POST",
                "headers": {"Content-Type": "application/json"},
                "body": base64.b64encode(body.encode()).decode(),
                "oauth_token": {"service_account_email": clock.email, "scope": _SCOPE},
            },
            opts=ResourceOptions(
                parent=self,
                depends_on=[*grants, *([args.scheduler_api] if args.scheduler_api else [])],
                delete_before_replace=True,
            ),
        )
        return clock.member

    def _clock(self) -> tuple[gcp.serviceaccount.Account, list[pulumi.Resource]]:
        """Who starts builds: as the builder and as nobody else."""
        args = self._args
        clock = gcp.serviceaccount.Account(
            f"{self._name}-clock",
            account_id=args.names.account_id("rebuilds"),
            display_name=args.names.title("rebuilds"),
            description="Starts builds of images at their time",
            opts=ResourceOptions(parent=self, depends_on=[args.iam_api]),
        )
        role = gcp.projects.IAMCustomRole(
            f"{self._name}-starter-role",
            role_id=args.names.role_id("build_starter"),
            title=args.names.title("Starts builds of images"),
            permissions=list(BUILD_STARTER_PERMISSIONS),
            opts=ResourceOptions(parent=self, depends_on=[args.iam_api]),
        )
        starts = gcp.projects.IAMMember(
            f"{self._name}-starts",
            project=args.names.project_id,
            role=role.id,
            member=clock.member,
            opts=ResourceOptions(parent=self),
        )
        acts = gcp.serviceaccount.IAMMember(
            f"{self._name}-acts-as-builder",
            service_account_id=args.builder_name,
            role=ACT_AS,
            member=clock.member,
            opts=ResourceOptions(parent=self),
        )
        return clock, [starts, acts]
