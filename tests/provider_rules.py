"""Rules of Google's provider and its APIs that the SDK's text does not say: forms, bounds, choices.

From the schemas of Google's provider (validators and exclusions of each field) and the services'
references, read 2026-11. A rule is data: the type, the place of the input in it, what it may be.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

_NAME = r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?"
_TWO_AT_LEAST = r"[a-z][-a-z0-9]{0,61}[a-z0-9]"
_HOST = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\."
_CIDR = r"\d+\.\d+\.\d+\.\d+/\d+"
_CRON = r"[-0-9*/,]+( [-0-9*/,]+){4}"
_PRIVATE_AS = [(64_512, 65_534), (4_200_000_000, 4_294_967_294)]
_POOL = r"(?!gcp-)[a-z0-9-]{4,32}"
_DAY, _SEVENTY_YEARS = 86_400, 70 * 366 * 86_400
_HOUR_MS, _LAST_MS = 3_600_000, 10_000 * 86_400_000

FORMS: dict[str, dict[str, Any]] = {
    "accesscontextmanager/servicePerimeter:ServicePerimeter": {
        "name": r"accessPolicies/\d+/servicePerimeters/[A-Za-z]\w{0,49}",
        "parent": r"accessPolicies/\d+",
        "spec.resources": r"projects/\d+",
        "spec.restrictedServices": r"[a-z]+\.googleapis\.com",
        "spec.ingressPolicies.ingressFrom.identities": r"(user|serviceAccount):.+@.+",
    },
    "artifactregistry/repository:Repository": {
        "repositoryId": r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?",
        "cleanupPolicies.id": r"[a-z][-a-z0-9]{0,126}",
        "cleanupPolicies.condition.olderThan": (_DAY, _SEVENTY_YEARS),
        "cleanupPolicies.mostRecentVersions.keepCount": (1, 1000),
    },
    "bigquery/dataset:Dataset": {
        "datasetId": r"\w{1,1024}",
        "defaultPartitionExpirationMs": (_HOUR_MS, _LAST_MS),
    },
    "bigquery/table:Table": {
        "tableId": r"\w{1,1024}",
        "timePartitioning.expirationMs": (_HOUR_MS, _LAST_MS),
        "clusterings.#": (1, 4),
    },
    "billing/budget:Budget": {
        "displayName": r".{1,60}",
        "billingAccount": r"[0-9A-F]{6}(-[0-9A-F]{6}){2}",
        "amount.specifiedAmount.units": r"\d{1,18}",
        "amount.specifiedAmount.currencyCode": r"[A-Z]{3}",
        "budgetFilter.projects": r"projects/\d+",
        "thresholdRules.thresholdPercent": (0, 1000),
        "allUpdatesRule.monitoringNotificationChannels.#": (0, 5),
    },
    "cloudbuild/trigger:Trigger": {
        "name": r"[a-zA-Z0-9][-a-zA-Z0-9]{0,62}[a-zA-Z0-9]",
        "substitutions.*": r".{0,4000}",
        "build.timeout": (1, _DAY),
    },
    "cloudbuildv2/connection:Connection": {"name": _NAME},
    "cloudbuildv2/repository:Repository": {"name": _NAME, "remoteUri": r"https://.+\.git"},
    "cloudfunctionsv2/function:Function": {
        "name": r"[a-z][-a-z0-9]{0,61}[a-z0-9]",
        "serviceConfig.availableMemory": r"\d+(k|Ki|M|Mi|G|Gi)?",
        "serviceConfig.timeoutSeconds": (1, 3600),
        "serviceConfig.maxInstanceRequestConcurrency": (1, 1000),
    },
    "cloudquota/sQuotaPreference:SQuotaPreference": {
        "parent": rf"projects/{_NAME}",
        "quotaConfig.preferredValue": r"-1|\d{1,18}",
        "contactEmail": r"[^@\s]+@[^@\s]+",
    },
    "cloudrunv2/service:Service": {
        "name": r"[a-z][-a-z0-9]{0,47}[a-z0-9]",
        "description": r".{0,512}",
        "template.maxInstanceRequestConcurrency": (1, 1000),
        "template.containers.resources.limits.cpu": r"[12468]",
        "template.containers.resources.limits.memory": r"\d+(Mi|Gi)",
        "template.containers.envs.name": r"(?!PORT$|K_|X_GOOGLE_)[A-Za-z_]\w*",
        "template.vpcAccess.networkInterfaces.#": (1, 1),
        "template.containers.startupProbe.periodSeconds": (1, 240),
        "template.containers.livenessProbe.periodSeconds": (1, 3600),
    },
    "compute/address:Address": {"name": _NAME},
    "compute/externalVpnGateway:ExternalVpnGateway": {"name": _NAME, "interfaces.id": (0, 3)},
    "compute/firewall:Firewall": {
        "name": _NAME,
        "priority": (0, 65_535),
        "allows.protocol": r"tcp|udp|icmp|esp|ah|sctp|ipip|all|\d+",
        "allows.ports": r"\d+(-\d+)?",
        "sourceRanges": _CIDR,
    },
    "compute/forwardingRule:ForwardingRule": {"name": _NAME},
    "compute/globalAddress:GlobalAddress": {"name": _NAME, "prefixLength": (8, 29)},
    # Longer ones, and hyphens, are refused where the target is all of Google's APIs.
    "compute/globalForwardingRule:GlobalForwardingRule": {"name": r"[a-z][a-z0-9]{0,19}"},
    "compute/haVpnGateway:HaVpnGateway": {"name": _NAME},
    "compute/network:Network": {"name": _NAME, "mtu": (1300, 8896)},
    "compute/networkAttachment:NetworkAttachment": {"name": _NAME},
    "compute/resourcePolicy:ResourcePolicy": {
        "name": _NAME,
        "instanceSchedulePolicy.vmStopSchedule.schedule": _CRON,
        "instanceSchedulePolicy.vmStartSchedule.schedule": _CRON,
        "instanceSchedulePolicy.timeZone": r"UTC|\w+/[-\w/+]+",
    },
    "compute/router:Router": {"name": _NAME, "bgp.asn": _PRIVATE_AS},
    "compute/routerInterface:RouterInterface": {
        "name": _TWO_AT_LEAST,
        "ipRange": r"169\.254\.(?!169\.25[2-5]/)\d+\.\d+/\d+",
    },
    "compute/routerNat:RouterNat": {"name": _TWO_AT_LEAST},
    "compute/routerPeer:RouterPeer": {"name": _TWO_AT_LEAST, "peerAsn": (1, 4_294_967_294)},
    "compute/subnetwork:Subnetwork": {
        "name": _NAME,
        "ipCidrRange": _CIDR,
        "logConfig.flowSampling": (0, 1),
    },
    "compute/vPNTunnel:VPNTunnel": {
        "name": _NAME,
        "ikeVersion": (1, 2),
        "vpnGatewayInterface": (0, 1),
        "peerExternalGatewayInterface": (0, 3),
    },
    "dns/managedZone:ManagedZone": {
        "name": _NAME,
        "dnsName": _HOST,
        "description": r".{1,1024}",
    },
    "dns/recordSet:RecordSet": {"name": rf"(\*\.)?{_HOST}", "ttl": (0, 86_400 * 30)},
    "iam/denyPolicy:DenyPolicy": {
        "name": r"[a-z][-.a-z0-9]{1,61}[a-z0-9]",
        "parent": rf"cloudresourcemanager\.googleapis\.com%2Fprojects%2F{_NAME}",
        "displayName": r".{1,63}",
        "rules.description": r".{1,256}",
        "rules.denyRule.deniedPermissions": r"[a-z]+\.googleapis\.com/\w+\.\w+",
    },
    "iam/workloadIdentityPool:WorkloadIdentityPool": {
        "workloadIdentityPoolId": _POOL,
        "displayName": r".{0,32}",
        "description": r".{0,256}",
    },
    "iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": {
        "workloadIdentityPoolProviderId": _POOL,
        "attributeCondition": r".{1,4096}",
        "attributeMapping.*": r".{1,2048}",
    },
    "kms/cryptoKey:CryptoKey": {
        # More than a day.
        "rotationPeriod": (_DAY + 1, 100 * 366 * _DAY),
    },
}
"""By type and place in it: a pattern, or the least and the most, or several such; `#` is how many
a list holds. Seconds are written as `60s`."""

ONE_OF: dict[str, list[set[str]]] = {
    "billing/budget:Budget": [{"amount.specifiedAmount", "amount.lastPeriodAmount"}],
    "cloudbuild/trigger:Trigger": [
        {"build", "filename", "gitFileSource"},
        {
            *("triggerTemplate", "github", "pubsubConfig", "webhookConfig"),
            # One without an event, which is run by hand or by a clock, says what it builds.
            *("repositoryEventConfig", "sourceToBuild"),
        },
    ],
    "compute/firewall:Firewall": [
        {"allows", "denies"},
        {"sourceRanges", "sourceTags", "sourceServiceAccounts"},
    ],
    "compute/resourcePolicy:ResourcePolicy": [
        {"workloadPolicy", "groupPlacementPolicy", "instanceSchedulePolicy"}
    ],
    "compute/vPNTunnel:VPNTunnel": [
        {"sharedSecret", "sharedSecretWo"},
        {"vpnGateway", "targetVpnGateway"},
        {"peerExternalGateway", "peerGcpGateway"},
    ],
    "accesscontextmanager/servicePerimeter:ServicePerimeter": [{"spec", "status"}],
    "iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": [
        {"oidc", "aws", "saml", "x509"}
    ],
}
"""By type: inputs of which exactly one is given."""

LABEL_KEY, LABEL_VALUE, MOST_LABELS = r"[a-z][-_a-z0-9]{0,62}", r"[-_a-z0-9]{0,63}", 64
MEMBER = r"(user|group|serviceAccount|principal|principalSet):\S+"
_OWNED = 6
"""Labels besides a resource's own: the platform's on everything, Pulumi's, and one to spare."""


