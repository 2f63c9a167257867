"""Who may do what: no basic roles, nothing public, no keys, an own identity for what runs."""

from policy.registry import Finding, Findings, demand, rule
from policy.tokens import (
    BUILD_TRIGGER,
    FUNCTION,
    GRANTS,
    INSTANCE,
    RUN_JOB,
    RUN_SERVICE,
    TEMPLATES,
    TPU_VM,
    WORKBENCH,
    WORKSTATION_CONFIG,
)
from policy.values import get
from policy.verdicts import Context, Resource

BASIC_ROLES = {"roles/owner", "roles/editor", "roles/viewer"}
PUBLIC = {"allUsers", "allAuthenticatedUsers"}

_ACCOUNT = {
    RUN_JOB: "template.template.serviceAccount",
    RUN_SERVICE: "template.serviceAccount",
    FUNCTION: "serviceConfig.serviceAccountEmail",
    BUILD_TRIGGER: "serviceAccount",
    TPU_VM: "serviceAccount.email",
    WORKSTATION_CONFIG: "host.gceInstance.serviceAccount",
    "gcp:dataproc/batch:Batch": "environmentConfig.executionConfig.serviceAccount",
    "gcp:dataproc/sessionTemplate:SessionTemplate": (
        "environmentConfig.executionConfig.serviceAccount"
    ),
}
"""Where a type names its account; without one Google Cloud takes a default account."""
_ACCOUNT_OF_MACHINE = "serviceAccount.email"
_ACCOUNTS_OF_WORKBENCH = "gceSetup.serviceAccounts"


@rule("no-basic-role", GRANTS, late=["role"])
def _no_basic_role(resource: Resource, _: Context) -> Findings:
    """Nobody holds owner, editor or viewer: they cover every service of a project."""
    yield from demand(
        resource,
        "role",
        lambda role: bool(role) and role not in BASIC_ROLES,
        "name the predefined or custom role that the work needs.",
    )


@rule("no-public-member", GRANTS, late=["member", "members"])
def _no_public_member(resource: Resource, _: Context) -> Findings:
    """Nothing is granted to everybody, nor to everybody with any Google account."""
    for path in ("member", "members[*]"):
        yield from demand(
            resource,
            path,
            lambda member: member not in PUBLIC,
            "name a service account, a group or a principal set.",
        )


@rule(
    "grants-are-additive",
    [
        "gcp:*IAMPolicy",
        "gcp:*IamPolicy",
        "gcp:projects/iAMBinding:IAMBinding",
        "gcp:folder/iAMBinding:IAMBinding",
        "gcp:organizations/iAMBinding:IAMBinding",
    ],
)
def _additive(resource: Resource, _: Context) -> Findings:
    """Grants add to what others granted: a whole policy removes Google's own agents."""
    name = resource.type.rpartition(":")[2]
    member = name.replace("Policy", "Member").replace("Binding", "Member")
    yield Finding("type", f"{name} takes away what it does not list: write one {member} per grant.")


@rule(
    "no-long-lived-key",
    [
        "gcp:serviceaccount/key:Key",
        "gcp:storage/hmacKey:HmacKey",
        "gcp:projects/apiKey:ApiKey",
    ],
)
def _no_key(resource: Resource, _: Context) -> Findings:
    """No key of a service account exists: what does not exist cannot leak."""
    name = resource.type.rpartition(":")[2]
    yield Finding(
        "type", f"{name} never ends: use workload identity federation, or attach the account."
    )


def _own(account: object) -> bool:
    return bool(account) and "@developer.gserviceaccount.com" not in str(account)


@rule(
    "own-service-account",
    [*_ACCOUNT, INSTANCE, *TEMPLATES, WORKBENCH],
    late=[*_ACCOUNT.values(), _ACCOUNT_OF_MACHINE, f"{_ACCOUNTS_OF_WORKBENCH}[*].email"],
)
def _own_account(resource: Resource, _: Context) -> Findings:
    """What runs has an account of its own: the default one may do almost anything."""
    instead = "name the account that was made for this work."
    if resource.type == WORKBENCH:
        yield from demand(resource, _ACCOUNTS_OF_WORKBENCH, bool, instead)
        yield from demand(resource, f"{_ACCOUNTS_OF_WORKBENCH}[*].email", _own, instead)
    elif resource.type in _ACCOUNT:
        yield from demand(resource, _ACCOUNT[resource.type], _own, instead)
    elif get(resource.inputs, "serviceAccount") is not None:  # without one it has no identity
        yield from demand(resource, _ACCOUNT_OF_MACHINE, _own, instead)


@rule(
    "federation-has-a-condition",
    ["gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider"],
)
def _federation(resource: Resource, _: Context) -> Findings:
    """A federated provider says whose tokens it takes: else any repository may sign in."""
    yield from demand(
        resource,
        "attributeCondition",
        lambda text: bool((text or "").strip()),
        "write `attribute_condition` that pins the repository owner's id and the repository.",
    )


@rule(
    "secret-value-outside-the-state",
    [
        "gcp:secretmanager/secretVersion:SecretVersion",
        "gcp:secretmanager/regionalSecretVersion:RegionalSecretVersion",
    ],
)
def _secret_value(resource: Resource, _: Context) -> Findings:
    """Values of secrets are added by hand: what the program sets, the state holds."""
    for name in ("secretData", "secretDataWo"):
        if resource.inputs.get(name) is not None:
            yield Finding(name, f"`{name}` is set: leave it out, add the version with `gcloud`.")
