"""The rollout moves traffic only to what answers, and leaves one version behind the endpoint."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from job_fakes import make_submission

from jobs import clients, predict
from jobs.layout import RunLayout
from jobs.steps import history, rollout
from jobs.steps.context import StepContext, StepError

OLD, NEW = "7", "8"


class Vertex:
    """Endpoint and registry, with what was asked of them."""

    def __init__(self, deployed: dict[str, int], names: dict[str, str] | None = None) -> None:
        names = names or {}
        models = [SimpleNamespace(id=i, display_name=names.get(i, f"run-{i}")) for i in deployed]
        self.endpoint = SimpleNamespace(
            name="endpoint", deployed_models=models, traffic_split=dict(deployed)
        )
        self.aliases: list[str] = []
        self.splits: list[dict[str, int]] = []
        self.deployments: list[dict[str, Any]] = []

    def get_endpoint(self, name: str) -> Any:
        return self.endpoint

    def deploy_model(self, request: dict[str, Any]) -> Any:
        self.deployments.append(request)
        model = SimpleNamespace(id=NEW, display_name=request["deployed_model"]["display_name"])
        self.endpoint.deployed_models.append(model)
        return _done(SimpleNamespace(deployed_model=model))

    def update_endpoint(self, endpoint: dict[str, Any], update_mask: Any) -> None:
        self.splits.append(endpoint["traffic_split"])

    def undeploy_model(self, *, deployed_model_id: str, **_: Any) -> Any:
        kept = [m for m in self.endpoint.deployed_models if m.id != deployed_model_id]
        self.endpoint.deployed_models = kept
        return _done(None)

    def merge_version_aliases(self, name: str, version_aliases: list[str]) -> None:
        self.aliases = [name.rpartition("@")[2], *version_aliases]


def _done(value: Any) -> Any:
    return SimpleNamespace(result=lambda timeout: value)


@pytest.fixture
def roll(objects: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the rollout of run `flight-delay-x-2`, version 2, against a Vertex."""
    submission = make_submission()
    layout = RunLayout.of(submission.spec, submission.placement, "flight-delay-x-2")
    objects[layout.samples] = json.dumps([{"instance": {"carrier": "UA"}, "label": 0}])
    objects[f"{layout.candidates}/network/features.json"] = json.dumps({"sha256": "f" * 64})
    results = {
        "train": {"training": {"candidates": {"network": {"features_sha256": "f" * 64}}}},
        "register": {"model": "models/flight-delay", "version": "2", "candidate": "network"},
        "validate": {"evaluation": {"candidates": {"network": {"auc": 0.7}}}},
    }
    monkeypatch.setattr(StepContext, "result", lambda _, step: results[step])
    monkeypatch.setattr(history, "record_run", lambda *_, **__: None)

    def run(vertex: Vertex, answer: Any = None, late: Any = ()) -> dict[str, Any]:
        late, answering = iter(late), []

        def ask(endpoint: str, instances: list[Any]) -> dict[str, Any]:
            if isinstance(answer, Exception):
                raise answer
            answering.append(next(late, NEW))
            return {
                "predictions": [{"delay_probability": 0.1}],
                "deployed_model_id": answering[-1],
            }

        monkeypatch.setattr(clients, "vertex", lambda *_: vertex)
        monkeypatch.setattr(predict, "predict", ask)
        monkeypatch.setattr(rollout.time, "sleep", lambda _: None)
        context = StepContext(
            spec=submission.spec,
            placement=submission.placement,
            run_id="flight-delay-x-2",
            layout=layout,
            progress=lambda *_: None,
        )
        return rollout.run(context)

    return run


def test_the_first_version_takes_all_traffic(roll: Any) -> None:
    vertex = Vertex({})
    result = roll(vertex)
    assert vertex.deployments[0]["traffic_split"] == {"0": 100}
    assert result["traffic_split"] == {NEW: 100}
    assert result["answer"]["prediction"] == {"delay_probability": 0.1}


def test_the_features_that_are_served_are_recorded_and_are_those_of_the_training(roll: Any) -> None:
    assert roll(Vertex({}))["features_sha256"] == "f" * 64


def test_a_model_that_would_read_other_features_than_it_learnt_is_not_deployed(
    roll: Any, objects: dict[str, str]
) -> None:
    (name,) = [uri for uri in objects if uri.endswith("features.json")]
    objects[name] = json.dumps({"sha256": "e" * 64})
    vertex = Vertex({OLD: 100})
    with pytest.raises(StepError, match=r"read features eeee.* trained on ffff"):
        roll(vertex)
    assert vertex.deployments == [], "training and serving would disagree without an error"


