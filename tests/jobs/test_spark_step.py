"""The data is prepared by one batch for equal inputs, whatever is answered and whoever asks."""

from types import SimpleNamespace
from typing import Any

import pytest
from google.api_core.exceptions import Conflict, NotFound, ServiceUnavailable
from job_fakes import make_submission

from jobs import clients
from jobs.layout import RunLayout, prepared_data
from jobs.spark.batch import Plan
from jobs.spec import SparkPlacement
from jobs.steps import prepare, spark
from jobs.steps.context import StepContext, StepError
from jobs.waiting import wait_until
from jobs.workloads import Workload

RUN = "flight-delay-0123-1"
SPARK = SparkPlacement(
    service_account="spark@p.iam",
    subnet="projects/p/regions/r/subnetworks/s",
    staging_bucket="b",
    runtime="2.3",
    max_executors=2,
    timeout_seconds=3600,
)
EMPTY = Plan(tables={}, sql="", columns=(), partition=(), order=())


class Batches:
    """Batches in memory: each is at once in the next state of `ends`, with data if it succeeded."""

    def __init__(self, *ends: str) -> None:
        self.ends, self.made = list(ends), {}
        self.data = self.manifest = False
        self.unanswered = 0

    def get_batch(self, name: str) -> Any:
        if name not in self.made:
            raise NotFound(name)
        state = self.made[name]
        return SimpleNamespace(
            name=name,
            state=SimpleNamespace(name=state),
            state_message="out of memory",
            runtime_info=SimpleNamespace(output_uri="file:///log"),
        )

    def create_batch(self, request: Any, retry: Any, timeout: float) -> None:
        name = f"{request['parent']}/batches/{request['batch_id']}"

        def create() -> None:
            if name in self.made:
                raise Conflict(name)
            self.made[name] = self.ends.pop(0)
            self.data = self.made[name] == "SUCCEEDED"
            if self.unanswered:
                self.unanswered -= 1
                raise ServiceUnavailable("the answer was lost")

        retry(create)()

    @property
    def attempts(self) -> list[str]:
        return [name.rpartition("-")[2] for name in self.made]


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Batches:
    """Stands in for Dataproc, the bucket and the workload's own files."""
    made = Batches()

    def conclude(*_: Any) -> dict[str, Any]:
        if not made.data:
            raise FileNotFoundError("month=1")
        made.manifest = True
        return {"rows": 7}

    found = lambda *_: {"rows": 7} if made.manifest else None  # noqa: E731
    monkeypatch.setattr(clients, "spark", lambda _: made)
    monkeypatch.setattr(spark, "upload", lambda *_, **__: [])
    monkeypatch.setattr("time.sleep", lambda _: None)  # between tries to create
    for name, stand_in in {
        "spark_plan": lambda *_: EMPTY,
        "spark_tables": lambda *_: {},
        "prepared": found,
        "conclude": conclude,
    }.items():
        monkeypatch.setattr(Workload, name, stand_in)
    return made


@pytest.fixture
def context() -> StepContext:
    submission = make_submission()
    placement = submission.placement.model_copy(update={"spark": SPARK})
    return StepContext(
        spec=submission.spec,
        placement=placement,
        run_id=RUN,
        layout=RunLayout.of(submission.spec, placement, RUN),
        progress=lambda *_: None,
    )


def test_the_step_says_where_the_data_is_and_what_it_is(service: Batches, context: StepContext):
    service.ends = ["SUCCEEDED"]
    uri = prepared_data(context.spec, context.placement)
    assert prepare.run(context) == {"data_uri": uri, "manifest": {"rows": 7}}


def test_what_is_prepared_asks_nobody(service: Batches, context: StepContext, monkeypatch: Any):
    service.manifest = True
    monkeypatch.setattr(clients, "spark", lambda _: pytest.fail("Dataproc was asked"))
    assert prepare.run(context)["manifest"] == {"rows": 7}


def test_a_batch_that_succeeded_while_nobody_waited_is_the_end(
    service: Batches, context: StepContext
):
    service.ends = ["SUCCEEDED"]
    prepare.run(context)
    service.manifest = False  # lost before it was written
    prepare.run(context)
    assert service.attempts == ["1"]


def test_a_failed_batch_has_a_next_attempt_in_the_next_step(service: Batches, context: StepContext):
    service.ends = ["FAILED", "CANCELLED", "SUCCEEDED"]
    for state in ("FAILED", "CANCELLED"):
        with pytest.raises(StepError, match=f"ended {state}: out of memory; its log: "):
            prepare.run(context)
    prepare.run(context)
    assert service.attempts == ["1", "2", "3"]


def test_data_that_is_gone_is_prepared_once_more(service: Batches, context: StepContext):
    service.ends = ["SUCCEEDED", "SUCCEEDED"]
    prepare.run(context)
    service.manifest = service.data = False  # objects that can be made again have their days
    prepare.run(context)
    assert service.attempts == ["1", "2"]


@pytest.mark.parametrize("state", ["PENDING", "RUNNING", "CANCELLING"])
def test_a_step_that_died_waits_for_the_batch_that_it_had_made(
    service: Batches, context: StepContext, monkeypatch: Any, state: str
):
    service.ends = [state]
    monkeypatch.setattr(spark, "wait_until", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        prepare.run(context)

    def finish(_: float) -> None:
        service.data, service.made[next(iter(service.made))] = True, "SUCCEEDED"

    waiting = lambda *given, **options: wait_until(*given, sleep=finish, **options)  # noqa: E731
    monkeypatch.setattr(spark, "wait_until", waiting)
    assert prepare.run(context)["manifest"] == {"rows": 7}
    assert service.attempts == ["1"]


def test_waiting_has_an_end_that_says_where_the_log_is(
    service: Batches, context: StepContext, monkeypatch: Any
):
    service.ends = ["RUNNING"]
    monkeypatch.setattr(spark, "START_SECONDS", -SPARK.timeout_seconds)
    with pytest.raises(StepError, match=r"did not end within 0 s; its log: https://console"):
        prepare.run(context)


def test_a_batch_that_somebody_else_made_meanwhile_is_the_batch(
    service: Batches, context: StepContext, monkeypatch: Any
):
    service.ends = ["SUCCEEDED"]
    prepare.run(context)
    service.manifest = False
    monkeypatch.setattr(spark._Batches, "newest", lambda _: (0, None))
    assert prepare.run(context)["manifest"] == {"rows": 7}
    assert service.attempts == ["1"]


def test_a_batch_whose_creation_was_not_answered_is_found(service: Batches, context: StepContext):
    service.ends, service.unanswered = ["SUCCEEDED"], 1
    prepare.run(context)
    assert service.attempts == ["1"]
