"""A small synthetic year of prepared flights, and what training makes of it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from jobs.workloads.flight_delay import dataset
from jobs.workloads.flight_delay.args import DATA, Arguments
from jobs.workloads.flight_delay.columns import CALENDAR, IDENTITY, INPUTS, LABEL

ROWS_PER_MONTH = 1200


@dataclass(frozen=True)
class Run:
    """Where one training kept its things, and what it returned."""

    arguments: Arguments
    data_uri: str
    checkpoint_uri: str
    model_uri: str
    result: dict[str, Any]
    told: list[str]
    """What was said of its progress."""


def synthetic_year() -> pa.Table:
    """Plausible columns; late flights follow a late airport and thunderstorms."""
    random = np.random.default_rng(7)
    rows = 12 * ROWS_PER_MONTH
    columns: dict[str, Any] = {
        "year": np.full(rows, 2013),
        "month": np.repeat(np.arange(1, 13), ROWS_PER_MONTH),
        "day": random.integers(1, 29, rows),
        "flight_number": random.integers(1, 3000, rows),
        "carrier": random.choice(["UA", "AA", "B6"], rows),
        "origin": random.choice(["EWR", "JFK", "LGA"], rows),
        "destination": random.choice(["IAH", "MIA", "ORD", "LAX"], rows),
        "aircraft_manufacturer": random.choice(["BOEING", "AIRBUS"], rows),
    }
    for field in INPUTS + CALENDAR:
        if field.name not in columns:
            low, high = field.minimum or 0, field.maximum or 1
            columns[field.name] = np.round(random.uniform(low, high, rows))
    columns["recent_delay_minutes"] = random.normal(10, 20, rows)
    risk = -2 + 0.05 * columns["recent_delay_minutes"] + (columns["carrier"] == "B6")
    columns[LABEL] = (random.random(rows) < 1 / (1 + np.exp(-risk))).astype(int)
    table = {name: pa.array(values) for name, values in columns.items()}
    gaps = random.random(rows) < 0.1
    table["temperature_f"] = pa.array(columns["temperature_f"], mask=gaps)
    return pa.table(
        {
            name: table[name].cast(dataset.schema().field(name).type)
            for name in dataset.schema().names
        }
    )


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Folder of prepared months."""
    folder = tmp_path_factory.mktemp("prepared")
    dataset.write(synthetic_year(), str(folder))
    manifest = {"data": DATA.model_dump(), "sql_sha256": "0" * 64, "lead_hours": 2}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    assert set(IDENTITY) <= set(dataset.schema().names)
    return str(folder)


@pytest.fixture(scope="session")
def small() -> Arguments:
    """A network of a second's training."""
    return Arguments(
        epochs=2, batch_size=64, hidden_units=(16,), embedding_dim=2, checkpoint_every_steps=100
    )


@pytest.fixture(scope="session")
def trained(prepared: str, small: Arguments, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One uninterrupted training."""
    from jobs.workloads.flight_delay.train import train

    folder: Path = tmp_path_factory.mktemp("trained")
    checkpoint_uri, model_uri = str(folder / "checkpoints"), str(folder / "models")
    told: list[str] = []
    report = lambda _, message: told.append(message)  # noqa: E731
    result = train(small, prepared, checkpoint_uri, model_uri, report)
    return Run(small, prepared, checkpoint_uri, model_uri, result, told)
