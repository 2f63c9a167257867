"""The network: embeddings of the categories, a few dense layers, one logit.

Small on purpose: 180,000 flights do not carry more. Runs unchanged on CPU, TPU and GPU.
"""

from collections.abc import Sequence
from itertools import pairwise

import jax
import jax.numpy as jnp
from flax import nnx

from jobs.workloads.flight_delay.args import Arguments

COMPUTE_TYPES = {"float32": jnp.float32, "bfloat16": jnp.bfloat16}


class DelayNetwork(nnx.Module):
    """(categories int32[b, c], numbers float32[b, f]) -> logits float32[b].

    Parameters are float32; `precision` is what the layers compute in.
    """

    def __init__(
        self, arguments: Arguments, category_sizes: Sequence[int], numbers: int, rngs: nnx.Rngs
    ) -> None:
        compute = COMPUTE_TYPES[arguments.precision]
        width = arguments.embedding_dim
        self.embeddings = nnx.List(
            [nnx.Embed(size, width, dtype=compute, rngs=rngs) for size in category_sizes]
        )
        sizes = [width * len(category_sizes) + numbers, *arguments.hidden_units]
        self.layers = nnx.List(
            [
                nnx.Linear(inside, outside, dtype=compute, rngs=rngs)
                for inside, outside in pairwise(sizes)
            ]
        )
        self.last = nnx.Linear(sizes[-1], 1, dtype=compute, rngs=rngs)
        self.dropout_rate = arguments.dropout_rate

    def __call__(
        self, categories: jax.Array, numbers: jax.Array, dropout_key: jax.Array | None = None
    ) -> jax.Array:
        """With `dropout_key` as in training, without it as in serving."""
        embedded = [table(categories[:, place]) for place, table in enumerate(self.embeddings)]
        hidden = jnp.concatenate([*embedded, numbers.astype(embedded[0].dtype)], axis=1)
        for place, layer in enumerate(self.layers):
            hidden = jax.nn.gelu(layer(hidden))
            if dropout_key is not None:
                hidden = self._drop(hidden, jax.random.fold_in(dropout_key, place))
        return self.last(hidden)[:, 0].astype(jnp.float32)

    def _drop(self, hidden: jax.Array, key: jax.Array) -> jax.Array:
        kept = jax.random.bernoulli(key, 1 - self.dropout_rate, hidden.shape)
        return jnp.where(kept, hidden / (1 - self.dropout_rate), 0)
