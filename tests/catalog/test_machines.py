"""Machine types and chips, and that they agree with the shapes that models train on."""

import pytest

from catalog.accelerators import SHAPES
from catalog.chips import CHIPS
from catalog.machines import MACHINES, SSD_GIB


@pytest.mark.parametrize("shape", SHAPES.values(), ids=lambda shape: shape.name)
def test_every_shape_has_the_facts_of_its_machine(shape):
    machine = MACHINES[shape.machine_type]
    assert shape.hosts * machine.chips == shape.chips, "a slice is its hosts' chips"
    assert machine.chip == (shape.family.name if shape.chips else None)


@pytest.mark.parametrize("machine", MACHINES.values(), ids=lambda machine: machine.name)
def test_a_machine_has_a_size_and_a_chip_that_is_known(machine):
    assert machine.vcpus > 0
    assert machine.memory_gb > 0
    assert (machine.chip is None) == (machine.chips == 0)
    assert machine.chip is None or machine.chip in CHIPS
    assert machine.local_ssd_gib % SSD_GIB == machine.optional_ssd_gib % SSD_GIB == 0
    assert machine.local_ssds * SSD_GIB == machine.local_ssd_gib


def test_a_whole_a3_comes_with_sixteen_scratch_disks():
    assert [MACHINES[f"a3-highgpu-{n}g"].local_ssds for n in (1, 2, 4, 8)] == [2, 4, 8, 16]
    assert MACHINES["a3-megagpu-8g"].local_ssds == 16
    assert MACHINES["a3-ultragpu-8g"].local_ssd_gib == 12_000


def test_hyperdisk_balanced_needs_a_whole_a3_and_pd_standard_an_a2():
    takers = {
        kind: {m.name for m in MACHINES.values() if m.disks and kind in m.disks}
        for kind in ("hyperdisk-balanced", "pd-standard")
    }
    assert takers["hyperdisk-balanced"] == {
        "a3-highgpu-8g",
        "a3-edgegpu-8g",
        "a3-megagpu-8g",
        "a3-ultragpu-8g",
        # As the newer TPUs do, which take no persistent disk.
        "ct6e-standard-1t",
        "ct6e-standard-4t",
        "ct6e-standard-8t",
    }
    assert all(name.startswith("a2-") for name in takers["pd-standard"])
    assert not {"pd-balanced", "pd-ssd"} & set(MACHINES["a3-ultragpu-8g"].disks or ())


def test_a_v6e_machine_has_the_processors_that_google_prints():
    sizes = [(MACHINES[f"ct6e-standard-{n}t"]) for n in (1, 4, 8)]
    assert [(m.vcpus, m.memory_gb) for m in sizes] == [(44, 176), (180, 720), (360, 1440)]


def test_general_machines_have_the_memory_of_their_series():
    assert MACHINES["n1-standard-4"].memory_gb == 15
    assert MACHINES["n2-standard-8"].memory_gb == 32
    assert MACHINES["g2-standard-12"].memory_gb == 48


@pytest.mark.parametrize("chip", CHIPS.values(), ids=lambda chip: chip.name)
def test_a_chip_computes_more_than_it_can_fetch(chip):
    assert chip.memory_gb > 0
    assert chip.bf16_tflops * 1e12 > chip.memory_gb_per_second * 1e9 * 50, "units are mixed up"
    assert chip.link_gb_per_second is None or (
        0 < chip.link_gb_per_second < chip.memory_gb_per_second
    )


def test_peaks_are_of_dense_arithmetic():
    assert (CHIPS["H100"].bf16_tflops, CHIPS["L4"].bf16_tflops) == (989, 121)
    assert (CHIPS["TPU v5e"].bf16_tflops, CHIPS["TPU v6e"].bf16_tflops) == (197, 918)
