"""What a run says of its stored pipeline, and which commit a pipeline is tagged with."""

import subprocess
from pathlib import Path

import pytest
from job_fakes import Pipelines, make_submission

from jobs import templates
from jobs.spec import Submission
from jobs.submit import ensure_submitted
from jobs.templates import TemplateError, commit_tag

REPOSITORY = "https://europe-west4-kfp.pkg.dev/acme-ml/pipelines"
STORED = f"{REPOSITORY}/flight-delay/sha256:1"


def keeping() -> Submission:
    """A submission of a stack that keeps its compiled pipelines."""
    made = make_submission()
    placement = made.placement.model_copy(update={"templates": REPOSITORY})
    return made.model_copy(update={"placement": placement})


def sent(pipelines: Pipelines) -> list[dict]:
    return [job.sent for job in pipelines.jobs.values()]


def test_a_run_names_its_stored_pipeline_and_carries_it(pipelines, monkeypatch):
    monkeypatch.setattr(templates, "publish", lambda *_: STORED)
    assert ensure_submitted(keeping()).warning == ""
    (message,) = sent(pipelines)
    assert message["template_uri"] == STORED
    assert message["pipeline_spec"]["pipelineInfo"]["name"] == "flight-delay"


def test_what_is_stored_is_what_runs(pipelines, monkeypatch):
    asked = []
    monkeypatch.setattr(templates, "publish", lambda *given: asked.append(given))
    ensure_submitted(keeping())
    spec = keeping().spec
    assert asked == [(REPOSITORY, spec.model, spec.code, sent(pipelines)[0]["pipeline_spec"])]


def test_a_pipeline_that_is_not_stored_runs_all_the_same_once_and_says_so(pipelines, monkeypatch):
    def refuse(*_: object) -> str:
        raise TemplateError("the registry is away")

    monkeypatch.setattr(templates, "publish", refuse)
    first, second = ensure_submitted(keeping()), ensure_submitted(keeping())
    assert (first.created, second.created) == (True, False)
    assert first.warning.startswith("the registry is away; the run carries its own copy")
    assert "template_uri" not in sent(pipelines)[0]


def test_a_stack_without_a_repository_stores_nothing(pipelines, monkeypatch):
    monkeypatch.delattr(templates, "publish")
    assert ensure_submitted(make_submission()).created
    assert "template_uri" not in sent(pipelines)[0]


def git(folder: Path, *arguments: str) -> str:
    settings = ("-c", "user.name=n", "-c", "user.email=e@example.com")
    done = subprocess.run(
        ["git", "-C", str(folder), *settings, *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    (tmp_path / "pipeline.py").write_text("steps = 6\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "one")
    return tmp_path


def test_a_checkout_without_changes_has_its_commits_tag(checkout):
    assert commit_tag(checkout) == f"git-{git(checkout, 'rev-parse', 'HEAD')}"


def test_a_changed_checkout_is_no_commit(checkout):
    (checkout / "pipeline.py").write_text("steps = 7\n")
    assert commit_tag(checkout) is None


def test_a_folder_without_history_has_no_commit(tmp_path):
    assert commit_tag(tmp_path) is None
