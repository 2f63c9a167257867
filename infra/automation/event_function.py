"""A function that acts on the messages of a topic, as an account that may do only that.

Pub/Sub calls it by a subscription of ours and not by a trigger of Eventarc: the subscription that
Eventarc makes for itself has no dead-letter topic, and loses what failed for a day. What the
function does is in the room `automation`; what it holds is `function_source`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from catalog.admission import PROJECT_POLICY
from catalog.functions import MESSAGES_KEPT, RUNTIME
from catalog.roles import RUN_INVOKER, SIGN_IN_AS, SUBSCRIBER, TABLE_EDITOR
from infra.automation.function_source import ENTRY_POINT, LOCK, FunctionSource
from infra.encryption import Key
from infra.labels import Labels
from infra.naming import Names
from infra.signing import Signing, asked

_MAX_ATTEMPTS = 10
_TIMEOUT_SECONDS = 120
_MAX_INSTANCES = 2
"""Alerts come one by one; a flood of them must not become one of calls."""


@dataclass(frozen=True, kw_only=True)
class EventFunctionArgs:
    source: FunctionSource
    purpose: str
    """One line for people."""
    permissions: Sequence[str]
    """What it may do in the project; nothing else is granted but a row about it."""
    region: str
    names: Names
    labels: Labels
    bucket_name: Input[str]
    """Where its archive goes."""
    repository: Input[str]
    """`projects/P/locations/L/repositories/R`, where its image goes."""
    builder: Input[str]
    """Full name of the account that builds it."""
    topic_id: Input[str]
    undelivered_topic_id: Input[str]
    """Where messages go that it did not take."""
    dataset_id: Input[str]
    actions_table: Input[str]
    """`project.dataset.table` of the record of what functions did."""
    environment: Mapping[str, Input[str]]
    """Besides what every function is told of its stack."""
    pubsub_agent: Input[str]
    key: Key | None
    key_grants: Sequence[pulumi.Resource]
    """Google's own bucket of sources is encrypted with it too, and a policy may ask for that."""
    signing: Signing | None
    """What Google built in the repository of functions starts unsigned; nothing else does."""
    functions_api: pulumi.Resource
    build_api: pulumi.Resource
    run_api: pulumi.Resource
    iam_api: pulumi.Resource


