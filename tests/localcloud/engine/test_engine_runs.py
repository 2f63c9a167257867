"""What becomes of whole runs: programs that fail, targets, calls, what is said."""

import asyncio
from typing import Any

import pytest

from localcloud.engine import Change, StepStarted
from localcloud.engine.values import UNKNOWN_TEXT


def test_a_traceback_names_the_users_line_and_no_engine(stack: Any) -> None:
    report = stack.up('def fetch():\n    return {}["x"]\nfetch()')
    lines = report.errors[0].splitlines()
    assert lines[0] == "Program failed with an unhandled exception:"
    assert lines[-1] == "KeyError: 'x'"
    assert not any("localcloud" in line or "runpy" in line for line in lines)


def test_a_run_error_is_its_message_alone(stack: Any) -> None:
    assert stack.up('raise pulumi.RunError("too few regions")').errors == ["too few regions"]


def test_an_error_in_an_apply_fails_the_program(stack: Any) -> None:
    report = stack.up('bucket("a").name.apply(lambda name: 1 / 0)')
    assert report.errors[0].endswith("ZeroDivisionError: division by zero")


def test_outputs_are_waited_for_once_each_and_not_once_for_each_other(
    stack: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    wait = asyncio.wait

    async def counting(tasks: Any, **how: Any) -> Any:
        asked.append(len(tasks))
        return await wait(tasks, **how)

    monkeypatch.setattr(asyncio, "wait", counting)
    program = """
    last = "EU"
    for number in range(40):
        last = bucket(f"b{number}", location=last).location
    """
    assert stack.preview(program).result == "succeeded"
    assert asked[0] > 1000, "a bucket has many outputs"
    assert sum(asked) < 2 * asked[0]


def test_an_output_that_fails_ends_the_wait_for_the_others(stack: Any) -> None:
    report = stack.up("""
    import asyncio
    pulumi.Output.from_input(asyncio.Event().wait())
    bucket("a").name.apply(lambda name: 1 / 0)
    """)
    assert report.errors[0].endswith("ZeroDivisionError: division by zero")


def test_a_program_may_leave_early(stack: Any, ops: Any) -> None:
    stack.up('bucket("a")\nbucket("b")')
    report = stack.up('import sys\nbucket("a")\nsys.exit(0)')
    assert ops(report) == ["same a", "delete b"]
    assert stack.up("import sys\nsys.exit(3)").result == "failed"


def test_a_refused_input_is_named_with_type_and_value(stack: Any) -> None:
    report = stack.up('pulumi.CustomResource("gcp:bigquery/table:Table", "raw", {"x": 1})')
    assert report.errors == [
        "gcp:bigquery/table:Table resource 'raw': property tableId value {<nil>} has a problem: "
        "missing required property 'tableId'"
    ]


def test_a_package_that_nothing_serves_is_refused(stack: Any) -> None:
    report = stack.up('pulumi.CustomResource("aws:s3/bucket:Bucket", "raw", {})')
    assert "belongs to the package 'aws', which does not run here" in report.errors[0]


def test_a_disabled_default_provider_is_refused(stack: Any) -> None:
    stack.configure("config:\n  pulumi:disable-default-providers: ['*']\n")
    report = stack.up('bucket("a")')
    assert "Default provider for 'gcp' disabled." in report.errors[0]
    explicit = 'bucket("a", opts=Opts(provider=gcp.Provider("own", project="p")))'
    assert stack.up(explicit).result == "succeeded"


def test_a_call_waits_for_what_a_preview_cannot_know(stack: Any) -> None:
    program = """
    found = pulumi.runtime.invoke_output("gcp:x:getThing", {"id": bucket("a").id})
    pulumi.export("found", found)
    """
    assert stack.preview(program).result == "succeeded"
    assert stack.cloud.calls == [], "the id is unknown"
    assert stack.up().outputs == {"found": {"echo": {"id": "a"}}}


def test_a_refused_call_fails_the_program_with_its_name(stack: Any) -> None:
    stack.cloud.refuses.add("invoke gcp:x:getThing")
    report = stack.up('pulumi.runtime.invoke("gcp:x:getThing", {})')
    assert "invoke of gcp:x:getThing failed" in report.errors[0]


def test_an_error_hook_decides_how_often_a_creation_is_tried(stack: Any) -> None:
    stack.cloud.refuses.add("create a")
    program = """
    again = pulumi.ErrorHook("again", lambda args: len(args.errors) < 3)
    bucket("a", opts=Opts(hooks=Hooks(on_error=[again])))
    """
    assert stack.up(program).errors == ["the cloud refuses: create a"]
    assert stack.cloud.calls == ["create a"] * 3


def test_one_name_for_two_hooks_is_refused(stack: Any) -> None:
    program = 'for _ in range(2): pulumi.ResourceHook("twice", lambda args: None)'
    report = stack.up(program)
    assert 'resource hook already registered for name "twice"' in report.errors[0]


def test_what_the_program_prints_and_logs_becomes_messages(stack: Any) -> None:
    report = stack.up('print("hello")\npulumi.log.info("fyi")\npulumi.log.warn("careful")')
    assert {"hello", "fyi", "careful"} <= set(stack.said())
    assert [(found.severity, found.message) for found in report.diagnostics] == [
        ("warning", "careful")
    ]


def test_an_update_tells_which_fields_of_a_json_text_change(stack: Any) -> None:
    program = 'pulumi.Stash("job", input=json.dumps({{"spec": {{"epochs": {}}}, "x": 1}}))'
    stack.up(program.format(2))
    stack.preview(program.format(3))
    changes = [e.changes for e in stack.events if isinstance(e, StepStarted) and e.op == "update"]
    assert changes == [[Change("input.spec.epochs", "update", 2, 3)]]


def test_secrets_are_masked_in_events(stack: Any) -> None:
    stack.up('pulumi.Stash("job", input=pulumi.Output.secret("hidden-thing"))')
    stack.preview('pulumi.Stash("job", input=pulumi.Output.secret("other-thing"))')
    assert "thing" not in repr(stack.events)
    assert "[secret]" in repr(stack.events)


def test_after_a_failure_the_others_go_on_if_asked(stack: Any, ops: Any) -> None:
    stack.up('a = bucket("a")\nbucket("b", opts=Opts(depends_on=[a]))')
    stack.cloud.refuses.add("update a")
    program = """
    a = bucket("a", labels={"x": "1"})
    bucket("b", opts=Opts(depends_on=[a]))
    bucket("c")
    pulumi.export("etag", a.etag if hasattr(a, "etag") else a.url)
    """
    report = stack.up(program, continue_on_error=True)
    assert sorted(ops(report)) == ["create c", "update a"], "b waits for a and is left alone"
    assert report.outputs == {"etag": UNKNOWN_TEXT}
    assert set(stack.state()) >= {"a", "b", "c"}


def test_a_target_that_does_not_exist_is_an_error(stack: Any) -> None:
    report = stack.up('bucket("a")', targets=[stack.urn("x:y:Z", "nowhere")])
    assert "could not be found in the stack" in report.errors[0]


def test_a_target_needs_what_it_depends_on(stack: Any) -> None:
    program = 'a = bucket("a")\nbucket("b", opts=Opts(depends_on=[a]))'
    report = stack.up(program, targets=["**::b"])
    assert "was not specified in --target list" in report.errors[0]


def test_a_targeted_destroy_takes_nothing_away_from_others(stack: Any, ops: Any) -> None:
    stack.up('a = bucket("a")\nbucket("b", opts=Opts(depends_on=[a]))')
    refused = stack.destroy(targets=["**::a"])
    assert "will be destroyed but was not specified" in refused.errors[0]
    assert ops(stack.destroy(targets=["**::b"])) == ["delete b"]
