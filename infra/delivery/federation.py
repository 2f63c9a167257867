"""How CI signs in without a key: a pool that takes GitHub's tokens, and two accounts behind it.

A job of a pull request may look, as the previewer; a job in the one environment with reviewers may
deploy. No other job, repository or owner gets anything, and there is no key that could leak. What
the accounts may do is granted with the duties of people.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from catalog.roles import FEDERATED_USER
from infra.naming import Names
from infra.settings.delivery import GitHubSettings, SignInSettings

_ISSUER = "https://token.actions.githubusercontent.com"


@dataclass(frozen=True, kw_only=True)
class FederationArgs:
    github: GitHubSettings
    sign_in: SignInSettings
    names: Names
    iam_api: pulumi.Resource
    sts_api: pulumi.Resource
    iamcredentials_api: pulumi.Resource


class Federation(pulumi.ComponentResource):
    """Pool, provider, and the accounts `previewer` and `deployer`."""

    previewer_member: Output[str]
    deployer_member: Output[str]
    emails: dict[str, Output[str]]
    """What the repository's variables name, by account."""
    provider_name: Output[str]

    def __init__(
        self, name: str, args: FederationArgs, opts: ResourceOptions | None = None
    ) -> None:
        inputs = {**args.github.model_dump(), **args.sign_in.model_dump()}
        super().__init__("mlplatform:federation:Federation", name, inputs, opts)
        self._name, self._args = name, args
        pool = self._pool()
        self.provider_name = self._trust(pool).name
        subject = args.github.subject
        previewer = self._account("previewer", pool, subject("pull_request"))
        deployer = self._account(
            "deployer", pool, subject(f"environment:{args.sign_in.apply_environment}")
        )
        self.previewer_member, self.deployer_member = previewer.member, deployer.member
        self.emails = {"previewer": previewer.email, "deployer": deployer.email}
        self.register_outputs({"provider_name": self.provider_name, "emails": self.emails})

    def _pool(self) -> gcp.iam.WorkloadIdentityPool:
        args = self._args
        return gcp.iam.WorkloadIdentityPool(
            f"{self._name}-pool",
            workload_identity_pool_id=args.sign_in.pool,
            display_name="GitHub",
            description=f"CI of {args.github.owner}/{args.github.repository}",
            opts=ResourceOptions(
                parent=self,
                depends_on=[args.iam_api, args.sts_api, args.iamcredentials_api],
                delete_before_replace=True,
            ),
        )

    def _trust(self, pool: gcp.iam.WorkloadIdentityPool) -> gcp.iam.WorkloadIdentityPoolProvider:
        github = self._args.github
        return gcp.iam.WorkloadIdentityPoolProvider(
            f"{self._name}-provider",
            workload_identity_pool_id=pool.workload_identity_pool_id,
            workload_identity_pool_provider_id="github",
            attribute_mapping={
                "google.subject": "assertion.sub",
                "attribute.repository_id": "assertion.repository_id",
                "attribute.repository_owner_id": "assertion.repository_owner_id",
            },
            # Numbers: whoever takes over a freed name gets another one.
            attribute_condition=(
                f"assertion.repository_owner_id == '{github.owner_id}' && "
                f"assertion.repository_id == '{github.repository_id}'"
            ),
            # No audience of our own: then only this provider's whole name is one.
            oidc={"issuer_uri": _ISSUER},
            opts=ResourceOptions(parent=self, delete_before_replace=True),
        )

    def _account(
        self, role: str, pool: gcp.iam.WorkloadIdentityPool, subject: Input[str]
    ) -> gcp.serviceaccount.Account:
        """An account that jobs with this subject, and nobody else, can sign in as."""
        names = self._args.names
        account = gcp.serviceaccount.Account(
            f"{self._name}-{role}",
            account_id=names.account_id(f"ci-{role}"),
            display_name=names.title(f"CI {role}"),
            opts=ResourceOptions(parent=self, depends_on=[self._args.iam_api]),
        )
        gcp.serviceaccount.IAMMember(
            f"{self._name}-{role}-signs-in",
            service_account_id=account.name,
            role=FEDERATED_USER,
            member=Output.concat(
                "principal://iam.googleapis.com/", pool.name, "/subject/", subject
            ),
            opts=ResourceOptions(parent=self),
        )
        return account
