"""`mlp cost`: every stack has an estimate, as text and as JSON."""

import json
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from ops_fakes import PLATFORM, URN, World

from ops.cost import command
from ops.cost.models import model_lines
from ops.graph.resources import Resource
from ops.stacks import Stack

ROOT = Path(__file__).resolve().parents[2]
MODEL = f"{URN}mlplatform:model_service:ModelService::flight-delay"
STACKS = sorted(file.name.split(".")[1] for file in ROOT.glob("Pulumi.*.yaml"))


def entry(kind: str, name: str, parent: str = MODEL, **inputs: Any) -> dict[str, Any]:
    return {
        "urn": f"{URN}{kind}::{name}",
        "type": kind,
        "parent": parent,
        "custom": kind.startswith("gcp:"),
        "protect": False,
        "inputs": inputs,
        "dependencies": [],
        "property_dependencies": {},
    }


def endpoint(location: str, model: str = "flight-delay") -> dict[str, Any]:
    labels = {"component": "model-service", "model": model}
    kind = "gcp:vertex/aiEndpoint:AiEndpoint"
    return entry(kind, f"{model}-{location}", location=location, labels=labels)


@pytest.fixture
def planned(world: World) -> World:
    world.events = []
    world.report = replace(
        world.report,
        resources=[
            entry("mlplatform:model_service:ModelService", "flight-delay", PLATFORM),
            endpoint("europe-west4"),
            entry("gcp:compute/disk:Disk", "scratch", size=100, zone="europe-west4-a"),
            entry("gcp:storage/bucket:Bucket", "artifacts", location="EUROPE-WEST4"),
        ],
    )
    return world


def test_the_estimate_plans_and_deploys_nothing(planned: World, mlp: Any) -> None:
    assert mlp("cost").exit_code == 0
    assert [verb for verb, _ in planned.asked] == ["preview"]


def test_text_has_lines_totals_rates_and_sources(planned: World, mlp: Any) -> None:
    text = mlp("cost", "--stack", "prod").stdout
    assert text.startswith("estimate for stack prod on Google Cloud, at list prices")
    disk = next(line for line in text.splitlines() if "disk scratch" in line)
    assert re.search(r"100 GB pd-standard in europe-west4 +4\.40 +-$", disk)
    assert "a month: 4.40 USD for 1 of 2 lines; 1 of 2 lines have no price" in text
    assert re.search(r"storage, STANDARD, artifacts .*0\.020 USD a GB-month", text)
    assert "2025-03-06 google-cloud-pricing-cost-calculator [B]" in text
    assert "left out: taxes" in text


def test_an_unknown_price_is_never_a_zero(planned: World, mlp: Any) -> None:
    text = mlp("cost", "--stack", "prod").stdout
    nodes = next(line for line in text.splitlines() if "serving nodes" in line)
    assert "2 to 4 n2-standard-4 in europe-west4, all hours" in nodes
    assert re.search(r" unknown +283\.58 to 567\.17 +Compute Engine's price", nodes)
    assert not re.search(r"(?<![\d.,])0\.00\b", text)


def test_json_is_typed_and_says_null_for_unknown(planned: World, mlp: Any) -> None:
    answer = json.loads(mlp("cost", "--stack", "prod", "--json").stdout)
    by_item = {line["item"]: line for line in answer["lines"]}
    assert by_item["serving nodes"]["amount"] is None
    assert by_item["serving nodes"]["state"] == "unknown"
    assert by_item["disk scratch"]["amount"] == {"low": 4.4, "high": 4.4}
    assert answer["month"]["amount"] == {"low": 4.4, "high": 4.4}
    assert answer["month"]["complete"] is False
    assert answer["run"]["amount"] is None
    assert answer["currency"] == "USD"
    assert set(answer["month_by_model"]) == {"", "flight-delay"}
    assert {row["as_of"] for row in answer["prices"]["used"]} > {"2025-03-06"}


def test_a_run_is_bounded_by_its_timeout_and_its_shape(planned: World, mlp: Any) -> None:
    answer = json.loads(mlp("cost", "--stack", "prod", "--json").stdout)
    run = next(line for line in answer["lines"] if line["item"] == "training")
    assert run["period"] == "run"
    assert run["quantity"] == "v6e-8 on-demand in europe-west4, 6 h at most"
    assert run["indication"] == {"low": 142.56, "high": 142.56}, "8 chips x 2.97 x 6 h"