class EventFunction(pulumi.ComponentResource):
    """One function, its identity, and the subscription that calls it."""

    function_id: Output[str]
    member: Output[str]
    """Whom to grant more to, where a permission on the project would be too much."""

    def __init__(
        self, name: str, args: EventFunctionArgs, opts: ResourceOptions | None = None
    ) -> None:
        inputs = {"region": args.region, "digest": args.source.digest}
        super().__init__("mlplatform:event_function:EventFunction", name, inputs, opts)
        account = self._account(name, name, args.purpose, args)
        invoker = self._account(f"{name}-invoker", f"{name}-call", f"Calls {name}", args)
        grants = self._grant(name, account, args)
        function = self._function(name, account, grants, args)
        self._subscribe(name, function, invoker, args)
        self.function_id = function.id
        self.member = account.member
        self.register_outputs({"function_id": self.function_id, "member": self.member})

    def _account(
        self, name: str, role: str, purpose: str, args: EventFunctionArgs
    ) -> gcp.serviceaccount.Account:
        return gcp.serviceaccount.Account(
            name,
            account_id=args.names.account_id(role),
            display_name=args.names.title(role),
            description=purpose,
            opts=ResourceOptions(parent=self, depends_on=[args.iam_api]),
        )

    def _grant(
        self, name: str, account: gcp.serviceaccount.Account, args: EventFunctionArgs
    ) -> list[pulumi.Resource]:
        role = gcp.projects.IAMCustomRole(
            f"{name}-role",
            role_id=args.names.role_id(name.replace("-", "_")),
            title=args.names.title(args.purpose),
            permissions=list(args.permissions),
            opts=ResourceOptions(parent=self, depends_on=[args.iam_api]),
        )
        return [
            gcp.projects.IAMMember(
                f"{name}-acts",
                project=args.names.project_id,
                role=role.id,
                member=account.member,
                opts=ResourceOptions(parent=self),
            ),
            gcp.bigquery.IamMember(
                f"{name}-records",
                dataset_id=args.dataset_id,
                table_id=Output.from_input(args.actions_table).apply(_table_id),
                role=TABLE_EDITOR,
                member=account.member,
                opts=ResourceOptions(parent=self),
            ),
        ]

    def _archive(self, name: str, args: EventFunctionArgs) -> gcp.storage.BucketObject:
        source = args.source
        files = {path: pulumi.FileAsset(path) for path in source.files}
        return gcp.storage.BucketObject(
            f"{name}-source",
            bucket=args.bucket_name,
            # Only another name makes Cloud Functions build again.
            name=f"{name}/{source.digest}.zip",
            source=pulumi.AssetArchive(
                {
                    "main.py": pulumi.StringAsset(source.main),
                    "requirements.txt": pulumi.FileAsset(LOCK),
                    **files,
                }
            ),
            content_type="application/zip",
            opts=ResourceOptions(parent=self),
        )

    def _function(
        self,
        name: str,
        account: gcp.serviceaccount.Account,
        grants: list[pulumi.Resource],
        args: EventFunctionArgs,
    ) -> gcp.cloudfunctionsv2.Function:
        archive = self._archive(name, args)
        apis = [args.functions_api, args.build_api, args.run_api]
        needed = [*args.key_grants, *asked(args.signing)]
        return gcp.cloudfunctionsv2.Function(
            f"{name}-function",
            name=args.names.service(name),
            location=args.region,
            description=args.purpose,
            build_config={
                "runtime": RUNTIME,
                "entry_point": ENTRY_POINT,
                "service_account": args.builder,
                "docker_repository": args.repository,
                "source": {"storage_source": {"bucket": archive.bucket, "object": archive.name}},
            },
            service_config={
                "service_account_email": account.email,
                "ingress_settings": "ALLOW_INTERNAL_ONLY",
                "all_traffic_on_latest_revision": True,
                "available_memory": "512Mi",
                "available_cpu": "1",
                "max_instance_count": _MAX_INSTANCES,
                "max_instance_request_concurrency": 1,
                "timeout_seconds": _TIMEOUT_SECONDS,
                "binary_authorization_policy": PROJECT_POLICY if args.signing else None,
                "environment_variables": self._environment(args),
            },
            kms_key_name=args.key.id if args.key else None,
            labels=args.labels.of("automation"),
            opts=ResourceOptions(parent=self, depends_on=[*apis, *grants, *needed]),
        )

    def _environment(self, args: EventFunctionArgs) -> dict[str, Input[str]]:
        return {
            "MLPLATFORM_PROJECT": args.names.project_id,
            "MLPLATFORM_REGION": args.region,
            "MLPLATFORM_STACK": args.names.stack,
            "MLPLATFORM_ACTIONS_TABLE": args.actions_table,
            **args.environment,
        }

    def _subscribe(
        self,
        name: str,
        function: gcp.cloudfunctionsv2.Function,
        invoker: gcp.serviceaccount.Account,
        args: EventFunctionArgs,
    ) -> None:
        child = ResourceOptions(parent=self)
        calls = gcp.cloudrunv2.ServiceIamMember(
            f"{name}-invoker-calls",
            location=args.region,
            name=function.name,
            role=RUN_INVOKER,
            member=invoker.member,
            opts=child,
        )
        signs = gcp.serviceaccount.IAMMember(
            f"{name}-invoker-signs",
            service_account_id=invoker.name,
            role=SIGN_IN_AS,
            member=args.pubsub_agent,
            opts=child,
        )
        # The address of Cloud Run, which counts as internal when Pub/Sub calls it.
        uri = function.service_config.apply(lambda config: str(config.uri if config else ""))
        subscription = gcp.pubsub.Subscription(
            f"{name}-calls",
            name=args.names.machine(name),
            topic=args.topic_id,
            ack_deadline_seconds=_TIMEOUT_SECONDS,
            message_retention_duration=MESSAGES_KEPT,
            expiration_policy={"ttl": ""},
            retry_policy={"minimum_backoff": "10s", "maximum_backoff": "600s"},
            dead_letter_policy={
                "dead_letter_topic": args.undelivered_topic_id,
                "max_delivery_attempts": _MAX_ATTEMPTS,
            },
            push_config={
                "push_endpoint": uri,
                "oidc_token": {"service_account_email": invoker.email, "audience": uri},
            },
            labels=args.labels.of("automation"),
            opts=ResourceOptions(parent=self, depends_on=[calls, signs]),
        )
        gcp.pubsub.SubscriptionIAMMember(
            f"{name}-gives-up",
            subscription=subscription.name,
            role=SUBSCRIBER,
            member=args.pubsub_agent,
            opts=child,
        )


def _table_id(table: str) -> str:
    return table.rsplit(".", 1)[-1]
