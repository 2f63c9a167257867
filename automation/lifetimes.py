"""Whether the time of a machine is over: pure, on what was listed.

Only what carries the labels of this program, stack and environment, as a machine that is not one
job's, is looked at; only a time that is certainly over is over.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from automation.stoppable import ours
from catalog.lifetime import KEEP, TTL_HOURS

_COMPONENT = "accelerators"
_GOING = ("DELETING", "STOPPING", "TERMINATED")
"""Of slices and pools, whatever else deletes them. A stopped slice is STOPPED."""
_SECONDS_AN_HOUR = 3600


@dataclass(frozen=True, kw_only=True)
class Machine:
    """One slice of Cloud TPU, or one warm pool of Vertex AI."""

    name: str
    """Resource name, from `projects/` on."""
    labels: Mapping[str, str]
    created: str
    """As its API says it."""
    state: str
    busy: bool = False
    """Whether a training uses it: it would be cancelled."""
    address: str
    """What is deleted."""
    query: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """`over`: it goes; `unclear`: nobody can say when; the others stay for good reasons."""

    state: Literal["over", "young", "kept", "busy", "going", "unclear"]
    reason: str
    since: str = ""
    """When its time was over."""


def has_an_end(labels: Mapping[str, str], *, stack: str, environment: str) -> bool:
    """Whether a machine is this stack's, and says when it may be deleted."""
    return (
        ours(dict(labels), stack)
        and labels.get("environment") == environment
        and labels.get("component") == _COMPONENT
        and TTL_HOURS in labels
    )


def judge(machine: Machine, now: datetime) -> Verdict:
    """What becomes of one machine that has an end."""
    if machine.state in _GOING:
        return Verdict(state="going", reason=f"it is {machine.state.lower()} already")
    if KEEP in machine.labels:
        return Verdict(state="kept", reason=f"it carries the label {KEEP}")
    return _judge_age(machine, now)


def _judge_age(machine: Machine, now: datetime) -> Verdict:
    said = machine.labels[TTL_HOURS]
    if not re.fullmatch(r"[1-9][0-9]{0,3}", said):
        return Verdict(state="unclear", reason=f"its {TTL_HOURS} is {said!r}, no count of hours")
    made = _moment(machine.created)
    if made is None:
        return Verdict(state="unclear", reason=f"it says {machine.created!r} of when it was made")
    over = made + timedelta(hours=int(said))
    age = (now - made).total_seconds() / _SECONDS_AN_HOUR
    reason = f"made {made:%Y-%m-%d %H:%M} UTC, {age:.1f} hours ago; its {TTL_HOURS} is {said}"
    since = f"{over:%Y-%m-%dT%H:%MZ}"
    if now < over:
        return Verdict(state="young", reason=reason, since=since)
    if machine.busy:
        return Verdict(state="busy", reason=f"{reason}, but a training uses it", since=since)
    return Verdict(state="over", reason=reason, since=since)


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else None
