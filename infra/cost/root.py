"""The part of the composition root that keeps the bill in its bounds.

    alert channel ─── budget ─ topic ─ function
                      timer ── topic ─ function
    quotas, schedules

Makes no resource itself. What the settings leave out is not made, and neither is its component.
"""

from dataclasses import dataclass

from pulumi import Output, ResourceOptions

from catalog import services as apis
from catalog.roles import REAPER_PERMISSIONS, SPEND_CAP_PERMISSIONS
from infra.automation.root import Workshop
from infra.automation.timer import Timer, TimerArgs
from infra.cost.budget_messages import BudgetMessages, BudgetMessagesArgs
from infra.cost.budgets import ProjectBudget, ProjectBudgetArgs
from infra.cost.quota_limits import QuotaLimits, QuotaLimitsArgs
from infra.cost.schedules import Schedules, SchedulesArgs
from infra.settings import StackSettings
from infra.settings.cost import BudgetSettings, ReaperSettings
from infra.shared import Shared


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What other parts keep to."""

    schedule_ids: dict[str, Output[str]]
    """Schedule for the machines of each region; empty if there is none."""


def build(
    settings: StackSettings, shared: Shared, google: ResourceOptions, workshop: Workshop
) -> Bounds:
    """Register what the settings ask for."""
    cost = settings.cost
    if cost.budget:
        _budget(cost.budget, settings, shared, google, workshop)
    if cost.quotas and cost.quota_contact:
        quota_args = QuotaLimitsArgs(
            quotas=cost.quotas,
            project_id=settings.project.id,
            contact_email=cost.quota_contact,
            quotas_api=shared.api(apis.CLOUD_QUOTAS),
        )
        QuotaLimits("quotas", quota_args, google)
    if cost.reaper and settings.reaped:
        _reaper(cost.reaper, settings, shared, google, workshop)
    return Bounds(schedule_ids=_schedules(settings, shared, google))


def _budget(
    budget: BudgetSettings,
    settings: StackSettings,
    shared: Shared,
    google: ResourceOptions,
    workshop: Workshop,
) -> None:
    topic = workshop.topic("budget-state")
    if budget.spend_cap or budget.ahead_factor:
        workshop.function(
            "spend_cap",
            topic=topic,
            purpose="Stops compute when the budget is spent",
            permissions=SPEND_CAP_PERMISSIONS,
            environment={
                "MLPLATFORM_ENVIRONMENT": settings.environment,
                "MLPLATFORM_AHEAD_FACTOR": str(budget.ahead_factor or ""),
                "MLPLATFORM_SPEND_CAP": "on" if budget.spend_cap else "off",
            },
        )
    message_args = BudgetMessagesArgs(
        topic_id=topic.topic_id,
        stack=shared.names.stack,
        service=shared.names.service("spend-cap")
        if budget.ahead_factor and shared.channels.warning
        else None,
        channels=shared.channels.warning,
        labels=shared.labels,
        monitoring_api=shared.api(apis.MONITORING),
    )
    messages = BudgetMessages("budget-messages", message_args, google)
    budget_args = ProjectBudgetArgs(
        settings=budget,
        stack=shared.names.stack,
        project_number=shared.foundation.agents.project_number,
        channels=shared.channels.warning,
        topic_id=topic.topic_id,
        topic_grants=[messages.grant],
        budgets_api=shared.api(apis.BILLING_BUDGETS),
    )
    ProjectBudget("budget", budget_args, google)


def _reaper(
    reaper: ReaperSettings,
    settings: StackSettings,
    shared: Shared,
    google: ResourceOptions,
    workshop: Workshop,
) -> None:
    topic = workshop.topic("reaper-time")
    purpose = "Deletes machines whose time is over"
    workshop.function(
        "reaper",
        topic=topic,
        purpose=purpose,
        permissions=REAPER_PERMISSIONS,
        environment={
            "MLPLATFORM_ENVIRONMENT": settings.environment,
            "MLPLATFORM_REAPER_DRY_RUN": "on" if reaper.dry_run else "off",
        },
    )
    args = TimerArgs(
        purpose=purpose,
        cron=reaper.cron,
        time_zone=reaper.time_zone,
        topic_id=topic.topic_id,
        region=settings.project.region,
        names=shared.names,
        scheduler_api=shared.api(apis.CLOUD_SCHEDULER),
    )
    Timer("reaper-timer", args, google)


def _schedules(
    settings: StackSettings, shared: Shared, google: ResourceOptions
) -> dict[str, Output[str]]:
    machines = settings.accelerators.machines
    regions = sorted({each.region for each in machines if each.stops_at_night})
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
