"""What a rule is asked about, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Level = Literal["mandatory", "advisory"]


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One registration: its type token, and its inputs under their wire names (camelCase)."""

    type: str
    inputs: Mapping[str, Any]
    protect: bool = False
    """Pulumi's own lock against deletion."""


@dataclass(frozen=True, kw_only=True)
class Context:
    """What rules must know about the stack as a whole."""

    environment: str
    allowed_regions: frozenset[str]
    """Where data may lie, in lower case; names of multi-regions are allowed only if listed."""
    default_labels: Mapping[str, str] = field(default_factory=dict)
    """Labels that the provider adds to everything."""
    customer_managed_keys: bool = False
    private_endpoints: bool = False

    @property
    def production(self) -> bool:
        return self.environment == "prod"


@dataclass(frozen=True)
class Violation:
    """The rule is broken."""

    rule: str
    property: str
    sentence: str
    """What is there, and what to write instead."""


@dataclass(frozen=True)
class Undecided:
    """The rule cannot be decided: the property's value is not known yet."""

    rule: str
    property: str
    late: bool
    """Whether the value comes from another resource, and so is known when it is deployed."""


Verdict = Violation | Undecided
