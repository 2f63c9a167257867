"""Puts together what people look at when something is wrong: dashboards and logs.

Makes no resource itself. What the settings do not list is not made, and neither is its component.
"""

from pulumi import Output, ResourceOptions

from catalog import services as apis
from infra.dashboards.dashboard_set import DashboardSet, DashboardSetArgs
from infra.dashboards.training_logs import TrainingLogs, TrainingLogsArgs
from infra.settings import StackSettings
from infra.shared import Shared


def build(
    settings: StackSettings, shared: Shared, google: ResourceOptions
) -> dict[str, Output[str]]:
    """Register what the settings ask for; returns the address of each dashboard."""
    if settings.logs.training_days is not None:
        logs = TrainingLogsArgs(
            region=settings.project.region,
            days=settings.logs.training_days,
            names=shared.names,
            logging_api=shared.api(apis.LOGGING),
        )
        TrainingLogs("training-logs", logs, google)
    if not settings.logs.dashboards or not settings.alerts.enabled:
        return {}
    args = DashboardSetArgs(
        subjects=settings.logs.dashboards,
        project_id=settings.project.id,
        snake_stack=shared.names.snake_stack,
        labels=shared.labels,
        needed=[shared.api(apis.MONITORING)],
    )
    return DashboardSet("dashboard", args, google).urls
