"""Hooks and transforms: functions of the program that the engine calls."""

from typing import Any

HOOKED = """
def hook(name, **options):
    def call(args):
        print(name, args.name, args.id, sorted(args.new_inputs or []), bool(args.new_outputs))
        if name in FAILS:
            raise ValueError(name + " has no time")
    return pulumi.ResourceHook(name, call, pulumi.ResourceHookOptions(**options))
"""


def calls(stack: Any) -> list[str]:
    words = ("before", "after", "dry")
    return [text for text in stack.said() if text.startswith(words)]


def test_hooks_know_what_the_step_knows(stack: Any) -> None:
    stack.up(
        f"FAILS = []\n{HOOKED}\n"
        'hooks = Hooks(before_create=[hook("before")], after_create=[hook("after")])\n'
        'pulumi.Stash("job", input=1, opts=Opts(hooks=hooks))'
    )
    before, after = calls(stack)
    assert before == "before job  ['input'] False"
    assert after.startswith("after job ")
    assert after.endswith("['input'] True")


def test_previews_call_only_hooks_that_ask_for_it(stack: Any) -> None:
    program = (
        f"FAILS = []\n{HOOKED}\n"
        'both = [hook("before"), hook("dry", on_dry_run=True)]\n'
        'pulumi.Stash("job", input=1, opts=Opts(hooks=Hooks(before_create=both)))'
    )
    stack.preview(program)
    assert [call.split()[0] for call in calls(stack)] == ["dry"]
    stack.up()
    assert [call.split()[0] for call in calls(stack)] == ["before", "dry"]


def test_a_failing_before_hook_saves_nothing_and_is_called_again(stack: Any, ops: Any) -> None:
    program = (
        'FAILS = ["before"]\n' + HOOKED + 'pulumi.Stash("job", input=1,'
        ' opts=Opts(hooks=Hooks(before_create=[hook("before")])))'
    )
    for _ in range(2):
        report = stack.up(program)
        assert ops(report) == ["create job"]
        assert report.errors == ['before hook "before" failed: before has no time']
        assert "job" not in stack.state()


def test_a_failing_after_hook_comes_too_late(stack: Any, ops: Any) -> None:
    program = (
        'FAILS = ["after"]\n' + HOOKED + 'pulumi.Stash("job", input=1,'
        ' opts=Opts(hooks=Hooks(after_create=[hook("after")])))'
    )
    assert stack.up(program).errors == ['after hook "after" failed: after has no time']
    again = stack.up(program)
    assert (ops(again), calls(stack)) == (["same job"], [])


def test_a_hook_that_ignores_errors_only_warns(stack: Any) -> None:
    report = stack.up(
        'FAILS = ["before"]\n' + HOOKED + 'pulumi.Stash("job", input=1,'
        ' opts=Opts(hooks=Hooks(before_create=[hook("before", ignore_errors=True)])))'
    )
    assert report.result == "succeeded"
    assert report.diagnostics[0].message.startswith('BeforeCreate hook "before" failed')


def test_delete_hooks_need_the_program(stack: Any, ops: Any) -> None:
    make = f'FAILS = []\n{HOOKED}\nh = hook("before-delete")\n'
    job = 'pulumi.Stash("job", input=1, opts=Opts(hooks=Hooks(before_delete=[h])))'
    stack.up(make + job)
    refused = stack.destroy()
    assert ops(refused) == []
    assert refused.errors == [
        "Resource has delete hooks registered, but the program is not running. Hooks: before-delete"
    ]
    unregistered = stack.up("pass")
    assert 'hook "before-delete" was not registered' in unregistered.errors[0]
    assert ops(stack.up(make)) == ["delete job"]
    assert len(calls(stack)) == 1


def test_after_hooks_of_a_component_wait_for_its_outputs(stack: Any) -> None:
    stack.up(
        f"FAILS = []\n{HOOKED}\n"
        'hooks = Hooks(before_create=[hook("before")], after_create=[hook("after")])\n'
        'team = Team("team", {"size": 1}, Opts(hooks=hooks))\n'
        'a = bucket("a", opts=Opts(parent=team))\n'
        'team.register_outputs({"a": a.id.apply(lambda i: print("before outputs") or i)})'
    )
    assert [call.split()[0] for call in calls(stack)] == ["before", "before", "after"]


def test_a_program_that_raises_keeps_old_exports_and_deletes_nothing(stack: Any, ops: Any) -> None:
    stack.up('bucket("a")\npulumi.export("early", 1)\npulumi.export("late", 1)')
    report = stack.up('pulumi.export("early", 2)\nraise ValueError("no more")')
    assert (ops(report), report.outputs) == ([], {"early": 2, "late": 1})
    assert "a" in stack.state()


def test_after_a_failed_step_exports_that_need_it_stay_as_they_were(stack: Any) -> None:
    stack.up('pulumi.export("url", "old")')
    stack.cloud.refuses.add("create a")
    report = stack.up('pulumi.export("url", bucket("a").name)')
    assert report.outputs == {"url": "old"}


def test_transforms_reach_children_of_children(stack: Any) -> None:
    report = stack.up(
        """
        def label(args):
            if not args.custom:
                return None
            return pulumi.ResourceTransformResult({**args.props, "labels": {"x": "1"}}, args.opts)

        outer = Team("outer", opts=Opts(transforms=[label]))
        inner = Team("inner", opts=Opts(parent=outer))
        a = bucket("a", opts=Opts(parent=inner))
        pulumi.export("labels", a.labels)
        pulumi.export("others", bucket("b").labels)
        """
    )
    assert report.outputs == {"labels": {"x": "1"}}


def test_transforms_may_change_options(stack: Any) -> None:
    stack.up(
        """
        def protect(args):
            return pulumi.ResourceTransformResult(
                args.props, Opts.merge(args.opts, Opts(protect=True, ignore_changes=["labels"]))
            )

        pulumi.runtime.register_resource_transform(protect)
        bucket("a")
        """
    )
    assert stack.state()["a"]["protect"]
    report = stack.up("pass")
    assert "because it is protected" in report.errors[0]


def test_a_transform_that_changes_nothing_leaves_the_order_of_a_replacement(
    stack: Any, ops: Any
) -> None:
    program = """
    pulumi.runtime.register_resource_transform(
        lambda args: pulumi.ResourceTransformResult(args.props, args.opts)
    )
    bucket("a", LOCATION, Opts(delete_before_replace=FIRST))
    """
    for first, begins in (("True", "delete-replaced a"), ("None", "create-replacement a")):
        stack.up(program.replace("LOCATION", "'EU'").replace("FIRST", first))
        report = stack.up(program.replace("LOCATION", "'US'").replace("FIRST", first))
        assert ops(report)[0] == begins


def test_a_transform_that_raises_fails_the_run_in_its_words(stack: Any) -> None:
    report = stack.up(
        """
        def broken(args):
            raise ValueError("no labels in " + args.name)

        pulumi.runtime.register_resource_transform(broken)
        bucket("a")
        """
    )
    assert report.result == "failed"
    assert "no labels in a" in report.errors[0]
