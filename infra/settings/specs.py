"""Job specs of a stack's models: what the settings ask to be run, as plain values.

Where it runs (`Placement`) is known to the graph only.
"""

from pathlib import Path

from catalog.accelerators import Capacity
from catalog.images import JOBS
from catalog.pairs import ACCELERATOR_TYPES
from catalog.serving_machines import SERVING_MACHINES, scaling_metric
from infra.settings.models import TREE, ModelSettings, TrainingSettings
from infra.settings.serving import ServingSettings
from infra.settings.stack import StackSettings
from jobs import workloads
from jobs.spec import GateBounds, JobSpec, MachineSpec, ServingSpec, tree_digest

ROOT = Path(__file__).parents[2]
"""The checkout that this program runs from."""

_STRATEGIES: dict[Capacity, str] = {
    "on-demand": "STANDARD",
    "spot": "SPOT",
    "flex-start": "FLEX_START",
}
_SECONDS_AN_HOUR = 3600


def job_specs(settings: StackSettings, stack: str, root: Path = ROOT) -> dict[str, JobSpec]:
    """The spec of every model that has an image, by the model's name."""
    images = {name: model.image for name, model in settings.models.items() if model.image}
    # Reading the tree takes as long as reading its files: once, however many models run it.
    tree = tree_digest(root) if TREE in images.values() else ""
    return {
        name: _spec(name, settings.models[name], stack, code=_code(image, tree))
        for name, image in images.items()
    }


def without_image(settings: StackSettings) -> list[str]:
    """Models that get infrastructure only, because nothing can run yet.

    A service on Cloud Run names its own image, and no run is submitted for it.
    """
    return [
        name
        for name, model in settings.models.items()
        if model.image is None and model.serving.platform == "vertex"
    ]


def image_uri(image: str, registry: str, code: str) -> str:
    """What a job runs: the pinned image, or the local stand-in of one in this registry."""
    return f"{registry}/{JOBS.name}@{code}" if image == TREE else image


def machine_spec(training: TrainingSettings) -> MachineSpec:
    """The training machines in Vertex' words."""
    shape = training.machine
    return MachineSpec.model_validate(
        {
            "machine_type": shape.machine_type,
            "accelerator_type": shape.accelerator_type,
            "accelerator_count": shape.accelerator_count,
            "tpu_topology": shape.tpu_topology,
            "strategy": _STRATEGIES[training.capacity],
            "timeout_seconds": training.timeout_hours * _SECONDS_AN_HOUR,
            "replica_count": training.replica_count,
        }
    )


def serving_spec(serving: ServingSettings) -> ServingSpec | None:
    """The machines that serve, in Vertex' words; None in a pool."""
    own = serving.own_machines
    if own is None:
        return None
    machine = SERVING_MACHINES[own.machine_type]
    return ServingSpec(
        machine_type=machine.name,
        accelerator_type=ACCELERATOR_TYPES[machine.chip] if machine.chip else None,
        accelerator_count=machine.chips or None,
        min_replicas=own.min_replicas,
        max_replicas=own.max_replicas,
        scaling_metric=scaling_metric(machine.name),
        target_percent=own.target_percent,
        spot=serving.spot,
    )


def _spec(name: str, model: ModelSettings, stack: str, *, code: str) -> JobSpec:
    arguments = workloads.arguments_model(model.workload).model_validate(model.arguments)
    return JobSpec(
        stack=stack,
        model=name,
        workload=model.workload,
        code=code,
        arguments=arguments.model_dump(mode="json"),
        data=workloads.data_reference(model.workload),
        training=machine_spec(model.training),
        gate=GateBounds.model_validate(model.gate.model_dump()),
        serving=serving_spec(model.serving),
    )


def _code(image: str, tree: str) -> str:
    return tree if image == TREE else image.rpartition("@")[2]
