"""`mlp up`: what is called, what is said, and the exit status."""

import json
import signal
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ops_fakes import (
    DECISION,
    REFUSAL,
    World,
    changed_epochs,
    check,
    failed_status,
    nothing_changed,
    outputs,
    run_status,
    step,
    submission_text,
    summary_of,
)

import localcloud
from jobs import runs
from jobs.spec import Submission, identity
from ops.summary import lines, summarize


def test_a_first_up_deploys_submits_follows_and_prints_a_prediction(world: World, mlp: Any) -> None:
    running = run_status(state="RUNNING", steps=[step("prepare"), step("train", "RUNNING")])
    world.statuses = [running, run_status()]
    done = mlp("up")
    assert done.exit_code == 0, done.output
    verbs = [entry[0] for entry in world.asked]
    assert verbs == ["connect", "up", "ensure"], "services first: the hook submits during the up"
    for said in (
        "+ gcp:storage:Bucket artifacts-bucket: created (0.3s)",
        "flight-delay prepare: done (12.3s)",
        "flight-delay train: running",
        "model       flight-delay version 3",
        "candidate   baseline",
        "UA 1545 EWR→IAH",
        "prediction: probability 0.25 (actual: 1)",
        ".mlplatform/local/reports/flight-delay-abc-1/report.html",
    ):
        assert said in done.output


def test_plain_output_has_no_escape_codes(world: World, mlp: Any) -> None:
    assert "\x1b" not in mlp("up").output


def test_the_services_are_in_the_environment_before_the_program_runs(
    world: World, mlp: Any, monkeypatch: Any
) -> None:
    import os

    import localcloud

    seen: list[str] = []
    inner = localcloud.up

    def up(*arguments: Any, **options: Any) -> Any:
        seen.append(os.environ["MLPLATFORM_TEST"])
        return inner(*arguments, **options)

    monkeypatch.setattr(localcloud, "up", up)
    mlp("up")
    assert seen == ["connected"]


def test_an_up_without_a_change_says_so_and_follows_nothing(world: World, mlp: Any) -> None:
    world.events, world.submitted, world.created = nothing_changed(), "SUCCEEDED", False
    done = mlp("up")
    assert done.exit_code == 0
    assert "no changes: 3 resources unchanged, nothing submitted" in done.output
    assert "prediction: " in done.output, "what is served is shown all the same"
    assert "==" not in done.output, "the panel was shown when the run ended"


def test_a_stack_file_that_returns_to_an_earlier_spec_gets_its_version_back(
    world: World, mlp: Any
) -> None:
    world.submitted, world.created, world.displaced = "SUCCEEDED", False, True
    done = mlp("up")
    assert ("restore", "flight-delay-abc-1") in world.asked
    assert "another version serves; rolling out run flight-delay-abc-1 again" in done.output


def test_a_version_that_serves_is_not_rolled_out_again(world: World, mlp: Any) -> None:
    world.submitted, world.created = "SUCCEEDED", False
    mlp("up")
    assert not [entry for entry in world.asked if entry[0] == "restore"]


def test_an_update_is_shown_field_by_field(world: World, mlp: Any) -> None:
    world.events = changed_epochs()
    assert "~ input.spec.arguments.epochs: 8 → 12" in mlp("up").output


def test_a_failed_run_names_the_step_its_log_and_the_command_for_more(
    world: World, mlp: Any
) -> None:
    world.statuses = [failed_status()]
    done = mlp("up")
    assert done.exit_code == 1
    assert "step train of run flight-delay-abc-1 failed after 12.3s: loss is NaN" in done.output
    assert "  | loss nan" in done.output
    assert "mlp logs flight-delay-abc-1 --step train --stack local" in done.output
    assert "nothing was registered or deployed" in done.output


def test_a_gate_that_refuses_every_model_exits_with_3(world: World, mlp: Any) -> None:
    world.statuses = [run_status(REFUSAL)]
    done = mlp("up")
    assert done.exit_code == 3
    assert "the gate refuses every candidate" in done.output
    assert "prediction:" not in done.output, "nothing serves what was refused"


def test_a_failed_deployment_submits_nothing_more_and_names_the_resource(
    world: World, mlp: Any
) -> None:
    world.fail("the name is taken")
    done = mlp("up")
    assert done.exit_code == 1
    assert "error: artifacts-bucket: the name is taken" in done.stderr
    assert ("ensure", "flight-delay") not in world.asked


def test_a_rehearsal_says_first_that_nothing_is_touched(world: World, mlp: Any) -> None:
    done = mlp("up", "--stack", "dev")
    assert done.output.splitlines()[0].startswith("nothing in Google Cloud is touched")


def test_the_local_stack_is_no_rehearsal(world: World, mlp: Any) -> None:
    assert "rehearsal" not in mlp("up").output


