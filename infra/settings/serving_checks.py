"""Rules between models and what they are trained and served with."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from infra.settings.models import ModelSettings
from infra.settings.nearest import choose
from infra.settings.problems import Problem

if TYPE_CHECKING:
    from infra.settings.stack import StackSettings


def serving_checks(settings: "StackSettings") -> Iterator[Problem]:
    """What contradicts whatever the models are, in the order of the stack file."""
    if settings.network.vertex_peering and settings.accelerators.warm_pools:
        yield Problem(
            ("accelerators", "warm_pools"),
            " are not empty, but mlplatform:network.vertex_peering is True, and a pool comes into "
            "the network through an attachment: write [], or set vertex_attachment instead",
        )


def model_checks(settings: "StackSettings", model: ModelSettings) -> Iterator[Problem]:
    """What contradicts about one model; paths are relative to its entry."""
    yield from _warm_pool(settings, model)


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
