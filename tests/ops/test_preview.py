"""`mlp preview`: text, JSON, Markdown, exit statuses."""

import json
from typing import Any

import pytest
from ops_fakes import BUCKET, World, changed_epochs, nothing_changed, started

from localcloud.engine.events import Change, StepFinished


def test_a_preview_plans_and_connects_to_nothing(world: World, mlp: Any) -> None:
    done = mlp("preview")
    assert done.exit_code == 0
    assert [entry[0] for entry in world.asked] == ["preview"], "no service, no submission"
    assert "+ gcp:storage:Bucket artifacts-bucket: create" in done.output
    assert "plan: + 3 create" in done.output


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_other_stacks_are_announced_as_a_rehearsal(world: World, mlp: Any, stack: str) -> None:
    first = mlp("preview", "--stack", stack).output.splitlines()[0]
    assert first.startswith("nothing in Google Cloud is touched")
    assert f"pulumi up --stack {stack}" in first


def test_json_lists_changes_by_field(world: World, mlp: Any) -> None:
    world.events = changed_epochs()
    answer = json.loads(mlp("preview", "--json").stdout)
    assert answer["changes"] == {"same": 1, "update": 1}
    step = next(step for step in answer["steps"] if step["op"] == "update")
    assert step["changes"] == [
        {"path": "input.spec.arguments.epochs", "kind": "update", "old": 8, "new": 12}
    ]


def test_json_holds_what_is_not_known_yet(world: World, mlp: Any) -> None:
    change = Change("name", "update", "old", object())
    world.events = [started("update", BUCKET, changes=[change])]
    step = json.loads(mlp("preview", "--json").stdout)["steps"][0]
    assert step["changes"][0]["new"] == "[unknown]"


def test_markdown_is_a_table_with_changes_by_field(world: World, mlp: Any) -> None:
    world.events = changed_epochs()
    lines = mlp("preview", "--markdown").stdout.splitlines()
    assert lines[0] == "## Preview of `local`"
    row = next(line for line in lines if "flight-delay-run" in line)
    assert row == (
        "| `~` update | `pulumi:index:Stash` | `flight-delay-run` "
        "| `~ input.spec.arguments.epochs: 8 → 12` |"
    )


def test_markdown_survives_values_that_break_tables(world: World, mlp: Any) -> None:
    change = Change("filter", "update", "a|b", "`c`\nd")
    world.events = [started("update", BUCKET, changes=[change])]
    row = next(x for x in mlp("preview", "--markdown").stdout.splitlines() if "filter" in x)
    assert row.replace("\\|", "").count("|") == 5, "a cell must not open another one"
    assert row.count("`") == 8, "a value must not end its code span"


def test_markdown_of_a_failed_preview_shows_the_error(world: World, mlp: Any) -> None:
    world.fail("no such zone")
    done = mlp("preview", "--markdown")
    assert done.exit_code == 1
    assert "> **error** no such zone" in done.stdout


def test_expecting_no_changes_exits_with_7_if_there_are_any(world: World, mlp: Any) -> None:
    assert mlp("preview", "--expect-no-changes").exit_code == 7
    world.events = nothing_changed()
    assert mlp("preview", "--expect-no-changes").exit_code == 0


def test_a_failed_preview_exits_with_1_even_if_changes_were_not_expected(
    world: World, mlp: Any
) -> None:
    world.fail("no such zone")
    assert mlp("preview", "--expect-no-changes").exit_code == 1


def test_json_and_markdown_at_once_are_refused(world: World, mlp: Any) -> None:
    assert mlp("preview", "--json", "--markdown").exit_code == 2


def test_a_mistake_in_the_stack_file_is_told_before_the_engine_starts(
    world: World, mlp: Any
) -> None:
    file = world.root / "Pulumi.local.yaml"
    file.write_text(file.read_text().replace("mlplatform:network:", "mlplatform:netwrok:"))
    done = mlp("preview")
    assert done.exit_code == 1
    assert "netwrok" in done.stderr
    assert "'network'?" in done.stderr, "the nearest valid key is named"
    assert world.asked == []


def test_a_replacement_is_one_line(world: World, mlp: Any) -> None:
    change = Change("location", "update", "A", "B")
    world.events = []
    for op in ("create-replacement", "replace", "delete-replaced"):
        world.events += [started(op, BUCKET, changes=[change]), StepFinished(op, BUCKET, 0.1)]
    lines = [line for line in mlp("preview").output.splitlines() if "artifacts-bucket" in line]
    assert lines == ["+- gcp:storage:Bucket artifacts-bucket: replace"]