def broken(kind: str, inputs: dict[str, Any]) -> Iterator[str]:
    """What the rules refuse in the inputs of a resource; `kind` without `gcp:`."""
    for place, rule in FORMS.get(kind, {}).items():
        for value in found(inputs, place):
            if not _fits(value, rule):
                yield f"{place} is {value!r}, not {rule}"
    for choice in ONE_OF.get(kind, []):
        given = [each for each in sorted(choice) if [*found(inputs, each)]]
        if len(given) != 1:
            yield f"of {', '.join(sorted(choice))} it has {given or 'none'}"
    # Those of a channel say where it leads.
    if kind != "monitoring/notificationChannel:NotificationChannel":
        yield from _labels(inputs.get("labels"))
    if kind.endswith(("IAMMember", "IamMember")) and not _fits(inputs["member"], MEMBER):
        yield f"member is {inputs['member']!r}"
    if kind == "bigquery/table:Table":
        yield from _columns(inputs)


def found(inputs: Any, place: str) -> Iterator[Any]:
    """Every value at a place, in each item of a list; `*` is every key."""
    if isinstance(inputs, list) and place == "#":
        yield len(inputs)
    elif isinstance(inputs, list):
        for each in inputs:
            yield from found(each, place)
    elif not place:
        if inputs is not None:
            yield inputs
    elif isinstance(inputs, dict):
        first, _, rest = place.partition(".")
        for key in inputs if first == "*" else [first]:
            yield from found(inputs.get(key), rest)


def _fits(value: Any, rule: Any) -> bool:
    if isinstance(rule, str):
        return re.fullmatch(rule, str(value), re.DOTALL) is not None
    if isinstance(rule, list):
        return any(_fits(value, each) for each in rule)
    least, most = rule
    if isinstance(value, str):
        if not re.fullmatch(r"\d+s", value):
            return False
        value = int(value[:-1])
    return least <= value <= most


def _labels(labels: Any) -> Iterator[str]:
    if not isinstance(labels, dict):
        return
    if len(labels) + _OWNED > MOST_LABELS:
        yield f"labels are {len(labels)}"
    for key, value in labels.items():
        if not (_fits(key, LABEL_KEY) and _fits(value, LABEL_VALUE)):
            yield f"labels.{key} is {value!r}"


def _columns(inputs: dict[str, Any]) -> Iterator[str]:
    columns = [each["name"].lower() for each in json.loads(inputs["schema"])]
    wanted = [*inputs.get("clusterings", []), *found(inputs, "timePartitioning.field")]
    if len(set(columns)) < len(columns):
        yield "schema has a column twice"
    if not {*wanted} <= {*columns}:
        yield f"clusterings and field are {wanted}, which the table cannot have"
