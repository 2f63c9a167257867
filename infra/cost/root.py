"""The part of the composition root that keeps the bill in its bounds.

    alert channel ─ budget
    quotas, schedules

Makes no resource itself. What the settings leave out is not made, and neither is its component.
"""

from dataclasses import dataclass

from pulumi import Output, ResourceOptions

from catalog import services as apis
from infra.cost.budgets import ProjectBudget, ProjectBudgetArgs
from infra.cost.quota_limits import QuotaLimits, QuotaLimitsArgs
from infra.cost.schedules import Schedules, SchedulesArgs
from infra.settings import StackSettings
from infra.shared import Shared


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What other parts keep to."""

    schedule_ids: dict[str, Output[str]]
    """Schedule for the machines of each region; empty if there is none."""


def build(settings: StackSettings, shared: Shared, google: ResourceOptions) -> Bounds:
    """Register what the settings ask for."""
    cost, agents = settings.cost, shared.foundation.agents
    if cost.budget:
        budget_args = ProjectBudgetArgs(
            settings=cost.budget,
            stack=shared.names.stack,
            project_number=agents.project_number,
            channel=shared.alerts.channel,
            topic_id=None,
            topic_grants=[],
            budgets_api=shared.api(apis.BILLING_BUDGETS),
        )
        ProjectBudget("budget", budget_args, google)
    if cost.quotas and cost.quota_contact:
        quota_args = QuotaLimitsArgs(
            quotas=cost.quotas,
            project_id=settings.project.id,
            contact_email=cost.quota_contact,
            quotas_api=shared.api(apis.CLOUD_QUOTAS),
        )
        QuotaLimits("quotas", quota_args, google)
    return Bounds(schedule_ids=_schedules(settings, shared, google))


def _schedules(
    settings: StackSettings, shared: Shared, google: ResourceOptions
) -> dict[str, Output[str]]:
    regions = sorted(
        {
            each.region
            for each in settings.accelerators.machines
            if each.machine.family.kind != "tpu"
        }
    )
    if settings.cost.schedule is None or not regions:
        return {}
    args = SchedulesArgs(
        settings=settings.cost.schedule,
        regions=regions,
        project_id=settings.project.id,
        names=shared.names,
        compute_agent_member=shared.foundation.agents.compute,
        compute_api=shared.api(apis.COMPUTE),
        iam_api=shared.api(apis.IAM),
    )
    return Schedules("schedules", args, google).policy_ids
