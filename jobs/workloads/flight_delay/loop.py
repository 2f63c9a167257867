"""The training loop of the network: step after step, stopped and resumed at will.

Nothing is random but what follows from the seed, the epoch and the step: a run that was killed and
resumed ends with the parameters of one that was not. Does not read data or export.
"""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx
from numpy.typing import NDArray

from jobs.workloads.flight_delay.args import Arguments
from jobs.workloads.flight_delay.checkpoints import Checkpoints, agreed
from jobs.workloads.flight_delay.devices import data_mesh, share
from jobs.workloads.flight_delay.encoding import Rows
from jobs.workloads.flight_delay.network import DelayNetwork

STOPPED = 128 + signal.SIGTERM
"""Exit status after a save that SIGTERM asked for: not zero, or the job would count as done."""
WARM_UP_SHARE = 0.1
LARGEST_GRADIENT_NORM = 1.0

_STEPS_BETWEEN_CLOCKS = 10
# A step takes milliseconds here, and to agree takes a round trip between the hosts.

State = dict[str, Any]
"""`parameters`: the network's pure dictionary; `optimiser`: the leaves of Optax' state."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is trained, and for how many steps."""

    arguments: Arguments
    rows: Rows
    category_sizes: tuple[int, ...]

    @property
    def steps_per_epoch(self) -> int:
        """Full batches of an epoch; which rows are left over changes with every epoch."""
        return len(self.rows) // self.arguments.batch_size

    @property
    def steps(self) -> int:
        return self.arguments.epochs * self.steps_per_epoch


@dataclass(frozen=True)
class Epoch:
    """What is known after an epoch. `graph` and `parameters` make the network."""

    number: int
    done: float
    """Fraction of the training, 0 to 1."""
    loss: float
    """Of the last batch, in nats."""
    rows_per_second: float
    graph: Any
    parameters: Any


def train_network(
    plan: Plan, checkpoints: Checkpoints, after_epoch: Callable[[Epoch], None]
) -> tuple[Any, Any]:
    """Train to the last step, from the newest checkpoint if there is one.

    Returns the network's graph and parameters (`nnx.merge`). Raises ValueError if the rows cannot
    fill a batch or the devices cannot share one; SystemExit after a save if SIGTERM came.
    """
    if plan.steps_per_epoch == 0:
        raise ValueError(
            f"batch_size: {plan.arguments.batch_size} is more than the {len(plan.rows)} rows to "
            f"train on; write at most {len(plan.rows)}"
        )
    mesh = data_mesh(plan.arguments)
    optimiser = _optimiser(plan)
    graph, state = _start(plan, optimiser)
    everywhere = jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec())
    state = jax.device_put(state, everywhere)
    done = checkpoints.latest_step()
    if done:
        state = checkpoints.restore(done, state)
        print(f"resumed after step {done} of {plan.steps}", flush=True)
    step = _step_function(plan, graph, optimiser)
    due = Due(plan.arguments, agreed)
    with _stop_request() as stop_asked:
        began, seen = time.monotonic(), 0
        for number in range(done, plan.steps):
            batch = [share(mesh, part) for part in batch_of(plan, number)]
            state, loss = step(state, number, *batch)
            done, seen = number + 1, seen + plan.arguments.batch_size
            if done < plan.steps and (checkpoints.preempted(done) or stop_asked()):
                _save_and_leave(checkpoints, done, plan.steps, state)
            if due(done):
                checkpoints.save(done, state)
            if done % plan.steps_per_epoch == 0:
                parameters = state["parameters"]
                speed = seen / (time.monotonic() - began)
                epoch = done // plan.steps_per_epoch
                after_epoch(Epoch(epoch, done / plan.steps, float(loss), speed, graph, parameters))
                began, seen = time.monotonic(), 0
    _save_last(checkpoints, plan.steps, state)
    return graph, state["parameters"]


class Due:
    """Whether a checkpoint is due after a step: by count, or because the last one is too old.

    `agreed` makes the answer that of the first host: all must save at the same step, and their
    clocks differ.
    """

    def __init__(self, arguments: Arguments, agree: Callable[[bool], bool]) -> None:
        self._steps = arguments.checkpoint_every_steps
        self._seconds = 60 * arguments.checkpoint_every_minutes
        self._agree = agree
        self._saved = time.monotonic()

    def __call__(self, done: int) -> bool:
        due = done % self._steps == 0
        if not due and done % _STEPS_BETWEEN_CLOCKS == 0:
            due = self._agree(time.monotonic() - self._saved >= self._seconds)
        if due:
            self._saved = time.monotonic()
        return due


