"""How a stack is: resources, services, runs, what serves, and the next command."""

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from ops.display.rows import is_default_provider
from ops.display.screen import Screen, columns
from ops.models import Serving, serving
from ops.runs import listed, table
from ops.target import Target

if TYPE_CHECKING:
    from ops.outputs import StackOutputs

_RUNS_SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class Status:
    """One moment of one stack."""

    stack: str
    resources: int | None
    """None for a stack in Google Cloud itself: its state is the official CLI's."""
    services: dict[str, Any] | None
    """`pid` and `url` of the local services; None if they are down."""
    next: str
    """The command that is likely wanted now."""
    runs: list[dict[str, Any]] = field(default_factory=list)
    serving: list[Serving] = field(default_factory=list)
    without_image: tuple[str, ...] = ()
    dashboards: dict[str, str] = field(default_factory=dict)
    """Address by subject, for a stack in Google Cloud itself: a rehearsal draws none."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def look(target: Target) -> Status:
    """Asks the running services; starts none."""
    if target.cloud:
        return _with_runs(target, resources=None, services=None)
    import localcloud

    stack = target.stack
    entries = localcloud.resources(stack.root, stack.name)
    resources = sum(not is_default_provider(str(entry["urn"])) for entry in entries)
    connection = localcloud.running(stack.root, stack.name)
    services = {"pid": connection.pid, "url": connection.url} if connection else None
    if not resources or connection is None:
        following = "down, started on demand" if resources else "not deployed"
        return Status(
            stack=stack.name,
            resources=resources,
            services=services,
            next=f"mlp up --stack {stack.name}  ({following})",
        )
    return _with_runs(target, resources=resources, services=services)


def show(status: Status, screen: Screen) -> None:
    """One screen."""
    screen.line(f"stack      {status.stack}", "bold")
    if status.resources is not None:
        screen.line(f"resources  {status.resources}")
        services = status.services
        up = f"up, pid {services['pid']}, {services['url']}" if services else "down"
        screen.line(f"services   {up}")
    if status.runs:
        screen.line()
        for line in table(status.runs[:_RUNS_SHOWN]):
            screen.line(line)
    if status.serving:
        screen.line()
        for line in serving_table(status.serving):
            screen.line(line)
    if status.dashboards:
        screen.line()
        for line in columns([["dashboard", "address"], *map(list, status.dashboards.items())]):
            screen.line(line)
    screen.line()
    screen.line(f"next       {status.next}", "bold")


def serving_table(found: list[Serving]) -> list[str]:
    """What serves, as aligned lines."""
    rows = [
        [item.model, item.traffic_text, item.champion or "none", item.endpoint] for item in found
    ]
    return columns([["model", "traffic", "champion", "endpoint"], *rows])


def _with_runs(target: Target, *, resources: int | None, services: dict[str, Any] | None) -> Status:
    outputs = target.enter()
    runs = listed(target)
    found = [serving(outputs, model) for model in outputs.endpoints]
    return Status(
        stack=target.stack.name,
        resources=resources,
        services=services,
        next=_next(target, outputs, runs, found),
        runs=runs,
        serving=found,
        without_image=outputs.without_image,
        dashboards=dict(outputs.dashboards) if target.cloud else {},
    )


def _next(
    target: Target, outputs: "StackOutputs", runs: list[dict[str, Any]], found: list[Serving]
) -> str:
    stack = f"--stack {target.stack.name}" + (" --cloud" if target.cloud else "")
    if outputs.without_image:
        return f"mlp image build --stack {target.stack.name} --cloud"
    newest = runs[0] if runs else None
    if newest is None:
        return f"mlp jobs submit {stack}"
    if newest["state"] == "FAILED":
        return f"mlp logs {newest['run_id']} {stack}"
    if newest["state"] == "CANCELLED":
        return f"mlp jobs submit {stack}"
    if newest["state"] != "SUCCEEDED":
        return f"mlp logs {newest['run_id']} --follow {stack}"
    served = next((item.model for item in found if item.traffic), None)
    return (
        f"mlp predict {served} {stack}" if served else f"mlp jobs show {newest['run_id']} {stack}"
    )
