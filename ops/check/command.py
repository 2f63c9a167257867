"""What `mlp check` does: look at everything, say everything, end with 1 if something is wrong."""

from collections.abc import Callable, Iterator
from typing import Any

from catalog.permissions import writing
from ops.check import access, health, project, quota_preferences, quotas, spark, tools
from ops.check.deployed import Deployed, deployed
from ops.check.findings import Finding, State, failed
from ops.check.google import Google
from ops.check.groups import OFFLINE, Group
from ops.check.trouble import explain
from ops.display.screen import Screen, columns
from ops.errors import FAILED, EndedError
from ops.target import Target

Check = Callable[[], Iterator[Finding]]
_MARKS: dict[State, tuple[str, str]] = {
    "ok": ("ok", "green"),
    "warning": ("warning", "yellow"),
    "failed": ("failed", "bold red"),
    "unknown": ("unknown", "yellow"),
}


def look(target: Target, wanted: tuple[Group, ...]) -> list[Finding]:
    """All findings. What cannot be read is a finding of its own: one refusal hides no other."""
    groups = wanted or (tuple(Group) if target.cloud else OFFLINE)
    checks = _checks(target)
    return [
        finding for group in groups for check in checks[group] for finding in _guarded(group, check)
    ]


def _checks(target: Target) -> dict[Group, tuple[Check, ...]]:
    google, settings = Google(), target.stack.settings()
    project_id, region = settings.project.id, settings.project.region
    known: list[list[Deployed]] = []

    def resources() -> list[Deployed]:
        if not known:
            known.append(deployed(target))
        return known[0]

    return {
        Group.TOOLS: (lambda: tools.check(cloud=target.cloud),),
        Group.PROJECT: (
            lambda: project.billing(google, project_id),
            lambda: project.apis(google, project_id),
        ),
        Group.PERMISSIONS: (lambda: project.permissions(google, project_id, writing()),),
        Group.QUOTAS: (
            lambda: quotas.check(google, settings),
            lambda: quota_preferences.check(google, settings),
        ),
        Group.MACHINES: (lambda: health.check(google, resources()),),
        Group.BUCKETS: (lambda: access.check(google, resources()),),
        Group.SPARK: (lambda: spark.check(google, project_id, region),),
    }


def _guarded(group: Group, check: Check) -> Iterator[Finding]:
    from google.api_core.exceptions import GoogleAPICallError
    from google.auth.exceptions import GoogleAuthError

    try:
        yield from check()
    except (GoogleAPICallError, GoogleAuthError) as error:
        trouble = explain(str(error))
        yield Finding(
            group=group,
            subject=group,
            state="unknown",
            found=f"{trouble.meaning}: {' '.join(str(error).split())[:300]}",
            next=trouble.next,
        )


def tell(findings: list[Finding], screen: Screen) -> None:
    """A table, then what to do. Raises `EndedError` if a check failed."""
    rows = [("check", "state", "found", "wanted")]
    rows += [
        (f"{each.group}: {each.subject}", each.state, each.found, each.wanted) for each in findings
    ]
    heading, *lines = columns(rows)
    screen.line(heading, "bold")
    for line, each in zip(lines, findings, strict=True):
        screen.line(line, _MARKS[each.state][1])
    todo = [each for each in findings if each.next]
    for each in todo:
        screen.line(f"  {each.subject}: {each.next}")
    wrong = len(failed(findings))
    screen.line(f"{len(findings)} checks, {wrong} failed", "bold red" if wrong else "bold green")
    end(findings)


def end(findings: list[Finding]) -> None:
    """Raises `EndedError` if a check failed."""
    if failed(findings):
        raise EndedError(FAILED)


def explained(text: str, screen: Screen) -> None:
    """What an error text means and what to do."""
    trouble = explain(text)
    screen.line(f"{trouble.kind}: {trouble.meaning}", "bold")
    screen.line(f"next: {trouble.next}")


def as_json(findings: list[Finding]) -> dict[str, Any]:
    return {
        "failed": len(failed(findings)),
        "findings": [each.as_json() for each in findings],
    }
