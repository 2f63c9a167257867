"""Deletes slices of Cloud TPU and warm pools of Vertex AI whose time is over.

Called by the clock; what the message says does not matter. When a time is over is decided in
`automation.lifetimes`. Each deletion is recorded before it is made. One that fails keeps none of
the others; at the end all that failed is said, so that the message comes again: what is on its way
out then is left alone.

Machines of Compute Engine end by themselves. A slice that waits in a queue costs nothing and has
no end before it is there.
"""

import contextlib
import os
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from automation import evidence, messages
from automation.evidence import Action, Decision, EvidenceError
from automation.lifetimes import Machine, Verdict, has_an_end, judge
from automation.running import TPU, pages
from automation.surroundings import Surroundings
from catalog.incidents import REAPER
from catalog.lifetime import TTL_HOURS, from_words
from jobs import clients

ENVIRONMENT = "MLPLATFORM_ENVIRONMENT"
DRY_RUN = "MLPLATFORM_REAPER_DRY_RUN"
"""`on` if it only says what it would delete."""
_VERTEX = "https://{region}-aiplatform.googleapis.com/v1/"


class ReaperError(Exception):
    """Some of what was to be looked at or deleted is not; the others are."""


def handle(envelope: Any) -> Action:
    """Looks at everything once, and deletes what is over its time.

    Raises UnreadableError for what is no message, and ReaperError, at the end, if anything failed.
    """
    messages.payload(envelope)
    here, now = Surroundings.read(), datetime.now(UTC)
    seen: Counter[str] = Counter()
    failed: list[str] = []
    done: Decision = "left-alone"
    for machine in _all(here, failed):
        if has_an_end(machine.labels, stack=here.stack, environment=os.environ[ENVIRONMENT]):
            verdict = judge(machine, now)
            seen[verdict.state] += 1
            if not _done(machine, verdict, here):
                failed.append(machine.name)
            elif verdict.state == "over" and not _dry():
                done = "acted"
    counts = ", ".join(f"{count} {state}" for state, count in sorted(seen.items()))
    summary = Action(
        action=REAPER,
        decision=done,
        subject="",
        reason=counts or "nothing says when it may be deleted",
        incident_id="",
        policy="",
    )
    evidence.log(summary, severity="INFO")
    if failed:
        message = f"{counts or 'nothing seen'}; not done: {', '.join(failed)}"
        raise ReaperError(message)
    return summary


def _all(here: Surroundings, failed: list[str]) -> Iterator[Machine]:
    """Every slice and pool; what cannot be listed is added to what failed."""
    if clients.is_local():
        return
    for what, listed in (("slices", _slices(here, failed)), ("warm pools", _pools(here))):
        try:
            yield from listed
        except _passing() as error:
            failed.append(f"{what} ({error})")


def _slices(here: Surroundings, failed: list[str]) -> Iterator[Machine]:
    for page in pages(f"{TPU}projects/{here.project_id}/locations/-/nodes"):
        failed += [f"slices in {place}" for place in page.get("unreachable", [])]
        for each in page.get("nodes", []):
            yield _slice(each)


def _slice(node: dict[str, Any]) -> Machine:
    """Of one that came out of a queue the request goes, and the slice with it."""
    name, request = node["name"], node.get("queuedResource", "")
    place = rf"projects/[^/]+/locations/{re.escape(name.split('/')[3])}"
    own = re.fullmatch(rf"{place}/queuedResources/{re.escape(name.rpartition('/')[2])}", request)
    labels = {**from_words(node.get("description", "") if own else ""), **node.get("labels", {})}
    return Machine(
        name=name,
        labels=labels,
        created=node.get("createTime", ""),
        state=node.get("state", ""),
        address=f"{TPU}{request if own else name}",
        query={"force": "true"} if own else {},
    )


def _pools(here: Surroundings) -> Iterator[Machine]:
    vertex = _VERTEX.format(region=here.region)
    for page in pages(f"{vertex}{here.parent}/persistentResources"):
        for each in page.get("persistentResources", []):
            used = [int(pool.get("usedReplicaCount", 0)) for pool in each.get("resourcePools", [])]
            yield Machine(
                name=each["name"],
                labels=each.get("labels", {}),
                created=each.get("createTime", ""),
                state=each.get("state", ""),
                busy=any(used),
                address=f"{vertex}{each['name']}",
                query={},
            )


def _done(machine: Machine, verdict: Verdict, here: Surroundings) -> bool:
    """Whether all that follows from a verdict is done."""
    if verdict.state == "unclear":
        return _recorded(_action(machine, verdict, "refused", verdict.reason), here)
    if verdict.state != "over":
        return True
    if _dry():
        reason = f"{verdict.reason}; nothing is deleted, this is a dry run"
        return _recorded(_action(machine, verdict, "left-alone", reason), here)
    recorded = _recorded(_action(machine, verdict, "acted", verdict.reason), here)
    return recorded and _deleted(machine, verdict, here)


def _deleted(machine: Machine, verdict: Verdict, here: Surroundings) -> bool:
    from google.api_core.exceptions import NotFound

    try:
        clients.rest("DELETE", machine.address, **machine.query)
    except NotFound:
        return True  # somebody was faster
    except _passing() as error:
        _recorded(_action(machine, verdict, "refused", f"{verdict.reason}, but {error}"), here)
        return False
    return True


def _recorded(action: Action, here: Surroundings) -> bool:
    """Without evidence nothing is done, and the next one is looked at."""
    with contextlib.suppress(EvidenceError, *_passing()):
        evidence.record(action, project_id=here.project_id, table=here.actions_table)
        return True
    return False


def _passing() -> tuple[type[Exception], ...]:
    """What the clients raise when a service says no, or nothing."""
    from google.api_core.exceptions import GoogleAPIError
    from google.auth.exceptions import GoogleAuthError
    from requests import RequestException

    return GoogleAPIError, GoogleAuthError, RequestException


def _dry() -> bool:
    return os.environ[DRY_RUN] == "on"


def _action(machine: Machine, verdict: Verdict, decision: Decision, reason: str) -> Action:
    return Action(
        action=REAPER,
        decision=decision,
        subject=machine.name,
        reason=reason,
        incident_id=f"over since {verdict.since}" if verdict.since else "",
        policy=f"{TTL_HOURS}={machine.labels[TTL_HOURS]}",
    )
