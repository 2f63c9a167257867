"""Machines that are large enough, and what is larger than its use."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.machines import MACHINES
from catalog.pairs import counts
from ops.errors import UsageError
from ops.savings.idle import Use, report
from ops.savings.sizes import Need, fits

HOME = "us-central1"


def test_the_cheapest_machine_that_is_large_enough_comes_first():
    found = fits(Need(vcpus=4, memory_gb=16), HOME)
    assert found[0].machine_type == "e2-standard-4"
    prices = [fit.usd for fit in found if fit.usd is not None]
    assert prices == sorted(prices)
    assert found[-1].usd is None, "unknown is not cheap"


def test_a_gpu_comes_with_its_machine_or_is_added_to_an_n1():
    found = {
        fit.machine_type: fit for fit in fits(Need(vcpus=1, memory_gb=1, chip="T4", chips=1), HOME)
    }
    assert all(name.startswith("n1-") for name in found)
    assert found["n1-standard-4"].attached == 1
    assert found["n1-standard-4"].usd is None, "its price is not the machine's alone"
    whole = fits(Need(vcpus=1, memory_gb=1, chip="H100", chips=5), HOME)
    assert [(fit.machine_type, fit.chips, fit.attached) for fit in whole] == [
        ("a3-highgpu-8g", 8, 0)
    ]


def test_what_cannot_be_obtained_so_is_no_fit():
    small = Need(vcpus=1, memory_gb=1, chip="H100", chips=1)
    spot = [fit.machine_type for fit in fits(small, HOME, "spot")]
    assert spot[0] == "a3-highgpu-1g"
    assert fits(small, "europe-west6") == [], "no zone of that region has one"


@given(
    st.integers(1, 400),
    st.integers(1, 3000),
    st.sampled_from([None, "T4", "L4", "H100", "A100 40GB", "TPU v6e"]),
    st.integers(1, 8),
)
def test_every_fit_is_large_enough_and_a_pair_that_exists(vcpus, memory, chip, chips):
    need = Need(vcpus=vcpus, memory_gb=memory, chip=chip, chips=chips if chip else 0)
    for fit in fits(need, HOME):
        machine = MACHINES[fit.machine_type]
        assert machine.vcpus >= vcpus
        assert machine.memory_gb >= memory
        if chip:
            assert fit.chips in counts(fit.machine_type, chip)
            assert fit.chips >= chips
        else:
            assert machine.chip is None


@pytest.mark.parametrize(
    "need",
    [
        {"vcpus": 0, "memory_gb": 1},
        {"vcpus": 1, "memory_gb": 0},
        {"vcpus": 1, "memory_gb": 1, "chip": "V100", "chips": 1},
        {"vcpus": 1, "memory_gb": 1, "chip": "T4"},
        {"vcpus": 1, "memory_gb": 1, "chips": 1},
        {"vcpus": 1, "memory_gb": 1, "chip": "T4", "chips": -1},
    ],
)
def test_an_impossible_need_is_refused(need):
    with pytest.raises(UsageError):
        Need(**need)


def use(series, replicas=4, **more):
    values = {"name": "m", "machine_type": "n2-standard-4", "region": HOME, **more}
    return Use(replicas=replicas, use=series, **values)


def test_replicas_that_nobody_needs_are_counted_and_priced():
    (found,) = report([use([0.3] * 48)])
    assert (found.verdict, found.needed) == ("too large", 2)
    assert found.usd is not None
    assert float(found.usd) == pytest.approx(0.194236 * 2 * 730)


def test_a_machine_that_only_waits_is_idle():
    (found,) = report([use([0.01] * 48, replicas=1)])
    assert (found.verdict, found.needed, found.idle) == ("idle", 0, 1.0)


def test_a_burst_keeps_its_machines_and_a_rare_one_does_not():
    (often,) = report([use([0.1] * 36 + [0.9] * 12)])
    assert (often.verdict, often.needed) == ("fits", 4)
    (rare,) = report([use([0.1] * 99 + [1.0])])
    assert (rare.verdict, rare.needed) == ("too large", 1)


def test_a_few_samples_say_nothing():
    (found,) = report([use([0.0] * 23)])
    assert found.verdict == "too few samples"
    assert found.needed == 4
    (none,) = report([use([])])
    assert none.verdict == "too few samples"


def test_a_saving_without_a_price_is_unknown_and_comes_last():
    unknown = use([0.0] * 48, name="a", machine_type="c3-standard-22")
    found = report([unknown, use([0.0] * 48, name="b")])
    assert [(each.name, each.usd is None) for each in found] == [("b", False), ("a", True)]


@pytest.mark.parametrize(
    "wrong", [{"replicas": 0}, {"series": [1.2]}, {"series": [-0.1]}, {"region": "mars"}]
)
def test_a_series_that_cannot_be_is_refused(wrong):
    with pytest.raises(UsageError):
        use(wrong.pop("series", [0.5]), **wrong)


def test_the_commands_show_sizes_and_idle_machines(mlp: Any, tmp_path: Any):
    answer = json.loads(
        mlp("savings", "size", "--vcpus", "8", "--memory-gb", "32", "--json").stdout
    )
    assert answer[0]["machine_type"] == "e2-standard-8"
    text = mlp("savings", "size", "--vcpus", "8", "--memory-gb", "30", "--chip", "T4").stdout
    assert "1 T4 added" in text
    assert "unknown" in text
    series = tmp_path / "use.json"
    entry = {"name": "m", "machine_type": "n2-standard-4", "region": HOME, "replicas": 2}
    series.write_text(json.dumps([entry | {"use": [0.01] * 30}]))
    assert "0 of 2" in mlp("savings", "idle", str(series)).stdout
    series.write_text(json.dumps([{"name": "m"}]))
    assert "name, machine_type" in mlp("savings", "idle", str(series)).stderr
