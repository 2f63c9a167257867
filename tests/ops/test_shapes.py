"""`mlp shapes`: the tables as they are, and a choice whose arithmetic anybody can repeat."""

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from catalog.own_shapes import OWN_SHAPES
from catalog.training_memory import USABLE
from infra.settings.machines import MachineSettings
from ops.cli import app
from ops.errors import CommandError, UsageError
from ops.shapes.listing import offers
from ops.shapes.picking import Training, need, pick


def run(*words):
    answer = CliRunner().invoke(app, ["shapes", *words])
    return answer.exit_code, answer.output


def of(name, **filters):
    (found,) = [each for each in offers(**filters) if each.shape == name]
    return found


def training(**values):
    return Training(**{"parameters": 7e9, "framework": "jax", "batch": 256, **values})


def picked(**values):
    return pick(training(**values), offers(), "on-demand")


def test_every_shape_that_a_stack_file_may_name_is_listed_and_no_other():
    assert [each.shape for each in offers()] == list(OWN_SHAPES)


def test_a_slice_counts_the_chips_the_memory_and_the_price_of_all_its_hosts():
    v6e = of("v6e-16", zone="europe-west4-a")
    assert (v6e.machines, v6e.machine_type, v6e.chips) == (4, "ct6e-standard-4t", 16)
    assert (v6e.chip_memory_gb, v6e.host_memory_gb, v6e.bf16_tflops) == (512, 2880, 16 * 918)
    assert v6e.usd_an_hour["on-demand"] == 16 * Decimal("2.97")
    assert v6e.jobs, "Vertex AI trains on it"
    assert not of("ct6e-standard-8t").jobs


def test_a_price_that_nobody_knows_is_unknown_and_never_nothing():
    assert of("a3-megagpu-8g", zone="europe-west4-b").usd_an_hour["on-demand"] is None
    _, text = run("--zone", "europe-west4-b", "--kind", "gpu")
    (row,) = [line for line in text.splitlines() if line.startswith("a3-megagpu-8g")]
    assert "on-demand unknown, spot unknown" in row
    assert "0.00" not in text


def test_what_is_listed_in_a_zone_the_settings_take_there():
    for each in offers(zone="europe-west4-a"):
        for capacity in each.usd_an_hour:
            if capacity == "flex-start":
                continue  # asked for by a group
            machine: dict[str, Any] = {"name": "m", "shape": each.shape, "zone": "europe-west4-a"}
            machine |= {"capacity": capacity, "max_run_hours": 1}
            if not OWN_SHAPES[each.shape].cloud_tpu:
                image = "projects/acme-images/global/images/one"
                disks = "hyperdisk-balanced" if each.chip else "pd-ssd"
                machine["boot"] = {"image": image, "disk_gb": 100, "disk_type": disks}
            if each.kind == "gpu" and capacity in ("reservation", "calendar"):
                machine["reservation"] = "kept"
            assert MachineSettings.model_validate(machine).shape == each.shape


def test_a_zone_without_spot_offers_everything_else():
    # There, H200 has no Spot price.
    assert "spot" not in of("a3-ultragpu-8g", zone="us-east5-a").usd_an_hour
    assert not [x for x in offers("us-east5-a", "spot") if x.shape == "a3-ultragpu-8g"]
    assert of("a3-ultragpu-8g", capacity="spot").zones.count("us-east5-a") == 0


def test_a_capacity_leaves_only_what_can_be_had_so():
    found = offers(capacity="queued")
    assert {each.kind for each in found} == {"tpu"}
    assert all(set(each.usd_an_hour) == {"queued"} for each in found)


def test_an_unknown_zone_is_refused_with_those_of_the_region():
    with pytest.raises(UsageError, match="write europe-west4-a or europe-west4-b"):
        offers(zone="europe-west4")


