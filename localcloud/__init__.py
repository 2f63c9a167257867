"""A Google Cloud of one machine: the engine, the provider and the services behind one door.

Runs any Pulumi Python program, unmodified, and serves the data-plane APIs that its jobs call to
the real Google clients on loopback. Knows nothing of the programs that it runs. Every function
imports its room when called: to import this package costs nothing.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from localcloud.engine.events import Event, Report
    from localcloud.services.connection import Connection

    OnEvent = Callable[[Event], None]

HOME = ".mlplatform"
"""Folder beside `Pulumi.yaml` that holds state, services and job folders of all stacks."""


def stack_folder(cwd: Path, stack: str) -> Path:
    """Where everything of one stack's local cloud lies."""
    return cwd / HOME / stack


def preview(
    cwd: Path, stack: str, *, targets: Sequence[str] = (), on_event: "OnEvent | None" = None
) -> "Report":
    """Plans without changing anything. Raises `EngineError` for what the user must mend first."""
    from localcloud.engine import run

    return run("preview", cwd, stack, targets=targets, on_event=on_event)


def up(
    cwd: Path,
    stack: str,
    *,
    targets: Sequence[str] = (),
    continue_on_error: bool = False,
    on_event: "OnEvent | None" = None,
) -> "Report":
    """Makes the stack what the program says. Raises `EngineError` as `preview` does."""
    from localcloud.engine import run

    return run(
        "up", cwd, stack, targets=targets, continue_on_error=continue_on_error, on_event=on_event
    )


def destroy(cwd: Path, stack: str, *, on_event: "OnEvent | None" = None) -> "Report":
    """Deletes every resource of the stack, dependents first, without running the program."""
    from localcloud.engine import run

    return run("destroy", cwd, stack, on_event=on_event)


def outputs(cwd: Path, stack: str) -> dict[str, Any]:
    """The stored outputs of a stack; `{}` if it was never deployed."""
    from localcloud.engine import outputs as stored

    return stored(cwd, stack)


def resources(cwd: Path, stack: str) -> "list[dict[str, Any]]":
    """The resources in the stored state of a stack."""
    from localcloud.engine import resources as stored

    return stored(cwd, stack)


def connect(cwd: Path, stack: str) -> "Connection":
    """The services of a stack, started if they are not running."""
    from localcloud.services.connection import connect as start

    return start(stack_folder(cwd, stack))


def running(cwd: Path, stack: str) -> "Connection | None":
    """The services of a stack if they are running."""
    from localcloud.services.connection import running as find

    return find(stack_folder(cwd, stack))


def stop(cwd: Path, stack: str) -> bool:
    """Ends the services of a stack; returns whether they were running."""
    from localcloud.services.connection import stop as end

    return end(stack_folder(cwd, stack))


def left_over(cwd: Path, stack: str) -> list[str]:
    """What the local cloud of a stack still holds: `kind name` per document."""
    from localcloud.store import Store

    folder = stack_folder(cwd, stack)
    if not (folder / "cloud.db").exists():
        return []
    store = Store(folder)
    return [f"{kind} {name}" for kind in store.kinds() for name, _ in store.list(kind)]
