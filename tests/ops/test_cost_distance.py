"""Machines that are not where the data is are told what reading it costs."""

from pathlib import Path
from typing import Any

import pytest
from cost_fakes import PARENT, resource

from infra.settings import load_file
from ops.cost.distance import distance_lines

MACHINE = "gcp:compute/instance:Instance"
TPU = "gcp:tpu/v2Vm:V2Vm"
ROOT = Path(__file__).parents[2]


def told(kind: str, stack: str = "dev", **inputs: Any) -> list[str]:
    settings = load_file(ROOT / f"Pulumi.{stack}.yaml")
    resources = [PARENT, resource(kind, **inputs)]
    return [line.note for line in distance_lines(settings, resources)]


@pytest.mark.parametrize("kind", [MACHINE, TPU])
def test_a_machine_far_from_its_data_is_warned_of_with_what_it_costs_a_month(kind: str) -> None:
    (note,) = told(kind, zone="europe-west1-b")
    assert note.startswith("warning: data comes from europe-west4 to europe-west1")
    assert note.endswith("20.48 USD a month for each TiB a month"), "1024 times 0.02"


def test_between_continents_the_price_is_unknown_and_not_nothing() -> None:
    (note,) = told(MACHINE, zone="us-central1-a")
    assert "not known here" in note


@pytest.mark.parametrize(
    ("stack", "zone"),
    [("dev", "europe-west4-a"), ("prod", "europe-west4-a"), ("prod", "europe-west1-b")],
)
def test_where_the_data_or_a_copy_of_it_is_nothing_is_said(stack: str, zone: str) -> None:
    assert told(MACHINE, stack, zone=zone) == []


def test_what_reads_no_data_is_not_spoken_of() -> None:
    assert told("gcp:compute/address:Address", region="us-central1") == []


def test_workstations_say_their_region() -> None:
    kind = "gcp:workstations/workstationConfig:WorkstationConfig"
    assert len(told(kind, location="europe-west1")) == 1
    assert told(kind, location="europe-west4") == []
