"""How runs end: what is deleted, what a failure or a target spares, what a preview shows."""

from collections.abc import Callable
from typing import Any

from localcloud.engine import Report

Ops = Callable[[Report], list[str]]
BUCKET = "gcp:storage/bucket:Bucket"
MEMBER = "member='user:ada@example.com', role='roles/storage.objectViewer'"
BOOM = """
def boom(args):
    raise RuntimeError("refused")
hook = pulumi.ResourceHook("boom", boom)
"""


def test_a_refusal_ends_even_a_run_that_continues_on_errors(stack: Any, ops: Ops) -> None:
    stack.up("bucket('old')")
    twice = "a = bucket('a')\nbucket('a', opts=Opts(depends_on=[a]))\nbucket('b')"
    report = stack.up(twice, continue_on_error=True)
    assert not report.succeeded
    assert "delete old" not in ops(report), "a program that was not heard out deletes nothing"


def test_a_refused_deletion_spares_only_what_the_protected_one_needs(stack: Any, ops: Ops) -> None:
    stack.up(
        "t = Team('t')\n"
        "bucket('safe', opts=Opts(parent=t, protect=True))\n"
        "bucket('child', opts=Opts(parent=t))\n"
        "bucket('alone')"
    )
    report = stack.up("")
    assert set(ops(report)) == {"delete safe", "delete child", "delete alone"}
    assert "t" in stack.state(), "the parent of what stays must stay"


def test_what_a_failed_update_depended_on_is_not_deleted(stack: Any, ops: Ops) -> None:
    hooked = BOOM + (
        "{}pulumi.Stash('s', input='{}', opts=Opts(depends_on=[{}], "
        "hooks=Hooks(before_update=[hook])))"
    )
    stack.up(hooked.format("a = bucket('a')\nbucket('b')\n", 1, "a"))
    report = stack.up(hooked.format("", 2, ""), continue_on_error=True)
    assert ops(report) == ["update s", "delete b"]


def test_a_failed_deletion_stops_the_layers_behind_it(stack: Any, ops: Ops) -> None:
    stack.up(
        f"{BOOM}a = bucket('a')\nbucket('alone')\n"
        f"gcp.storage.BucketIAMMember('m', bucket=a.name, {MEMBER}, "
        "opts=Opts(hooks=Hooks(before_delete=[hook])))"
    )
    report = stack.up(BOOM)
    assert ops(report) == ["delete m"], "the longest chain goes first, and nothing after it"


def test_children_that_follow_a_renamed_parent_are_not_deleted(stack: Any, ops: Ops) -> None:
    children = "for i in range(3): bucket(f'{0}-{{i}}', name=f'b-{{i}}', opts=Opts(parent=t))"
    stack.up("t = Team('old')\n" + children.format("old"))
    alias = "t = Team('new', opts=Opts(aliases=[pulumi.Alias(name='old')]))\n"
    report = stack.up(alias + children.format("new"))
    assert sorted(ops(report)) == ["same new", "same new-0", "same new-1", "same new-2"]
    assert stack.cloud.calls == []


def test_a_target_that_is_gone_from_the_program_needs_its_dependents_targeted(
    stack: Any, ops: Ops
) -> None:
    stack.up(f"a = bucket('a')\ngcp.storage.BucketIAMMember('m', bucket=a.name, {MEMBER})")
    targets = [stack.urn(BUCKET, "a")]
    report = stack.up("", targets=targets)
    assert ops(report) == [], "in an up nothing is deleted at all"
    assert "will be destroyed but was not specified" in report.errors[0]
    targets.append(stack.urn("gcp:storage/bucketIAMMember:BucketIAMMember", "m"))
    assert ops(stack.up("", targets=targets)) == ["delete m", "delete a"]


def test_an_untargeted_resource_keeps_what_it_needs(stack: Any, ops: Ops) -> None:
    stack.up("a = bucket('a')\nbucket('b', opts=Opts(depends_on=[a]))\nbucket('c')")
    report = stack.up("bucket('b')\nbucket('c')", targets=[stack.urn(BUCKET, "c")])
    assert sorted(ops(report)) == ["same a", "same b", "same c"], "a left the program, b did not"
    assert sorted(ops(stack.up())) == ["delete a", "same b", "same c"]


def test_an_unknown_target_is_told_and_the_others_are_served(stack: Any, ops: Ops) -> None:
    stack.up("bucket('a')\nbucket('b')")
    known, unknown = stack.urn(BUCKET, "b"), stack.urn(BUCKET, "nope")
    report = stack.destroy(targets=[known, unknown])
    assert ops(report) == ["delete b"]
    assert report.errors[0].endswith("Did you forget to escape $ in your shell?")


def test_a_preview_goes_on_after_what_an_up_refuses(stack: Any, ops: Ops) -> None:
    stack.up("bucket('a', opts=Opts(protect=True))")
    moved = "bucket('a', location='US', opts=Opts(protect=True))\nbucket('b')"
    report = stack.preview(moved)
    assert not report.succeeded
    replaced = {"create-replacement a", "replace a", "delete-replaced a"}
    assert set(ops(report)) == {*replaced, "create b"}
    unprotected = moved.replace("True", "False")
    assert replaced < set(ops(stack.up(unprotected))), "protection may end with the replacement"


def test_an_exit_with_a_number_or_a_text_fails_the_run(stack: Any) -> None:
    for argument, code in (("7", 7), ("'tired'", 1)):
        report = stack.up(f"import sys\nsys.exit({argument})")
        wanted = f"an unhandled error occurred: Program exited with non-zero exit code: {code}"
        assert report.errors == [wanted]
