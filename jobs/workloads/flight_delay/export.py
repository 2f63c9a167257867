"""Write a trained candidate so that the prediction server can serve it without model code.

Three files per candidate: `model.jaxexport`, `features.json`, `card.json`.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from jobs import files
from jobs.serving.features import FeatureSpec
from jobs.serving.model import CARD_FILE, FEATURES_FILE, MODEL_FILE

PLATFORMS = ("cpu", "tpu", "cuda")


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A model that may be served.

    `predict` maps (categories int32[b, c], numbers float32[b, f]) to probabilities float32[b].
    `tuning` holds its figures on the tuning months, `threshold` the probability from which on it
    says yes, `facts` what its card says beyond that.
    """

    name: str
    about: str
    predict: Callable[..., Any]
    tuning: dict[str, float]
    threshold: float
    facts: dict[str, Any] = field(default_factory=dict)


def write(
    candidate: Candidate, spec: FeatureSpec, facts: dict[str, Any], model_uri: str
) -> dict[str, Any]:
    """Export below `model_uri/<name>/`; returns the card. `facts` are common to all candidates."""
    spec = spec.with_threshold(candidate.threshold)
    folder = f"{model_uri}/{candidate.name}"
    files.write_bytes(f"{folder}/{MODEL_FILE}", serialized(candidate.predict, spec))
    files.write_text(f"{folder}/{FEATURES_FILE}", spec.to_json(), "application/json")
    card = {
        "candidate": candidate.name,
        "about": candidate.about,
        "tuning": candidate.tuning,
        "threshold": candidate.threshold,
        "features_sha256": spec.digest,
        **facts,
        **candidate.facts,
    }
    files.write_text(f"{folder}/{CARD_FILE}", json.dumps(card, indent=1), "application/json")
    return card


def serialized(predict: Callable[..., Any], spec: FeatureSpec) -> bytes:
    """The model with its weights, for any batch size and each of `PLATFORMS`."""
    import jax
    import jax.numpy as jnp
    from jax import export

    columns = {column.name: [None] for column in spec.fields}
    categories, numbers = spec.encode(columns)
    (batch,) = export.symbolic_shape("batch")
    exported = export.export(jax.jit(predict), platforms=PLATFORMS)(
        jax.ShapeDtypeStruct((batch, categories.shape[1]), jnp.int32),
        jax.ShapeDtypeStruct((batch, numbers.shape[1]), jnp.float32),
    )
    return bytes(exported.serialize())
