"""The displays, on recorded events: rows, the tree on a terminal, the bars of runs."""

import contextlib
import io
from collections import Counter
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from ops_fakes import (
    BUCKET,
    START,
    STORE,
    changed_epochs,
    failed_bucket,
    first_up,
    nothing_changed,
    run_status,
    started,
    step,
)
from rich.console import Console

from localcloud.engine.events import Change, StepFinished
from ops.display import progress
from ops.display.plain import PlainRuns, PlainScreen
from ops.display.rich_screen import RichScreen
from ops.display.rows import Rows, describe, summarize, value_text
from ops.display.screen import columns
from ops.display.tree import LiveDeployment


def rows_of(events: list[Any]) -> Rows:
    rows = Rows()
    for event in events:
        rows.add(event)
    return rows


def drawn(renderable: Any, width: int = 100, height: int = 40) -> list[str]:
    stream = io.StringIO()
    Console(file=stream, width=width, height=height).print(renderable)
    return [line.rstrip() for line in stream.getvalue().splitlines()]


def test_the_tree_nests_resources_below_their_components() -> None:
    tree = rows_of(first_up()).tree()
    assert [(guide, row.name) for guide, row in tree] == [
        ("", "mlplatform-local"),
        ("└─ ", "artifacts"),
        ("   └─ ", "artifacts-bucket"),
    ]


def test_unchanged_resources_are_left_out_but_the_parents_of_changed_ones() -> None:
    assert rows_of(nothing_changed()).tree() == []
    names = [row.name for _, row in rows_of(changed_epochs()).tree()]
    assert names == ["mlplatform-local", "flight-delay-run"]


def test_a_child_whose_parent_is_unknown_stands_at_the_top() -> None:
    tree = rows_of([started("delete", BUCKET, "urn:gone")]).tree()
    assert [guide for guide, _ in tree] == [""]


def test_the_terminal_shows_the_columns_of_pulumi() -> None:
    lines = drawn(LiveDeployment(rows_of(first_up()), planning=False).whole())
    assert lines[0].split() == ["Type", "Name", "Status", "Info"]
    assert lines[3].split()[:2] == ["+", "└─"]
    assert "gcp:storage:Bucket" in lines[3]
    assert lines[3].endswith("created (0.3s)")


def test_a_plan_says_what_would_happen() -> None:
    lines = drawn(LiveDeployment(rows_of(first_up()), planning=True).whole())
    assert lines[0].split()[2] == "Plan"
    assert lines[1].endswith("create")


def test_an_update_has_its_difference_in_the_row_and_below_the_tree() -> None:
    lines = drawn(LiveDeployment(rows_of(changed_epochs()), planning=True).whole())
    assert any("[diff: ~input]" in line for line in lines)
    assert "     ~ input.spec.arguments.epochs: 8 → 12" in lines


def test_a_failure_stands_in_its_row() -> None:
    lines = drawn(LiveDeployment(rows_of(failed_bucket()), planning=False).whole())
    assert lines[1].endswith("create failed  the name is taken")


def test_a_tall_tree_keeps_to_the_height_of_the_terminal() -> None:
    urns = [f"urn:pulumi:s::p::a:b:C::r{n}" for n in range(100)]
    events = [started("create", urn) for urn in urns]
    events += [StepFinished("create", urn, 0.0) for urn in urns[:-2]]
    lines = drawn(LiveDeployment(rows_of(events), planning=False), height=20)
    assert len(lines) <= 20
    assert any("98 of 100" in line for line in lines)
    assert any("r99" in line and "create ..." in line for line in lines), "what moves is shown"


@given(
    st.lists(
        st.tuples(st.sampled_from(["create", "same", "update"]), st.integers(-1, 30)), max_size=30
    )
)
def test_every_changed_resource_is_in_the_tree_once(plan: list[tuple[str, int]]) -> None:
    urns = [f"urn:pulumi:s::p::a:b:C::r{n}" for n in range(len(plan))]
    events = [
        started(op, urns[n], urns[parent] if 0 <= parent < n else "")
        for n, (op, parent) in enumerate(plan)
    ]
    rows = rows_of(events)
    found = Counter(row.urn for _, row in rows.tree())
    assert set(found.values()) <= {1}
    assert {row.urn for row in rows.changed()} <= set(found)


def test_the_terminal_ends_with_the_whole_tree_and_redraws_nothing_after() -> None:
    stream = io.StringIO()
    screen = RichScreen(Console(file=stream, width=100, force_terminal=False))
    rows = Rows()
    with screen.deployment(rows, planning=False) as view:
        for event in first_up():
            row = rows.add(event)
            if row:
                view.show(row)
    assert stream.getvalue().count("artifacts-bucket") == 1


def test_the_terminal_draws_a_bar_per_step() -> None:
    stream = io.StringIO()
    screen = RichScreen(Console(file=stream, width=100, force_terminal=False))
    steps = [step("prepare"), step("train", "RUNNING", message="epoch 2 of 4")]
    with screen.runs() as view:
        view.update("flight-delay", run_status(state="RUNNING", steps=steps))
    lines = stream.getvalue().splitlines()
    assert lines[0] == "flight-delay  run flight-delay-abc-1"
    assert "prepare" in lines[1]
    assert "12.3s" in lines[1]
    assert "epoch 2 of 4" in lines[2]


