"""The embedded Pulumi engine: runs a program directory against local providers.

The public functions are those named here; importing this package loads neither gRPC nor the SDK.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from localcloud.engine.events import (
    Change,
    Diagnostic,
    EngineError,
    Event,
    Message,
    OnEvent,
    Report,
    Step,
    StepFailed,
    StepFinished,
    StepStarted,
)

# gRPC's C core reads this when it is first imported; it reports every closed connection otherwise.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")

__all__ = [
    "Change",
    "Command",
    "Diagnostic",
    "EngineError",
    "Event",
    "Message",
    "Report",
    "Step",
    "StepFailed",
    "StepFinished",
    "StepStarted",
    "outputs",
    "resources",
    "run",
]

Command = Literal["preview", "up", "destroy", "refresh"]


def run(
    command: Command,
    cwd: Path | str,
    stack: str,
    *,
    targets: Sequence[str] = (),
    continue_on_error: bool = False,
    refresh: bool = False,
    on_event: OnEvent | None = None,
) -> Report:
    """Runs one command on one stack of the program in `cwd` and waits for its end.

    `targets` are URNs. `refresh` reads every resource before a preview or an up. A failed
    deployment is a report with result "failed"; a mistake that prevents the run from starting
    (no `Pulumi.yaml`, wrong passphrase, the stack is in use) raises `EngineError`.
    """
    from localcloud.engine import runner

    return runner.run(
        command,
        Path(cwd),
        stack,
        targets=targets,
        continue_on_error=continue_on_error,
        refresh=refresh,
        on_event=on_event,
    )


def outputs(cwd: Path | str, stack: str, *, show_secrets: bool = False) -> dict[str, Any]:
    """The stored outputs of a stack, {} if there is none; secrets stand as "[secret]"."""
    from localcloud.engine import queries

    return queries.outputs(Path(cwd), stack, show_secrets=show_secrets)


def resources(cwd: Path | str, stack: str) -> list[dict[str, Any]]:
    """State entries of a stack in the order of the state, secrets masked.

    Each has `urn`, `type`, `id`, `parent`, `inputs`, `outputs`, `protect`, `custom`, and what it
    depends on: `dependencies` (URNs) and `property_dependencies` (URNs by name of an input).
    """
    from localcloud.engine import queries

    return queries.resources(Path(cwd), stack)
