"""`mlp models` and `mlp predict`."""

import json
from typing import Any

import pytest
from ops_fakes import ENDPOINT, START, World, outputs

from jobs import lineage, predict, registry
from ops import models


@pytest.fixture
def registered(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    version = registry.ModelVersion(
        model="flight-delay",
        version="3",
        aliases=["champion"],
        run_id="flight-delay-abc-1",
        description="baseline of run flight-delay-abc-1",
        created_at=START,
        artifact_uri="gs://artifacts/models/x",
    )
    monkeypatch.setattr(registry, "list_versions", lambda *place: [version])
    serving = models.Serving(
        model="flight-delay", endpoint=ENDPOINT, traffic={"3": 100}, champion="3"
    )
    monkeypatch.setattr(models, "serving", lambda outputs, model: serving)
    world.submitted = "SUCCEEDED"
    return world


def test_models_list(registered: World, mlp: Any) -> None:
    assert "flight-delay  3        champion" in mlp("models", "list").output
    assert json.loads(mlp("models", "list", "--json").stdout)[0]["version"] == "3"


def test_models_list_before_the_first_registration(
    registered: World, mlp: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "list_versions", lambda *place: [])
    assert "no model is registered" in mlp("models", "list").output


def test_models_show_tells_traffic_and_artifacts(registered: World, mlp: Any) -> None:
    said = mlp("models", "show").output
    assert "traffic    version 3 100 %" in said
    assert "gs://artifacts/models/x" in said
    answer = json.loads(mlp("models", "show", "flight-delay", "--json").stdout)
    assert answer["champion"] == "3"
    assert answer["versions"][0]["run_id"] == "flight-delay-abc-1"


@pytest.fixture
def traced(registered: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two things that are recorded of a version."""

    def facts(place: lineage.Place, version: registry.ModelVersion) -> list[lineage.Fact]:
        def fact(about: str, name: str, value: str) -> lineage.Fact:
            return lineage.Fact(about=about, name=name, value=value, source=f"gs://{place.bucket}")

        return [fact("code", "digest", "sha256:1"), fact("run", "id", version.run_id)]

    monkeypatch.setattr(lineage, "lineage", facts)
    return registered


def test_a_versions_lineage_is_a_table_with_sources_or_json(traced: World, mlp: Any) -> None:
    said = mlp("models", "lineage").output.splitlines()
    assert said[0].split() == ["about", "what", "value", "recorded", "in"]
    assert said[1].split() == ["code", "digest", "sha256:1", "gs://artifacts"]
    answer = json.loads(mlp("models", "lineage", "flight-delay", "--version", "3", "--json").stdout)
    assert (answer["model"], answer["version"]) == ("flight-delay", "3")
    assert answer["facts"][1]["value"] == "flight-delay-abc-1"


def test_the_lineage_of_a_version_that_is_not_there_names_those_that_are(
    traced: World, mlp: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = mlp("models", "lineage", "--version", "4")
    assert (done.exit_code, "has no version 4: choose one of 3" in done.stderr) == (2, True)
    monkeypatch.setattr(registry, "list_versions", lambda *place: [])
    assert "no version of flight-delay is registered" in mlp("models", "lineage").stderr


def test_the_model_must_be_named_where_there_are_several(registered: World, mlp: Any) -> None:
    registered.outputs = outputs(endpoints={"a": ENDPOINT, "b": ENDPOINT})
    done = mlp("models", "show")
    assert done.exit_code == 2
    assert "say which model: a, b" in done.stderr


def test_predict_sends_a_held_out_row(registered: World, mlp: Any) -> None:
    assert "UA 1545 EWR→IAH" in mlp("predict").output
    said = mlp("predict", "flight-delay", "--sample", "1").output
    assert "DL 1 JFK→ATL" in said
    assert "prediction: probability 0.25 (actual: 1)" in said


def test_predict_refuses_a_sample_that_was_not_kept(registered: World, mlp: Any) -> None:
    done = mlp("predict", "--sample", "2")
    assert done.exit_code == 2
    assert "rows 0 to 1" in done.stderr


def test_predict_before_any_run_succeeded(registered: World, mlp: Any) -> None:
    registered.submitted = "RUNNING"
    done = mlp("predict")
    assert done.exit_code == 1
    assert "--instances" in done.stderr


def test_predict_as_json(registered: World, mlp: Any) -> None:
    answer = json.loads(mlp("predict", "--json").stdout)
    assert answer["prediction"] == {"probability": 0.25}
    assert answer["version"] == "3"


@pytest.mark.parametrize("content", ['[{"carrier": "UA"}]', '{"instances": [{"carrier": "UA"}]}'])
def test_predict_sends_your_own_rows(
    registered: World, mlp: Any, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    sent: list[Any] = []

    def answer(endpoint: str, instances: list[Any]) -> dict[str, Any]:
        sent.append((endpoint, instances))
        return {"predictions": [0.5]}

    monkeypatch.setattr(predict, "predict", answer)
    done = mlp("predict", "--instances", "-", text=content)
    assert json.loads(done.stdout) == {"predictions": [0.5]}
    assert sent == [(ENDPOINT, [{"carrier": "UA"}])]


@pytest.mark.parametrize("content", ["not json", "[]", '{"rows": []}', '"text"'])
def test_rows_that_are_none_are_wrong_usage(registered: World, mlp: Any, content: str) -> None:
    done = mlp("predict", "--instances", "-", text=content)
    assert done.exit_code == 2
    assert done.stderr.startswith("error: --instances")


def test_a_missing_file_of_rows_is_wrong_usage(registered: World, mlp: Any) -> None:
    assert mlp("predict", "--instances", "nowhere.json").exit_code == 2


def test_a_refused_instance_ends_with_the_servers_sentence(
    registered: World, mlp: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from google.api_core.exceptions import BadRequest

    def refuse(endpoint: str, instances: list[Any]) -> Any:
        raise BadRequest("instances[0].carrier is missing")

    monkeypatch.setattr(predict, "predict", refuse)
    done = mlp("predict", "--instances", "-", text="[{}]")
    assert done.exit_code == 1
    assert "instances[0].carrier is missing" in done.stderr
