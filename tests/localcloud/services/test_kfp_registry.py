"""Compiled pipelines in a repository of the graph, sent by KFP's own client."""

import itertools
import threading
from pathlib import Path
from typing import Any

import pytest
import yaml
from kfp.registry import RegistryClient
from requests.exceptions import HTTPError

from jobs import templates
from localcloud.provider.guards import permits_deletion

_NUMBERS = itertools.count(1)
CODE = "sha256:" + "a" * 64
PARENT = "projects/acme-ml/locations/europe-west4"


@pytest.fixture
def repository(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """A repository of the test's own, and the client's way to it."""
    for name, value in cloud.connection.environment.items():
        monkeypatch.setenv(name, value)
    return _repository(cloud, f"pipelines-{next(_NUMBERS)}", "KFP")


def _repository(cloud: Any, name: str, kind: str) -> str:
    inputs = {"repositoryId": name, "location": "europe-west4", "format": kind}
    id_ = f"{PARENT}/repositories/{name}"
    cloud.store.put("gcp:artifactregistry/repository:Repository", id_, {"inputs": inputs})
    return f"https://europe-west4-kfp.pkg.dev/acme-ml/{name}"


def publish(repository: str, **fields: Any) -> str:
    return templates.publish(repository, "flight-delay", CODE, pipeline(**fields))


def pipeline(**fields: Any) -> dict[str, Any]:
    return {"pipelineInfo": {"name": "flight-delay"}, "root": {"dag": {"tasks": {}}}, **fields}


def upload(client: RegistryClient, folder: Path, content: str) -> tuple[str, str]:
    file = folder / "pipeline.yaml"
    file.write_text(content)
    return client.upload_pipeline(str(file))


def tags(repository: str) -> dict[str, str]:
    """Version by tag, as the registry lists them."""
    found = templates.registry(repository).list_tags("flight-delay")
    return {each["name"].rpartition("/")[2]: each["version"].rpartition("/")[2] for each in found}


def test_a_pipeline_is_stored_under_its_digest_and_the_tag_of_its_code(
    repository, tmp_path, monkeypatch
):
    monkeypatch.setattr(templates, "commit_tag", lambda: "git-" + "c" * 40)
    uri = publish(repository)
    version = uri.removeprefix(f"{repository}/flight-delay/")
    assert tags(repository) == {"code-" + "a" * 20: version, "git-" + "c" * 40: version}
    kept = templates.registry(repository).download_pipeline(
        "flight-delay", version, file_name=str(tmp_path / "kept.yaml")
    )
    assert yaml.safe_load(Path(kept).read_text()) == pipeline()


def test_the_same_content_is_uploaded_once(repository, monkeypatch):
    first = publish(repository)
    monkeypatch.delattr(RegistryClient, "upload_pipeline")
    assert publish(repository) == first


def test_what_an_interrupted_push_left_is_completed(repository, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(templates, "_move", lambda *_: (_ for _ in ()).throw(OSError("lost")))
        with pytest.raises(templates.TemplateError, match="lost"):
            publish(repository)
    uri = publish(repository)
    assert tags(repository)["code-" + "a" * 20] == uri.rpartition("/")[2]


def test_a_tag_moves_to_the_newer_content(repository):
    first, second = (publish(repository, x=number) for number in (1, 2))
    assert first != second
    assert tags(repository)["code-" + "a" * 20] == second.rpartition("/")[2]


def test_a_repository_that_is_missing_is_named(repository):
    missing = f"{repository}-missing"
    with pytest.raises(templates.TemplateError, match=f"not stored in {missing}: 404"):
        publish(missing)


def test_a_registry_that_does_not_answer_holds_nobody_up(repository, monkeypatch):
    monkeypatch.setattr(templates, "_MOST_SECONDS", 0.05)
    silent = threading.Event()
    monkeypatch.setattr(templates, "_stored", lambda *_: silent.wait(5))
    with pytest.raises(templates.TemplateError, match=r"no answer within 0\.05 seconds"):
        publish(repository)  # who waited for the answer would be given one, after five seconds
    silent.set()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("not: a pipeline", "no compiled pipeline"),
        ("{", "no compiled pipeline"),
        ("pipelineInfo: {name: abc}", "does not match"),
        ("pipelineInfo: {name: Flights}", "does not match"),
    ],
)
def test_what_is_no_pipeline_is_refused(repository, tmp_path, content, reason):
    with pytest.raises(HTTPError) as refused:
        upload(templates.registry(repository), tmp_path, content)
    assert (refused.value.response.status_code, reason in refused.value.response.text) == (
        400,
        True,
    )


def test_a_repository_of_images_takes_no_pipeline(cloud, repository, tmp_path):
    images = _repository(cloud, f"images-of-{repository.rpartition('/')[2]}", "DOCKER")
    with pytest.raises(HTTPError) as refused:
        upload(templates.registry(images), tmp_path, yaml.safe_dump(pipeline()))
    assert "not KFP" in refused.value.response.text


def test_tags_are_made_once_moved_when_they_exist_and_point_at_what_exists(repository, tmp_path):
    client = templates.registry(repository)
    package, version = upload(client, tmp_path, yaml.safe_dump(pipeline()))
    client.create_tag(package, version, "live")
    for call, code in (
        (lambda: client.create_tag(package, version, "live"), 409),
        (lambda: client.update_tag(package, version, "absent"), 404),
        (lambda: client.create_tag(package, "sha256:none", "next"), 404),
        (lambda: client.create_tag(package, version, "a tag"), 400),
        (lambda: client.get_version(package, "sha256:none"), 404),
    ):
        with pytest.raises(HTTPError) as refused:
            call()
        assert refused.value.response.status_code == code
    assert client.get_version(package, version)["name"].endswith(f"versions/{version}")


def test_what_is_not_here_says_so(repository, tmp_path):
    client = templates.registry(repository)
    package, version = upload(client, tmp_path, yaml.safe_dump(pipeline()))
    for call in (
        client.list_packages,
        lambda: client.delete_version(package, version),
        lambda: client.upload_pipeline(str(tmp_path / "pipeline.yaml"), tags=["live"]),
    ):
        with pytest.raises(HTTPError) as refused:
            call()
        assert refused.value.response.status_code == 501


def test_what_a_repository_holds_goes_with_it(cloud, repository):
    publish(repository)
    id_ = f"{PARENT}/repositories/{repository.rpartition('/')[2]}"
    assert permits_deletion(cloud.store, "artifactregistry.Repository", id_, {})
    for kind in ("templates/versions", "templates/tags"):
        assert not cloud.store.list(kind, prefix=f"{id_}/")
