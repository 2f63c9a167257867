"""Submission after a deployment: the hook as a plain function."""

import asyncio
import threading
from types import SimpleNamespace
from typing import Any

import pytest
from pulumi import Output

from infra.post_deploy import PlacementArgs, SubmissionPlan, SubmissionRefusedError
from infra.settings import parse
from infra.settings.specs import job_specs
from jobs import submit
from jobs.spec import JobSpec, Placement, Submission, canonical_json

IMAGE = "europe-west4-docker.pkg.dev/acme-ml-dev/images/mlplatform-jobs@sha256:" + "a" * 64
PLACEMENT = {
    "project_id": "acme-ml-dev",
    "location": "europe-west4",
    "bucket": "b",
    "endpoint": "projects/p/locations/europe-west4/endpoints/123456789",
    "image_uri": IMAGE,
    "pipeline_service_account": "runner@p",
    "trainer_service_account": "trainer@p",
    "predictor_service_account": "predictor@p",
    "runs_table": "p.d.runs",
    "gate_table": "p.d.gate_results",
    "tensorboard": None,
    "labels": {"environment": "dev"},
}


class Vertex:
    """What `jobs.submit` does, in memory; `broken` makes the next call fail."""

    def __init__(self) -> None:
        self.runs: list[str] = []
        self.asked = 0
        self.broken: Exception | None = None
        self.warning = ""
        self.threads: set[str] = set()

    def ensure_submitted(self, submission: Submission) -> submit.Submitted:
        self.threads.add(threading.current_thread().name)
        if self.broken:
            raise self.broken
        model = submission.spec.model
        created = model not in self.runs
        self.runs += [model] if created else []
        return submit.Submitted(
            run_id=f"{model}-x-1",
            resource_name=f"jobs/{model}",
            state="RUNNING",
            created=created,
            warning=self.warning,
        )

    def without_run(self, project_id: str, location: str, specs: Any) -> list[JobSpec]:
        self.asked += 1
        return [spec for spec in specs if spec.model not in self.runs]


@pytest.fixture
def vertex(monkeypatch) -> Vertex:
    made = Vertex()
    monkeypatch.setattr(submit, "ensure_submitted", made.ensure_submitted)
    monkeypatch.setattr(submit, "without_run", made.without_run)
    return made


@pytest.fixture
def specs(config) -> dict[str, JobSpec]:
    """Specs of three models."""
    model = {**config["mlplatform:models"]["flight-delay"], "image": IMAGE}
    config["mlplatform:models"] = dict.fromkeys(("a", "b", "c"), model)
    return job_specs(parse(config), "dev")


def plan(specs: dict[str, JobSpec], most: int = 3) -> SubmissionPlan:
    return SubmissionPlan(
        project_id="acme-ml-dev", location="europe-west4", specs=specs, max_submissions=most
    )


def arguments(spec: JobSpec, text: Any = None) -> Any:
    submission = Submission(spec=spec, placement=Placement.model_validate(PLACEMENT))
    new = {"input": text or canonical_json(submission)}
    return SimpleNamespace(name=f"{spec.model}-run", new_inputs=new)


def run(plan: SubmissionPlan, *specs: JobSpec) -> list[BaseException | None]:
    """Run the hook for several resources at once, as the engine does."""

    async def hooks() -> list[BaseException | None]:
        calls = (plan.run_hook(arguments(spec)) for spec in specs)
        return await asyncio.gather(*calls, return_exceptions=True)

    return asyncio.run(hooks())


def test_every_new_spec_gets_its_run(vertex, specs):
    assert run(plan(specs), *specs.values()) == [None, None, None]
    assert sorted(vertex.runs) == ["a", "b", "c"]


def test_the_log_says_which_run_was_submitted_and_which_was_there(vertex, specs, monkeypatch):
    import pulumi

    said: list[str] = []
    monkeypatch.setattr(pulumi.log, "info", said.append)
    vertex.runs = ["a"]
    assert run(plan(specs), specs["a"], specs["b"]) == [None, None], "it is no failure either"
    assert sorted(said) == ["run a-x-1 exists already: jobs/a", "run b-x-1 submitted: jobs/b"]


def test_what_could_not_be_done_besides_is_a_warning_and_no_failure(vertex, specs, monkeypatch):
    import pulumi

    said: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", said.append)
    assert run(plan(specs), specs["b"]) == [None]
    assert said == []
    vertex.warning = "the pipeline was not stored"
    assert run(plan(specs), specs["a"]) == [None]
    assert said == ["the pipeline was not stored"]


