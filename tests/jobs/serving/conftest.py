"""A tiny exported model of four fields; the server knows no more of it than its files say."""

import json
from pathlib import Path
from typing import Any

import pytest

from jobs.serving.features import Answer, FeatureSpec, Field

TAXI = FeatureSpec(
    workload="taxi",
    fields=(
        Field(
            name="district",
            kind="text",
            encoding="category",
            about="the district's name",
            vocabulary=("harbour", "old town"),
        ),
        Field(
            name="hour",
            kind="integer",
            encoding="category",
            about="the hour of the day",
            minimum=0,
            maximum=23,
            vocabulary=tuple(range(24)),
        ),
        Field(
            name="distance",
            kind="number",
            encoding="linear",
            about="the distance in miles",
            minimum=0,
            mean=5,
            deviation=2,
        ),
        Field(
            name="wind_direction",
            kind="number",
            encoding="circle",
            about="degrees",
            nullable=True,
            minimum=0,
            maximum=360,
        ),
    ),
    answer=Answer(probability="late_probability", decision="late", threshold=0.5),
)


@pytest.fixture(scope="session")
def taxi() -> FeatureSpec:
    return TAXI


@pytest.fixture
def instance() -> dict[str, Any]:
    return {"district": "harbour", "hour": 7, "distance": 5.0, "wind_direction": 90}


@pytest.fixture(scope="session")
def candidate(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Folder of a model that says late for far trips: sigmoid(standardised distance)."""
    import jax
    import jax.numpy as jnp
    from jax import export

    def predict(categories: jax.Array, numbers: jax.Array) -> jax.Array:
        return jax.nn.sigmoid(numbers[:, 0] + 0.0 * categories[:, 0])

    (batch,) = export.symbolic_shape("batch")
    exported = export.export(jax.jit(predict), platforms=("cpu", "tpu", "cuda"))(
        jax.ShapeDtypeStruct((batch, 2), jnp.int32), jax.ShapeDtypeStruct((batch, 4), jnp.float32)
    )
    folder: Path = tmp_path_factory.mktemp("candidate")
    (folder / "model.jaxexport").write_bytes(exported.serialize())
    (folder / "features.json").write_text(TAXI.to_json())
    (folder / "card.json").write_text(json.dumps({"candidate": "tiny"}))
    return str(folder)
