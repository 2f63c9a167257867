"""What a check found, as a person and a machine read it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

State = Literal["ok", "warning", "failed", "unknown"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    group: str
    """What the check is about: `tools`, `project`, `quotas` ..."""
    subject: str
    state: State
    """`unknown`: it could not be read, which is not the same as wrong."""
    found: str
    wanted: str = ""
    next: str = ""
    """What to do; empty where nothing is to be done."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def compared(group: str, subject: str, found: object, wanted: object, following: str) -> Finding:
    """Ok if both are the same, else failed with the next step."""
    same = found == wanted
    return Finding(
        group=group,
        subject=subject,
        state="ok" if same else "failed",
        found=str(found),
        wanted=str(wanted),
        next="" if same else following,
    )


def failed(findings: Sequence[Finding]) -> list[Finding]:
    return [each for each in findings if each.state == "failed"]
