"""The model registry: versions, and aliases that move between them."""

import itertools
from typing import Any

import pytest
from google.api_core import exceptions
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

PARENT = "projects/flights-local/locations/us-central1"
_NUMBERS = itertools.count(1)


def _upload(vertex: Any, aliases: tuple[str, ...] = (), **request: Any) -> Any:
    model = {
        "display_name": "delay",
        "artifact_uri": "gs://b/model",
        "container_spec": {"image_uri": "host/p@sha256:1", "predict_route": "/predict"},
        "version_aliases": list(aliases),
        **request.pop("fields", {}),
    }
    operation = vertex.models.upload_model({"parent": PARENT, "model": model, **request})
    return operation.result(timeout=10)


def _aliases(vertex: Any, name: str) -> dict[str, list[str]]:
    versions = vertex.models.list_model_versions(name=name)
    return {version.version_id: sorted(version.version_aliases) for version in versions}


def _new_id() -> str:
    return f"delay-{next(_NUMBERS)}"


def test_the_first_version_becomes_the_default(vertex: Any) -> None:
    model_id = _new_id()
    answer = _upload(vertex, ("canary",), model_id=model_id, fields={"labels": {"run": "r1"}})
    assert answer.model == f"{PARENT}/models/{model_id}"
    assert answer.model_version_id == "1"
    for reference in ("", "@1", "@default", "@canary"):
        model = vertex.models.get_model(name=answer.model + reference)
        assert model.version_id == "1"
        assert sorted(model.version_aliases) == ["canary", "default"]
        assert model.labels == {"run": "r1"}
        assert model.container_spec.predict_route == "/predict"


def test_a_candidate_gets_the_alias_of_its_predecessor_only_when_it_is_given(vertex: Any) -> None:
    name = _upload(vertex, ("canary",), model_id=_new_id()).model
    second = _upload(vertex, (), parent_model=name)
    assert (second.model, second.model_version_id) == (name, "2")
    assert _aliases(vertex, name) == {"1": ["canary", "default"], "2": []}
    moved = vertex.models.merge_version_aliases(name=f"{name}@2", version_aliases=["canary"])
    assert list(moved.version_aliases) == ["canary"]
    assert _aliases(vertex, name) == {"1": ["default"], "2": ["canary"]}
    assert _upload(vertex, ("default",), parent_model=name).model_version_id == "3"
    assert vertex.models.get_model(name=name).version_id == "3"


def test_an_alias_can_be_removed_but_the_default_only_moves(vertex: Any) -> None:
    name = _upload(vertex, ("canary",), model_id=_new_id()).model
    vertex.models.merge_version_aliases(name=f"{name}@1", version_aliases=["-canary", "blue-1"])
    assert _aliases(vertex, name) == {"1": ["blue-1", "default"]}
    with pytest.raises(exceptions.BadRequest, match="default"):
        vertex.models.merge_version_aliases(name=f"{name}@1", version_aliases=["-default"])
    with pytest.raises(exceptions.BadRequest, match="names no version"):
        vertex.models.merge_version_aliases(name=name, version_aliases=["x1"])
    for wrong in ("1a", "Blue", "a", "a-"):
        with pytest.raises(exceptions.BadRequest, match=f"'{wrong}'"):
            vertex.models.merge_version_aliases(name=f"{name}@1", version_aliases=[wrong])


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["1", "2", "3"]),
            st.lists(st.sampled_from(["default", "a1", "b1", "-a1", "-b1"]), min_size=1),
        ),
        max_size=6,
    )
)
def test_an_alias_is_always_on_one_version_at_most(vertex: Any, merges: list[Any]) -> None:
    name = _upload(vertex, model_id=_new_id()).model
    for _ in range(2):
        _upload(vertex, parent_model=name)
    expected = {"default": "1"}
    for version, changes in merges:
        vertex.models.merge_version_aliases(name=f"{name}@{version}", version_aliases=changes)
        for change in changes:
            if change[0] == "-" and expected.get(change[1:]) == version:
                del expected[change[1:]]
        expected |= {change: version for change in changes if change[0] != "-"}
    found = _aliases(vertex, name)
    assert {alias: v for v, aliases in found.items() for alias in aliases} == expected
    assert sum(map(len, found.values())) == len(expected)


def test_a_deleted_model_is_gone_with_its_versions(vertex: Any) -> None:
    name = _upload(vertex, model_id=_new_id()).model
    _upload(vertex, parent_model=name)
    with pytest.raises(exceptions.MethodNotImplemented, match="deleteVersion"):
        vertex.models.delete_model_version(name=f"{name}@2")
    vertex.models.delete_model(name=name).result(timeout=10)
    for read in (vertex.models.get_model, vertex.models.list_model_versions):
        with pytest.raises(exceptions.NotFound):
            read(name=name)


def test_models_are_listed_by_their_default_version(vertex: Any) -> None:
    first, second = _new_id(), _new_id()
    for model_id in (first, second):
        name = _upload(vertex, model_id=model_id, fields={"labels": {"model": "listed"}}).model
    _upload(vertex, ("default",), parent_model=name, fields={"labels": {"model": "other"}})
    found = vertex.models.list_models({"parent": PARENT, "filter": 'labels.model="listed"'})
    assert [model.name.rpartition("/")[2] for model in found] == [first]


@pytest.mark.parametrize(
    ("request_", "error", "reason"),
    [
        ({"model_id": "Delay"}, exceptions.BadRequest, "'Delay'"),
        ({"parent_model": f"{PARENT}/models/nobody"}, exceptions.NotFound, "nobody"),
        ({"fields": {"display_name": ""}}, exceptions.BadRequest, "displayName"),
        ({"fields": {"container_spec": {}}}, exceptions.BadRequest, "imageUri"),
        ({"fields": {"labels": {"a": "B"}}}, exceptions.BadRequest, "a='B'"),
    ],
)
def test_a_wrong_upload_is_refused(
    vertex: Any, request_: dict[str, Any], error: type[Exception], reason: str
) -> None:
    with pytest.raises(error, match=reason):
        _upload(vertex, **request_)


def test_a_model_id_is_used_once(vertex: Any) -> None:
    model_id = _new_id()
    _upload(vertex, model_id=model_id)
    with pytest.raises(exceptions.Conflict, match="parentModel"):
        _upload(vertex, model_id=model_id)
