"""Quota against what the stack file asks for, before anything is asked of the cloud."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from catalog.services import CLOUD_QUOTAS
from infra.settings.quota_demand import Demand, required_quota
from ops.check.findings import Finding, State
from ops.check.google import Google

if TYPE_CHECKING:
    from infra.settings import StackSettings

UNLIMITED = -1


def check(google: Google, settings: "StackSettings") -> Iterator[Finding]:
    """One finding for each quota that the stack file needs something of."""
    for demand in required_quota(settings):
        yield verdict(demand, granted(google, settings.project.id, demand))


def granted(google: Google, project_id: str, demand: Demand) -> int | None:
    """What the project has; None if the quota lists no value for the place.

    An unset limit and one of zero look alike there, so None is not zero.
    """
    from google.api_core.exceptions import NotFound

    quota = demand.quota
    place = f"v1/projects/{project_id}/locations/global/services/{quota.service}"
    try:
        info = google.get(CLOUD_QUOTAS, f"{place}/quotaInfos/{quota.quota_id}")
    except NotFound:
        return None
    wanted = quota.dimensions(demand.place)
    fitting = [each for each in info.get("dimensionsInfos", []) if _fits(each, wanted)]
    # The one with the most dimensions is the most special one, and that one counts.
    fitting.sort(key=lambda each: len(each.get("dimensions", {})))
    value = fitting[-1].get("details", {}).get("value") if fitting else None
    return int(value) if value is not None else None


def _fits(info: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    return all(wanted.get(name) == value for name, value in info.get("dimensions", {}).items())


def verdict(demand: Demand, value: int | None) -> Finding:
    """Failed if something of the stack file can never start; warning if something must wait."""
    enough = value == UNLIMITED
    state: State
    if value is None:
        state = "unknown"
    elif enough or value >= demand.most:
        state = "ok"
    else:
        state = "warning" if value >= demand.least else "failed"
    return Finding(
        group="quotas",
        subject=f"{demand.quota.name} in {demand.place or 'all regions'}",
        state=state,
        found="no value listed" if value is None else ("unlimited" if enough else str(value)),
        wanted=_wanted(demand),
        next=_next(demand, state),
    )


def _wanted(demand: Demand) -> str:
    most = f" to {demand.most}" if demand.most > demand.least else ""
    return f"{demand.least}{most} {demand.quota.unit} for {', '.join(demand.by)}"


def _next(demand: Demand, state: State) -> str:
    if state == "ok":
        return ""
    if state == "warning":
        return (
            "trainings wait for each other; ask for more under mlplatform:cost.quotas if they "
            "must not"
        )
    return (
        f"ask for at least {demand.least} of {demand.quota.quota_id} ({demand.quota.service}) "
        "under mlplatform:cost.quotas, or use fewer"
    )
