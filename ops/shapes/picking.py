"""Which shape holds a training: from the size of the model, its framework and its batch.

An estimate before the first run, by the arithmetic that it prints: states and activations are
divided among all chips, each of which gets its part of every batch. Machines without accelerators
are never picked: nothing here says how slow they would be.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from catalog.accelerators import Kind
from catalog.own_shapes import OwnCapacity
from catalog.training_memory import (
    KEPT_BYTES,
    LAYER_BYTES,
    PARAMETERS_OF_A_LAYER,
    STATES,
    USABLE,
    WIDTH_TO_DEPTH,
    Framework,
    Optimizer,
)
from ops.errors import CommandError, UsageError
from ops.shapes.listing import Offer

_GIGA = 10**9
_RUNS_ON: dict[Framework, tuple[Kind, ...]] = {
    # One program for both.
    "jax": ("tpu", "gpu"),
    # On a TPU it is another program, written for PyTorch/XLA.
    "pytorch": ("gpu",),
}


@dataclass(frozen=True, kw_only=True)
class Training:
    """What is to be trained."""

    parameters: float
    framework: Framework
    batch: int
    """Examples of one step, on all chips together."""
    tokens: int = 1
    """Of one example: the length of a sequence; 1 for a row of a table."""
    optimizer: Optimizer = "adam"

    def __post_init__(self) -> None:
        for name in ("parameters", "batch", "tokens"):
            value = getattr(self, name)
            if not 1 <= value < float("inf"):
                raise UsageError(f"--{name} is {value:g}: write a number from 1")


@dataclass(frozen=True, kw_only=True)
class Need:
    """Memory of all chips together, in GB, and how it was worked out."""

    states_gb: float
    activations_gb: float
    reason: tuple[str, ...]

    @property
    def gb(self) -> float:
        return self.states_gb + self.activations_gb


@dataclass(frozen=True, kw_only=True)
class Pick:
    """The shape, what else would hold it, and why."""

    offer: Offer
    usd_an_hour: Decimal | None
    others: tuple[Offer, ...]
    """The next ones, in the same order."""
    reason: tuple[str, ...]


def need(training: Training) -> Need:
    """Bytes of each parameter and of each token of a batch, by a transformer of usual form."""
    states = STATES[training.optimizer]
    states_gb = training.parameters * states.total / _GIGA
    layers = max(
        1.0, (training.parameters / (PARAMETERS_OF_A_LAYER * WIDTH_TO_DEPTH**2)) ** (1 / 3)
    )
    width = WIDTH_TO_DEPTH * layers
    tokens = training.batch * training.tokens
    activations_gb = tokens * width * (KEPT_BYTES * layers + LAYER_BYTES) / _GIGA
    return Need(
        states_gb=states_gb,
        activations_gb=activations_gb,
        reason=(
            f"states: {training.parameters:.3g} parameters x {states.total} bytes (weights "
            f"{states.weights}, gradients {states.gradients}, {training.optimizer} "
            f"{states.optimizer}) = {states_gb:,.1f} GB",
            f"activations: {tokens:,} tokens x {width:,.0f} wide x ({KEPT_BYTES} bytes x "
            f"{layers:.0f} layers + {LAYER_BYTES}) = {activations_gb:,.1f} GB",
        ),
    )


def pick(training: Training, offers: Sequence[Offer], capacity: OwnCapacity) -> Pick:
    """The cheapest hour that holds the training. Raises `CommandError` where nothing does."""
    needed = need(training)
    kinds = _RUNS_ON[training.framework]
    able = [each for each in offers if each.kind in kinds and capacity in each.usd_an_hour]
    if not able:
        raise CommandError(
            f"no {' or '.join(kinds)} for {training.framework} by {capacity} there: write another "
            "--zone or --capacity; `mlp shapes` lists both"
        )
    roomy = [each for each in able if each.chip_memory_gb * USABLE >= needed.gb]
    fitting = [each for each in roomy if training.batch % each.chips == 0]
    if not fitting:
        raise CommandError(_too_large(training, needed, able, roomy))
    first, *others = sorted(fitting, key=lambda each: _dearness(each, capacity))
    usd = first.usd_an_hour[capacity]
    room = first.chip_memory_gb * USABLE
    return Pick(
        offer=first,
        usd_an_hour=usd,
        others=tuple(others[:3]),
        reason=(
            *needed.reason,
            f"together {needed.gb:,.1f} GB; {first.shape} has {first.chip_memory_gb} GB, of which "
            f"{USABLE:.0%} is to plan with: {room:,.1f} GB",
            f"{training.framework} runs on {' and '.join(kinds)}; {first.chips} chips take "
            f"{training.batch // first.chips} examples of each batch of {training.batch}",
            f"{len(fitting)} of {len(able)} shapes hold it; "
            + (
                f"this is the cheapest hour of them by {capacity}: {usd:.2f} USD"
                if usd is not None
                else f"none has a known price by {capacity}, and this is the smallest"
            ),
        ),
    )


def _dearness(offer: Offer, capacity: OwnCapacity) -> tuple[bool, Decimal, int, str]:
    """Known prices first, then by memory: an unknown price is never taken for a low one."""
    usd = offer.usd_an_hour[capacity]
    return usd is None, usd or Decimal(0), offer.chip_memory_gb, offer.shape


def _too_large(
    training: Training, needed: Need, able: Sequence[Offer], roomy: Sequence[Offer]
) -> str:
    if roomy:
        counts = sorted({each.chips for each in roomy})
        return (
            f"--batch is {training.batch}, which the chips of no shape with enough memory divide: "
            f"write a multiple of {' or '.join(map(str, counts))}"
        )
    largest = max(able, key=lambda each: each.chip_memory_gb)
    return (
        f"the training takes {needed.gb:,.1f} GB ({needed.reason[0]}; {needed.reason[1]}), and the "
        f"largest shape, {largest.shape}, has {largest.chip_memory_gb * USABLE:,.1f} GB to plan "
        "with: write a smaller --batch, --tokens or --parameters, an optimizer that remembers "
        "less, or train on several machines"
    )