def test_a_rehearsed_run_that_needs_a_tpu_is_not_waited_for(world: World, mlp: Any) -> None:
    text = submission_text(machine_type="new-tpu-4t", tpu_topology="2x4")
    world.outputs = outputs(submissions={"flight-delay": text})
    world.statuses = [run_status(state="RUNNING")]
    done = mlp("up", "--stack", "prod")
    assert done.exit_code == 0
    assert "its training stays queued: no new-tpu-4t here" in done.output


def test_no_follow_leaves_the_run_alone(world: World, mlp: Any) -> None:
    world.statuses = [run_status(state="RUNNING")]
    done = mlp("up", "--no-follow")
    assert done.exit_code == 0
    assert "run flight-delay-abc-1 goes on" in done.output


def test_a_model_without_an_image_gets_the_next_command(world: World, mlp: Any) -> None:
    world.outputs = outputs(submissions={}, without_image=["flight-delay"])
    done = mlp("up", "--stack", "dev")
    assert "mlp image build --stack dev --cloud --model flight-delay" in done.output
    assert ("ensure", "flight-delay") not in world.asked


def test_json_is_the_whole_answer(world: World, mlp: Any) -> None:
    done = mlp("up", "--json")
    answer = json.loads(done.stdout)
    assert answer["changes"] == {"create": 3}
    assert answer["submissions"][0]["created"] is True
    assert answer["models"][0]["prediction"] == {"probability": 0.25}


def test_json_of_a_failed_run_names_it(world: World, mlp: Any) -> None:
    world.statuses = [failed_status()]
    done = mlp("up", "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["failed_runs"] == ["flight-delay-abc-1"]


def test_interrupting_says_that_the_run_goes_on(world: World, mlp: Any, monkeypatch: Any) -> None:
    def interrupt(*_: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr("ops.following.follow", interrupt)
    done = mlp("up")
    assert done.exit_code == 130
    assert "goes on without you" in done.output


def test_a_run_that_fails_at_once_gets_no_second_attempt_from_the_same_up(
    world: World, mlp: Any, monkeypatch: Any
) -> None:
    own = identity(Submission.model_validate_json(submission_text()).spec)
    made = datetime.now(UTC) + timedelta(seconds=5)
    failed = summary_of("FAILED", identity=own, created_at=made)
    monkeypatch.setattr(runs, "list_runs", lambda *place: [failed])
    world.statuses = [failed_status()]
    assert mlp("up").exit_code == 1
    assert ("ensure", "flight-delay") not in world.asked


def test_a_run_that_failed_before_gets_another_attempt(
    world: World, mlp: Any, monkeypatch: Any
) -> None:
    own = identity(Submission.model_validate_json(submission_text()).spec)
    monkeypatch.setattr(runs, "list_runs", lambda *place: [summary_of("FAILED", identity=own)])
    mlp("up")
    assert ("ensure", "flight-delay") in world.asked


def test_a_change_of_infrastructure_alone_is_not_called_no_change(world: World, mlp: Any) -> None:
    world.submitted, world.created = "SUCCEEDED", False
    done = mlp("up")
    assert "deployed: + 3 create" in done.output
    assert "no changes" not in done.output


def test_an_accepted_network_is_shown_without_the_figures_of_the_runner_up() -> None:
    checks = [check("auc", 0.71, 0.65), check("auc", 0.70, 0.65, candidate="baseline")]
    accepted = summarize(
        "m", "e", run_status(DECISION | {"candidate": "network", "checks": checks})
    )
    assert [item["candidate"] for item in accepted.decisive_checks] == ["network"]
    instead = summarize(
        "m", "e", run_status(DECISION | {"candidate": "baseline", "checks": checks})
    )
    assert len(instead.decisive_checks) == 2, "why the network is refused must be seen"


def test_a_figure_that_is_no_number_is_shown_as_such() -> None:
    checks = [check("auc", 0.71, 0.65) | {"value": None, "baseline_value": None, "passed": False}]
    refused = summarize("m", "e", run_status(REFUSAL | {"checks": checks}))
    assert any("no number" in line and "missed" in line for line, _ in lines(refused))


def test_a_run_that_ended_before_its_gate_was_not_refused() -> None:
    assert summarize("m", "e", run_status(steps=[step("prepare")])).refused is False


def test_an_interrupted_deployment_says_so_by_its_status(
    world: World, mlp: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy = localcloud.up

    def interrupted(*place: Any, **how: Any) -> Any:
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        return replace(deploy(*place, **how), result="failed")

    monkeypatch.setattr(localcloud, "up", interrupted)
    done = mlp("up")
    assert done.exit_code == 130
    assert ("ensure", "flight-delay") not in world.asked
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_services_that_went_away_while_a_run_is_followed_are_started_again(
    world: World, mlp: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([ConnectionError("refused")])

    def status(*run: str) -> Any:
        for error in answers:
            raise error
        return world.status(*run)

    monkeypatch.setattr(runs, "status", status)
    monkeypatch.setattr("jobs.waiting.CLOUD_SECONDS", 0.0)
    assert mlp("up").exit_code == 0
    assert [entry[0] for entry in world.asked] == ["connect", "up", "ensure", "connect"]
