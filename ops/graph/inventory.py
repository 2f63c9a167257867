"""One line per resource, and the files in which a pull request shows what a change does.

    artifacts/artifacts-bucket gcp:storage:Bucket location=europe-west4 name=... protect=true

Owns which properties are worth a reviewer's eye, and where the files lie. Labels, descriptions
and texts of programs are not: they would hide the rest. What only a deployment can tell stands
as the resource that it comes from, such as `{network-network}`.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ops.graph import drawing
from ops.graph.resources import Resource, above, plan
from ops.graph.views import component_view
from ops.stacks import Stack

COMMAND = "mlp graph --inventory"
FOLDER = "inventory"
DIAGRAMS = "docs/graph.md"

_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What Pulumi stores for what only a deployment can tell."""
_CONTENT = re.compile(r"sha256:[0-9a-f]{64}")
"""Which image a job runs changes with every line of its code: the stack file and the run tell."""
_TEXT_LIMIT = 100
_ITEMS_SHOWN = 4
_DIGITS = 8

_SKIPPED = re.compile(
    r"__.*|.*[lL]abels|annotations|metadata(StartupScript)?|tags|env|environmentVariables"
)
"""Inputs that are noise, with all that is in them."""

_WORDS = frozenset(
    [
        # which one
        *("name", "service", "type", "format", "mode", "kind", "purpose", "algorithm"),
        # where
        *("location", "region", "zone", "ipCidrRange", "ipAddress", "address", "dnsName"),
        *("sourceRanges", "destinationRanges", "network", "subnetwork", "networks", "locations"),
        *("subnetworks", "reservedPeeringRanges", "target", "targetTags", "rrdatas", "visibility"),
        *("targetServiceAccounts", "sourceTags", "connectionPreference", "natIpAllocateOption"),
        *("sourceSubnetworkIpRangesToNat", "destination", "topic", "pushEndpoint"),
        *("direction", "priority", "protocol", "ports", "addressType", "prefixLength", "project"),
        # who
        *("role", "member", "members", "permissions", "serviceAccount", "email", "expression"),
        *("attributeCondition", "issuerUri", "deniedPermissions", "deniedPrincipals"),
        # what it watches, lets through or keeps
        *("filter", "query", "image", "imageFamily", "sourceImage"),
        # how much
        *("machineType", "acceleratorType", "acceleratorTopology", "topology", "runtimeVersion"),
        *(
            "provisioningModel",
            "spot",
            "preemptible",
            "reserved",
            "amount",
            "units",
            "currencyCode",
        ),
        *("thresholdPercent", "maxThroughput", "tier", "storageClass", "diskType"),
        # how long
        *(
            "age",
            "matchesPrefixes",
            "ttl",
            "schedule",
            "cron",
            "duration",
            "onHostMaintenance",
            "maxRunDuration",
        ),
        # what protects it
        *("forceDestroy", "forceDelete", "deletionProtection", "deletionPolicy", "kmsKeyName"),
        *("deleteContentsOnDestroy", "publicAccessPrevention", "uniformBucketLevelAccess"),
        *("privateIpGoogleAccess", "preventDestroy", "enabled", "disabled", "enforce", "enforced"),
        *("autoCreateSubnetworks", "useExplicitDryRunSpec", "restrictedServices", "constraint"),
        *("enableExternalIps", "enablePublicIpAddresses", "enableSecureBoot", "canIpForward"),
        *("evaluationMode", "enforcementMode", "dedicatedEndpointEnabled", "severity"),
    ]
)
_ENDINGS = re.compile(
    r"daysSince.+|.+(Id|Days|Seconds|Minutes|Hours|Period|Timeout|Ttl|TTL|Duration|Count|Counts|Gb|GB|Size"
    r"|SizeGb|Replicas|Nodes|Percent|Ratio|Threshold|Limit|Quota|KeyName|KmsKey|Protection)"
)


def files(root: Path) -> dict[Path, str]:
    """What every golden file has to say, by its path; plans every stack of the repository."""
    names = sorted(file.name.split(".")[1] for file in root.glob("Pulumi.*.yaml"))
    planned = {name: plan(Stack(root, name)) for name in names}
    texts = {
        root / FOLDER / f"{name}.txt": inventory(found, name) for name, found in planned.items()
    }
    return texts | {root / DIAGRAMS: _document(planned)}


def outdated(wanted: Mapping[Path, str], root: Path) -> list[Path]:
    """Files that do not say what they have to, and inventories of stacks that are gone."""
    changed = [path for path, text in wanted.items() if _read(path) != text]
    return sorted(changed + [p for p in (root / FOLDER).glob("*.txt") if p not in wanted])