def test_the_terminal_shows_a_panel_with_its_title() -> None:
    stream = io.StringIO()
    screen = RichScreen(Console(file=stream, width=60, force_terminal=False))
    screen.panel("flight-delay", [("prediction: 0.2 [red]", "bold green")])
    text = stream.getvalue()
    assert "flight-delay" in text.splitlines()[0]
    assert "[red]" in text, "values are no markup"


def test_plain_runs_print_a_step_once_per_state(capsys: Any) -> None:
    view = PlainRuns(PlainScreen())
    train = step("train", "RUNNING")
    for status in (train, step("train", "RUNNING", progress=0.9), step("train")):
        view.update("m", run_status(state="RUNNING", steps=[status]))
    assert capsys.readouterr().out.splitlines() == [
        "m train: running train at work",
        "m train: done (12.3s) train at work",
    ]


def test_a_running_step_counts_its_time_to_now() -> None:
    running = step("train", "RUNNING")
    assert progress.elapsed_text(running, START + timedelta(seconds=125)) == "2m05s"
    assert progress.elapsed_text(step("gate", "PENDING", started_at=None)) == ""


def test_durations_are_short() -> None:
    assert [progress.duration(n) for n in (0.04, 59.9, 60, 3599, 7800)] == [
        "0.0s",
        "59.9s",
        "1m00s",
        "59m59s",
        "2h10m",
    ]


def test_differences_read_as_sentences() -> None:
    assert describe(Change("a.b", "update", 8, 12)) == "~ a.b: 8 → 12"
    assert describe(Change("labels.team", "add", None, "ml")) == '+ labels.team: "ml"'
    assert describe(Change("labels.team", "delete", "ml")) == '- labels.team: "ml"'
    assert describe(Change("id", "update", "x", object())) == '~ id: "x" → [known after up]'


def test_long_texts_are_shown_from_where_they_differ() -> None:
    same = "host/project/" + "x" * 100 + "@"
    said = describe(Change("image", "update", same + "old", same + "new"))
    assert said == f'~ image: "…{"x" * 19}@old" → "…{"x" * 19}@new"'


def test_long_values_are_cut() -> None:
    assert value_text("x" * 200).endswith("…")
    assert len(value_text("x" * 200)) == 70


def test_counts_read_like_pulumis_summary() -> None:
    assert summarize(Counter(create=2, update=1, same=4)) == "+ 2 create, ~ 1 update, 4 unchanged"
    assert summarize(Counter()) == "no resources"


def test_columns_are_aligned_without_trailing_space() -> None:
    assert columns([["a", "bb"], ["ccc", ""]]) == ["a    bb", "ccc"]


def test_default_providers_are_the_engines_affair() -> None:
    urn = "urn:pulumi:local::mlplatform::pulumi:providers:pulumi::default"
    explicit = "urn:pulumi:local::mlplatform::pulumi:providers:gcp::google"
    rows = rows_of([started("create", urn), started("create", explicit)])
    assert [row.name for row in rows] == ["google"]


def test_types_are_written_as_pulumi_writes_them() -> None:
    bucket, component = rows_of([started("create", BUCKET), started("create", STORE)])
    assert bucket.short_type == "gcp:storage:Bucket"
    assert component.short_type == "mlplatform:artifacts:ArtifactStore"


def test_what_is_shown_while_a_program_runs_is_not_taken_for_its_output(capsys: Any) -> None:
    screen, program = PlainScreen(), io.StringIO()
    with contextlib.redirect_stdout(program):
        screen.line("shown")
        RichScreen().line("taken")
    assert program.getvalue() == "taken\n", "a screen made before the program keeps its stream"
    assert capsys.readouterr().out == "shown\n"


def test_a_narrow_terminal_cuts_messages_not_names_or_times() -> None:
    stream = io.StringIO()
    screen = RichScreen(Console(file=stream, width=60, force_terminal=False))
    steps = [step("validate", message="a long message " * 10), step("register")]
    with screen.runs() as view:
        view.update("m", run_status(steps=steps))
    lines = stream.getvalue().splitlines()
    assert all(len(line) <= 60 for line in lines)
    assert "validate" in lines[1]
    assert "12.3s" in lines[1]
    assert "…" in lines[1]


def test_a_replacement_keeps_the_changes_of_its_first_step() -> None:
    change = Change("location", "update", "A", "B")
    events = [
        started("create-replacement", BUCKET, changes=[change]),
        StepFinished("create-replacement", BUCKET, 1.0),
        started("delete-replaced", BUCKET),
        StepFinished("delete-replaced", BUCKET, 2.0),
    ]
    (row,) = rows_of(events)
    assert row.changes == [change]
    assert row.status(planning=False) == "replaced (3.0s)"


def test_a_terminal_keeps_the_stream_of_its_making(capsys: Any) -> None:
    screen, program = RichScreen(), io.StringIO()
    with contextlib.redirect_stdout(program):
        screen.line("shown")
    assert program.getvalue() == ""
    assert capsys.readouterr().out == "shown\n"
