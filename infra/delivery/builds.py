"""Cloud Build makes the image of every commit on one branch, as an account of its own.

What is built is `cloudbuild.yaml`, as it was at the last deployment: a commit cannot change what
runs as the builder. Does not deploy what it built: its digest goes into the stack file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi
import pulumi_gcp as gcp
import yaml
from pulumi import Input, Output, ResourceOptions

from catalog.prefixes import UPLOADED_SOURCES
from catalog.roles import (
    IMAGE_SCANNER,
    LOG_WRITER,
    OBJECT_VIEWER,
    REGISTRY_WRITER,
    SECRET_READER,
)
from infra.delivery.signer import let_sign
from infra.naming import Names
from infra.settings.delivery import BuildSettings, GitHubSettings
from infra.signing import Signing
from infra.stores.buckets import below, grant
from jobs.spec import IMAGE_NAME

_FILE = Path(__file__).parents[2] / "cloudbuild.yaml"


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
                "push": {"branch": f"^{args.settings.branch}$"},
            },
            build=_build(args.settings),
            substitutions={
                "_IMAGE": Output.concat(args.registry_uris[args.region], "/", IMAGE_NAME),
                "_COPIES": _copies(args),
                "_JAX_EXTRA": "" if args.settings.jax == "cpu" else args.settings.jax,
                "_ATTESTOR": args.signing.attestor if args.signing else "",
                "_KEY_VERSION": args.signing.key_version if args.signing else "",
            },
            # Only what the image holds.
            included_files=["Dockerfile", "catalog/**", "jobs/**", "requirements-jobs.txt"],
            opts=ResourceOptions(parent=self, depends_on=grants, delete_before_replace=True),
        )
        self.trigger_id, self.builder_member = trigger.trigger_id, builder.member
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


def _copies(args: BuildsArgs) -> Output[str]:
    others = [uri for region, uri in args.registry_uris.items() if region != args.region]
    return Output.all(*others).apply(lambda found: " ".join(f"{uri}/{IMAGE_NAME}" for uri in found))


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


def _build(settings: BuildSettings) -> Any:
    """The steps of `cloudbuild.yaml`. Its `${...}` are for Cloud Build: nothing here expands them,
    as a template language with the same signs would."""
    content = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {
        "steps": content["steps"],
        "images": content["images"],
        "timeout": content["timeout"],
        "options": {
            # An account of one's own must say where its log goes.
            "logging": content["options"]["logging"],
            "substitution_option": content["options"]["substitutionOption"],
            "machine_type": settings.machine,
        },
    }
