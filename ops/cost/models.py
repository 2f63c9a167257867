"""Lines of the models of a stack: nodes behind endpoints, and one run at most.

Nodes and runs are made by jobs, so they are not in the graph: their sizes are the settings'. Where
an endpoint is, and so where its nodes are, the graph says.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from catalog.accelerators import Shape
from ops.cost.estimate import HOURS_PER_MONTH, Line
from ops.cost.quotes import machine_hour, rate
from ops.graph.resources import Resource

if TYPE_CHECKING:
    from infra.settings import StackSettings
    from infra.settings.models import ModelSettings, TrainingSettings

ENDPOINT = "gcp:vertex/aiEndpoint:AiEndpoint"
SERVING = "model-service"
JOBS = "jobs"
"""Labels `component` that the graph gives endpoints and that submissions give their jobs."""


def model_lines(settings: "StackSettings", resources: Iterable[Resource]) -> Iterator[Line]:
    """Every line of every model."""
    region = settings.project.region
    for endpoint in resources:
        if endpoint.type == ENDPOINT:
            yield _nodes(endpoint, settings.models, region)
    for name, model in settings.models.items():
        yield _training(name, model.training, region)
        yield _pipeline(name, region)
        yield Line(
            component=JOBS,
            model=name,
            item="steps besides training",
            period="run",
            by_use=True,
            note="machines of Vertex AI Pipelines: not in the price table",
        )


def _nodes(endpoint: Resource, models: Mapping[str, "ModelSettings"], home: str) -> Line:
    labels = endpoint.inputs.get("labels") or {}
    name = labels.get("model", "")
    component = labels.get("component", SERVING)
    if name not in models:
        return Line(
            component=component,
            model=name,
            item="serving nodes",
            note=f"endpoint {endpoint.name} is of no model of the stack file",
        )
    serving = models[name].serving
    region = str(endpoint.inputs.get("location", home))
    own = serving.own_machines
    if own is None:
        return Line(
            component=component,
            model=name,
            item="serving nodes",
            note=f"those of the pool {serving.pool}",
            by_use=True,
        )
    capacity = "spot" if serving.spot else "on-demand"
    quote = machine_hour("prediction", own.machine_type, region, capacity)
    least, most = (HOURS_PER_MONTH * count for count in (own.min_replicas, own.max_replicas))
    return Line(
        component=component,
        model=name,
        item="serving nodes",
        quantity=f"{_counts(own.min_replicas, own.max_replicas)} {own.machine_type} "
        f"in {region}, all hours",
        amount=quote.amount(least, most),
        indication=quote.indicated(least, most),
        note=quote.note,
        prices=quote.prices,
    )


def _counts(least: int, most: int) -> str:
    return f"{least}" if least == most else f"{least} to {most}"


def _training(name: str, training: "TrainingSettings", region: str) -> Line:
    shape: Shape = training.machine
    quote = machine_hour("training", shape.machine_type, region, training.capacity)
    machines = training.replica_count
    hours = training.timeout_hours * shape.hosts * machines
    return Line(
        component=JOBS,
        model=name,
        item="training",
        quantity=f"{f'{machines} ' if machines > 1 else ''}{training.shape} {training.capacity} "
        f"in {region}, "
        f"{training.timeout_hours} h at most",
        period="run",
        amount=quote.amount(hours),
        indication=quote.indicated(hours),
        note=quote.note,
        prices=quote.prices,
    )


def _pipeline(name: str, region: str) -> Line:
    quote = rate("pipelines", "pipeline-run", region)
    return Line(
        component=JOBS,
        model=name,
        item="pipeline",
        quantity="1 run",
        period="run",
        amount=quote.amount(1),
        indication=quote.indicated(1),
        note=quote.note,
        prices=quote.prices,
    )
