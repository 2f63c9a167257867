"""What a run tells its caller: events while it goes, a report at its end.

Plain frozen data for displays and tests. Does not print anything.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

HIDDEN_TEXT = "[secret]"

Severity = Literal["debug", "info", "warning", "error"]


@dataclass(frozen=True)
class Change:
    """One property that a step changes, by its path, such as `labels.team` or `rules[0].age`.

    `old` is None for an addition, `new` is None for a deletion. A secret stands as "[secret]", an
    unknown as `localcloud.provider.protocol.UNKNOWN`. Texts that hold JSON objects are compared as
    the objects that they hold, so the path may lead into them.
    """

    path: str
    kind: Literal["add", "delete", "update"]
    old: Any = None
    new: Any = None


@dataclass(frozen=True)
class StepStarted:
    """The engine began an operation; `parent` is the URN of the parent or ""."""

    op: str
    urn: str
    type: str
    name: str
    parent: str = ""
    changes: list[Change] = field(default_factory=list)


@dataclass(frozen=True)
class StepFinished:
    """The operation is done; `seconds` is how long it took."""

    op: str
    urn: str
    seconds: float


@dataclass(frozen=True)
class StepFailed:
    """The operation failed; `message` is the sentence for the user."""

    op: str
    urn: str
    message: str


@dataclass(frozen=True)
class Message:
    """Something that the program (print, `pulumi.log`), a hook or the engine said."""

    severity: Severity
    urn: str
    text: str


Event = StepStarted | StepFinished | StepFailed | Message
OnEvent = Callable[[Event], None]


@dataclass(frozen=True)
class Step:
    """An operation that began, as a report lists it."""

    op: str
    urn: str


@dataclass(frozen=True)
class Diagnostic:
    """An error or a warning of a run."""

    severity: Literal["error", "warning"]
    urn: str
    message: str


@dataclass(frozen=True)
class Report:
    """How a run ended. `outputs` are those stored for the stack afterwards, secrets masked.

    `resources` are the entries of `localcloud.resources` as the run left them; those of a preview
    as they would be, with the text of unknown for what only a deployment can tell.
    """

    result: Literal["succeeded", "failed"]
    steps: list[Step]
    outputs: dict[str, Any]
    diagnostics: list[Diagnostic]
    resources: list[dict[str, Any]] = field(default_factory=list)

    @property
    def succeeded(self) -> bool:
        return self.result == "succeeded"

    @property
    def errors(self) -> list[str]:
        """The messages of the errors alone."""
        return [d.message for d in self.diagnostics if d.severity == "error"]


class EngineError(Exception):
    """A user's mistake that ends a run before it begins; the text is one sentence."""
