"""`mlp status`, `outputs`, `drain` and `down`."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from ops_fakes import BUCKET, ENDPOINT, Connection, World, outputs, started

from jobs import drain
from localcloud.engine.events import StepFinished
from ops import models

DEPLOYED = [
    {"urn": BUCKET, "type": "gcp:storage/bucket:Bucket", "id": "artifacts", "protect": False},
    {"urn": "u::flight", "type": "gcp:vertex/aiEndpoint:AiEndpoint", "id": ENDPOINT},
]


@pytest.fixture
def deployed(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    world.resources = [dict(item) for item in DEPLOYED]
    world.connection = Connection()
    serving = models.Serving(
        model="flight-delay", endpoint=ENDPOINT, traffic={"3": 90, "4": 10}, champion="3"
    )
    monkeypatch.setattr("ops.status.serving", lambda outputs, model: serving)

    def drained(*place: Any, **what: Any) -> Any:
        world.asked.append(("drain", *place, what["endpoints"]))
        yield "undeployed 77"

    monkeypatch.setattr(drain, "drain", drained)
    world.events = [started("delete", BUCKET), StepFinished("delete", BUCKET, 0.1)]
    return world


def test_status_of_a_stack_that_was_never_deployed(world: World, mlp: Any) -> None:
    done = mlp("status")
    assert done.exit_code == 0
    assert "mlp up --stack local  (not deployed)" in done.output
    assert world.asked == [], "to look starts nothing"


def test_status_shows_services_runs_traffic_and_the_next_command(deployed: World, mlp: Any) -> None:
    deployed.submitted = "SUCCEEDED"
    said = mlp("status").output
    assert "up, pid 4711, http://127.0.0.1:1" in said
    assert "flight-delay-abc-1  flight-delay  succeeded" in said
    assert "version 3 90 %, version 4 10 %" in said
    assert "next       mlp predict flight-delay --stack local" in said


def test_status_after_a_failed_run_points_to_its_logs(deployed: World, mlp: Any) -> None:
    deployed.submitted = "FAILED"
    assert "next       mlp logs flight-delay-abc-1 --stack local" in mlp("status").output


def test_status_after_a_cancelled_run_offers_another_attempt(deployed: World, mlp: Any) -> None:
    deployed.submitted = "CANCELLED"
    assert "next       mlp jobs submit --stack local" in mlp("status").output


def test_status_as_json(deployed: World, mlp: Any) -> None:
    answer = json.loads(mlp("status", "--json").stdout)
    assert answer["resources"] == 2
    assert answer["services"] == {"pid": 4711, "url": "http://127.0.0.1:1"}
    assert answer["runs"][0]["run_id"] == "flight-delay-abc-1"


def test_what_another_version_deployed_is_said_in_a_sentence(world: World, mlp: Any) -> None:
    world.outputs = outputs(submissions={"flight-delay": '{"spec": {}}'})
    done = mlp("jobs", "submit")
    assert done.exit_code == 1
    assert "another version of this program: deploy stack local again" in done.stderr


def test_going_down_needs_no_setting(deployed: World, mlp: Any) -> None:
    (deployed.root / "Pulumi.local.yaml").write_text("config: {mlplatform:nonsense: 1}")
    assert "nothing is left" in mlp("down").output


def test_outputs_as_text_and_json(world: World, mlp: Any) -> None:
    assert "artifacts_bucket  artifacts" in mlp("outputs").output
    assert json.loads(mlp("outputs", "--json").stdout)["region"] == "europe-west4"


def test_outputs_of_a_stack_that_was_never_deployed_fail(world: World, mlp: Any) -> None:
    world.outputs = {}
    done = mlp("outputs")
    assert done.exit_code == 1
    assert "run mlp up --stack local" in done.stderr


def test_drain_takes_its_places_from_the_state(deployed: World, mlp: Any) -> None:
    deployed.outputs = {}  # a first up that failed midway stored none
    done = mlp("drain")
    assert done.exit_code == 0
    assert "undeployed 77" in done.output
    place = ("drain", "mlplatform-local", "europe-west4", "local", [ENDPOINT])
    assert place in deployed.asked


def test_drain_without_a_deployment_starts_no_service(world: World, mlp: Any) -> None:
    assert "nothing to drain" in mlp("drain").output
    assert world.asked == []


def test_down_drains_destroys_stops_and_proves(deployed: World, mlp: Any) -> None:
    folder = deployed.root / ".mlplatform" / "local"
    folder.mkdir(parents=True)
    done = mlp("down")
    assert done.exit_code == 0, done.output
    assert [entry[0] for entry in deployed.asked] == ["connect", "drain", "destroy"]
    assert "nothing is left" in done.output
    assert deployed.connection is None
    assert not folder.exists()


def test_down_on_a_protected_stack_touches_nothing(deployed: World, mlp: Any) -> None:
    deployed.resources[0]["protect"] = True
    done = mlp("down", "--stack", "prod")
    assert done.exit_code == 1
    assert "stack prod protects 1 resources (artifacts-bucket ...)" in done.stderr
    assert "1. in Pulumi.prod.yaml write" in done.stderr, "the steps that it takes"
    assert "3. mlp down --stack prod" in done.stderr
    assert deployed.asked == []


def test_down_names_what_is_left(deployed: World, mlp: Any) -> None:
    deployed.left = ["vertex/models flight-delay"]
    done = mlp("down")
    assert done.exit_code == 1
    assert "vertex/models flight-delay" in done.stderr


def test_down_stops_if_the_destruction_fails(deployed: World, mlp: Any) -> None:
    deployed.fail("the bucket is not empty")
    done = mlp("down")
    assert done.exit_code == 1
    assert "nothing is left" not in done.output
    assert deployed.connection is not None, "the services hold what is still there"


def test_down_twice_is_harmless(world: World, mlp: Any) -> None:
    assert mlp("down").exit_code == 0
    assert "no service was running" in mlp("down").output


def test_with_cloud_the_outputs_are_those_of_the_official_cli(
    deployed: World, mlp: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = deployed.root / "tools"
    tools.mkdir()
    pulumi = tools / "pulumi"
    text = json.dumps({"project_id": "real", "region": "europe-west4"})
    pulumi.write_text(
        f"#!/bin/sh\ntest \"$*\" = 'stack output --json --stack dev' && echo '{text}'\n"
    )
    pulumi.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:/usr/bin:/bin")
    done = mlp("outputs", "--stack", "dev", "--cloud", "--json")
    assert json.loads(done.stdout)["project_id"] == "real"


def test_with_cloud_and_no_official_cli_a_sentence_says_what_to_do(
    world: World, mlp: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(world.root))
    done = mlp("drain", "--stack", "dev", "--cloud")
    assert done.exit_code == 1
    assert "no pulumi on PATH" in done.stderr
    assert "acting on Google Cloud itself" in done.output


def test_traffic_is_shown_by_version_not_by_deployment(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jobs import clients
    from ops.outputs import parse

    deployed = [SimpleNamespace(id="77", model_version_id="3")]
    endpoint = SimpleNamespace(deployed_models=deployed, traffic_split={"77": 100})
    client = SimpleNamespace(get_endpoint=lambda name: endpoint)
    monkeypatch.setattr(clients, "vertex", lambda service, location: client)
    monkeypatch.setattr(models, "versions", lambda outputs, model: [])
    found = models.serving(parse(world.outputs, "local"), "flight-delay")
    assert found.traffic == {"3": 100}
    assert found.champion is None


def test_status_with_stopped_services_starts_none(deployed: World, mlp: Any) -> None:
    deployed.connection = None
    said = mlp("status").output
    assert "services   down" in said
    assert "mlp up --stack local  (down, started on demand)" in said
    assert deployed.asked == []


def test_outputs_of_a_half_deployed_stack_say_so(world: World, mlp: Any) -> None:
    world.outputs = {}
    assert "is not deployed" in mlp("jobs", "list").stderr
    world.outputs = {"project_id": "p"}
    assert "deployed only in part, output region is missing" in mlp("jobs", "list").stderr