def test_more_runs_than_allowed_are_refused_as_a_whole_with_the_list(vertex, specs):
    errors = run(plan(specs, most=2), *specs.values())
    assert vertex.runs == [], "none is sent, not even those that would have fitted"
    assert {str(error) for error in errors} == {
        "this would submit 3 runs (a, b, c), but mlplatform:submission.max_submissions is 2: "
        "nothing was submitted; raise it, or change fewer models at once"
    }


def test_runs_that_exist_do_not_count_against_the_limit(vertex, specs):
    vertex.runs = ["a", "b"]
    assert run(plan(specs, most=1), *specs.values()) == [None, None, None]


def test_a_limit_of_zero_starts_nothing(vertex, specs):
    (error,) = run(plan({"a": specs["a"]}, most=0), specs["a"])
    assert "would submit 1 run (a), but mlplatform:submission.max_submissions is 0" in str(error)
    assert vertex.runs == []


def test_the_cloud_is_asked_once_however_many_models_there_are(vertex, specs):
    run(plan(specs), *specs.values())
    assert vertex.asked == 1


def test_a_failed_submission_says_why_and_that_it_is_tried_again(vertex, specs):
    vertex.broken = PermissionError("403 aiplatform.pipelineJobs.create\n denied")
    (error,) = run(plan(specs), specs["a"])
    assert isinstance(error, SubmissionRefusedError)
    assert str(error) == (
        "the run of model a was not submitted: 403 aiplatform.pipelineJobs.create denied; "
        "the next `up` tries again"
    )


def test_an_error_without_words_is_named_by_its_kind(vertex, specs):
    vertex.broken = TimeoutError()
    assert "TimeoutError" in str(run(plan(specs), specs["a"])[0])


def test_a_look_that_failed_is_repeated_by_the_next_hook(vertex, specs, monkeypatch):
    def broken(*_: Any) -> list[JobSpec]:
        raise ConnectionError("no route")

    one = plan(specs)
    monkeypatch.setattr(submit, "without_run", broken)
    assert "no route" in str(run(one, specs["a"])[0])
    monkeypatch.setattr(submit, "without_run", vertex.without_run)
    assert run(one, specs["b"]) == [None]


def test_a_secret_in_the_spec_is_refused_before_anything_is_sent(vertex, specs):
    async def hook() -> None:
        secret = Output.secret("hidden")
        await plan(specs).run_hook(arguments(specs["a"], text=secret))

    with pytest.raises(SubmissionRefusedError, match="a-run holds a secret") as caught:
        asyncio.run(hook())
    assert "hidden" not in str(caught.value)
    assert vertex.runs == []


def test_waiting_for_the_cloud_does_not_hold_up_the_registration_of_resources(vertex, specs):
    run(plan(specs), *specs.values())
    assert all(name.startswith("submission") for name in vertex.threads)


def test_the_stash_holds_the_canonical_text(cloud, vertex, specs):
    import pulumi

    args = PlacementArgs(**{**PLACEMENT, "labels": {"z": "1", "a": "2"}})
    cloud.deploy(lambda: plan(specs).stash("a-run", specs["a"], args, pulumi.ResourceOptions()))
    text = cloud.one("pulumi:index:Stash").inputs["input"]
    assert cloud.result == text
    assert canonical_json(Submission.model_validate_json(text)) == text
    assert '"labels":{"a":"2","z":"1"}' in text


def test_nothing_is_submitted_under_mocks(cloud, vertex, specs):
    import pulumi

    args = PlacementArgs(**PLACEMENT)
    cloud.deploy(lambda: plan(specs).stash("a-run", specs["a"], args, pulumi.ResourceOptions()))
    assert vertex.runs == []
    assert vertex.asked == 0


def test_a_changed_training_setting_is_another_text_and_nothing_else_is(config):
    model = config["mlplatform:models"]["flight-delay"]
    model["image"] = IMAGE
    before = job_specs(parse(config), "dev")["flight-delay"]
    assert job_specs(parse(config), "dev")["flight-delay"] == before
    model["alerts"]["latency_p99_ms"] = 1000
    assert job_specs(parse(config), "dev")["flight-delay"] == before, "alerts change no result"
    model["arguments"]["epochs"] = 9
    assert job_specs(parse(config), "dev")["flight-delay"] != before
