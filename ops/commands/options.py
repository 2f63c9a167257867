"""What all commands share: options, the shape of help, and errors that end as sentences."""

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from ops import errors

if TYPE_CHECKING:
    from ops.display.screen import Screen
    from ops.target import Target

StackName = Annotated[
    str,
    typer.Option("--stack", "-s", envvar="MLPLATFORM_STACK", help="Which Pulumi.<stack>.yaml."),
]
Cloud = Annotated[
    bool,
    typer.Option(
        "--cloud",
        help="Act on Google Cloud itself, on what the official CLI deployed, with your own "
        "credentials; without it, on the embedded local cloud.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Answer with one JSON object.")]
OptionalModel = Annotated[
    str | None,
    typer.Argument(help="Name of a model; the only one if left out.", show_default=False),
]
OptionalRun = Annotated[
    str | None, typer.Argument(help="Id of a run; the newest if left out.", show_default=False)
]


class Commands(TyperGroup):
    """Expected errors end a command with one sentence; others keep their traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except errors.EndedError as ended:
            raise typer.Exit(ended.exit_code) from None
        except BrokenPipeError:
            raise  # whoever read our output has left: Typer ends quietly
        except KeyboardInterrupt:
            print("interrupted", file=sys.stderr)
            raise typer.Exit(errors.INTERRUPTED) from None
        except Exception as error:
            if _is_typers(error) or not errors.is_expected(error):
                raise
            screen().error(errors.sentence(error))
            raise typer.Exit(errors.exit_code(error)) from None


def _is_typers(error: Exception) -> bool:
    """Typer's own way to end a command: usage errors, exits."""
    return type(error).__module__.split(".")[0] == "typer"


def target(stack: str, cloud: bool = False) -> "Target":
    """What a command acts on. Raises `UsageError` for an unknown stack."""
    from ops.stacks import choose
    from ops.target import Target

    return Target(choose(stack), cloud)


def screen(json_output: bool = False) -> "Screen":
    """Where a command writes; silent where its whole answer is JSON."""
    from ops.display.screen import choose_screen

    return choose_screen(json_output)


def announced(stack: str, cloud: bool, shown: "Screen") -> "Target":
    """The target, after saying where the command acts."""
    found = target(stack, cloud)
    if found.banner:
        shown.line(found.banner, "bold yellow")
    return found


def print_json(answer: Any) -> None:
    """The whole answer of a command on standard output."""
    print(json.dumps(answer, indent=2))


def group(help_text: str, cls: type[TyperGroup] = TyperGroup) -> typer.Typer:
    """A group of commands. Plain help: drawing it with Rich would triple the time of --help."""
    return typer.Typer(
        cls=cls,
        help=help_text,
        add_completion=False,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )


def example(*commands: str) -> str:
    """The examples below a command's help; \\b keeps the lines as they are."""
    return "\b\nExamples:\n" + "\n".join(f"  {command}" for command in commands)
