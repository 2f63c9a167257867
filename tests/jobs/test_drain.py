"""What jobs made is taken away in the order that the cloud accepts, and leaves no memory."""

from types import SimpleNamespace
from typing import Any

import pytest
from job_fakes import PARENT

from jobs import cancelling, clients, drain, files

RUN = "flight-delay-0123-1"
SUBMISSION = f"gs://bucket/pipelines/flight-delay/{RUN}/submission.json"


class Vertex:
    """Refuses to undeploy what holds traffic beside others, as Vertex does."""

    def __init__(self, split: dict[str, int]) -> None:
        deployed = [SimpleNamespace(id=key, display_name=f"run {key}") for key in split]
        self.endpoint = SimpleNamespace(deployed_models=deployed, traffic_split=dict(split))
        self.run = SimpleNamespace(
            name=f"{PARENT}/pipelineJobs/{RUN}",
            labels={"mlplatform_model": "flight-delay"},
            state=SimpleNamespace(name="PIPELINE_STATE_RUNNING"),
            runtime_config=SimpleNamespace(parameter_values={"submission": SUBMISSION}),
        )
        self.training = SimpleNamespace(name=f"{PARENT}/customJobs/7", end_time=None)
        self.batches: list[Any] = []
        self.calls: list[str] = []

    def get_endpoint(self, name: str) -> Any:
        return self.endpoint

    def undeploy_model(
        self, *, endpoint: str, deployed_model_id: str, traffic_split: dict[str, int]
    ) -> Any:
        left = [m for m in self.endpoint.deployed_models if m.id != deployed_model_id]
        split = traffic_split or self.endpoint.traffic_split
        assert not left or not split.get(deployed_model_id), "it holds traffic beside others"
        assert not left or sum(split.values()) == 100
        self.endpoint = SimpleNamespace(deployed_models=left, traffic_split=split)
        return done()

    def list_pipeline_jobs(self, request: Any) -> list[Any]:
        return [self.run]

    def list_custom_jobs(self, request: Any) -> list[Any]:
        return [self.training]

    def delete_pipeline_job(self, name: str) -> Any:
        self.calls.append("delete run")
        return done()

    def delete_custom_job(self, name: str) -> Any:
        return done()

    def cancel_pipeline_job(self, name: str) -> None:
        from google.api_core.exceptions import BadRequest

        self.calls.append("cancel run")
        raise BadRequest("it has ended")

    def cancel_custom_job(self, name: str) -> None:
        self.calls.append("cancel training")

    def list_batches(self, request: Any) -> list[Any]:
        assert request["filter"] == 'labels.mlplatform_stack="local"'
        return self.batches

    def get_batch(self, name: str) -> Any:
        return SimpleNamespace(state=SimpleNamespace(name="CANCELLED"))

    def cancel_operation(self, request: Any) -> None:
        self.calls.append(f"cancel {request['name']}")

    def delete_batch(self, name: str) -> None:
        self.calls.append(f"delete {name}")


def done() -> Any:
    return SimpleNamespace(result=lambda timeout: None)


def use(monkeypatch: pytest.MonkeyPatch, split: dict[str, int]) -> Vertex:
    vertex = Vertex(split)
    monkeypatch.setattr(clients, "vertex", lambda *_: vertex)
    monkeypatch.setattr(clients, "spark", lambda _: vertex)
    forget = vertex.calls.append
    monkeypatch.setattr(files, "delete_folder", lambda uri: forget(f"forget {uri}"))
    return vertex


@pytest.mark.parametrize("split", [{"1": 100}, {"1": 90, "2": 10}, {"1": 0, "2": 100}, {}])
def test_an_endpoint_is_emptied_however_its_traffic_is_split(
    monkeypatch: pytest.MonkeyPatch, split: dict[str, int]
) -> None:
    vertex = use(monkeypatch, split)
    lines = list(drain._undeploy("endpoint", "europe-west4"))
    assert len(lines) == len(split)
    assert vertex.endpoint.deployed_models == []


def test_a_deleted_run_leaves_no_records_that_its_successor_of_the_same_name_would_believe(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    vertex = use(monkeypatch, {})
    list(drain._delete_jobs(PARENT, "europe-west4", "local"))
    assert vertex.calls == [
        f"forget gs://bucket/pipelines/flight-delay/{RUN}",
        f"forget gs://bucket/checkpoints/flight-delay/{RUN}",
        "delete run",
    ]


@pytest.mark.parametrize(
    ("state", "cancelled"),
    [("RUNNING", ["cancel run", "cancel training"]), ("QUEUED", ["cancel run", "cancel training"])]
    + [(state, []) for state in ("SUCCEEDED", "FAILED", "CANCELLED")],
)
def test_what_has_ended_is_not_cancelled(
    monkeypatch: pytest.MonkeyPatch, state: str, cancelled: list[str]
) -> None:
    vertex = use(monkeypatch, {})
    vertex.run.state = SimpleNamespace(name=f"PIPELINE_STATE_{state}")
    vertex.training = SimpleNamespace(
        name=f"{PARENT}/customJobs/7", state=SimpleNamespace(name=f"JOB_STATE_{state}")
    )
    ended = SimpleNamespace(state=SimpleNamespace(name="JOB_STATE_CANCELLED"))
    monkeypatch.setattr(vertex, "get_pipeline_job", lambda name: ended, raising=False)
    monkeypatch.setattr(vertex, "get_custom_job", lambda name: ended, raising=False)
    lines = list(drain._end_jobs(PARENT, "europe-west4", "local"))
    assert vertex.calls == cancelled
    assert len(lines) == len(cancelled)


@pytest.mark.parametrize(
    ("state", "cancelled"),
    [("PENDING", ["cancel operations/1"]), ("RUNNING", ["cancel operations/1"]), ("FAILED", [])],
)
def test_a_batch_of_the_stack_is_ended_and_deleted(
    monkeypatch: pytest.MonkeyPatch, state: str, cancelled: list[str]
) -> None:
    vertex = use(monkeypatch, {})
    ended = SimpleNamespace(name="SUCCEEDED")
    vertex.run.state = ended
    vertex.training = SimpleNamespace(name="customJobs/7", state=ended)
    batch = SimpleNamespace(
        name="batches/prepare-1", operation="operations/1", state=SimpleNamespace(name=state)
    )
    vertex.batches = [batch]
    list(drain._end_jobs(PARENT, "europe-west4", "local"))
    assert vertex.calls == cancelled
    list(drain._delete_jobs(PARENT, "europe-west4", "local"))
    assert vertex.calls[-1] == "delete batches/prepare-1"


def test_a_batch_that_is_left_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    vertex = use(monkeypatch, {})
    vertex.batches = [SimpleNamespace(name="batches/prepare-1")]
    monkeypatch.setattr(vertex, "list_models", lambda request: [], raising=False)
    assert "batches/prepare-1" in drain.left_over("p", "europe-west4", "local")


def test_cancelling_a_run_cancels_its_training_too(monkeypatch: pytest.MonkeyPatch) -> None:
    vertex = use(monkeypatch, {})
    cancelling.cancel(vertex.run.name, "local")
    assert vertex.calls == ["cancel run", "cancel training"], "Vertex does not know the link"
    vertex.training.end_time = "2026-01-02"
    cancelling.cancel(vertex.run.name, "local")
    assert vertex.calls[2:] == ["cancel run"]
