"""Values that the official provider or Google's APIs refuse, as data: one sentence each.

Patterns are for values that are known: an unknown one is checked when it is. Names and shapes are
for `validation`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from localcloud.provider.protocol import Properties
from localcloud.provider.schema import ResourceSchema
from localcloud.provider.settings import DELETION_POLICIES


@dataclass(frozen=True)
class Rule:
    """A property's values match `pattern`, or the sentence says what they must be."""

    pattern: re.Pattern[str]
    must: str


def _rule(pattern: str, must: str) -> Rule:
    return Rule(re.compile(pattern), must)


_RFC1035: Final = _rule(
    r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?",
    "be 1 to 63 of a-z, 0-9 and '-', begin with a letter and not end with '-'",
)
_UNDERSCORES: Final = _rule(
    r"[a-z_][a-z0-9_]{0,59}", "be 1 to 60 of a-z, 0-9 and '_', and not begin with a digit"
)
_TABLE_NAME: Final = _rule(r"\w{1,1024}", "be 1 to 1024 letters, digits and '_'")
_SECRET: Final = _rule(r"[A-Za-z0-9_-]{1,255}", "be 1 to 255 letters, digits, '_' and '-'")
_POOL: Final = _rule(
    r"(?!gcp-)[a-z0-9-]{4,32}", "be 4 to 32 of a-z, 0-9 and '-', and not begin with 'gcp-'"
)
_PERMISSIONED: Final = _rule(
    r"((user|serviceAccount|group|domain|projectOwner|projectEditor|projectViewer|deleted:\w+):.+"
    r"|principal(Set)?://.+|allUsers|allAuthenticatedUsers|iamMember:.+)",
    "name its kind, such as 'user:ada@example.com' or 'serviceAccount:NAME@PROJECT.iam...'",
)
_ROLE: Final = _rule(
    r"(roles/|projects/[^/]+/roles/|organizations/[^/]+/roles/).+",
    "be 'roles/...', 'projects/.../roles/...' or 'organizations/.../roles/...'",
)
_SECONDS: Final = r"\d+(\.\d+)?s"
_PUBSUB_NAME: Final = _rule(
    r"(?!goog)[A-Za-z][A-Za-z0-9\-._~+%]{2,254}",
    "be 3 to 255 letters, digits and '-._~+%', begin with a letter and not with 'goog'",
)

RULES: Final[dict[tuple[str, str], Rule]] = {
    ("vertex.AiEndpoint", "name"): _rule(
        r"[1-9]\d{0,9}", "be at most 10 digits without a leading zero"
    ),
    ("serviceaccount.Account", "accountId"): _rule(
        r"[a-z][a-z0-9-]{4,28}[a-z0-9]",
        "be 6 to 30 of a-z, 0-9 and '-', begin with a letter and not end with '-'",
    ),
    ("storage.Bucket", "name"): _rule(
        r"(?!goog)(?!.*google)(?=.{3,222}$)(?!.*\.\.)"
        r"[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?)*",
        "be 3 to 63 of a-z, 0-9, '-', '_' and '.', begin and end with a letter or digit, and not "
        "hold 'google'",
    ),
    ("bigquery.Dataset", "datasetId"): _TABLE_NAME,
    ("bigquery.Table", "tableId"): _rule(
        r"[\w -]{1,1024}", "be 1 to 1024 letters, digits, '_', '-' and spaces"
    ),
    ("artifactregistry.Repository", "repositoryId"): _RFC1035,
    ("projects.IAMCustomRole", "roleId"): _rule(
        r"[a-zA-Z0-9_.]{3,64}", "be 3 to 64 letters, digits, '_' and '.'"
    ),
    ("projects.Service", "service"): _rule(
        r"(?!bigquery-json)[a-z0-9.-]+\.[a-z0-9.-]+", "be an API's host, as 'run.googleapis.com'"
    ),
    ("secretmanager.Secret", "secretId"): _SECRET,
    ("secretmanager.RegionalSecret", "secretId"): _SECRET,
    ("iam.WorkloadIdentityPool", "workloadIdentityPoolId"): _POOL,
    ("iam.WorkloadIdentityPoolProvider", "workloadIdentityPoolProviderId"): _POOL,
    ("storage.TransferJob", "name"): _rule(r"transferJobs/.+", "begin with 'transferJobs/'"),
    ("orgpolicy.Policy", "name"): _rule(
        r"(projects|folders|organizations)/[^/]+/policies/.+",
        "be 'projects/<project number>/policies/<constraint>'",
    ),
    ("accesscontextmanager.AccessLevel", "name"): _rule(
        r"accessPolicies/\d+/accessLevels/[A-Za-z]\w*",
        "be 'accessPolicies/<id>/accessLevels/<short_name>'",
    ),
    ("accesscontextmanager.ServicePerimeter", "name"): _rule(
        r"accessPolicies/\d+/servicePerimeters/[A-Za-z]\w*",
        "be 'accessPolicies/<id>/servicePerimeters/<short_name>'",
    ),
    ("dataproc.SessionTemplate", "name"): _rule(
        r"projects/[^/]+/locations/[^/]+/sessionTemplates/[^/]+",
        "be 'projects/<project>/locations/<region>/sessionTemplates/<id>'",
    ),
    ("kms.KeyRing", "name"): _rule(r"[a-zA-Z0-9_-]{1,63}", "be 1 to 63 letters, digits, '_', '-'"),
    ("kms.CryptoKey", "name"): _rule(
        r"[a-zA-Z0-9_-]{1,63}", "be 1 to 63 letters, digits, '_', '-'"
    ),
    ("kms.CryptoKey", "keyRing"): _rule(
        r"projects/[^/]+/locations/[^/]+/keyRings/[^/]+", "be the id of a key ring"
    ),
    ("kms.CryptoKey", "rotationPeriod"): _rule(_SECONDS, "be seconds, such as '7776000s'"),
    ("pubsub.Topic", "name"): _PUBSUB_NAME,
    ("pubsub.Subscription", "name"): _PUBSUB_NAME,
    ("pubsub.Topic", "messageRetentionDuration"): _rule(_SECONDS, "be seconds, such as '600s'"),
    ("dns.ManagedZone", "dnsName"): _rule(r".+\.", "end with a dot, such as 'example.com.'"),
    ("servicenetworking.Connection", "service"): _rule(r".+\..+", "be a host name"),
    ("workstations.WorkstationConfig", "idleTimeout"): _rule(_SECONDS, "be seconds, as '1200s'"),
    ("workstations.WorkstationConfig", "runningTimeout"): _rule(
        _SECONDS, "be seconds, as '43200s'"
    ),
}
RULES.update(
    {
        (f"vertex.{name}", "name"): _UNDERSCORES
        for name in (
            "AiFeatureStore",
            "AiFeatureOnlineStore",
            "AiFeatureOnlineStoreFeatureview",
            "AiFeatureGroup",
            "AiFeatureGroupFeature",
            "AiMetadataStore",
        )
    }
)

