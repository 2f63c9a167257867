"""What the engine asks of a provider.

Values are JSON values of Python, with the provider's camelCase names, plus `UNKNOWN` in previews.
Secrets are unwrapped by the engine before a call and marked again after it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol


class Unknown:
    """A value that only the real operation can tell."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()

Properties = dict[str, Any]


class ProviderError(Exception):
    """The provider refuses: the text is one sentence for the user."""


@dataclass(frozen=True, kw_only=True)
class Checked:
    """Inputs with names and defaults filled in, or the reasons why they are refused."""

    inputs: Properties
    failures: list[tuple[str, str]] = field(default_factory=list)
    """(property or "", reason)."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What an update would do. Paths are Pulumi property paths such as `labels.team`."""

    changed: list[str] = field(default_factory=list)
    replaces: list[str] = field(default_factory=list)
    """Top-level properties whose change forces replacement; a subset of the changed ones."""
    delete_before_replace: bool = False


class Provider(Protocol):
    """One configured provider instance. `type_` is the plain type token of the resource."""

    def check(
        self, type_: str, urn: str, olds: Properties, news: Properties, seed: bytes
    ) -> Checked: ...

    def diff(
        self,
        type_: str,
        id_: str,
        old_inputs: Properties,
        old_outputs: Properties,
        news: Properties,
    ) -> Difference: ...

    def create(
        self, type_: str, urn: str, inputs: Properties, *, preview: bool
    ) -> tuple[str | None, Properties]:
        """Returns id (None: unknown, in previews) and outputs. Raises ProviderError."""
        ...

    def update(
        self,
        type_: str,
        urn: str,
        id_: str,
        old_outputs: Properties,
        news: Properties,
        *,
        preview: bool,
    ) -> Properties: ...

    def delete(self, type_: str, urn: str, id_: str, outputs: Properties) -> None: ...

    def read(
        self, type_: str, urn: str, id_: str, inputs: Properties
    ) -> tuple[Properties, Properties] | None:
        """(inputs, outputs) of what exists under `id_`; None if there is nothing."""
        ...

    def invoke(self, token: str, arguments: Mapping[str, Any]) -> Properties: ...
