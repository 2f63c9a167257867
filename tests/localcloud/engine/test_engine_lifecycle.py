"""What happens to single resources: options, replacement, import, read, refresh."""

from localcloud.engine import EngineError
import pytest


def operations(report):
    hidden = ("pulumi:pulumi:Stack::", "::default")
    return [
        f"{step.op} {step.urn.rpartition('::')[2]}"
        for step in report.steps
        if not any(part in step.urn for part in hidden)
    ]


def test_import_takes_what_exists_and_updates_it_in_the_same_run(stack):
    stack.cloud.resources["found"] = {"name": "found", "location": "EU"}
    text = 'bucket("data", name="found", labels={"a": "b"}, opts=Opts(import_="found"))'
    r = stack.up(text)
    assert operations(r) == ["import data", "update data"], r.diagnostics
    assert operations(stack.up(text)) == ["same data"]


def test_import_exact(stack):
    stack.cloud.resources["found"] = {"name": "found", "location": "EU"}
    text = 'bucket("data", name="found", opts=Opts(import_="found"))'
    assert operations(stack.preview(text)) == ["import data"]
    assert operations(stack.up(text)) == ["import data"]
    assert operations(stack.up(text)) == ["same data"]
    r = stack.up('bucket("data", name="found", location="US", opts=Opts(import_="found"))')
    assert "previously-imported resources" in r.errors[0]
    r = stack.up('bucket("other", name="nope", opts=Opts(import_="nope"))')
    assert "resource 'nope' does not exist" in r.errors[0]


def test_get(stack):
    stack.cloud.resources["found"] = {"name": "found", "location": "EU"}
    text = 'b = gcp.storage.Bucket.get("theirs", "found")\npulumi.export("l", b.location)'
    assert operations(stack.preview(text)) == ["read theirs"]
    r = stack.up(text)
    assert operations(r) == ["read theirs"] and r.outputs == {"l": "EU"}
    assert operations(stack.up(text)) == ["read theirs"]
    r = stack.up("pass")
    assert operations(r) == ["discard theirs"] and not stack.cloud.calls
    r = stack.up('gcp.storage.Bucket.get("theirs", "gone")')
    assert r.errors == ["resource 'gone' does not exist"]


def test_retain(stack):
    stack.up('bucket("data", opts=Opts(retain_on_delete=True))')
    r = stack.up("pass")
    assert operations(r) == ["delete data"] and not stack.cloud.calls


def test_deleted_with(stack):
    stack.up('a = bucket("a")\nbucket("b", opts=Opts(deleted_with=a))')
    r = stack.up("pass")
    assert operations(r) == ["delete b", "delete a"] and stack.cloud.calls == ["delete a"]


def test_stack_reference(stack):
    text = """
    pulumi.export("plain", "x")
    pulumi.export("token", pulumi.Output.secret("hidden-thing"))
    ref = pulumi.StackReference("organization/shop/dev")
    pulumi.export("seen", ref.get_output("token"))
    pulumi.export("p", ref.get_output("plain"))
    """
    r = stack.up(text)
    assert operations(r) == ["read organization/shop/dev"], r.diagnostics
    r = stack.up(text)
    assert r.outputs == {"plain": "x", "token": "[secret]", "seen": "[secret]", "p": "x"}
    r = stack.up('pulumi.StackReference("organization/shop/nope")')
    assert 'unknown stack "organization/shop/nope"' in r.errors[0]


def test_refresh(stack):
    stack.up('a = bucket("a")\nbucket("b", opts=Opts(depends_on=[a]))')
    stack.cloud.resources["a"] = {"name": "a", "location": "EU", "labels": {"drift": "1"}}
    r = stack.run("refresh")
    assert "refresh a" in operations(r)
    assert operations(stack.up()) == ["update a", "same b"]
    del stack.cloud.resources["a"]
    r = stack.up(refresh=True)
    assert operations(r) == ["refresh a", "refresh b", "create a", "same b"]


def test_checks(stack):
    r = stack.up(
        'pulumi.CustomResource("gcp:bigquery/table:Table", "raw", {}, None)'
        if False
        else 'gcp.bigquery.Table("raw", dataset_id="d", table_id=None) if False else pulumi.CustomResource("gcp:bigquery/table:Table", "raw", {"datasetId": "d"})'
    )
    assert r.errors == [
        "gcp:bigquery/table:Table resource 'raw': property tableId value {<nil>} has a problem: missing required property 'tableId'"
    ]


def test_unknown_package(stack):
    r = stack.up('pulumi.CustomResource("aws:s3/bucket:Bucket", "raw", {})')
    assert "'aws'" in r.errors[0] and r.result == "failed"


