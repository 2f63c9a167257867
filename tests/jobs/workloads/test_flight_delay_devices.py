"""How the devices of a training share a batch."""

import jax
import numpy as np
import pytest

from jobs.workloads.flight_delay import devices
from jobs.workloads.flight_delay.args import Arguments


def test_a_batch_that_cannot_be_shared_gets_the_next_size_that_can(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(jax, "device_count", lambda: 8)
    with pytest.raises(ValueError, match=r"is 100 rows, .* 8 devices .*: write 96 or 104"):
        devices.data_mesh(Arguments(batch_size=100))


def test_a_shared_batch_holds_its_rows_in_order():
    rows = np.arange(128).reshape(64, 2)
    assert np.array_equal(devices.share(devices.data_mesh(Arguments(batch_size=64)), rows), rows)
