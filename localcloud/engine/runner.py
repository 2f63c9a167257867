"""One command on one stack, from the lock to the report.

Owns what is opened and closed around a run. What happens in it is the deployment's.
"""

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from localcloud.engine import lock, operations, queries
from localcloud.engine.deployment import Deployment
from localcloud.engine.events import OnEvent, Report
from localcloud.engine.goal import Namer
from localcloud.engine.providers import Registry
from localcloud.engine.reporter import Reporter
from localcloud.engine.session import Session, open_session
from localcloud.engine.snapshot import Snapshot
from localcloud.engine.targets import Targets
from localcloud.engine.values import mask


def run(
    command: str,
    cwd: Path,
    stack: str,
    *,
    targets: Sequence[str] = (),
    continue_on_error: bool = False,
    refresh: bool = False,
    on_event: OnEvent | None = None,
) -> Report:
    """See `localcloud.engine.run`."""
    return _run(
        command,
        open_session(command, cwd, stack),
        Reporter(on_event),
        targets=Targets(targets) if targets else None,
        continue_on_error=continue_on_error,
        refresh=refresh,
    )


def _run(
    command: str,
    session: Session,
    reporter: Reporter,
    *,
    targets: Targets | None,
    continue_on_error: bool,
    refresh: bool,
) -> Report:
    stack = session.stack
    session.prepare()
    if command in ("preview", "up"):
        # A third of a second of imports, beside the derivation of the key.
        import localcloud.engine.program  # noqa: F401

        _ = session.config  # refused here, it leaves nothing behind
    with contextlib.ExitStack() as held:
        if command != "preview":
            held.enter_context(lock.hold(session.files.lock, stack, command))
        snapshot = session.snapshot()
        registry = Registry(session.create_provider, session.builtin)
        held.callback(registry.close)
        if snapshot.interrupted:
            reporter.warning("", operations.interrupted(snapshot.interrupted))
        if command != "preview":
            snapshot.persist()
            held.callback(snapshot.finish)
        deployment = Deployment(
            Namer(stack, session.project.name),
            snapshot,
            registry,
            reporter,
            preview=command == "preview",
            continue_on_error=continue_on_error,
            targets=targets,
        )
        _carry_out(command, deployment, session, refresh=refresh)
    return Report(
        result="failed" if deployment.failed else "succeeded",
        steps=reporter.steps,
        outputs=_outputs(session, snapshot, preview=command == "preview"),
        diagnostics=reporter.diagnostics,
        resources=queries.entries(snapshot.states()),
    )


def _carry_out(command: str, deployment: Deployment, session: Session, *, refresh: bool) -> None:
    if command == "refresh" or refresh:
        deployment.refresh()
    if command == "destroy":
        deployment.destroy()
    elif command != "refresh" and not deployment.failed:
        from localcloud.engine import program

        program.run(deployment, session)


def _outputs(session: Session, snapshot: Snapshot, *, preview: bool) -> dict[str, Any]:
    if preview:
        return mask(session.stored_outputs)
    outputs = operations.stack_outputs(snapshot.states(), session.project.name, session.stack)
    return mask(outputs or {})
