"""What a training keeps in the memory of its chips, in bytes: for estimates, before a first run.

Sources: Rajbhandari and others, ZeRO (2020), section 3.1, for states of training; Korthikanti and
others, Reducing Activation Recomputation in Large Transformer Models (2022), for activations. What
a run really takes its own figures say.
"""

from dataclasses import dataclass
from typing import Literal

Framework = Literal["jax", "pytorch"]
Optimizer = Literal["adam", "momentum", "sgd"]


@dataclass(frozen=True, kw_only=True)
class States:
    """Bytes of each parameter while it is trained in mixed precision."""

    weights: int
    """In bfloat16, and a master copy in float32."""
    gradients: int
    """In bfloat16."""
    optimizer: int
    """What the optimizer remembers of each parameter, in float32."""

    @property
    def total(self) -> int:
        return self.weights + self.gradients + self.optimizer


STATES: dict[Optimizer, States] = {
    "adam": States(weights=6, gradients=2, optimizer=8),
    "momentum": States(weights=6, gradients=2, optimizer=4),
    "sgd": States(weights=6, gradients=2, optimizer=0),
}
"""By the optimizer: Adam remembers two values, momentum one."""

PARAMETERS_OF_A_LAYER = 12
"""Of a transformer's layer, times the square of its width: attention 4, feed-forward 8."""
WIDTH_TO_DEPTH = 128
"""Width by layers of published transformers, from 7 to 175 thousand million parameters."""
KEPT_BYTES = 2
"""Of each token, times the width, at the border of each layer; what is between them is computed
again."""
LAYER_BYTES = 34
"""Of each token, times the width, while one layer is computed, attention scores aside."""
USABLE = 0.8
"""Share of a chip's memory to plan with: compilers, collectives and fragments take the rest. A
decision of this platform, not a measurement."""
