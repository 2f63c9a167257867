"""Resources that change hands: imports, reads, providers, aliases, and ignored or secret places."""

from collections.abc import Callable
from typing import Any

import pytest

from localcloud.engine import Report, paths
from localcloud.engine.values import Secret

Ops = Callable[[Report], list[str]]


def test_an_import_over_a_managed_resource_replaces_it(stack: Any, ops: Ops) -> None:
    stack.cloud.resources["found"] = {"name": "found", "location": "EU"}
    stack.up("bucket('a', name='mine')")
    report = stack.up("bucket('a', name='found', opts=Opts(import_='found'))")
    assert ops(report) == ["import-replacement a", "replace a", "delete-replaced a"]
    assert list(stack.cloud.resources) == ["found"]


def test_a_managed_resource_that_is_only_read_is_kept_or_replaced(stack: Any, ops: Ops) -> None:
    stack.up("bucket('a')\nbucket('b')")
    report = stack.up("gcp.storage.Bucket.get('a', 'a')\nbucket('b')")
    assert sorted(ops(report)) == ["read a", "same b"], "the same id: it is let go"
    report = stack.up("gcp.storage.Bucket.get('a', 'a')\ngcp.storage.Bucket.get('b', 'a')")
    assert "read-replacement b" in ops(report)
    assert "delete-replaced b" in ops(report)
    report = stack.up("bucket('a', name='own')")
    assert "discard-replaced a" in ops(report)
    assert "a" in stack.cloud.resources, "what was only read is not deleted"


def test_a_read_by_an_unknown_id_is_planned_without_being_done(stack: Any, ops: Ops) -> None:
    report = stack.preview("a = bucket('a')\ngcp.storage.Bucket.get('b', a.id)")
    assert ops(report) == ["create a", "read b"]


def test_another_provider_leaves_resources_as_they_are(stack: Any, ops: Ops) -> None:
    text = "p = gcp.Provider('p', project='x')\nq = gcp.Provider('q', project='x')\n"
    stack.up(text + "bucket('a', opts=Opts(provider=p))")
    assert "same a" in ops(stack.up(text + "bucket('a', opts=Opts(provider=q))"))
    assert "same a" in ops(stack.up("bucket('a')"))


def test_a_child_that_uses_its_parent_goes_with_it(stack: Any, ops: Ops) -> None:
    program = (
        "a = bucket('a', location='{}', opts=Opts(delete_before_replace=True))\n"
        "gcp.storage.BucketIAMMember('m', bucket=a.name, role='roles/storage.objectViewer', "
        "member='user:ada@example.com', opts=Opts(parent=a))"
    )
    stack.up(program.format("EU"))
    assert ops(stack.up(program.format("US")))[:2] == ["delete-replaced m", "delete-replaced a"]


def test_a_replacement_gets_what_was_ignored(stack: Any) -> None:
    program = (
        "bucket('a', name='a{0}', labels={{'v': '{0}'}}, opts=Opts(ignore_changes=['labels']))"
    )
    stack.up(program.format(1))
    stack.up(program.format(2))
    assert stack.cloud.resources["a2"]["labels"] == {"v": "2"}


def test_an_ignored_place_that_only_one_side_has_is_refused(stack: Any) -> None:
    program = (
        "bucket('a', lifecycle_rules=[{'action': {'type': 'Delete'}, 'condition': {'age': 1}}] * "
        "%d, opts=Opts(ignore_changes=['lifecycleRules[1].condition.age']))"
    )
    assert stack.up(program % 2).succeeded
    assert "elements of the path are missing" in stack.up(program % 1).errors[0]


def test_an_ignored_place_within_a_secret_stays_secret() -> None:
    old = {"labels": Secret({"a": "1", "b": "1"})}
    kept = paths.reset({"labels": {"a": "2", "b": "2"}}, old, ("labels", "a"))["labels"]
    assert isinstance(kept["a"], Secret)
    assert kept["b"] == "2"
    with pytest.raises(paths.MissingPathError):
        paths.reset({"rules": [1]}, {"rules": [1, 2]}, ("rules", "*"))


def test_an_output_may_become_secret_without_a_change(stack: Any, ops: Ops) -> None:
    stack.up("bucket('a')")
    report = stack.up("bucket('a', opts=Opts(additional_secret_outputs=['location']))")
    assert ops(report) == ["same a"]
    assert stack.state()["a"]["outputs"]["location"] == "[secret]"


def test_a_child_is_retained_with_its_parent(stack: Any) -> None:
    stack.up("t = Team('t', opts=Opts(retain_on_delete=True))\nbucket('a', opts=Opts(parent=t))")
    stack.up("")
    assert "a" in stack.cloud.resources