def test_components_are_summed_where_there_are_several(planned: World, mlp: Any) -> None:
    disk = entry("gcp:compute/disk:Disk", "other", PLATFORM, size=10, zone="us-central1-a")
    planned.report = replace(planned.report, resources=[*planned.report.resources, disk])
    text = mlp("cost").stdout
    part = text[text.index("a month, by component") :].splitlines()
    assert part[2].split() == ["flight-delay", "4.40", "-", "0"]
    assert part[4].split() == ["other", "0.40", "-", "0"]


def test_a_program_that_cannot_be_planned_has_no_estimate(planned: World, mlp: Any) -> None:
    planned.fail("no such zone")
    planned.events = []
    done = mlp("cost")
    assert done.exit_code == 1
    assert "no such zone" in done.stderr


def test_a_terminal_gets_tables(planned: World, mlp: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("ops.display.tables.draws", lambda: True)
    monkeypatch.setenv("COLUMNS", "200")
    text = mlp("cost", "--stack", "prod").stdout
    assert "┃" in text
    assert "depends on use" in text
    assert "4.40" in text


def settings(**model: Any) -> Any:
    loaded = Stack(ROOT, "prod").settings()
    changed = loaded.models["flight-delay"].model_copy(update=model)
    return loaded.model_copy(update={"models": {"flight-delay": changed}})


def endpoints(*locations: str, model: str = "flight-delay") -> list[Resource]:
    found = [endpoint(location, model) for location in locations]
    return [Resource(urn=e["urn"], type=e["type"], inputs=e["inputs"]) for e in found]


def test_nodes_are_charged_wherever_an_endpoint_is() -> None:
    serving = settings().models["flight-delay"].serving
    here = settings(serving=serving.model_copy(update={"machine_type": "g2-standard-4"}))
    lines = list(model_lines(here, endpoints("us-central1", "europe-west4")))
    nodes = [line for line in lines if line.item == "serving nodes"]
    amount = nodes[0].amount
    assert amount
    hour = Decimal("0.81293") * 730
    assert (amount.low, amount.high) == (serving.min_replicas * hour, serving.max_replicas * hour)
    assert nodes[1].amount is None, "the price of us-central1 is not that of Europe"
    assert nodes[1].component == "model-service"


def test_a_fixed_number_of_nodes_is_written_as_one_number() -> None:
    serving = settings().models["flight-delay"].serving
    fixed = settings(serving=serving.model_copy(update={"min_replicas": 4}))
    line = next(model_lines(fixed, endpoints("us-central1")))
    assert line.quantity == "4 n2-standard-4 in us-central1, all hours"


def test_every_host_of_a_slice_is_charged() -> None:
    training = settings().models["flight-delay"].training
    big = training.model_copy(update={"shape": "v6e-64", "timeout_hours": 10})
    found = list(model_lines(settings(training=big), []))
    run = next(line for line in found if line.item == "training")
    assert run.indication
    assert run.indication.high == 64 * 10 * Decimal("2.97")


def test_every_machine_of_a_training_is_charged() -> None:
    training = settings().models["flight-delay"].training
    alone = training.model_copy(update={"shape": "cpu", "timeout_hours": 10})
    runs = [
        next(line for line in model_lines(settings(training=each), []) if line.item == "training")
        for each in (alone, alone.model_copy(update={"replica_count": 4}))
    ]
    assert runs[0].indication
    assert runs[1].indication
    assert runs[1].indication.high == 4 * runs[0].indication.high
    assert runs[1].quantity == f"4 {runs[0].quantity}"


def test_an_endpoint_of_no_model_is_unknown() -> None:
    line = next(model_lines(settings(), endpoints("us-central1", model="stranger")))
    assert line.state == "unknown"
    assert "of no model of the stack file" in line.note


@pytest.mark.parametrize("stack", STACKS)
def test_every_stack_file_has_an_estimate(stack: str) -> None:
    found = command.estimate(Stack(ROOT, stack))
    items = {line.item for line in found.lines}
    assert {"serving nodes", "training", "pipeline"} <= items
    assert all(line.component for line in found.lines)
    models = Stack(ROOT, stack).settings().models
    assert {line.model for line in found.of("run")} >= set(models)
    assert json.dumps(command.as_json(found))
