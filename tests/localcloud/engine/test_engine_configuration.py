"""What a program sees of `Pulumi.yaml` and of its stack file, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from localcloud import engine
from localcloud.engine import EngineError
from localcloud.engine.project import configuration, open_project, open_stack_file


def read(folder: Path, stack_file: str, project: str = "name: shop\nruntime: python\n") -> Any:
    (folder / "Pulumi.yaml").write_text(project)
    (folder / "Pulumi.dev.yaml").write_text(stack_file)
    opened = open_project(folder)
    return configuration(opened, open_stack_file(opened, "dev"), lambda text: text[::-1])


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("3", "3"),
        ("0.250", "0.250"),
        ("True", "True"),
        ("'0123'", "0123"),
        ("~", ""),
        ("yes", "yes"),
        ("[1, 1e-3, yes, 0o17, 1:30]", '[1,0.001,"yes",15,"1:30"]'),
        ("{b: null, a: <x>}", '{"a":"\\u003cx\\u003e","b":null}'),
        ("2024-01-01", "2024-01-01"),
        ("[2024-01-01]", '["2024-01-01T00:00:00Z"]'),
    ],
)
def test_a_key_reaches_the_program_as_the_text_that_the_cli_makes(
    tmp_path: Path, written: str, text: str
) -> None:
    assert read(tmp_path, f"config:\n  shop:key: {written}\n").texts == {"shop:key": text}


def test_secure_values_are_decrypted_wherever_they_stand(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        "config:\n  shop:a:\n    secure: olleh\n  shop:b:\n    - {x: {secure: dlrow}}\n  c: 1\n",
    )
    assert config.texts == {"shop:a": "hello", "shop:b": '[{"x":"world"}]', "shop:c": "1"}
    assert config.secret_keys == ["shop:a", "shop:b"]


def test_the_stack_file_wins_over_defaults_of_the_project(tmp_path: Path) -> None:
    project = """
name: shop
runtime: {name: python}
config:
  size: {type: integer, default: 1}
  place: {value: EU}
  undecided: {type: string}
  gcp:project: p
"""
    texts = read(tmp_path, "config:\n  shop:size: 2\n", project).texts
    assert texts == {"gcp:project": "p", "shop:place": "EU", "shop:size": "2"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("config: [", "line 2 is not YAML"),
        ("config:\n  a: 1\n  a: 2\n", "line 3 repeats the key 'a'"),
        ("- a\n", "holds no mapping"),
        ("config: [1]\n", "`config` is no mapping"),
    ],
)
def test_a_broken_stack_file_is_refused_with_its_place(
    tmp_path: Path, text: str, reason: str
) -> None:
    with pytest.raises(EngineError, match=reason):
        read(tmp_path, text)


def test_a_stack_without_a_file_is_refused_with_those_that_there_are(stack: Any) -> None:
    with pytest.raises(EngineError, match=r"Pulumi.prod.yaml does not exist; there are: dev"):
        engine.run("preview", stack.folder, "prod")


def test_a_folder_without_a_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"There is no Pulumi.yaml"):
        engine.run("preview", tmp_path, "dev")


def test_a_backend_that_is_no_folder_is_refused(
    stack: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", "gs://bucket")
    with pytest.raises(EngineError, match="write file:///some/folder"):
        engine.run("preview", stack.folder, "dev")


def test_the_passphrase_may_lie_in_a_file_and_must_stay_the_same(
    stack: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.up('pulumi.export("token", pulumi.Output.secret("hidden-thing"))')
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE")
    (stack.folder / "other").write_text("other\n")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE_FILE", str(stack.folder / "other"))
    with pytest.raises(EngineError, match="passphrase is wrong"):
        stack.up()
    (stack.folder / "other").write_text("\n")
    assert stack.up().result == "succeeded"


def test_the_program_finds_itself_as_under_the_cli(stack: Any) -> None:
    before = Path.cwd()
    report = stack.up(
        """
        import os, sys
        pulumi.export("cwd", os.getcwd())
        pulumi.export("argv", sys.argv)
        pulumi.export("path", sys.path[0])
        pulumi.export("name", __name__)
        pulumi.export("config", pulumi.runtime.get_config_env())
        pulumi.export("stack", f"{pulumi.get_organization()}/{pulumi.get_project()}")
        """
    )
    folder = str(stack.folder)
    assert report.outputs == {
        "cwd": folder,
        "argv": [f"{folder}/__main__.py"],
        "path": folder,
        "name": "__main__",
        "config": {"gcp:project": "shop-project"},
        "stack": "organization/shop",
    }
    assert Path.cwd() == before


def test_modules_of_the_program_are_fresh_in_every_run(stack: Any) -> None:
    module = stack.folder / "sizes.py"
    module.write_text("SIZE = 1\n")
    program = 'import sizes\npulumi.export("size", sizes.SIZE)'
    assert stack.up(program).outputs == {"size": 1}
    module.write_text("SIZE = 22\n")
    assert stack.up(program).outputs == {"size": 22}


def test_state_lies_where_the_cli_looks_for_it(stack: Any) -> None:
    stack.up('bucket("a")')
    root = stack.folder / ".mlplatform" / ".pulumi"
    state = json.loads((root / "stacks" / "shop" / "dev.json").read_text())
    assert (state["version"], state["checkpoint"]["stack"]) == (3, "organization/shop/dev")
    assert (root / "meta.yaml").read_text() == "version: 1\n"
    resources = state["checkpoint"]["latest"]["resources"]
    bucket = next(entry for entry in resources if entry["urn"].endswith("::a"))
    assert bucket["provider"].rpartition("::")[0].endswith("::default_10_2_0")
    assert "sourcePosition" not in bucket
