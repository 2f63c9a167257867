"""The engine's own command line: what a person sees, and what a machine reads."""

import json
from typing import Any

import pytest

from localcloud.cli import main

PROGRAM = """
pulumi.log.debug("nobody reads this")
pulumi.log.info("three zones")
pulumi.log.warn("one is full")
pulumi.export("zone", "a")
bucket("a")
"""


def run(stack: Any, *options: str) -> int:
    return main(["preview", "--cwd", str(stack.folder), "--stack", "dev", *options])


def test_what_a_program_says_is_shown_beside_what_would_change(
    stack: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    stack.program(PROGRAM)
    assert run(stack) == 0
    out, err = capfd.readouterr()
    assert "  three zones\n" in out
    assert "warning: one is full\n" in err
    assert "+ create             gcp:storage/bucket:Bucket a\n" in out
    assert out.endswith("succeeded: 3 create\n")
    assert "nobody reads this" not in out + err


def test_a_machine_reads_one_object_and_nothing_beside_it(
    stack: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    stack.program(PROGRAM)
    assert run(stack, "--json") == 0
    out, err = capfd.readouterr()
    assert [step["op"] for step in json.loads(out)["steps"]] == ["create"] * 3
    assert "three zones" in err


def test_a_stack_without_a_file_is_refused_in_a_sentence(
    stack: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    (stack.folder / "Pulumi.dev.yaml").unlink()
    assert run(stack) == 1
    assert capfd.readouterr().err.startswith("error: ")
