"""What an error text of Google Cloud means, and what to do about it. A pure function.

The texts are those that the APIs and the provider print; none of them is a promise, so a text that
nothing recognises is returned as it is.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Trouble:
    """One kind of refusal."""

    kind: str
    meaning: str
    next: str


_KNOWN: list[tuple[str, Trouble]] = [
    (
        r"ZONE_RESOURCE_POOL_EXHAUSTED|no more capacity in the zone|"
        r"does not have enough resources available|\bSTOCKOUT\b|RESOURCE_POOL_EXHAUSTED",
        Trouble(
            "capacity",
            "the zone has no such machine free now; quota has nothing to do with it",
            "write another zone or capacity (`mlp shapes` lists both), or reserve the machines",
        ),
    ),
    (
        r"QUOTA_EXCEEDED|Quota '[^']+' exceeded|Quota limit .* exceeded|[Qq]uota.{0,40}exceeded|"
        r"rateLimitExceeded|custom_model_(?:training|serving)_\w+",
        Trouble(
            "quota",
            "the project may not have so many of this kind in this place",
            "compare `mlp check --only quotas`, ask for more under "
            "mlplatform:cost.quotas, or use fewer",
        ),
    ),
    (
        r"SERVICE_DISABLED|has not been used in project .* before or it is disabled",
        Trouble(
            "api",
            "the API is not enabled in this project, or was enabled a moment ago",
            "run the deployment again in a few minutes; `mlp check --only project` lists the APIs",
        ),
    ),
    (
        r"vpcServiceControlsUniqueIdentifier|prohibited by organization's policy",
        Trouble(
            "perimeter",
            "a service perimeter keeps the caller out",
            "add the caller or its network to the ingress rules of the perimeter",
        ),
    ),
    (
        r"[Cc]onstraint constraints/[\w.]+|violates? constraint|constraints/[\w.]+ violated",
        Trouble(
            "organization policy",
            "a policy of the organization forbids this",
            "change the setting that the constraint names, or ask its owner for an exception",
        ),
    ),
    (
        r"runtime[_ ]version.{0,60}(?:not found|invalid|not supported|does not exist)|"
        r"[Ii]nvalid (?:TPU )?(?:software|runtime) version",
        Trouble(
            "runtime",
            "the TPU's software version does not exist for this generation or in this zone",
            "leave the runtime to the platform, which knows one for each generation",
        ),
    ),
    (
        r"(?:accelerator|machine) ?type.{0,80}(?:not found|not available|does not exist|invalid)|"
        r"Invalid resource usage|not (?:found|available) in (?:the )?(?:zone|location)",
        Trouble(
            "place",
            "the zone does not have this kind of machine at all",
            "write a zone that has it: `mlp shapes` lists them for each shape",
        ),
    ),
    (
        r"A target reservation must be specified|"
        r"[Rr]eservation .{0,80}(?:not found|exhausted|full)",
        Trouble(
            "reservation",
            "no reservation answers this request, or it is used up",
            "compare name, zone and shape with the reservation, and what already runs in it",
        ),
    ),
    (
        r"[Ss]ervice account .{0,120}does not exist",
        Trouble(
            "identity",
            "a service account, often one of Google's own agents, is not there yet",
            "run the deployment again: the agent is made by the first use of its API",
        ),
    ),
    (
        r"already ?[Ee]xists|ALREADY_EXISTS",
        Trouble(
            "name",
            "the name is taken; deleted pools, roles, key rings and projects keep theirs",
            "import or undelete the old one, or write another name",
        ),
    ),
    (
        r"PERMISSION_DENIED|[Pp]ermission '?[\w.]+'? denied|does not have [\w.]+ access|"
        r"Required '[\w.]+' permission|\b403\b",
        Trouble(
            "permission",
            "the caller lacks a permission",
            "`mlp check --only permissions` lists the missing ones",
        ),
    ),
]


def explain(text: str) -> Trouble:
    """The first kind that the text is about; kind `unknown` if there is none."""
    for pattern, trouble in _KNOWN:
        if re.search(pattern, text):
            return trouble
    return Trouble(
        "unknown",
        "no known kind of refusal",
        "read the log of the failed operation; the text itself is all there is",
    )
