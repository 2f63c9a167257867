"""Loading a candidate and answering in fixed batch sizes."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.serving.model import BATCH_SIZES, ModelError, batches, load


@given(st.integers(0, 5000))
def test_parts_cover_a_request_without_gap(rows: int):
    parts = batches(rows)
    covered = [row for start, size in parts for row in range(start, start + size)]
    assert covered == list(range(rows))
    assert all(size <= BATCH_SIZES[-1] for _, size in parts)


@pytest.mark.parametrize("rows", [1, 2, 8, 9, 64, 65, 512, 513, 1100])
def test_padding_and_cutting_change_no_answer(candidate: str, instance: dict[str, Any], rows: int):
    model = load(candidate)
    distances = np.linspace(0, 10, rows)
    asked = [instance | {"distance": distance} for distance in distances.tolist()]
    answers = [answer["late_probability"] for answer in model.predict(asked)]
    expected = 1 / (1 + np.exp(-(distances - 5) / 2))
    assert answers == pytest.approx(expected.tolist(), abs=1e-5)


def test_the_decision_follows_the_threshold(candidate: str, instance: dict[str, Any]):
    near, far = (load(candidate).predict([instance | {"distance": d}])[0] for d in (4.9, 5.1))
    assert (near["late"], far["late"]) == (False, True)


def test_a_folder_without_a_model_is_named(tmp_path: Path):
    with pytest.raises(ModelError, match=r"is no servable model.*AIP_STORAGE_URI must name"):
        load(str(tmp_path))


def test_serving_needs_no_training_packages(candidate: str):
    code = (
        "import sys; from jobs.serving.model import load\n"
        f"load({candidate!r}).warm_up()\n"
        "print({'flax', 'optax', 'orbax', 'sklearn', 'ibis', 'pyarrow'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()", "the server starts slowly with what it does not need"
