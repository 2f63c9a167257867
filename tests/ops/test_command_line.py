"""The command line itself: what it imports, its help, its errors and exit statuses."""

import subprocess
import sys
from typing import Any

import pytest
import typer
from ops_fakes import ROOT, World

from ops import errors
from ops.cli import app

SLOW = {
    *("duckdb", "jax", "kfp", "numpy", "pandas", "pyarrow"),
    *("google.api_core", "google.auth", "google.cloud.storage", "google.protobuf", "grpc"),
    *("infra", "jobs", "localcloud", "pulumi", "pulumi_gcp", "requests", "rich", "yaml"),
}


def modules_after(code: str) -> set[str]:
    """Every module that a fresh interpreter has loaded when the code has run."""
    report = "import atexit, sys\natexit.register(lambda: print(*sys.modules))\n"
    done = subprocess.run(
        [sys.executable, "-c", report + code], capture_output=True, text=True, cwd=ROOT, check=False
    )
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "ops" in loaded, done.stderr
    return loaded


@pytest.mark.parametrize("arguments", [["--help"], ["up", "--help"], ["jobs", "--help"], ["nope"]])
def test_help_imports_nothing_slow(arguments: list[str]) -> None:
    loaded = modules_after(f"sys.argv = ['mlp', *{arguments!r}]\nimport ops.cli\nops.cli.main()")
    assert loaded.isdisjoint(SLOW), "each of these costs a part of the half second"


def test_the_first_help_does_without_pydantic() -> None:
    loaded = modules_after("sys.argv = ['mlp', '--help']\nimport ops.cli\nops.cli.main()")
    assert "pydantic" not in loaded, "Typer itself imports it to parse a command's own options"


def test_a_preview_imports_no_google_client() -> None:
    loaded = modules_after(
        "import ops.preview, ops.deployment, ops.display.plain, infra.settings\n"
        "infra.settings.load_file('Pulumi.dev.yaml')\n"
    )
    clients = {"google.auth", "google.api_core", "jax", "kfp", "pyarrow", "pandas"}
    assert loaded.isdisjoint(clients), "a pull request installs the program's lock only"


def every_command() -> list[tuple[str, ...]]:
    def walk(command: Any, path: tuple[str, ...]) -> Any:
        below = getattr(command, "commands", None)
        if below is None:
            yield path
        for name, sub in (below or {}).items():
            yield from walk(sub, (*path, name))

    return list(walk(typer.main.get_command(app), ()))


OF_NO_STACK = ("bill", "savings", "shapes")
"""Commands about prices, bills and what the cloud offers."""


@pytest.mark.parametrize("command", every_command(), ids=" ".join)
def test_every_command_has_help_with_examples_and_a_stack(
    mlp: Any, command: tuple[str, ...]
) -> None:
    done = mlp(*command, "--help")
    assert done.exit_code == 0
    assert "Examples:" in done.output
    assert f"mlp {' '.join(command)}" in done.output
    assert ("--stack" in done.output) is (command[0] not in OF_NO_STACK)


def test_an_unknown_command_is_wrong_usage(mlp: Any) -> None:
    assert mlp("deploy").exit_code == 2
    assert mlp("up", "--nope").exit_code == 2


def test_an_unknown_stack_lists_the_stacks(mlp: Any) -> None:
    done = mlp("status", "--stack", "production")
    assert done.exit_code == 2
    assert "dev, local, prod" in done.stderr


def test_the_stack_can_come_from_the_environment(
    world: World, mlp: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLPLATFORM_STACK", "dev")
    mlp("preview")
    assert world.asked == [("preview", "dev")]


def test_commands_work_from_a_folder_below_the_repository(
    world: World, mlp: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(world.root / "jobs")
    assert mlp("preview").exit_code == 0


def test_outside_a_repository_a_sentence_says_where_to_go(
    world: World, mlp: Any, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: Any
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    done = mlp("preview")
    assert done.exit_code == 2
    assert "run mlp inside the repository" in done.stderr


def test_expected_errors_are_one_sentence(
    world: World, mlp: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import localcloud
    from localcloud.engine.events import EngineError

    def refuse(*_: Any, **__: Any) -> Any:
        raise EngineError("the stack is in use by process 12: wait for it")

    monkeypatch.setattr(localcloud, "preview", refuse)
    done = mlp("preview")
    assert done.exit_code == 1
    assert done.stderr == "error: the stack is in use by process 12: wait for it\n"
    monkeypatch.setenv(errors.TRACEBACK, "1")
    assert "Traceback" in mlp("preview").stderr


def test_an_error_that_nobody_expected_keeps_its_traceback(
    world: World, mlp: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import localcloud

    def stumble(*_: Any, **__: Any) -> Any:
        raise KeyError("defect")

    monkeypatch.setattr(localcloud, "preview", stumble)
    assert isinstance(mlp("preview").exception, KeyError)


def test_what_was_written_for_the_user_is_known_by_where_its_type_lives() -> None:
    from google.api_core.exceptions import NotFound

    from infra.settings import SettingsError
    from jobs.runs import UnknownRunError

    expected = [NotFound("x"), SettingsError(["x"]), UnknownRunError("x"), ConnectionError("x")]
    assert all(errors.is_expected(error) for error in expected)
    assert not errors.is_expected(KeyError("x"))
    assert not errors.is_expected(AttributeError("x"))


def test_services_that_went_away_are_a_sentence() -> None:
    from requests import Request
    from requests.exceptions import ConnectionError as NoConnection

    request = Request("GET", "http://127.0.0.1:4711/v1/projects/p").prepare()
    error = NoConnection("HTTPConnectionPool(...)", request=request)
    assert errors.is_expected(error)
    said = errors.sentence(error)
    assert said.startswith("no answer from http://127.0.0.1:4711: run the command again")


def test_a_file_that_is_not_there_is_named_without_the_number_of_the_error(mlp: Any) -> None:
    done = mlp("bill", "nowhere.json")
    assert done.exit_code == 1
    assert done.stderr == "error: nowhere.json: no such file or directory\n"


def test_a_file_in_the_way_is_named(world: World, mlp: Any) -> None:
    (world.root / ".mlplatform").mkdir()
    (world.root / ".mlplatform" / "local").write_text("")
    done = mlp("image", "build")
    assert done.exit_code == 1
    assert done.stderr.startswith("error: ")
    assert ".mlplatform/local" in done.stderr
