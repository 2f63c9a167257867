"""`mlp logs` and `mlp jobs`."""

import json
import re
from types import SimpleNamespace
from typing import Any

import pytest
from ops_fakes import World, failed_status, run_status, step, submission_text

from jobs import cancelling, clients, runs, submit, templates
from jobs.spec import Submission
from ops import logs


@pytest.fixture
def ran(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A run whose pipeline and training left logs."""
    for job in ("flight-delay-abc-1", "42"):
        file = world.root / ".mlplatform" / "local" / "jobs" / job / "log.txt"
        file.parent.mkdir(parents=True)
        file.write_text("".join(f"{job} line {n}\n" for n in range(100)))
    job = SimpleNamespace(name="projects/p/locations/l/customJobs/42")
    client = SimpleNamespace(list_custom_jobs=lambda request: [job])
    monkeypatch.setattr(clients, "vertex", lambda service, location: client)
    submission = Submission.model_validate_json(submission_text())
    monkeypatch.setattr(runs, "submission_of", lambda *run: submission)
    return world


def test_logs_show_steps_and_the_end_of_each_log(ran: World, mlp: Any) -> None:
    said = mlp("logs", "--lines", "2").output
    assert "train: done (12.3s)" in said
    assert "flight-delay-abc-1 line 99" in said
    assert "42 line 98" in said
    assert "42 line 97" not in said


def test_the_log_of_the_training_is_that_of_its_own_job(ran: World, mlp: Any) -> None:
    said = mlp("logs", "flight-delay-abc-1", "--step", "train").output
    assert "42 line 99" in said
    assert "flight-delay-abc-1 line" not in said
    assert "prepare" not in said


def test_a_failed_step_shows_its_last_lines(ran: World, mlp: Any) -> None:
    ran.statuses = [failed_status()]
    said = mlp("logs").output
    assert "train: failed (12.3s) loss is NaN" in said
    assert "  | loss nan" in said


def test_what_ended_the_run_is_said_below_its_logs(ran: World, mlp: Any) -> None:
    ran.statuses = [run_status(state="FAILED", error="no machine could be had")]
    assert mlp("logs").output.splitlines()[-1] == "no machine could be had"


def test_an_unknown_step_is_wrong_usage(ran: World, mlp: Any) -> None:
    done = mlp("logs", "--step", "trian")
    assert done.exit_code == 2
    assert "prepare, train, validate" in done.stderr


def test_an_unknown_run_is_named_with_those_there_are(ran: World, mlp: Any) -> None:
    done = mlp("logs", "nope")
    assert done.exit_code == 1
    assert "flight-delay-abc-1" in done.stderr


def test_logs_of_a_stack_that_was_never_deployed_start_no_service(world: World, mlp: Any) -> None:
    world.outputs = {}
    assert mlp("logs").exit_code == 1
    assert world.asked == []


def test_following_prints_what_is_appended_until_the_run_ends(
    ran: World, mlp: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = ran.root / ".mlplatform" / "local" / "jobs" / "42" / "log.txt"
    live = run_status(state="RUNNING", steps=[step("train", "RUNNING")])
    ran.statuses = [live]

    def follow(*run: Any) -> Any:
        for text in ("", "new line\n", ""):
            with file.open("a") as stream:
                stream.write(text)
            yield live

    monkeypatch.setattr(runs, "follow", follow)
    said = mlp("logs", "--step", "train", "--follow").output
    assert said.count("new line") == 1
    assert said.count("42 line 99") == 1, "what was shown is not shown again"


def test_all_replicas_of_a_training_are_shown_and_followed(
    ran: World, mlp: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = ran.root / ".mlplatform" / "local" / "jobs" / "42" / "workerpool1-0" / "log.txt"
    other.parent.mkdir()
    other.write_text("joined\n")
    live = run_status(state="RUNNING", steps=[step("train", "RUNNING")])
    ran.statuses = [live]

    def follow(*run: Any) -> Any:
        with other.open("a") as stream:
            stream.write("its part is done\n")
        yield live

    monkeypatch.setattr(runs, "follow", follow)
    said = mlp("logs", "--step", "train", "--follow").output
    assert "joined\n" in said
    assert said.index("42 line 99") < said.index("joined\n")
    assert "[workerpool1-0] its part is done\n" in said


def test_a_log_that_begins_while_it_is_followed_is_shown_from_its_beginning(
    ran: World, mlp: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = ran.root / ".mlplatform" / "local" / "jobs" / "42" / "log.txt"
    file.unlink()
    live = run_status(state="RUNNING", steps=[step("train", "RUNNING")])
    ran.statuses = [live]

    def follow(*run: Any) -> Any:
        yield live
        file.write_text("first\n\nhalf a ")
        yield live
        with file.open("a") as stream:
            stream.write("line\nlast\n")
        yield run_status(state="SUCCEEDED")

    monkeypatch.setattr(runs, "follow", follow)
    said = mlp("logs", "flight-delay-abc-1", "--follow", "--lines", "1").output
    assert "first\n\nhalf a line\nlast\n" in said
    assert said.endswith("run flight-delay-abc-1: succeeded\n")


def test_the_cloud_gets_the_command_for_its_logs() -> None:
    assert 'resource.labels.job_id="42"' in logs.cloud_command("42", "my-project")
    pipeline = logs.cloud_command("flight-delay-abc-1", "my-project")
    assert 'resource.labels.pipeline_job_id="flight-delay-abc-1"' in pipeline


def test_as_many_failed_runs_as_are_allowed_are_submitted_again(ran: World, mlp: Any) -> None:
    file = ran.root / "Pulumi.local.yaml"
    text = file.read_text()
    file.write_text(re.sub("max_submissions: .*", "max_submissions: 0", text))
    done = mlp("jobs", "submit")
    assert done.exit_code == 1
    assert "max_submissions is 0: nothing was submitted" in done.stderr
    assert ("ensure", "flight-delay") not in ran.asked
    file.write_text(text)
    assert mlp("jobs", "submit").exit_code == 0
    assert ("ensure", "flight-delay") in ran.asked


def test_the_tail_of_a_missing_file_is_empty(ran: World) -> None:
    assert logs.tail(ran.root / "nothing", 5) == []


def test_jobs_list_as_text_and_json(ran: World, mlp: Any) -> None:
    assert "flight-delay-abc-1  flight-delay  running" in mlp("jobs", "list").output
    found = json.loads(mlp("jobs", "list", "--json").stdout)
    assert found[0]["created_at"] == "2026-01-02T03:04:05+00:00"


def test_jobs_show_tells_steps_arguments_and_verdict(ran: World, mlp: Any) -> None:
    said = mlp("jobs", "show").output
    assert "arguments  epochs 4" in said
    assert "rollout: done" in said
    assert "candidate   baseline" in said


def test_jobs_show_as_json(ran: World, mlp: Any) -> None:
    found = json.loads(mlp("jobs", "show", "--json").stdout)
    assert found["submission"]["spec"]["arguments"] == {"epochs": 4}
    assert [item["name"] for item in found["steps"]][:2] == ["prepare", "train"]


def test_submit_says_whether_a_run_was_made(ran: World, mlp: Any) -> None:
    assert "run flight-delay-abc-1 submitted" in mlp("jobs", "submit").output
    ran.created, ran.submitted = False, "SUCCEEDED"
    assert "is succeeded already" in mlp("jobs", "submit", "flight-delay").output


def test_a_dry_run_prints_the_message_and_sends_nothing(
    ran: World, mlp: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = {"display_name": "flight-delay-abc-1"}
    monkeypatch.setattr(submit, "pipeline_job", lambda submission, attempt: message)
    done = mlp("jobs", "submit", "--dry-run", "flight-delay")
    assert json.loads(done.stdout) == [message]
    assert ran.asked == [], "no service is started for it either"


def test_submit_of_an_unknown_model_lists_the_models(ran: World, mlp: Any) -> None:
    done = mlp("jobs", "submit", "flihgt-delay")
    assert done.exit_code == 2
    assert "choose one of flight-delay" in done.stderr


def test_cancel_asks_vertex_for_a_live_run_only(
    ran: World, mlp: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancelled: list[Any] = []
    monkeypatch.setattr(cancelling, "cancel", lambda *run: cancelled.append(run))
    assert mlp("jobs", "cancel", "flight-delay-abc-1").exit_code == 0
    name = "projects/p/locations/europe-west4/pipelineJobs/flight-delay-abc-1"
    assert cancelled == [(name, "local")]
    ran.submitted = "SUCCEEDED"
    assert mlp("jobs", "cancel", "flight-delay-abc-1").exit_code == 1


KEEPS = "https://europe-west4-kfp.pkg.dev/acme-ml/pipelines"


@pytest.mark.parametrize(("keeps", "code"), [(KEEPS, 0), (None, 1)])
def test_publish_stores_pipelines_where_the_stack_keeps_them_and_submits_nothing(
    ran: World, mlp: Any, monkeypatch: pytest.MonkeyPatch, keeps: str | None, code: int
) -> None:
    changed = json.loads(ran.outputs["submissions"]["flight-delay"])
    changed["placement"]["templates"] = keeps
    ran.outputs["submissions"]["flight-delay"] = json.dumps(changed)
    monkeypatch.setattr(templates, "publish", lambda place, model, *_: f"{place}/{model}/sha256:1")
    done = mlp("jobs", "publish")
    assert done.exit_code == code
    if keeps:
        assert f"pipeline of model flight-delay: {KEEPS}/flight-delay/sha256:1" in done.output
    else:
        assert "registry.pipeline_templates to true" in done.stderr
    assert ("ensure", "flight-delay") not in ran.asked


def test_a_pipeline_that_is_not_stored_is_one_sentence_with_what_to_do(
    ran: World, mlp: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = json.loads(ran.outputs["submissions"]["flight-delay"])
    changed["placement"]["templates"] = KEEPS
    ran.outputs["submissions"]["flight-delay"] = json.dumps(changed)

    def refuse(*_: Any) -> str:
        raise templates.TemplateError("the pipeline was not stored: 403")

    monkeypatch.setattr(templates, "publish", refuse)
    done = mlp("jobs", "publish")
    assert done.exit_code == 1
    assert "was not stored: 403; runs carry their own copy and go on" in done.stderr
    assert "publish again" in done.stderr


def test_what_could_not_be_stored_is_said_of_its_run(ran: World, mlp: Any) -> None:
    ran.warning = "the pipeline was not stored"
    assert "the pipeline was not stored" in mlp("jobs", "submit").output
