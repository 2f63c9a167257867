"""A run's candidate becomes one version of its stack's own model."""

from types import SimpleNamespace
from typing import Any

import pytest
from google.api_core.exceptions import NotFound
from job_fakes import PARENT, make_submission

from jobs import clients
from jobs.layout import RunLayout
from jobs.steps import register
from jobs.steps.context import StepContext


class Registry:
    """Models with their versions, as the service keeps them."""

    def __init__(self) -> None:
        self.models: dict[str, list[Any]] = {}

    def list_model_versions(self, name: str) -> list[Any]:
        return self._of(name)

    def get_model(self, name: str) -> Any:
        return self._of(name)[-1]

    def upload_model(self, request: dict[str, Any]) -> Any:
        name = request.get("parent_model") or f"{PARENT}/models/{request['model_id']}"
        versions = self.models.setdefault(name, [])
        version = SimpleNamespace(
            version_id=str(len(versions) + 1),
            labels=request["model"]["labels"],
            display_name=request["model"]["display_name"],
        )
        versions.append(version)
        response = SimpleNamespace(model_version_id=version.version_id)
        return SimpleNamespace(result=lambda timeout: response)

    def _of(self, name: str) -> list[Any]:
        if name not in self.models:
            raise NotFound(name)
        return self.models[name]


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Registry:
    made = Registry()
    monkeypatch.setattr(clients, "vertex", lambda *_: made)
    monkeypatch.setattr(StepContext, "result", lambda *_: {"candidate": "network"})
    return made


def run(stack: str, run_id: str) -> dict[str, Any]:
    submission = make_submission(stack=stack)
    layout = RunLayout.of(submission.spec, submission.placement, run_id)
    context = StepContext(
        spec=submission.spec,
        placement=submission.placement,
        run_id=run_id,
        layout=layout,
        progress=lambda *_: None,
    )
    return register.run(context)


def test_each_run_adds_one_version_however_often_its_step_is_repeated(registry: Registry) -> None:
    assert [run("dev", name)["version"] for name in ("r-1", "r-1", "r-2", "r-1")] == list("1121")


def test_stacks_that_share_a_project_do_not_share_a_model(registry: Registry) -> None:
    assert run("dev", "r-1")["model"] == f"{PARENT}/models/flight-delay_dev"
    assert run("prod", "r-2") == {
        "model": f"{PARENT}/models/flight-delay_prod",
        "version": "1",
        "candidate": "network",
    }
    shown = {version.display_name for found in registry.models.values() for version in found}
    assert shown == {"flight-delay"}
