"""Runs the user's program in this process, against servers on loopback.

Owns what the language host of the CLI owns: directory, `sys.path`, `argv`, configuration, the
event loop, and what is said about a program that raises. Puts everything back afterwards.
"""

import asyncio
import concurrent.futures
import contextlib
import contextvars
import json
import os
import runpy
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import grpc
from pulumi.errors import RunError
from pulumi.runtime import run_in_stack, settings
from pulumi.runtime.config import set_all_config
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, resource_pb2_grpc

from localcloud.engine import shortcuts
from localcloud.engine.callbacks import CHANNEL_OPTIONS
from localcloud.engine.deployment import Deployment
from localcloud.engine.monitor import Engine, Monitor
from localcloud.engine.session import Session

_SDK_THREADS = 64
# Registrations wait inside the server while hooks are called: it must never run out of threads
# before the SDK does.
_SERVER_THREADS = 4 * _SDK_THREADS


def run(deployment: Deployment, session: Session) -> None:
    """Runs the program to its end; failures are the deployment's."""
    if not session.project.main.exists():
        main = session.project.main
        deployment.fail("", f"There is no program: {main} does not exist")
        return
    monitor = Monitor(deployment, session.config)
    with (
        _served(monitor, deployment) as address,
        _surroundings(session),
        deployment.reporter.captured(),
    ):
        contextvars.copy_context().run(_run, deployment, session, address)
    if deployment.failed:
        deployment.merge_outputs()


def _run(deployment: Deployment, session: Session, address: str) -> None:
    config = session.config
    settings.reset_options(
        project=session.project.name,
        stack=session.stack,
        root_directory=str(session.project.folder),
        monitor_address=address,
        engine_address=address,
        preview=deployment.preview,
        organization="organization",
        parallel=_SDK_THREADS,
    )
    # The SDK sends every debug message as a call; nobody reads them.
    current: Any = settings.SETTINGS
    current.engine = _QuietEngine(current.engine)
    set_all_config(config.texts, config.secret_keys)
    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda _loop, _context: None)
    executor = concurrent.futures.ThreadPoolExecutor(_SDK_THREADS, "program")
    loop.set_default_executor(executor)
    asyncio.set_event_loop(loop)
    try:
        with shortcuts.taken():
            loop.run_until_complete(run_in_stack(lambda: _execute(session.project.main)))
    except BaseException as error:  # noqa: BLE001 whatever ends the program is its failure
        _explain(deployment, session, error)
    finally:
        _end(loop)
        # Registrations of an interrupted program may wait for hooks that nobody answers any more.
        executor.shutdown(wait=False, cancel_futures=True)


def _execute(main: Path) -> None:
    runpy.run_path(str(main), run_name="__main__")


def _explain(deployment: Deployment, session: Session, error: BaseException) -> None:
    if isinstance(error, SystemExit) and error.code in (None, 0):
        deployment.finish()
        return
    if isinstance(error, RunError):
        deployment.fail("", str(error))
    elif isinstance(error, KeyboardInterrupt):
        deployment.fail("", "The run was interrupted: what had begun is finished and saved")
    elif isinstance(error, SystemExit):
        code = error.code if isinstance(error.code, int) else 1
        if code != error.code:
            deployment.reporter.say("info", "", str(error.code))
        text = f"an unhandled error occurred: Program exited with non-zero exit code: {code}"
        deployment.fail("", text)
    elif not (deployment.failed and _is_consequence(error)):
        text = _traceback(error, session.project.folder)
        deployment.fail("", f"Program failed with an unhandled exception:\n{text}")


def _is_consequence(error: BaseException) -> bool:
    return isinstance(error, grpc.RpcError) or "deployment has failed" in str(error)


def _traceback(error: BaseException, folder: Path) -> str:
    """The traceback without the frames of the engine and, where others remain, of the SDK."""
    frames = error.__traceback__
    found = frames
    while found is not None and not _is_users(found, folder):
        found = found.tb_next
    kept = traceback.TracebackException(type(error), error, found or frames)
    if found is not None:
        prefix = str(folder) + os.sep
        own = [frame for frame in kept.stack if frame.filename.startswith(prefix)]
        kept.stack = traceback.StackSummary.from_list(own)
    return "".join(kept.format()).rstrip()


def _is_users(frame: TracebackType, folder: Path) -> bool:
    return Path(frame.tb_frame.f_code.co_filename).is_relative_to(folder)


def _end(loop: asyncio.AbstractEventLoop) -> None:
    pending = asyncio.all_tasks(loop)
    for task in pending:
        task.cancel()
    with contextlib.suppress(BaseException):
        loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
    asyncio.set_event_loop(None)
    loop.close()


class _QuietEngine:
    """The Engine client without debug messages."""

    def __init__(self, stub: engine_pb2_grpc.EngineStub) -> None:
        self._stub = stub

    def Log(self, request: engine_pb2.LogRequest) -> object:  # noqa: N802
        return None if request.severity == engine_pb2.DEBUG else self._stub.Log(request)

    def __getattr__(self, name: str) -> object:
        return getattr(self._stub, name)


@contextlib.contextmanager
def _served(monitor: Monitor, deployment: Deployment) -> Iterator[str]:
    """Both services on a port of loopback."""
    executor = concurrent.futures.ThreadPoolExecutor(_SERVER_THREADS, "engine")
    server = grpc.server(executor, options=CHANNEL_OPTIONS)
    resource_pb2_grpc.add_ResourceMonitorServicer_to_server(monitor, server)
    engine_pb2_grpc.add_EngineServicer_to_server(Engine(deployment.reporter), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        # Hooks of a program that was interrupted never answer: end the calls to them.
        monitor.close()
        server.stop(grace=None).wait()
        # Steps that had begun when the program was interrupted are still to be saved.
        executor.shutdown(wait=True)


@contextlib.contextmanager
def _surroundings(session: Session) -> Iterator[None]:
    """Directory, `argv`, `sys.path` and environment as under the CLI."""
    main = session.project.main
    config = session.config
    before = Path.cwd(), sys.argv, list(sys.path), set(sys.modules)
    environment = {
        "PULUMI_CONFIG": json.dumps(config.texts),
        "PULUMI_CONFIG_SECRET_KEYS": json.dumps(config.secret_keys),
    }
    saved = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    os.chdir(main.parent)
    sys.argv = [str(main)]
    sys.path.insert(0, str(main.parent))
    try:
        yield
    finally:
        directory, sys.argv, sys.path[:], modules = before
        os.chdir(directory)
        for name, text in saved.items():
            if text is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = text
        _forget(session.project.folder, modules)


def _forget(folder: Path, known: set[str]) -> None:
    """Drops the program's own modules, so that the next run begins with fresh ones."""
    for name in set(sys.modules) - known:
        file = getattr(sys.modules[name], "__file__", None) or ""
        own = Path(file).is_relative_to(folder) and "site-packages" not in file
        # The engine may lie in the program's folder too; it must stay one.
        if own and name.partition(".")[0] != __name__.partition(".")[0]:
            del sys.modules[name]