def test_states_and_activations_are_counted_by_the_arithmetic_that_is_printed():
    needed = need(training(tokens=2048))
    # Seven thousand million parameters of sixteen bytes each.
    assert needed.states_gb == pytest.approx(112)
    # Published models of this size have 32 layers of 4096: 524,288 tokens x 4096 x (64 + 34) bytes.
    assert needed.activations_gb == pytest.approx(210, rel=0.06)
    assert "7e+09 parameters x 16 bytes" in needed.reason[0]
    assert "524,288 tokens" in needed.reason[1]


def test_the_pick_holds_the_training_and_is_the_cheapest_hour_that_does():
    found = picked()
    assert found.offer.chip_memory_gb * USABLE >= need(training()).gb
    dearer = [each.usd_an_hour["on-demand"] for each in found.others]
    assert found.usd_an_hour is not None
    assert all(each is None or each >= found.usd_an_hour for each in dearer)
    assert "19.20 USD" in found.reason[-1]


def test_pytorch_is_not_put_on_a_tpu():
    assert picked(framework="pytorch").offer.kind == "gpu"


def test_chips_divide_the_batch():
    assert picked(batch=24).offer.chips == 8
    with pytest.raises(CommandError, match="write a multiple of 8"):
        picked(batch=3, framework="pytorch")


def test_what_fits_nowhere_is_refused_with_how_much_it_takes():
    with pytest.raises(CommandError, match=r"takes 1,120,\d{3}\.\d GB.*smaller --batch"):
        picked(parameters=7e13)


def test_where_no_such_machine_is_the_zone_is_to_be_changed():
    with pytest.raises(CommandError, match="no gpu for pytorch by on-demand there"):
        pick(training(framework="pytorch"), offers(zone="europe-west4-a", kind="tpu"), "on-demand")


@pytest.mark.parametrize(
    ("key", "value"),
    [("parameters", 0), ("parameters", float("nan")), ("batch", -1), ("tokens", 0)],
)
def test_nothing_is_worked_out_from_a_number_that_makes_no_sense(key, value):
    with pytest.raises(UsageError, match=f"--{key} is"):
        training(**{key: value})


@given(st.floats(1, 1e13), st.integers(1, 4096), st.integers(1, 8192))
def test_a_larger_model_never_needs_less(parameters, batch, tokens):
    one = need(training(parameters=parameters, batch=batch, tokens=tokens))
    other = need(training(parameters=parameters * 2, batch=batch, tokens=tokens))
    assert other.gb > one.gb > 0


def test_the_command_answers_as_a_table_as_json_and_as_a_choice():
    code, text = run("--zone", "europe-west4-a", "--kind", "tpu", "--json")
    assert code == 0
    assert json.loads(text)[0]["usd_an_hour"]["on-demand"] == "2.97"
    _, text = run("--kind", "tpu")
    assert re.search(r"^v6e-8 .*europe-west4-a", text, re.MULTILINE)
    code, text = run("--pick", "--parameters", "7e9")
    assert (code, text.splitlines()[0]) == (0, "v5litepod-16")
    code, text = run("--pick", "--parameters", "7e9", "--json")
    assert json.loads(text)["offer"]["shape"] == "v5litepod-16"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [(["--pick"], "--pick needs --parameters"), (["--parameters", "1e9"], "write both")],
)
def test_half_a_question_is_refused(words, sentence):
    code, text = run(*words)
    assert code == 2
    assert sentence in text


def test_a_machine_of_unknown_price_is_not_taken_for_the_cheapest():
    found = pick(training(), offers(zone="europe-west4-b", kind="gpu"), "on-demand")
    # The one there whose price is not known has the same memory.
    assert (found.offer.shape, [each.shape for each in found.others]) == (
        "a3-highgpu-8g",
        ["a3-megagpu-8g"],
    )
    without = [each for each in offers(zone="europe-west4-b") if each.shape == "a3-megagpu-8g"]
    assert "none has a known price" in pick(training(), without, "on-demand").reason[-1]