def test_a_next_version_starts_without_traffic_and_then_replaces_the_old_one(roll: Any) -> None:
    vertex = Vertex({OLD: 100})
    roll(vertex)
    assert vertex.deployments[0]["traffic_split"] == {"0": 0, OLD: 100}
    assert [model.id for model in vertex.endpoint.deployed_models] == [NEW]
    assert vertex.aliases == ["2", "champion", "default", "-candidate"]


def test_a_version_that_does_not_answer_gives_the_traffic_back(roll: Any) -> None:
    vertex = Vertex({OLD: 100})
    with pytest.raises(ConnectionError):
        roll(vertex, ConnectionError("no answer"))
    assert vertex.splits == [{NEW: 100}, {OLD: 100}]
    assert [model.id for model in vertex.endpoint.deployed_models] == [OLD]
    assert vertex.aliases == [], "a version that never served is no champion"


def test_a_first_version_that_does_not_answer_is_not_left_behind(roll: Any) -> None:
    vertex = Vertex({})
    with pytest.raises(ConnectionError):
        roll(vertex, ConnectionError("no answer"))
    assert vertex.endpoint.deployed_models == []


def test_a_repeated_rollout_deploys_nothing_twice(roll: Any) -> None:
    vertex = Vertex({OLD: 0, NEW: 100}, {NEW: "flight-delay-x-2"})
    assert roll(vertex)["deployed_model"] == NEW
    assert vertex.deployments == []
    assert [model.id for model in vertex.endpoint.deployed_models] == [NEW]


def test_an_answer_of_the_old_version_proves_nothing(roll: Any) -> None:
    vertex = Vertex({OLD: 100})
    asked_again = iter([OLD, OLD])
    roll(vertex, late=asked_again)
    assert next(asked_again, None) is None, "it is asked until the new one answers"


def test_an_endpoint_that_never_turns_to_the_new_version_keeps_the_old_one(
    roll: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rollout, "SHIFT_SECONDS", 0)
    vertex = Vertex({OLD: 100})
    with pytest.raises(StepError, match="deployed model 7 still answers"):
        roll(vertex, late=[OLD])
    assert vertex.splits[-1] == {OLD: 100}


@pytest.mark.parametrize("split", [{OLD: 100, NEW: 0}, {NEW: 100}, {OLD: 0, NEW: 100}])
def test_a_repeated_rollout_that_is_not_answered_gives_the_traffic_back(
    roll: Any, split: dict[str, int]
) -> None:
    vertex = Vertex({OLD: 0, NEW: 0}, {NEW: "flight-delay-x-2"})
    vertex.endpoint.traffic_split = split
    with pytest.raises(ConnectionError):
        roll(vertex, ConnectionError("no answer"))
    assert vertex.splits[-1] == {OLD: 100}, "its first try may have moved the traffic already"
    assert [model.id for model in vertex.endpoint.deployed_models] == [OLD]


def test_a_version_gets_machines_of_its_own_that_scale_by_their_load(roll: Any) -> None:
    from google.cloud import aiplatform_v1 as api

    from jobs.spec import ServingSpec

    spec = ServingSpec(
        machine_type="g2-standard-4",
        accelerator_type="NVIDIA_L4",
        accelerator_count=1,
        min_replicas=2,
        max_replicas=8,
        scaling_metric="aiplatform.googleapis.com/prediction/online/accelerator/duty_cycle",
        target_percent=70,
    )
    held = api.DeployedModel(rollout.machines(spec, None)).dedicated_resources
    assert held.machine_spec.accelerator_type.name == "NVIDIA_L4"
    assert (held.min_replica_count, held.max_replica_count) == (2, 8)
    assert held.autoscaling_metric_specs[0].target == 70
    assert not held.spot


def test_a_version_that_shares_machines_names_their_pool_and_none_of_its_own() -> None:
    from google.cloud import aiplatform_v1 as api

    deployed = api.DeployedModel(rollout.machines(None, "projects/p/x"))
    assert deployed.shared_resources == "projects/p/x"
    assert "dedicated_resources" not in deployed


def test_a_dedicated_endpoint_is_asked_at_its_own_address(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str | None]] = []

    class Client:
        def get_endpoint(self, name: str) -> Any:
            return SimpleNamespace(dedicated_endpoint_dns=name.rpartition("/")[2] + ".example")

        def predict(self, **_: Any) -> Any:
            return _Answer()

    class _Answer:
        @staticmethod
        def to_dict(_: Any) -> dict[str, Any]:
            return {"predictions": [1], "deployed_model_id": "7", "model_version_id": "2"}

    monkeypatch.delenv(clients.VERTEX_ENDPOINT, raising=False)
    monkeypatch.setattr(clients, "vertex", lambda *_: Client())
    monkeypatch.setattr(
        clients, "prediction", lambda place, host: asked.append((place, host)) or Client()
    )
    predict.predict("projects/p/locations/europe-west4/endpoints/123456789", [{}])
    assert asked == [("europe-west4", "123456789.example")]
