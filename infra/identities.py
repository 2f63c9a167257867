"""Who acts: one service account per role, and what each may do in the whole project.

What an identity may do with one bucket, table, repository or endpoint is granted where that is
made. People and CI are not here: whoever deploys needs `roles/iam.serviceAccountUser` on the
pipeline runner.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Output, ResourceOptions

from catalog.roles import (
    ACT_AS,
    LOG_WRITER,
    PIPELINE_RUNNER_PERMISSIONS,
    ROLLOUT_PERMISSIONS,
    IdentityName,
)
from infra.naming import Names

_PURPOSES: dict[IdentityName, str] = {
    "pipeline-runner": "Runs the steps of a pipeline, registers models and rolls them out",
    "trainer": "Trains models; may not touch what judges them",
    "predictor": "Serves models",
}


@dataclass(frozen=True, kw_only=True)
class IdentitiesArgs:
    names: Names
    iam_api: pulumi.Resource


@dataclass(frozen=True, kw_only=True)
class Identity:
    """One service account, in the two forms that others need."""

    email: Output[str]
    member: Output[str]


class Identities(pulumi.ComponentResource):
    """Service accounts of the jobs, and their grants on the project and on each other."""

    pipeline_runner: Identity
    trainer: Identity
    predictor: Identity
    rollout_role: Output[str]
    """Custom role that is granted on single endpoints."""

    def __init__(
        self, name: str, args: IdentitiesArgs, opts: ResourceOptions | None = None
    ) -> None:
        inputs = {"project_id": args.names.project_id}
        super().__init__("mlplatform:identities:Identities", name, inputs, opts)
        accounts: dict[IdentityName, gcp.serviceaccount.Account] = {
            role: self._account(name, role, args) for role in _PURPOSES
        }
        self._grant_project_roles(name, accounts, args)
        self._let_runner_act_as(name, accounts)
        self.rollout_role = self._custom_role(
            name, "rollout", "Deploys to an endpoint", ROLLOUT_PERMISSIONS, args
        ).id
        self.pipeline_runner = _identity(accounts["pipeline-runner"])
        self.trainer = _identity(accounts["trainer"])
        self.predictor = _identity(accounts["predictor"])
        emails = {role.replace("-", "_"): account.email for role, account in accounts.items()}
        self.register_outputs({**emails, "rollout_role": self.rollout_role})

    def _account(
        self, name: str, role: IdentityName, args: IdentitiesArgs
    ) -> gcp.serviceaccount.Account:
        return gcp.serviceaccount.Account(
            f"{name}-{role}",
            account_id=args.names.account_id(role),
            display_name=args.names.title(role),
            description=_PURPOSES[role],
            opts=ResourceOptions(parent=self, depends_on=[args.iam_api]),
        )

    def _grant_project_roles(
        self,
        name: str,
        accounts: dict[IdentityName, gcp.serviceaccount.Account],
        args: IdentitiesArgs,
    ) -> None:
        runner_role = self._custom_role(
            name, "pipeline_runner", "Runs pipelines", PIPELINE_RUNNER_PERMISSIONS, args
        )
        grants: dict[str, tuple[IdentityName, pulumi.Input[str]]] = {
            "pipeline-runner-vertex": ("pipeline-runner", runner_role.id),
            # Without it what a job prints is lost.
            **{f"{role}-logs": (role, LOG_WRITER) for role in accounts},
        }
        for label, (role, granted) in grants.items():
            gcp.projects.IAMMember(
                f"{name}-{label}",
                project=args.names.project_id,
                role=granted,
                member=accounts[role].member,
                opts=ResourceOptions(parent=self),
            )

    def _let_runner_act_as(
        self, name: str, accounts: dict[IdentityName, gcp.serviceaccount.Account]
    ) -> None:
        # The pipeline starts training as the trainer and serving as the predictor.
        for role in ("trainer", "predictor"):
            gcp.serviceaccount.IAMMember(
                f"{name}-act-as-{role}",
                service_account_id=accounts[role].name,
                role=ACT_AS,
                member=accounts["pipeline-runner"].member,
                opts=ResourceOptions(parent=self),
            )

    def _custom_role(
        self, name: str, role: str, title: str, permissions: tuple[str, ...], args: IdentitiesArgs
    ) -> gcp.projects.IAMCustomRole:
        return gcp.projects.IAMCustomRole(
            f"{name}-{role.replace('_', '-')}-role",
            role_id=args.names.role_id(role),
            title=args.names.title(title),
            permissions=list(permissions),
            opts=ResourceOptions(parent=self, depends_on=[args.iam_api]),
        )


def _identity(account: gcp.serviceaccount.Account) -> Identity:
    return Identity(email=account.email, member=account.member)
