"""What every function of a stack is built from and with: sources, images, and who builds.

Does not hold a function: that is `event_function`. A function without an account for its build
would be built by the project's default account, which may do nearly everything.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from catalog.roles import LOG_WRITER, OBJECT_VIEWER, REGISTRY_WRITER
from infra.encryption import Key, granted, let_encrypt
from infra.labels import Labels
from infra.naming import Names
from infra.settings.recovery import one_region
from infra.stores.buckets import SECONDS_A_DAY, BucketArgs, bucket, delete_former, grant

_FORMER_DAYS = 30
"""How long a former version can be gone back to."""


@dataclass(frozen=True, kw_only=True)
class FunctionBuildsArgs:
    region: str
    protected: bool
    names: Names
    labels: Labels
    storage_api: pulumi.Resource
    registry_api: pulumi.Resource
    iam_api: pulumi.Resource
    storage_key: Key | None
    registry_key: Key | None
    """Of the images, and so of the functions: both must have the same."""
    key_agents: Mapping[str, Input[str]]
    """Who encrypts with it besides the registry, by a word for each.

    Source: cloud.google.com/functions/docs/securing/cmek, "Granting service accounts access".
    """


class FunctionBuilds(pulumi.ComponentResource):
    """A bucket, a repository, and the account that reads the one and writes the other."""

    bucket_name: Output[str]
    repository: Output[str]
    """`projects/P/locations/L/repositories/R`"""
    builder: Output[str]
    """Full name of the account; whoever names it waits for its grants."""
    builder_member: Output[str]
    key: Key | None
    """What functions are encrypted with."""
    key_grants: list[pulumi.Resource]
    """Without these none can be made with that key."""

    def __init__(
        self, name: str, args: FunctionBuildsArgs, opts: ResourceOptions | None = None
    ) -> None:
        inputs = {"region": args.region, "protected": args.protected}
        super().__init__("mlplatform:function_builds:FunctionBuilds", name, inputs, opts)
        sources, repository = self._bucket(name, args), self._repository(name, args)
        account = gcp.serviceaccount.Account(
            f"{name}-builder",
            account_id=args.names.account_id("function-builder"),
            display_name=args.names.title("function-builder"),
            description="Builds the functions of the platform",
            opts=ResourceOptions(parent=self, depends_on=[args.iam_api]),
        )
        grants = self._grant(name, account, sources, repository, args)
        self.key, self.key_grants = args.registry_key, self._let_agents_encrypt(name, args)
        self.bucket_name = sources.name
        self.repository, self.builder_member = repository.id, account.member
        self.builder = Output.all(account.name, *(each.id for each in grants)).apply(
            lambda found: found[0]
        )
        self.register_outputs(
            {
                "bucket_name": self.bucket_name,
                "repository": self.repository,
                "builder": self.builder,
            }
        )

    def _let_agents_encrypt(self, name: str, args: FunctionBuildsArgs) -> list[pulumi.Resource]:
        if args.registry_key is None:
            return []
        return [
            let_encrypt(f"{name}-{agent}-encrypts", args.registry_key, member, self)
            for agent, member in args.key_agents.items()
        ]

    def _bucket(self, name: str, args: FunctionBuildsArgs) -> gcp.storage.Bucket:
        inputs = BucketArgs(
            name=args.names.bucket("functions"),
            place=one_region(args.region),
            lifecycle_rules=[delete_former(_FORMER_DAYS)],
            soft_delete_days=0,
            protected=args.protected,
            labels=args.labels.of("automation"),
            storage_api=args.storage_api,
            key=args.storage_key,
        )
        return bucket(f"{name}-sources", inputs, self)

    def _repository(self, name: str, args: FunctionBuildsArgs) -> gcp.artifactregistry.Repository:
        key = args.registry_key
        return gcp.artifactregistry.Repository(
            f"{name}-images",
            repository_id=args.names.repository("functions"),
            location=args.region,
            format="DOCKER",
            mode="STANDARD_REPOSITORY",
            vulnerability_scanning_config={"enablement_config": "INHERITED"},
            cleanup_policy_dry_run=False,
            description="Images of functions, as Cloud Functions builds them",
            cleanup_policies=[
                {
                    "id": "delete-untagged",
                    "action": "DELETE",
                    "condition": {
                        "tag_state": "UNTAGGED",
                        "older_than": f"{_FORMER_DAYS * SECONDS_A_DAY}s",
                    },
                },
                {
                    "id": "keep-recent",
                    "action": "KEEP",
                    "most_recent_versions": {"keep_count": 10},
                },
            ],
            kms_key_name=key.id if key else None,
            # Its builds move a tag of their own: tags that cannot be moved would break them.
            labels={**args.labels.of("automation"), "built-by": "cloud-functions"},
            opts=ResourceOptions(
                parent=self,
                depends_on=[args.registry_api, *granted(key)],
                protect=args.protected,
                delete_before_replace=True,
            ),
        )

    def _grant(
        self,
        name: str,
        account: gcp.serviceaccount.Account,
        sources: gcp.storage.Bucket,
        repository: gcp.artifactregistry.Repository,
        args: FunctionBuildsArgs,
    ) -> list[pulumi.CustomResource]:
        child = ResourceOptions(parent=self)
        return [
            grant(f"{name}-builder-reads", sources.name, OBJECT_VIEWER, account.member, self),
            gcp.artifactregistry.RepositoryIamMember(
                f"{name}-builder-pushes",
                location=args.region,
                repository=repository.repository_id,
                role=REGISTRY_WRITER,
                member=account.member,
                opts=child,
            ),
            gcp.projects.IAMMember(
                f"{name}-builder-logs",
                project=args.names.project_id,
                role=LOG_WRITER,
                member=account.member,
                opts=child,
            ),
        ]
