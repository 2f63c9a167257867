"""What becomes of single resources on the engine: replacement, deletion, import, reads."""

from typing import Any

from localcloud import engine


def test_a_refresh_stores_what_changed_elsewhere(stack: Any, ops: Any) -> None:
    stack.up('bucket("a")')
    stack.cloud.resources["a"]["location"] = "ASIA"
    report = stack.run("refresh")
    assert ops(report) == ["refresh a"]
    assert stack.state()["a"]["outputs"]["location"] == "ASIA"


def test_a_changed_location_replaces_and_the_old_resource_goes_last(stack: Any, ops: Any) -> None:
    stack.up('bucket("a")')
    report = stack.up('bucket("a", location="US")')
    assert ops(report) == ["create-replacement a", "replace a", "delete-replaced a"]


def test_an_interrupted_replacement_is_finished_by_the_next_run(stack: Any, ops: Any) -> None:
    program = 'bucket("a", location="{}", opts=Opts(delete_before_replace=True))'
    stack.up(program.format("EU"))
    stack.cloud.refuses.add("create a")
    failed = stack.up(program.format("US"))
    assert ops(failed) == ["delete-replaced a", "replace a", "create-replacement a"]
    stack.cloud.refuses.clear()
    assert ops(stack.up()) == ["replace a", "create-replacement a"], "the old one is gone already"
    assert ops(stack.up()) == ["same a"]


def test_a_replaced_resource_that_could_not_be_deleted_is_deleted_later(
    stack: Any, ops: Any
) -> None:
    stack.up('bucket("a")')
    stack.cloud.refuses.add("delete a")
    assert stack.up('bucket("a", location="US")').result == "failed"
    stack.cloud.refuses.clear()
    assert ops(stack.up()) == ["same a", "delete-replaced a"]
    assert ops(stack.up()) == ["same a"]


def test_a_failed_creation_leaves_out_what_depends_on_it(stack: Any, ops: Any) -> None:
    stack.cloud.refuses.add("create a")
    program = 'a = bucket("a")\nbucket("b", name=a.name.apply(lambda n: n + "b"))'
    report = stack.up(program)
    assert ops(report) == ["create a"]
    assert report.errors == ["the cloud refuses: create a"]
    stack.cloud.refuses.clear()
    assert ops(stack.up()) == ["create a", "create b"]


def test_a_failed_update_keeps_the_old_state_and_is_tried_again(stack: Any, ops: Any) -> None:
    stack.up('bucket("a")')
    stack.cloud.refuses.add("update a")
    assert stack.up('bucket("a", labels={"x": "1"})').result == "failed"
    assert "labels" not in stack.state()["a"]["inputs"]
    stack.cloud.refuses.clear()
    assert ops(stack.up()) == ["update a"]


def test_a_resource_moved_without_an_alias_is_created_anew_and_then_deleted(
    stack: Any, ops: Any
) -> None:
    stack.up('bucket("a", name="x")')
    report = stack.up('bucket("a", name="y", opts=Opts(parent=Team("team")))')
    assert ops(report) == ["create team", "create a", "delete a"]


def test_a_retained_resource_leaves_the_state_but_not_the_cloud(stack: Any, ops: Any) -> None:
    stack.up('bucket("a", opts=Opts(retain_on_delete=True))')
    assert ops(stack.up("pass")) == ["delete a"]
    assert "a" in stack.cloud.resources


def test_what_goes_with_another_resource_is_not_deleted_by_itself(stack: Any, ops: Any) -> None:
    stack.up('a = bucket("a")\nbucket("b", opts=Opts(deleted_with=a))')
    assert ops(stack.up("pass")) == ["delete b", "delete a"]
    assert stack.cloud.calls == ["delete a"]


def test_a_refused_deletion_stops_before_what_it_depends_on(stack: Any, ops: Any) -> None:
    stack.up('a = bucket("a")\nbucket("b", opts=Opts(depends_on=[a], protect=True))')
    report = stack.destroy()
    assert ops(report) == ["delete b"]
    assert "because it is protected" in report.errors[0]
    assert set(stack.cloud.resources) == {"a", "b"}


