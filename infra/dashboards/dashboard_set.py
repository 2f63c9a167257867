"""The dashboards of a stack, and where people find them.

What is on them is `subjects`, how it is written `panels`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Output, ResourceOptions

from infra.dashboards.panels import board_json
from infra.dashboards.subjects import BOARDS
from infra.labels import Labels
from infra.settings.logs import Dashboard

_CONSOLE = "https://console.cloud.google.com/monitoring/dashboards/builder"


@dataclass(frozen=True, kw_only=True)
class DashboardSetArgs:
    subjects: Sequence[Dashboard]
    project_id: str
    snake_stack: str
    """The stack as the names of its own metrics hold it."""
    labels: Labels
    needed: Sequence[pulumi.Resource]


class DashboardSet(pulumi.ComponentResource):
    """One dashboard for each subject."""

    urls: dict[str, Output[str]]
    """By subject."""

    def __init__(
        self, name: str, args: DashboardSetArgs, opts: ResourceOptions | None = None
    ) -> None:
        inputs = {"subjects": list(args.subjects)}
        super().__init__("mlplatform:dashboard_set:DashboardSet", name, inputs, opts)
        self.urls = {each: self._dashboard(name, each, args) for each in args.subjects}
        self.register_outputs({"urls": self.urls})

    def _dashboard(self, name: str, subject: Dashboard, args: DashboardSetArgs) -> Output[str]:
        labels = args.labels.user("dashboards")
        dashboard = gcp.monitoring.Dashboard(
            f"{name}-{subject}",
            # Sorted, so that nothing but a change changes it.
            dashboard_json=json.dumps(
                board_json(BOARDS[subject], args.snake_stack, labels), sort_keys=True
            ),
            opts=ResourceOptions(parent=self, depends_on=list(args.needed)),
        )
        number = dashboard.id.apply(lambda path: path.rsplit("/", 1)[-1])
        return Output.concat(_CONSOLE, "/", number, "?project=", args.project_id)
