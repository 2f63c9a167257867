"""Cloud Build makes the image of every commit on one branch, as an account of its own.

What a build does is in `infra.delivery.image_builds`. Does not deploy what it built: its digest
goes into the stack file.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from catalog.images import JOBS
from catalog.prefixes import UPLOADED_SOURCES
from catalog.roles import (
    IMAGE_SCANNER,
    LOG_WRITER,
    OBJECT_VIEWER,
    REGISTRY_WRITER,
    SECRET_READER,
)
from infra.delivery.image_builds import steps, substitutions
from infra.delivery.signer import let_sign
from infra.naming import Names
from infra.settings.delivery import BuildSettings, GitHubSettings
from infra.signing import Signing
from infra.stores.buckets import below, grant


@dataclass(frozen=True, kw_only=True)
class BuildsArgs:
    github: GitHubSettings
    settings: BuildSettings
    names: Names
    region: str
    registry_uris: Mapping[str, Output[str]]
    """By region: each gets what is built."""
    registries: Sequence[pulumi.Resource]
    artifacts_bucket: Input[str]
    """Holds the sources that `mlp image build` uploads."""
    signing: Signing | None
    agent_member: Input[str]
    """Cloud Build's own agent, which reads the token."""
    cloudbuild_api: pulumi.Resource
    secretmanager_api: pulumi.Resource
    iam_api: pulumi.Resource


class Builds(pulumi.ComponentResource):
    """Connection to GitHub, the repository, and the trigger."""

    trigger_id: Output[str]
    builder_member: Output[str]
    builder_name: Output[str]
    """The same account, as `projects/P/serviceAccounts/E`."""
    ready: list[pulumi.Resource]
    """What the builder may do has been granted."""
    repository_id: Output[str]
    by_hand: dict[str, Output[str]]
    """The account, where its sources are, what it signs with: for builds without the trigger."""

    def __init__(self, name: str, args: BuildsArgs, opts: ResourceOptions | None = None) -> None:
        inputs = {**args.github.model_dump(), **args.settings.model_dump()}
        super().__init__("mlplatform:builds:Builds", name, inputs, opts)
        self._name, self._args = name, args
        self._child = ResourceOptions(parent=self)
        builder, grants = self._builder()
        repository = self._repository()
        trigger = gcp.cloudbuild.Trigger(
            f"{name}-image",
            # In the region of the connection, or the trigger does not see it.
            location=args.region,
            name=args.names.machine("image"),
            description=f"Image of the jobs, of every commit on {args.settings.branch}",
            service_account=builder.name,
            repository_event_config={
                "repository": repository.id,
                "push": {"branch": f"^{re.escape(args.settings.branch)}$"},
            },
            build=steps(args.settings.machine),
            substitutions=substitutions(
                JOBS,
                args.region,
                args.registry_uris,
                args.signing,
                jax_extra="" if args.settings.jax == "cpu" else args.settings.jax,
            ),
            included_files=JOBS.watched,
            opts=ResourceOptions(parent=self, depends_on=grants, delete_before_replace=True),
        )
        self.trigger_id, self.builder_member = trigger.trigger_id, builder.member
        self.builder_name, self.repository_id = builder.name, repository.id
        self.ready = grants
        self.by_hand = _by_hand(builder, args)
        self.register_outputs({"trigger_id": self.trigger_id, "builder": self.builder_member})

    def _builder(self) -> tuple[gcp.serviceaccount.Account, list[pulumi.Resource]]:
        """Who builds: scans and signs images, writes logs and each region's repository."""
        args = self._args
        builder = gcp.serviceaccount.Account(
            f"{self._name}-builder",
            account_id=args.names.account_id("builder"),
            display_name=args.names.title("builder"),
            description="Builds images and pushes them",
            opts=ResourceOptions(parent=self, depends_on=[args.iam_api]),
        )
        needed = [
            gcp.projects.IAMMember(
                f"{self._name}-{label}",
                project=args.names.project_id,
                role=role,
                member=builder.member,
                opts=self._child,
            )
            for label, role in (("logs", LOG_WRITER), ("scans", IMAGE_SCANNER))
        ]
        signs = (
            let_sign(self._name, builder.member, args.signing, args.names.project_id, self._child)
            if args.signing
            else []
        )
        pushes = [self._pushes(region, builder) for region in args.registry_uris]
        return builder, [*needed, *signs, *pushes, self._reads_sources(builder)]

    def _reads_sources(self, builder: gcp.serviceaccount.Account) -> gcp.storage.BucketIAMMember:
        bucket = self._args.artifacts_bucket
        return grant(
            f"{self._name}-reads-sources",
            bucket,
            OBJECT_VIEWER,
            builder.member,
            self,
            condition={
                "title": "uploaded-sources",
                "description": "What builds images reads no data and no model",
                "expression": below(bucket, [UPLOADED_SOURCES]),
            },
        )

    def _pushes(
        self, region: str, builder: gcp.serviceaccount.Account
    ) -> gcp.artifactregistry.RepositoryIamMember:
        args = self._args
        return gcp.artifactregistry.RepositoryIamMember(
            f"{self._name}-pushes" if region == args.region else f"{self._name}-pushes-{region}",
            project=args.names.project_id,
            location=region,
            repository=args.registry_uris[region].apply(_last),
            role=REGISTRY_WRITER,
            member=builder.member,
            opts=ResourceOptions(parent=self, depends_on=args.registries),
        )

    def _repository(self) -> gcp.cloudbuildv2.Repository:
        args, settings = self._args, self._args.settings
        _, project, _, secret, *_ = settings.token.split("/")
        reads = gcp.secretmanager.SecretIamMember(
            f"{self._name}-agent-reads-token",
            project=project,
            secret_id=secret,
            role=SECRET_READER,
            member=args.agent_member,
            opts=ResourceOptions(parent=self, depends_on=[args.secretmanager_api]),
        )
        connection = gcp.cloudbuildv2.Connection(
            f"{self._name}-github",
            location=args.region,
            name=args.names.machine("github"),
            github_config={
                "app_installation_id": settings.app_installation_id,
                "authorizer_credential": {"oauth_token_secret_version": settings.token},
            },
            opts=ResourceOptions(parent=self, depends_on=[args.cloudbuild_api, reads]),
        )
        github = args.github
        return gcp.cloudbuildv2.Repository(
            f"{self._name}-repository",
            location=args.region,
            name=args.names.machine("source"),
            parent_connection=connection.id,
            remote_uri=f"https://github.com/{github.owner}/{github.repository}.git",
            opts=ResourceOptions(parent=self, delete_before_replace=True),
        )


def _by_hand(builder: gcp.serviceaccount.Account, args: BuildsArgs) -> dict[str, Output[str]]:
    told = {
        "account": builder.name,
        "sources": Output.concat("gs://", args.artifacts_bucket, "/", UPLOADED_SOURCES),
    }
    if args.signing:
        told["attestor"] = Output.from_input(args.signing.attestor)
        told["key_version"] = Output.from_input(args.signing.key_version)
    return told


def _last(path: str) -> str:
    return path.rpartition("/")[2]