def write(wanted: Mapping[Path, str], root: Path) -> list[Path]:
    """Makes the golden files what they have to be; returns those that were not."""
    changed = outdated(wanted, root)
    for path in changed:
        if path in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path], encoding="utf-8")
        else:
            path.unlink()
    return changed


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def inventory(resources: Sequence[Resource], stack: str) -> str:
    """The lines of one stack below a heading, sorted by component and name."""
    by_urn = {each.urn: each for each in resources}
    home = next((each.inputs.get("project") for each in resources if each.is_provider), None)
    ordered = sorted(resources, key=lambda each: (_path(each, by_urn), each.urn))
    custom = sum(each.custom for each in resources)
    heading = (
        f"# Stack {stack}: {custom} resources in {len(resources) - custom} components.\n"
        f"# Accounts of its project end in a bare @. Written by: {COMMAND}\n"
    )
    return heading + "".join(f"{line(each, by_urn, home)}\n" for each in ordered)


def line(resource: Resource, by_urn: Mapping[str, Resource], home: str | None = None) -> str:
    """Path below the stack, type, and key properties.

    The project `home` is everyone's: it is left out, and so is the domain of its accounts.
    Components have no properties of their own: what they were given shows in their resources.
    """
    words = ["/".join(_path(resource, by_urn)), resource.short_type]
    if resource.custom:
        shown = dict(_properties(resource))
        if shown.get("project") == home and not resource.is_provider:
            shown.pop("project", None)
        words += [f"{key}={value}" for key, value in sorted(shown.items())]
    if resource.protect:
        words.append("protect=true")
    text = " ".join(" ".join(words).split())
    return text.replace(f"@{home}.iam.gserviceaccount.com", "@") if home else text


def _path(resource: Resource, by_urn: Mapping[str, Resource]) -> tuple[str, ...]:
    return (*(each.name for each in above(resource, by_urn)), resource.name)


def _properties(resource: Resource) -> Iterator[tuple[str, str]]:
    for name, value in resource.inputs.items():
        if _SKIPPED.fullmatch(name):
            continue
        source = ",".join(
            sorted(urn.rpartition("::")[2] for urn in resource.needed_for.get(name, ()))
        )
        for path, found in _leaves(name, value):
            key = re.sub(r"\[\d+\]", "", path.rpartition(".")[2])
            if key in _WORDS or _ENDINGS.fullmatch(key):
                yield path, _text(found, resource.name, source)


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Every value that holds no mapping, by its path; a list of plain values is one value."""
    if isinstance(value, dict):
        for key, item in value.items():
            if not _SKIPPED.fullmatch(key):
                yield from _leaves(f"{path}.{key}", item)
    elif isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
        for index, item in enumerate(value):
            yield from _leaves(f"{path}[{index}]", item)
    else:
        yield path, value


def _text(value: Any, name: str, source: str) -> str:
    """A value in one word; a long one is cut, with digits that change when it does."""
    if isinstance(value, list):
        words = [_text(item, name, source) for item in value]
        if len(words) > _ITEMS_SHOWN:
            return f"[{len(words)} items #{_digest(words)}]"
        return f"[{','.join(words)}]"
    if value == _UNKNOWN:
        return f"{{{source or 'computed'}}}"
    if not isinstance(value, str):
        return json.dumps(value)
    if re.fullmatch(rf"{re.escape(name)}-[0-9a-f]{{7}}", value):
        return f"{name}-*"  # the engine's own digits, other ones for every new resource
    value = _CONTENT.sub("sha256:*", value)
    text = value if value and not re.search(r"\s", value) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _TEXT_LIMIT else f"{text[:_TEXT_LIMIT]}…#{_digest(value)}"


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:_DIGITS]


def _document(planned: Mapping[str, Sequence[Resource]]) -> str:
    """The diagrams of all stacks in Markdown; stacks that look alike share one."""
    alike: dict[str, list[str]] = {}
    for name, resources in planned.items():
        alike.setdefault(drawing.mermaid(component_view(resources)), []).append(name)
    parts = [_PREFACE]
    for diagram, names in alike.items():
        parts.append(f"## {', '.join(names)}\n\n```mermaid\n{diagram}```\n")
    return "\n".join(parts)


_PREFACE = f"""\
# The architecture, drawn from the graph

Written by `{COMMAND}`; a test finds a drawing that is older than the program. Every box is a
component with the number of its resources. Components of one type with the same kind of neighbours
share a box, so a fleet of models is one. An arrow leads from a component to what it needs; an arrow
that a longer way implies is left out.

`mlp graph --stack prod --all --format dot` draws every resource of a stack, and `--format json`
hands out every dependency. `inventory/` has one line per resource of every stack: what a change
does to them shows in its pull request.
"""
