"""Rules between models and what they are trained and served with."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from catalog.serving_machines import SERVING_MACHINES
from catalog.slas import ONLINE_PREDICTION_NODES, SLAS
from infra.settings.models import ModelSettings
from infra.settings.nearest import choose
from infra.settings.problems import Path, Problem, rule

if TYPE_CHECKING:
    from infra.settings.stack import StackSettings


@rule
def serving_checks(settings: "StackSettings") -> Iterator[Problem]:
    """What contradicts whatever the models are, in the order of the stack file."""
    if settings.network.vertex_peering and settings.accelerators.warm_pools:
        yield Problem(
            ("accelerators", "warm_pools"),
            " are not empty, but mlplatform:network.vertex_peering is true, and a pool comes into "
            "the network through an attachment: write [], or set vertex_attachment instead",
        )

    if settings.environment == "prod":
        for name, pool in settings.serving_pools.items():
            yield from _promised(("serving_pools", name), pool.min_replicas)
    for name in settings.serving_pools:
        if settings.vertex.enabled and not _uses(settings, name):
            yield Problem(
                ("serving_pools", name),
                " serves no model, and is paid for all the same: name it in some model's "
                "serving.pool, or leave it out",
            )


@rule
def model_checks(settings: "StackSettings", model: ModelSettings) -> Iterator[Problem]:
    """What contradicts about one model; paths are relative to its entry."""
    yield from _warm_pool(settings, model)
    yield from _machines(settings, model)
    yield from _access(settings, model)
    yield from _consumers(settings, model)
    if model.serving.log_sampling and settings.warehouse.requests_days is None:
        yield Problem(
            ("serving", "log_sampling"),
            f" is {model.serving.log_sampling:g}, but mlplatform:warehouse.requests_days is null "
            "and there is no dataset to record into: write 0, or the days there",
        )


@rule
def _consumers(settings: "StackSettings", model: ModelSettings) -> Iterator[Problem]:
    for index, project in enumerate(model.serving.consumer_projects):
        if project == settings.project.id:
            yield Problem(
                ("serving", "consumer_projects", index),
                f" is {project!r}, this stack's own project (mlplatform:project.id), whose network "
                "reaches the endpoint in any case: leave it out",
            )


def _uses(settings: "StackSettings", pool: str) -> bool:
    return any(model.serving.pool == pool for model in settings.models.values())


@rule
def _promised(path: Path, min_replicas: int) -> Iterator[Problem]:
    """Nothing is promised for one replica, and prod is what customers are served from."""
    if min_replicas < ONLINE_PREDICTION_NODES:
        promise = SLAS["online-prediction"].percent
        yield Problem(
            (*path, "min_replicas"),
            f" is {min_replicas}, but the environment is prod, and Google promises "
            f"{promise} % of the time on {ONLINE_PREDICTION_NODES} replicas and nothing "
            f"on fewer: write at least {ONLINE_PREDICTION_NODES}",
        )


@rule
def _machines(settings: "StackSettings", model: ModelSettings) -> Iterator[Problem]:
    serving = model.serving
    if serving.min_replicas and settings.environment == "prod":
        yield from _promised(("serving",), serving.min_replicas)
    if serving.spot and settings.environment == "prod":
        yield Problem(
            ("serving", "spot"),
            " is true, but the environment is prod, and nothing is promised on machines that may "
            "be taken away: write false",
        )
    pools, machine_type, path = settings.serving_pools, serving.machine_type, "machine_type"
    if serving.pool:
        if serving.pool not in pools:
            yield Problem(
                ("serving", "pool"),
                f" is {serving.pool!r}, no entry of mlplatform:serving_pools: "
                f"{choose(serving.pool, pools)}",
            )
            return
        machine_type, path = pools[serving.pool].machine_type, "pool"
    if machine_type and (chip := SERVING_MACHINES[machine_type].chip):
        yield from _one_image(model, path, machine_type, chip)


@rule
def _one_image(model: ModelSettings, path: str, machine_type: str, chip: str) -> Iterator[Problem]:
    """What trains also serves: an image without CUDA finds no GPU."""
    if model.training.machine.family.kind != "gpu":
        yield Problem(
            ("serving", path),
            f" is {getattr(model.serving, path)!r}, machines of {machine_type} with {chip}, but "
            f"the model trains on {model.training.shape}, and one image does both: train it on "
            "GPUs, or serve it on a machine without, such as n2-standard-4",
        )


@rule
def _access(settings: "StackSettings", model: ModelSettings) -> Iterator[Problem]:
    access = model.serving.access
    if access is None:
        return
    if settings.vertex.private_endpoints_only and access != "private":
        yield Problem(
            ("serving", "access"),
            f" is {access!r}, which is reached from the internet, but "
            "mlplatform:vertex.private_endpoints_only is true: write private",
        )
    perimeter = settings.guardrails.perimeter
    if access == "dedicated" and perimeter is not None and perimeter.enforced:
        # Source: the Vertex AI page that compares types of endpoints, read in 2026-11.
        yield Problem(
            ("serving", "access"),
            " is 'dedicated', but mlplatform:guardrails.perimeter.enforced is true, and dedicated "
            "endpoints do not work inside a perimeter: write private, or public",
        )
    if access == "private" and model.image is not None:
        yield Problem(
            ("image",),
            " is set, but serving.access is private, and a rollout has no way yet to ask a "
            "private endpoint before it moves the traffic: write null, or access: dedicated",
        )


@rule
def _warm_pool(settings: "StackSettings", model: ModelSettings) -> Iterator[Problem]:
    wanted, pools = model.training.warm_pool, settings.accelerators.warm_pools
    if wanted is None:
        return
    pool = next((each for each in pools if each.name == wanted), None)
    if pool is None:
        yield Problem(
            ("training", "warm_pool"),
            f" is {wanted!r}, no pool of mlplatform:accelerators.warm_pools: "
            f"{choose(wanted, (each.name for each in pools))}",
        )
    elif pool.shape != model.training.shape:
        yield Problem(
            ("training", "shape"),
            f" is {model.training.shape!r}, but the pool {wanted} has machines of {pool.shape}: "
            f"write {pool.shape}, or warm_pool: null",
        )
    elif pool.max_replicas < model.training.replica_count:
        yield Problem(
            ("training", "replica_count"),
            f" is {model.training.replica_count}, but the pool {wanted} never has more than "
            f"{pool.max_replicas} machines (its max_replicas), and the training would wait for "
            f"ever: write at most {pool.max_replicas}, raise it there, or write warm_pool: null",
        )
