"""`mlp graph`: what it prints, writes, and refuses."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from ops_fakes import BUCKET, PLATFORM, STORE, World

import localcloud
from localcloud.engine.events import Diagnostic, Report


def entry(urn: str, parent: str, custom: bool, **inputs: str) -> dict[str, Any]:
    type_ = urn.split("::")[2].rpartition("$")[2]
    facts = {"parent": parent, "custom": custom, "protect": False, "inputs": inputs}
    return {"urn": urn, "type": type_, "dependencies": [], "property_dependencies": {}, **facts}


@pytest.fixture
def planned(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The program registers a component and its bucket; the world notes the backends."""
    entries = [entry(STORE, PLATFORM, False), entry(BUCKET, STORE, True, location="EU")]

    def preview(cwd: Path, stack: str) -> Report:
        world.asked.append((stack, os.environ.get("PULUMI_BACKEND_URL")))
        assert cwd == world.root
        return Report(world.report.result, [], {}, world.report.diagnostics, entries)

    monkeypatch.setattr(localcloud, "preview", preview)
    monkeypatch.setenv("PULUMI_BACKEND_URL", "file:///own")
    return world


def test_the_default_is_mermaid_with_a_box_per_component(planned: World, mlp: Any) -> None:
    assert mlp("graph").stdout == (
        'flowchart LR\n  artifacts["artifacts<br/>ArtifactStore<br/>1 resource"]\n'
    )


def test_all_shows_every_resource(planned: World, mlp: Any) -> None:
    text = mlp("graph", "--all", "--format", "dot", "--stack", "dev").stdout
    assert text.startswith('digraph "dev" {')
    assert '"artifacts_bucket" [label="artifacts-bucket\\ngcp:storage:Bucket"];' in text


def test_json_is_one_object(planned: World, mlp: Any) -> None:
    answer = json.loads(mlp("graph", "--format", "json").stdout)
    assert answer["nodes"][0]["urns"] == sorted([STORE, BUCKET])


def test_json_keeps_what_longer_ways_imply(
    planned: World, mlp: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    urns = [f"{BUCKET}-{name}" for name in "abc"]
    entries = [entry(urn, "", True) for urn in urns]
    entries[0]["dependencies"], entries[1]["dependencies"] = urns[1:], urns[2:]
    report = Report("succeeded", [], {}, [], entries)
    monkeypatch.setattr(localcloud, "preview", lambda cwd, stack: report)
    assert len(json.loads(mlp("graph", "--all", "--format", "json").stdout)["edges"]) == 3
    assert mlp("graph", "--all").stdout.count("-->") == 2


def test_the_stored_state_is_not_looked_at(planned: World, mlp: Any) -> None:
    mlp("graph", "--stack", "prod")
    ((stack, backend),) = planned.asked
    assert stack == "prod"
    assert not Path(str(backend).removeprefix("file://")).exists(), "it was a folder for once"
    assert backend != "file:///own"
    assert os.environ["PULUMI_BACKEND_URL"] == "file:///own"


def test_without_a_backend_of_the_users_there_is_none_afterwards(
    planned: World, mlp: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PULUMI_BACKEND_URL")
    mlp("graph")
    assert "PULUMI_BACKEND_URL" not in os.environ


def test_output_writes_a_file(planned: World, mlp: Any) -> None:
    done = mlp("graph", "--output", "drawing.mmd")
    assert done.stdout == ""
    assert (planned.root / "drawing.mmd").read_text() == mlp("graph").stdout


def test_an_output_that_cannot_be_is_refused_in_a_sentence(planned: World, mlp: Any) -> None:
    done = mlp("graph", "--output", "nowhere/drawing.mmd")
    assert done.exit_code == 1
    assert "nowhere/drawing.mmd cannot be written (No such file" in done.stderr


def test_a_program_that_fails_says_why(planned: World, mlp: Any) -> None:
    planned.report = Report("failed", [], {}, [Diagnostic("error", "", "no such zone")])
    done = mlp("graph", "--stack", "dev")
    assert done.exit_code == 1
    assert done.stderr == "error: the program of stack dev cannot be planned: no such zone\n"


def test_inventory_writes_the_files_of_every_stack(planned: World, mlp: Any) -> None:
    files = [f"inventory/{stack}.txt" for stack in ("dev", "local", "prod")]
    done = mlp("graph", "--inventory")
    assert done.stdout.splitlines() == [f"wrote {name}" for name in ["docs/graph.md", *files]]
    assert "artifacts/artifacts-bucket gcp:storage:Bucket location=EU" in (
        (planned.root / files[1]).read_text().splitlines()
    )
    assert mlp("graph", "--inventory").stdout == "every inventory and diagram is up to date\n"


def test_an_inventory_of_a_stack_that_is_gone_is_removed(planned: World, mlp: Any) -> None:
    mlp("graph", "--inventory")
    (planned.root / "Pulumi.prod.yaml").unlink()
    assert "removed inventory/prod.txt" in mlp("graph", "--inventory").stdout


def test_check_writes_nothing_and_names_what_is_outdated(planned: World, mlp: Any) -> None:
    mlp("graph", "--inventory")
    assert mlp("graph", "--inventory", "--check").exit_code == 0
    file = planned.root / "inventory" / "dev.txt"
    file.write_text("old")
    done = mlp("graph", "--inventory", "--check")
    assert done.exit_code == 7
    assert "inventory/dev.txt: not what the program registers now" in done.stderr
    assert "run mlp graph --inventory" in done.stderr
    assert file.read_text() == "old"


@pytest.mark.parametrize(
    "words", [["--check"], ["--inventory", "--all"], ["--inventory", "--output", "x"]]
)
def test_options_that_contradict_are_refused(planned: World, mlp: Any, words: list[str]) -> None:
    assert mlp("graph", *words).exit_code == 2
    assert planned.asked == []


def test_a_format_that_does_not_exist_is_refused_with_those_that_do(world: World, mlp: Any) -> None:
    done = mlp("graph", "--format", "png")
    assert done.exit_code == 2
    assert "svg" in done.stderr