def test_what_is_protected_is_not_replaced_by_itself_nor_with_what_it_depends_on(
    stack: Any,
) -> None:
    program = """
    first = dict(delete_before_replace=True)
    a = bucket("a", "EU", Opts(**first))
    gcp.storage.BucketIAMMember("b", bucket=a.name, role="r", member="m", opts=Opts(protect=True))
    bucket("c", "EU", Opts(protect=True, **first))
    """
    stack.up(program)
    with_a = stack.up(program.replace('"a", "EU"', '"a", "US"'))
    alone = stack.up(program.replace('"c", "EU"', '"c", "US"'))
    a = stack.urn("gcp:storage/bucket:Bucket", "a")
    assert f'as part of replacing "{a}" as it is currently marked' in with_a.errors[0]
    assert "as part of replacing" not in alone.errors[0]
    assert "unable to replace resource" in alone.errors[0]


def test_an_import_takes_over_what_exists_and_then_updates_it(stack: Any, ops: Any) -> None:
    stack.cloud.resources["found"] = {"name": "found", "location": "EU"}
    options = 'opts=Opts(import_="found")'
    exact = stack.preview(f'bucket("a", name="found", {options})')
    assert ops(exact) == ["import a"]
    report = stack.up(f'bucket("a", name="found", labels={{"x": "1"}}, {options})')
    assert ops(report) == ["import a", "update a"]
    assert ops(stack.up()) == ["same a"]
    replaced = stack.up(f'bucket("a", name="found", location="US", {options})')
    assert "remove the `import` declaration" in replaced.errors[0]


def test_an_import_of_nothing_is_refused(stack: Any) -> None:
    report = stack.up('bucket("a", opts=Opts(import_="nowhere"))')
    assert report.errors == ["resource 'nowhere' does not exist"]


def test_a_resource_that_is_only_read_is_read_every_time_and_never_deleted(
    stack: Any, ops: Any
) -> None:
    stack.cloud.resources["theirs"] = {"name": "theirs", "location": "EU"}
    program = 'b = gcp.storage.Bucket.get("t", "theirs")\npulumi.export("l", b.location)'
    assert ops(stack.up(program)) == ["read t"]
    report = stack.up()
    assert (ops(report), report.outputs) == (["read t"], {"l": "EU"})
    assert ops(stack.up("pass")) == ["discard t"]
    assert not stack.cloud.calls, "it belongs to someone else"


def test_a_refresh_forgets_what_is_gone_and_the_next_run_creates_it(stack: Any, ops: Any) -> None:
    stack.up('a = bucket("a")\nbucket("b", opts=Opts(depends_on=[a]))')
    del stack.cloud.resources["a"]
    report = stack.up(refresh=True)
    assert ops(report) == ["refresh a", "refresh b", "create a", "same b"]


def test_a_stack_reads_its_own_outputs_and_secrets_stay_secret(stack: Any, ops: Any) -> None:
    program = """
    pulumi.export("token", pulumi.Output.secret("hidden-thing"))
    pulumi.export("seen", pulumi.StackReference("organization/shop/dev").get_output("token"))
    """
    assert ops(stack.up(program)) == ["read organization/shop/dev"]
    report = stack.up()
    assert report.outputs == {"token": "[secret]", "seen": "[secret]"}
    shown = engine.outputs(stack.folder, "dev", show_secrets=True)
    assert shown["seen"] == "hidden-thing"


def test_a_reference_to_an_unknown_stack_is_an_error(stack: Any) -> None:
    report = stack.up('pulumi.StackReference("organization/shop/nowhere")')
    assert report.errors == ['unknown stack "organization/shop/nowhere"']


def test_additional_secret_outputs_are_masked(stack: Any) -> None:
    program = 'b = bucket("a", opts=Opts(additional_secret_outputs=["location"]))\n'
    report = stack.up(program + 'pulumi.export("l", b.location)')
    assert report.outputs == {"l": "[secret]"}