def batch_of(plan: Plan, step: int) -> tuple[NDArray[Any], ...]:
    """Categories, numbers and labels of a step: from seed and step alone."""
    size = plan.arguments.batch_size
    epoch, place = divmod(step, plan.steps_per_epoch)
    order = _order(plan.arguments.seed, epoch, len(plan.rows))
    chosen = order[place * size : (place + 1) * size]
    rows = plan.rows
    return rows.categories[chosen], rows.numbers[chosen], rows.labels[chosen]


@lru_cache(maxsize=1)
def _order(seed: int, epoch: int, rows: int) -> NDArray[np.int64]:
    return np.random.default_rng([seed, epoch]).permutation(rows)


def _start(plan: Plan, optimiser: optax.GradientTransformation) -> tuple[Any, State]:
    """The network's graph and the state before the first step."""

    def network() -> DelayNetwork:
        rngs = nnx.Rngs(plan.arguments.seed)
        numbers = plan.rows.numbers.shape[1]
        return DelayNetwork(plan.arguments, plan.category_sizes, numbers, rngs)

    @jax.jit  # as one program: compiled piece by piece it takes seconds
    def state() -> State:
        parameters = nnx.to_pure_dict(nnx.split(network(), nnx.Param)[1])
        return {
            "parameters": parameters,
            "optimiser": jax.tree.leaves(optimiser.init(parameters)),
        }

    return nnx.split(nnx.eval_shape(network), nnx.Param)[0], state()


def _optimiser(plan: Plan) -> optax.GradientTransformation:
    highest = plan.arguments.learning_rate
    warm_up = max(1, int(plan.steps * WARM_UP_SHARE))
    schedule = optax.warmup_cosine_decay_schedule(
        highest / 10, highest, warm_up, max(plan.steps, warm_up + 1)
    )
    return optax.chain(
        optax.clip_by_global_norm(LARGEST_GRADIENT_NORM),
        optax.adamw(schedule, weight_decay=plan.arguments.weight_decay),
    )


def _step_function(
    plan: Plan, graph: Any, optimiser: optax.GradientTransformation
) -> Callable[..., tuple[State, jax.Array]]:
    base_key = jax.random.key(plan.arguments.seed)

    def loss_of(
        parameters: Any, key: jax.Array, categories: Any, numbers: Any, labels: Any
    ) -> jax.Array:
        logits = nnx.merge(graph, parameters)(categories, numbers, key)
        return optax.sigmoid_binary_cross_entropy(logits, labels).mean()

    @jax.jit
    def step(
        state: State, number: int, categories: Any, numbers: Any, labels: Any
    ) -> tuple[State, jax.Array]:
        parameters = state["parameters"]
        structure = jax.tree.structure(jax.eval_shape(optimiser.init, parameters))
        memory = jax.tree.unflatten(structure, state["optimiser"])
        key = jax.random.fold_in(base_key, number)
        loss, gradient = jax.value_and_grad(loss_of)(parameters, key, categories, numbers, labels)
        updates, memory = optimiser.update(gradient, memory, parameters)
        parameters = optax.apply_updates(parameters, updates)
        return {"parameters": parameters, "optimiser": jax.tree.leaves(memory)}, loss

    return step


def predict(graph: Any, parameters: Any, categories: jax.Array, numbers: jax.Array) -> jax.Array:
    """Probabilities float32[rows]: what is exported, and what training is judged by."""
    logits = nnx.merge(graph, parameters)(categories, numbers)
    return jax.nn.sigmoid(jnp.asarray(logits, jnp.float32))


def _save_last(checkpoints: Checkpoints, step: int, state: State) -> None:
    # Saving every n steps leaves out the last one, and that is the model.
    checkpoints.save(step, state, wait=True)
    newest = checkpoints.latest_step()
    if newest != step:
        raise RuntimeError(
            f"the newest checkpoint under {checkpoints.uri} is of step {newest}, but training "
            f"ended at {step}: storage lost the last save; run again, it resumes there"
        )


def _save_and_leave(checkpoints: Checkpoints, done: int, steps: int, state: State) -> None:
    checkpoints.save(done, state, wait=True)
    print(f"stopped by SIGTERM; saved step {done} of {steps}", flush=True)
    raise SystemExit(STOPPED)


@contextmanager
def _stop_request() -> Iterator[Callable[[], bool]]:
    """Whether SIGTERM has come. Elsewhere than in the main thread no signal can be caught.

    Of several hosts each gets it at another step, and all must save after the same one: theirs is
    caught by JAX, which `Checkpoints.preempted` asks.
    """
    asked = threading.Event()
    alone = jax.process_count() == 1
    if not alone or threading.current_thread() is not threading.main_thread():
        yield asked.is_set
        return
    before = signal.signal(signal.SIGTERM, lambda *_: asked.set())
    try:
        yield asked.is_set
    finally:
        signal.signal(signal.SIGTERM, before)
