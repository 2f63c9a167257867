"""How much quota a stack file asks for: pure, before anything is made.

Machines, workstations and replicas exist side by side, so theirs add up. Trainings may run one
after the other: the least is the largest one, the most is all of them at once. A reservation holds
its own quota, so what comes from one asks for none here. Warm pools are counted as trainings, as
Vertex AI publishes no quota of their own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from catalog.machines import MACHINES
from catalog.own_shapes import OWN_SHAPES
from catalog.quotas import (
    QUOTAS,
    Quota,
    cpu_quotas,
    gpu_quotas,
    machine_tpu_quotas,
    tpu_quotas,
    training_quotas,
)

if TYPE_CHECKING:
    from infra.settings.flex_groups import FlexGroupSettings
    from infra.settings.machines import MachineSettings
    from infra.settings.serving import ServingPoolSettings
    from infra.settings.stack import StackSettings
    from infra.settings.warm_pools import WarmPoolSettings
    from infra.settings.workstations import TeamSettings

_PREEMPTIBLE = ("spot", "flex-start")


@dataclass(frozen=True, kw_only=True)
class Use:
    """What one entry of the stack file takes from one quota."""

    quota: Quota
    place: str | None
    amount: int
    by: str
    """The entry, as the stack file names it."""
    in_turn: bool = False
    """Whether it may wait until another such has ended."""


@dataclass(frozen=True, kw_only=True)
class Demand:
    """What the whole stack takes from one quota in one place."""

    quota: Quota
    place: str | None
    least: int
    """With less, something of the stack file can never start."""
    most: int
    """With as much, nothing of it waits for another."""
    by: tuple[str, ...]


def required_quota(settings: "StackSettings") -> list[Demand]:
    """Every quota that the stack file needs something of, by quota and place."""
    grouped: dict[tuple[str, str | None], list[Use]] = {}
    for use in uses(settings):
        grouped.setdefault((use.quota.name, use.place), []).append(use)
    order = sorted(grouped, key=lambda key: (key[0], key[1] or ""))
    return [_demand(grouped[key]) for key in order]


def _demand(found: list[Use]) -> Demand:
    together = sum(use.amount for use in found if not use.in_turn)
    turns = [use.amount for use in found if use.in_turn]
    return Demand(
        quota=found[0].quota,
        place=found[0].place,
        least=together + max(turns, default=0),
        most=together + sum(turns),
        by=tuple(use.by for use in found),
    )


def uses(settings: "StackSettings") -> Iterator[Use]:
    """Each entry's part, in the order of the stack file."""
    region = settings.project.region
    for team in settings.workstations.teams:
        yield from _workstations(team, region)
    for machine in settings.accelerators.machines:
        yield from _machine(machine)
    for group in settings.accelerators.flex_groups:
        yield from _flex_group(group)
    for pool in settings.accelerators.warm_pools:
        yield from _pool(pool, region)
    for name, model in settings.models.items():
        shape, capacity = model.training.machine, model.training.capacity
        preemptible = capacity in _PREEMPTIBLE
        machines = model.training.replica_count
        chips = machines * shape.chips
        vcpus = machines * shape.hosts * MACHINES[shape.machine_type].vcpus
        asked = training_quotas(shape.family.name, preemptible=preemptible)
        # The machines of a pool are counted with the pool.
        for quota in () if model.training.warm_pool else asked:
            amount = vcpus if quota.unit == "vCPUs" else chips
            yield _use(quota, region, amount, f"models.{name}.training", in_turn=True)
        if (own := model.serving.own_machines) is not None:
            yield _serving(own, region, f"models.{name}.serving")
    for name, shared in settings.serving_pools.items():
        yield _serving(shared, region, f"serving_pools.{name}")


def _serving(machines: "ServingPoolSettings", region: str, by: str) -> Use:
    # Vertex AI holds room for all replicas that there may be.
    vcpus = machines.max_replicas * MACHINES[machines.machine_type].vcpus
    return _use(QUOTAS["serving-cpus"], region, vcpus, by)


def _workstations(team: "TeamSettings", region: str) -> Iterator[Use]:
    by, people = f"workstations.teams ({team.name})", len(team.developers)
    kind = MACHINES[team.machine_type]
    if people:
        for quota in cpu_quotas(kind.family, spot=False):
            yield _use(quota, region, people * kind.vcpus, by)
        if team.t4_gpus:
            for name in ("t4", "gpus-everywhere"):
                yield _use(QUOTAS[name], region, people * team.t4_gpus, by)


def _machine(machine: "MachineSettings") -> Iterator[Use]:
    by = f"accelerators.machines ({machine.name})"
    spot = machine.capacity in _PREEMPTIBLE
    if machine.capacity == "reservation":
        return
    if machine.machine.cloud_tpu:
        chips = int(machine.shape.rpartition("-")[2])
        for quota in tpu_quotas(machine.machine.family.name, chips, spot=spot):
            yield _use(quota, machine.zone, chips, by)
    else:
        yield from _of_compute_engine(machine.shape, machine.region, by, spot=spot)


def _flex_group(group: "FlexGroupSettings") -> Iterator[Use]:
    by = f"accelerators.flex_groups ({group.name})"
    count = sum(request.machines for request in group.requests)
    if count:
        yield from _of_compute_engine(group.shape, group.region, by, spot=True, count=count)


def _of_compute_engine(
    shape: str, region: str, by: str, *, spot: bool, count: int = 1
) -> Iterator[Use]:
    kind, family = MACHINES[shape], OWN_SHAPES[shape].family
    if family.kind == "tpu":
        quotas = machine_tpu_quotas(spot=spot)
    elif family.kind == "gpu":
        quotas = gpu_quotas(family.name, spot=spot)
    else:
        quotas = cpu_quotas(kind.family, spot=spot)
    for quota in quotas:
        yield _use(quota, region, count * (kind.chips or kind.vcpus), by)


def _pool(pool: "WarmPoolSettings", region: str) -> Iterator[Use]:
    shape = pool.machine
    for quota in training_quotas(shape.family.name, preemptible=False):
        each = MACHINES[shape.machine_type].vcpus if quota.unit == "vCPUs" else shape.chips
        yield _use(
            quota, region, pool.max_replicas * each, f"accelerators.warm_pools ({pool.name})"
        )


def _use(quota: Quota, place: str, amount: int, by: str, *, in_turn: bool = False) -> Use:
    where = None if quota.scope == "global" else place
    return Use(quota=quota, place=where, amount=amount, by=by, in_turn=in_turn)