_PSC_NAME: Final = re.compile(r"[a-z][a-z0-9]{0,19}")
_MOST_LABELS: Final = 64
_LABEL_KEY: Final = re.compile(r"[a-z][a-z0-9_-]{0,62}")
_LABEL_VALUE: Final = re.compile(r"[a-z0-9_-]{0,63}")


def refusals(schema: ResourceSchema, inputs: Properties) -> Iterator[tuple[str, str]]:
    """(property path, reason) for the values that would be refused."""
    for name, value in inputs.items():
        rule = _applicable(schema, name)
        if rule and isinstance(value, str) and not rule.pattern.fullmatch(value):
            yield name, f"'{name}' of {schema.label} is '{value}': it must {rule.must}"
    yield from _endpoint_of_google_apis(schema, inputs)
    if "effectiveLabels" in schema.outputs:
        yield from _labels(schema, inputs.get("labels"))
    policy = inputs.get("deletionPolicy")
    allowed = (*DELETION_POLICIES, "DISABLE", "REMOVE_PEERING")
    if isinstance(policy, str) and policy not in allowed:
        yield (
            "deletionPolicy",
            f"'deletionPolicy' is '{policy}': write one of {', '.join(DELETION_POLICIES)}",
        )


def normalised(schema: ResourceSchema, inputs: Properties) -> Properties:
    """The inputs as the API keeps them, for comparison."""
    location = inputs.get("location")
    if schema.label == "storage.Bucket" and isinstance(location, str):
        return {**inputs, "location": location.upper()}
    return inputs


def _applicable(schema: ResourceSchema, name: str) -> Rule | None:
    rule = RULES.get((schema.label, name))
    if rule:
        return rule
    if name == "name" and schema.label.startswith("compute."):
        return _RFC1035
    if schema.label.lower().endswith("iammember"):
        return {"member": _PERMISSIONED, "role": _ROLE}.get(name)
    return None


def _endpoint_of_google_apis(
    schema: ResourceSchema, inputs: Properties
) -> Iterator[tuple[str, str]]:
    """Private Service Connect takes shorter names than other forwarding rules."""
    name, target = inputs.get("name"), inputs.get("target")
    if schema.label != "compute.GlobalForwardingRule" or target not in ("all-apis", "vpc-sc"):
        return
    if isinstance(name, str) and not _PSC_NAME.fullmatch(name):
        yield (
            "name",
            f"'name' of {schema.label} is '{name}': with target '{target}' it must be 1 to 20 of "
            "a-z and 0-9 and begin with a letter, such as 'pscapis'",
        )


def _labels(schema: ResourceSchema, labels: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(labels, dict):
        return
    if len(labels) > _MOST_LABELS:
        yield (
            "labels",
            f"{schema.label} has {len(labels)} labels: at most {_MOST_LABELS} are allowed",
        )
    for key, value in labels.items():
        if not _LABEL_KEY.fullmatch(key):
            yield (
                f"labels.{key}",
                f"the label key '{key}' must be 1 to 63 of a-z, 0-9, '_' and '-', and begin with "
                "a letter",
            )
        if isinstance(value, str) and not _LABEL_VALUE.fullmatch(value):
            yield (
                f"labels.{key}",
                f"the label '{key}' is '{value}': it must be at most 63 of a-z, 0-9, '_' and '-'",
            )
