"""The workflows on GitHub, read as they are: what blocks, who signs in how, what starts them."""

import fnmatch
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.settings import load_file

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / ".github/workflows").glob("*.yml"))


def read(name: str) -> dict[Any, Any]:
    return yaml.safe_load((ROOT / f".github/workflows/{name}.yml").read_text())


def events(workflow: dict[Any, Any]) -> dict[str, Any]:
    return workflow[True]  # YAML reads `on` as a truth value


def runs(job: dict[str, Any]) -> str:
    return "\n".join(step.get("run", "") for step in job["steps"])


def tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return listed.stdout.splitlines()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_path_that_a_workflow_watches_is_in_the_repository(file):
    names = tracked()
    for event in events(yaml.safe_load(file.read_text())).values():
        for pattern in (event or {}).get("paths", []):
            assert fnmatch.filter(names, pattern.replace("**", "*")), f"{pattern} matches nothing"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_workflow_may_read_the_source_and_nothing_more_unless_a_job_asks(file):
    workflow = yaml.safe_load(file.read_text())
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert set(job.get("permissions", {})) <= {"contents", "id-token"}
        assert job.get("permissions", {}).get("contents", "read") == "read"
        assert job["timeout-minutes"] <= 150


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_workflow_holds_or_wants_a_key(file):
    """Neither a key file nor any other secret of the repository: sign-in is by a short token."""
    text = file.read_text()
    assert "{{ secrets." not in text
    assert "credentials_json" not in text


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_step_is_allowed_to_fail(file):
    for job in yaml.safe_load(file.read_text())["jobs"].values():
        for step in [job, *job["steps"]]:
            assert "continue-on-error" not in step
            assert "|| true" not in step.get("run", "")


def test_dependencies_and_secrets_are_scanned_by_scanners_that_block():
    """A linter is no scanner: each of these fails for what it finds."""
    job = read("scan")["jobs"]["scan"]
    assert "pip-audit --strict --require-hashes" in runs(job)
    assert "for lock in requirements*.txt" in runs(job), "every lock"
    assert "detect-secrets-hook --baseline .secrets.baseline" in runs(job)
    lock = (ROOT / "requirements-scan.txt").read_text()
    assert "pip-audit==" in lock
    assert "detect-secrets==" in lock
    assert "--hash=sha256:" in lock
    assert set(events(read("scan"))) == {"push", "pull_request"}


def test_each_job_that_touches_the_cloud_signs_in_itself():
    for name, job in read("deploy")["jobs"].items():
        actions = [step.get("uses", "").partition("@")[0] for step in job["steps"]]
        assert actions.count("google-github-actions/auth") == 1, name
        assert job["permissions"]["id-token"] == "write"


def test_a_pull_request_looks_and_keeps_what_it_saw():
    job = read("deploy")["jobs"]["preview"]
    (auth,) = [step for step in job["steps"] if "auth@" in step.get("uses", "")]
    assert auth["with"]["service_account"] == "${{ vars.PREVIEW_SERVICE_ACCOUNT }}"
    assert "pulumi preview" in runs(job)
    assert "pulumi up" not in runs(job)
    (kept,) = [step for step in job["steps"] if "upload-artifact@" in step.get("uses", "")]
    assert "head.sha" in kept["with"]["name"]
    assert "head.repo.full_name == github.repository" in job["if"], "a fork gets no token"


def test_what_is_merged_is_applied_staging_first_then_prod_by_their_reviewers():
    jobs = read("deploy")["jobs"]
    assert jobs["prod"]["needs"] == "staging"
    for stack in ("staging", "prod"):
        job = jobs[stack]
        (checkout,) = [step for step in job["steps"] if "checkout@" in step.get("uses", "")]
        assert checkout["with"]["ref"] == "${{ github.sha }}", "the commit, not the branch"
        sign_in = load_file(ROOT / f"Pulumi.{stack}.yaml").delivery.sign_in
        assert sign_in
        assert job["environment"] == sign_in.apply_environment, "its tokens are the ones taken"
        assert "pulumi up" in runs(job)
