"""Every command that the documents show exists, with the options that they show."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from ops.cli import app

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^ *```[a-z]*\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"`(mlp [a-z]+(?: [a-z]+)?)")
CODE = re.compile(r"`([^`\n]+)`")


def shown(document: Path, program: str) -> list[str]:
    """Every command line of `program` in fences and in inline code, without comments."""
    text = document.read_text(encoding="utf-8")
    lines = [line for block in FENCE.findall(text) for line in block.splitlines()]
    lines += CODE.findall(FENCE.sub("", text))
    bare = (line.split("  #")[0].strip() for line in lines)
    return [line for line in bare if line.split(" ")[0] == program]


def commands(program: str) -> list[str]:
    found = [line for document in DOCUMENTS for line in shown(document, program)]
    return sorted(set(found))


def parse(line: str) -> Any:
    """What the real command line would run, without running it; fails where that would."""
    command: Any = typer.main.get_command(app)
    words = shlex.split(line)[1:]
    context = command.make_context("mlp", ["--"], resilient_parsing=True)
    while hasattr(command, "commands"):
        assert words, f"{line}: a command is missing"
        name = words.pop(0)
        assert name in command.commands, f"{line}: there is no command {name}"
        command = command.commands[name]
    return command.make_context(command.name, words, parent=context)


def named_in_messages() -> set[str]:
    """Command and sub-command of each `mlp …` in what the program and a stack file say."""
    folders = ("catalog", "infra", "jobs", "ops")
    files = [*ROOT.glob("Pulumi.*.yaml")]
    files += [file for folder in folders for file in (ROOT / folder).rglob("*.py")]
    found = (NAMED.findall(file.read_text(encoding="utf-8")) for file in files)
    return {name for names in found for name in names}


@pytest.mark.parametrize("line", sorted(named_in_messages()))
def test_a_command_that_a_text_of_the_program_names_exists(line: str) -> None:
    command: Any = typer.main.get_command(app)
    for name in line.split()[1:]:
        if hasattr(command, "commands"):
            assert name in command.commands, f"`{line}`: there is no command {name}"
            command = command.commands[name]


WITHOUT_COMMAND = {"mlp", "mlp --help"}


@pytest.mark.parametrize("line", sorted(set(commands("mlp")) - WITHOUT_COMMAND))
def test_a_documented_mlp_command_parses(line: str) -> None:
    assert parse(line).info_name in line.split()


def test_a_command_that_does_not_exist_is_noticed() -> None:
    with pytest.raises(AssertionError, match="no command"):
        parse("mlp deploy")
    with pytest.raises(Exception, match="No such option"):
        parse("mlp up --nope")


@pytest.mark.parametrize("line", commands("make"))
def test_a_documented_make_target_exists(line: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    variables = set(re.findall(r"^([A-Z]+) \?=", makefile, re.MULTILINE))
    for word in line.split()[1:]:
        name, _, value = word.partition("=")
        assert name in (variables if value else targets), f"{line}: {word} is not in the Makefile"


def test_the_documents_show_commands_at_all() -> None:
    assert len(commands("mlp")) > 25, "the search above finds nothing: its pattern is broken"
    assert {"make up", "make test", "make down"} <= set(commands("make"))


def test_every_command_is_in_the_readme() -> None:
    readme = {" ".join(line.split()[:3]) for line in shown(ROOT / "README.md", "mlp")}
    missing = [name for name in every_command() if not any(r.startswith(name) for r in readme)]
    assert not missing, f"the README does not mention {missing}"


def every_command() -> list[str]:
    top: Any = typer.main.get_command(app)
    names: list[str] = []
    for name, command in top.commands.items():
        below = getattr(command, "commands", None)
        names += [f"mlp {name} {sub}" for sub in below] if below else [f"mlp {name}"]
    return names


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), f"{document.name} links to {target}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_paths_in_the_documents_exist(document: Path) -> None:
    text = FENCE.sub("", document.read_text(encoding="utf-8"))
    for path in CODE.findall(text):
        if re.fullmatch(r"(catalog|infra|jobs|ops|localcloud|tests|docs|\.github)/[\w./-]*", path):
            assert (ROOT / path).exists(), f"{document.name} names {path}"
