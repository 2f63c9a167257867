"""What the stack asked for of each quota, against what Google has decided.

A deployment succeeds while a request is undecided, and does not fail when it is refused. Reads the
preference that `infra.cost.quota_limits` made (`quotaPreferences` of the Cloud Quotas API, v1).
Says nothing of whether the stack needs as much: that is `ops.check.quotas`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from catalog.services import CLOUD_QUOTAS
from ops.check.findings import Finding, State
from ops.check.google import Google

if TYPE_CHECKING:
    from infra.settings import StackSettings
    from infra.settings.cost import QuotaSettings

UNLIMITED = -1


def check(google: Google, settings: "StackSettings") -> Iterator[Finding]:
    """One finding for each entry of `mlplatform:cost.quotas`."""
    for asked in settings.cost.quotas:
        verdict = judged(asked, preference(google, settings.project.id, asked))
        yield Finding(
            group="quotas",
            subject=f"{asked.purpose} of {asked.quota} in {asked.place or 'all regions'}",
            state=verdict.state,
            found=verdict.found,
            wanted=f"{asked.limit} {asked.what.unit}",
            next=verdict.next,
        )


@dataclass(frozen=True)
class Verdict:
    """How far one wish is, in words."""

    state: State
    found: str
    next: str = ""


def preference(google: Google, project_id: str, asked: "QuotaSettings") -> dict[str, Any] | None:
    """The `QuotaPreference` as the API has it; None if it was never asked for."""
    from google.api_core.exceptions import NotFound

    place = f"v1/projects/{project_id}/locations/global/quotaPreferences"
    try:
        return google.get(CLOUD_QUOTAS, f"{place}/{asked.preference}")
    except NotFound:
        return None


def judged(asked: "QuotaSettings", found: dict[str, Any] | None) -> Verdict:
    """Failed if Google has decided otherwise; warning while something is still to come."""
    if found is None:
        return Verdict("warning", "not asked for", "deploy the stack: that asks for it")
    config = found.get("quotaConfig", {})
    preferred, granted = _number(config, "preferredValue"), _number(config, "grantedValue")
    if preferred != asked.limit:
        return Verdict(
            "warning",
            f"asked for {_words(preferred)}, granted {_words(granted)}",
            f"the stack file says {asked.limit}: deploy the stack, or write what was asked for",
        )
    if found.get("reconciling"):
        return Verdict("warning", f"pending; until then {_words(granted)}", _waiting(config))
    if granted is None:
        return Verdict("unknown", "decided, but no value is listed", _appeal(asked, config))
    if _reached(asked, granted):
        return Verdict("ok", f"granted {_words(granted)}")
    found_so = f"{_missed(asked)}: the limit is {_words(granted)}{_detail(config)}"
    return Verdict("failed", found_so, _appeal(asked, config))


def _reached(asked: "QuotaSettings", granted: int) -> bool:
    """A cap is reached from above, a request from below."""
    if asked.purpose == "cap":
        return UNLIMITED < granted <= asked.limit
    return granted == UNLIMITED or granted >= asked.limit


def _missed(asked: "QuotaSettings") -> str:
    return "not applied" if asked.purpose == "cap" else "not granted"


def _waiting(config: dict[str, Any]) -> str:
    return f"Google decides, and the old limit holds meanwhile: look again later{_trace(config)}"


def _appeal(asked: "QuotaSettings", config: dict[str, Any]) -> str:
    if asked.purpose == "cap":
        return (
            "nothing caps this use: lower what is in use below the limit and deploy again, or "
            "raise the limit under mlplatform:cost.quotas"
        )
    return (
        "say more under reason in mlplatform:cost.quotas, ask for less or in another place, or "
        f"ask Cloud support{_trace(config)}"
    )


def _trace(config: dict[str, Any]) -> str:
    """What support finds a request by; a cap has none."""
    return f" (trace id {config['traceId']})" if config.get("traceId") else ""


def _detail(config: dict[str, Any]) -> str:
    return f" ({config['stateDetail'].strip().rstrip('.')})" if config.get("stateDetail") else ""


def _number(config: dict[str, Any], name: str) -> int | None:
    """64-bit numbers are texts in JSON."""
    return int(config[name]) if name in config else None


def _words(value: int | None) -> str:
    if value is None:
        return "no value"
    return "unlimited" if value == UNLIMITED else str(value)