def test_disabled(stack):
    stack.configure("config:\n  pulumi:disable-default-providers: ['*']\n")
    r = stack.up('bucket("a")')
    assert r.errors == [
        "Default provider for 'gcp' disabled. 'urn:pulumi:dev::shop::gcp:storage/bucket:Bucket::a' must use an explicit provider."
    ]


def test_invoke(stack):
    text = """
    b = bucket("a")
    out = pulumi.runtime.invoke_output("gcp:x:getThing", {"v": b.etag if False else b.id})
    pulumi.export("x", out)
    print("plain", pulumi.runtime.invoke("gcp:x:getThing", {"v": 1}).value)
    """
    r = stack.preview(text)
    assert stack.cloud.calls == ["invoke gcp:x:getThing"] and r.result == "succeeded", r
    r = stack.up(text)
    assert r.outputs == {"x": {"echo": {"v": "a"}}}
    assert any("plain" in t for t in stack.said())


def test_error_hooks(stack):
    stack.cloud.refuses.add("create a")
    text = """
    calls = []
    def again(args):
        calls.append(args.errors)
        print("again", args.failed_operation, len(args.errors))
        return len(args.errors) < 3
    bucket("a", opts=Opts(hooks=Hooks(on_error=[pulumi.ErrorHook("again", again)])))
    """
    r = stack.up(text)
    assert stack.cloud.calls == ["create a"] * 3 and r.errors == ["the cloud refuses: create a"], (
        stack.cloud.calls,
        r,
    )


def test_replace_order_and_pending(stack):
    stack.up('bucket("a", opts=Opts(delete_before_replace=True))')
    stack.cloud.refuses.add("create a")
    r = stack.up('bucket("a", location="US", opts=Opts(delete_before_replace=True))')
    assert operations(r) == ["delete-replaced a", "replace a", "create-replacement a"]
    assert r.result == "failed"
    stack.cloud.refuses.clear()
    r = stack.up()
    assert operations(r) == ["replace a", "create-replacement a"], r
    assert operations(stack.up()) == ["same a"]


def test_failed_delete_of_replaced(stack):
    stack.up('bucket("a")')
    stack.cloud.refuses.add("delete a")
    r = stack.up('bucket("a", location="US")')
    assert (
        operations(r) == ["create-replacement a", "replace a", "delete-replaced a"]
        and r.result == "failed"
    )
    stack.cloud.refuses.clear()
    r = stack.up()
    assert operations(r) == ["same a", "delete-replaced a"]
    assert operations(stack.up()) == ["same a"]


def test_secret_outputs(stack):
    r = stack.up(
        'b = bucket("a", opts=Opts(additional_secret_outputs=["location"]))\npulumi.export("l", b.location)'
    )
    assert r.outputs == {"l": "[secret]"}
    from localcloud import engine

    assert engine.outputs(stack.folder, "dev", show_secrets=True) == {"l": "EU"}
    assert engine.outputs(stack.folder, "dev") == {"l": "[secret]"}


def test_log(stack):
    r = stack.up('pulumi.log.warn("careful")\npulumi.log.info("fyi")\nprint("hello")')
    assert [d.message for d in r.diagnostics] == ["careful"]
    assert {"careful", "fyi", "hello"} <= set(stack.said())


def test_target_missing(stack):
    r = stack.up('bucket("a")', targets=["urn:pulumi:dev::shop::x:y:Z::nope"])
    assert r.result == "failed" and "could not be found" in r.errors[0]


def test_target_new_dependency(stack):
    r = stack.up('a = bucket("a")\nbucket("b", opts=Opts(depends_on=[a]))', targets=["**b"])
    assert "which was was not specified in --target list" in r.errors[0]


def test_destroy_target(stack):
    stack.up('a = bucket("a")\nbucket("b", opts=Opts(depends_on=[a]))')
    r = stack.destroy(targets=["**::a"])
    assert r.result == "failed" and "will be destroyed but was not specified" in r.errors[0]
    r = stack.destroy(targets=["**::b"])
    assert operations(r) == ["delete b"]


def test_component_failure_exception(stack):
    r = stack.up('def f():\n    raise KeyError("x")\nf()')
    assert r.errors[0].endswith("KeyError: 'x'")
    print(r.errors[0])
    r = stack.up('raise pulumi.RunError("just this")')
    assert r.errors == ["just this"]
    r = stack.up('bucket("a")\nimport sys\nsys.exit(0)')
    assert r.result == "succeeded", r
    r = stack.up('bucket("a")\nimport sys\nsys.exit(3)')
    assert r.result == "failed", r
    r = stack.up('bucket("a").name.apply(lambda n: 1/0)')
    assert "ZeroDivisionError" in r.errors[0], r
    r = stack.up("import nothing_like_this")
    assert "ModuleNotFoundError" in r.errors[0], r
    stack.program("x = (")
    r = stack.up()
    print(r.errors[0])
    assert "SyntaxError" in r.errors[0], r
