"""The image of workstations: who builds it and when, and what it may not be made of."""

import base64
import json
import re
import subprocess
from pathlib import Path

import pytest
from graph_changes import built, needs, resources
from settings_changes import changed

from catalog.images import JOBS, WORKSTATION

ROOT = Path(__file__).parents[2]
FILES = [ROOT / each.dockerfile for each in (JOBS, WORKSTATION)]


@pytest.fixture
def prod(programs):
    return programs["prod"]


def test_a_commit_that_changes_the_image_builds_it_as_the_builder_into_every_registry(prod):
    inputs, jobs = (prod.named(f"{e}-image").inputs for e in ("workstation-image", "builds"))
    assert inputs["repositoryEventConfig"] == jobs["repositoryEventConfig"]
    assert inputs["serviceAccount"] == jobs["serviceAccount"]
    assert inputs["build"] == jobs["build"], "scanned like the jobs' before it is pushed"
    given = inputs["substitutions"]
    assert given["_DOCKERFILE"] == "workstations/Dockerfile"
    assert given["_IMAGE"].endswith("/mlplatform-workstation")
    assert given["_COPIES"] == given["_IMAGE"].replace("europe-west4", "europe-west1")
    assert given.keys() == jobs["substitutions"].keys()


def test_the_base_gets_its_fixes_at_the_time_of_the_stack_file(prod):
    job = prod.named("workstation-image-rebuilds").inputs
    trigger = prod.named("workstation-image-rebuild").inputs
    assert (job["schedule"], job["timeZone"]) == ("0 4 * * 0", "Etc/UTC")
    target = job["httpTarget"]
    assert re.fullmatch(
        r"https://cloudbuild\.googleapis\.com/v1/projects/mlplatform-prod/locations/europe-west4"
        r"/triggers/[^/]+:run",
        target["uri"],
    )
    body = json.loads(base64.b64decode(target["body"]))
    assert trigger["sourceToBuild"]["ref"] == f"refs/heads/{body['source']['branchName']}"
    assert "repositoryEventConfig" not in trigger, "the clock starts triggers without events only"


def test_the_clock_may_start_builds_as_the_builder_before_it_does(prod):
    job = prod.named("workstation-image-rebuilds")
    email = job.inputs["httpTarget"]["oauthToken"]["serviceAccountEmail"]
    assert email.startswith("rebuilds-prod@")
    for name in ("starts", "acts-as-builder"):
        grant = prod.named(f"workstation-image-{name}")
        assert grant.inputs["member"] == f"serviceAccount:{email}"
        assert grant.urn in needs(prod, job.urn)
    builder = prod.named("workstation-image-rebuild").inputs["serviceAccount"]
    assert prod.named("workstation-image-acts-as-builder").inputs["serviceAccountId"] == builder


def test_without_a_time_there_is_no_clock_and_commits_are_built_all_the_same(
    cloud, prod, prod_config
):
    graph = built(cloud, changed(prod_config, "delivery.builds.workstations.rebuild_cron", None))
    parts = ("clock", "starter-role", "starts", "acts-as-builder", "rebuild", "rebuilds")
    assert {name for _, name in resources(prod) - resources(graph)} == {
        f"workstation-image-{each}" for each in parts
    }


def test_a_stack_that_builds_nothing_has_nothing_of_it(programs):
    for stack in ("local", "dev", "staging"):
        names = [each.name for each in programs[stack].registered]
        assert not [each for each in names if each.startswith("workstation-image")]


def instructions(file):
    """(word, rest) of each instruction; continued lines are one."""
    text = re.sub(r"\\\n\s*", " ", file.read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [tuple(line.split(maxsplit=1)) for line in lines]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_an_image_has_one_base_that_the_build_can_give_by_its_digest(file):
    (first, base), (second, used), *rest = instructions(file)
    assert (first, second, used) == ("ARG", "FROM", "${BASE}")
    assert re.fullmatch(r"BASE=[a-z0-9./-]+:[a-z0-9.-]+(@sha256:[0-9a-f]{64})?", base)
    assert not [word for word, _ in rest if word == "FROM"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_nothing_unseen_and_no_secret_gets_into_an_image(file):
    for word, rest in instructions(file):
        assert word != "ADD", "it fetches what nobody has looked at"
        assert not re.search(r"\b(curl|wget)\b|https?://", rest), "only packages with hashes"
        if re.search(r"\bpip install\b", rest) and "jax[" not in rest:
            assert "--require-hashes" in rest
        if word in ("ARG", "ENV", "COPY"):
            assert not re.search(r"token|secret|password|credential|\.env\b", rest, re.IGNORECASE)


def test_jobs_run_as_nobody_special_and_workstations_start_as_their_base_does():
    last = {f: [rest for word, rest in instructions(f) if word == "USER"][-1:] for f in FILES}
    assert last == {FILES[0]: ["worker"], FILES[1]: []}
    assert not [w for w, _ in instructions(FILES[1]) if w in ("ENTRYPOINT", "CMD")]


@pytest.fixture
def start(tmp_path):
    """Runs the script of a start with a home of the test's and tools that note their calls."""
    for tool in ("runuser", "git"):
        exits = "${CLONE:-0}" if tool == "git" else "0"
        last = 'shift 3; exec "$@"' if tool == "runuser" else f"exit {exits}"
        text = f'#!/bin/bash\necho "{tool} $@" >> {tmp_path}/calls\n{last}\n'
        (tmp_path / tool).write_text(text)
        (tmp_path / tool).chmod(0o755)
    script = ROOT / "workstations/startup/150_clone-code.sh"
    text = script.read_text().replace("code=/home/user/code", f"code={tmp_path}/code")

    def run(**environment):
        path = {"PATH": f"{tmp_path}:/usr/bin:/bin", **environment}
        done = subprocess.run(["bash", "-c", text], env=path, check=False, timeout=20)
        calls = tmp_path / "calls"
        return done.returncode, calls.read_text().splitlines() if calls.exists() else []

    return run


URL = "https://github.com/example/research.git"


def test_a_new_home_gets_the_teams_code_as_its_person_and_is_not_asked_for_a_password(start):
    status, calls = start(REPOSITORY_URL=URL)
    assert status == 0
    assert calls[0].startswith("runuser -u user -- env HOME=/home/user GIT_TERMINAL_PROMPT=0 ")
    assert calls[1].startswith(f"git clone --quiet -- {URL} ")


def test_a_home_with_code_and_a_team_without_are_left_alone(start, tmp_path):
    assert start() == (0, [])
    (tmp_path / "code").mkdir()
    assert start(REPOSITORY_URL=URL) == (0, [])


def test_a_repository_that_cannot_be_cloned_keeps_no_workstation_from_starting(start):
    status, calls = start(REPOSITORY_URL=URL, CLONE="128")
    assert status == 0
    assert len(calls) == 2


def test_the_script_of_a_start_can_be_executed():
    for file in (ROOT / "workstations/startup").iterdir():
        assert file.stat().st_mode & 0o111 == 0o111
        assert file.read_text().startswith("#!/bin/bash\n")
        assert subprocess.run(["bash", "-n", file], check=False).returncode == 0
