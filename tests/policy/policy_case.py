"""One row of the tables of cases: inputs that keep a rule, break it, or leave it open."""

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from policy.verdicts import Context

MISSING = object()
REGION = "europe-west4"
ACCOUNT = "trainer@p.iam.gserviceaccount.com"
LABELS = {"environment": "prod", "stack": "prod", "managed-by": "pulumi"}
PROD = Context(
    environment="prod",
    allowed_regions=frozenset({REGION}),
    default_labels=LABELS,
    customer_managed_keys=True,
    private_endpoints=True,
)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A compliant resource of one type, and single changes to it that break the rule."""

    rule: str
    type: str
    good: dict[str, Any] = field(default_factory=dict)
    bad: Mapping[str, list[Any]] = field(default_factory=dict)
    """Path -> values there that break the rule."""
    unknown: tuple[str, ...] = ()
    """Paths where an unknown leaves the rule undecided."""
    never: bool = False
    """No resource of this type is compliant."""
    protect: bool = True

    def __str__(self) -> str:
        return f"{self.rule}-{self.type.rpartition(':')[2]}"


def changed(inputs: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy with one value set, or removed if it is `MISSING`; parents are made."""
    result = copy.deepcopy(inputs)
    *parents, last = [
        int(part) if part.isdigit() else part for part in re.split(r"[.\[\]]+", path) if part
    ]
    holder: Any = result
    for part in parents:
        holder = holder[part] if isinstance(part, int) else holder.setdefault(part, {})
    if value is MISSING:
        del holder[last]
    else:
        holder[last] = value
    return result
