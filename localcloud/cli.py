"""The command line of the embedded engine: preview, up, destroy, refresh.

Owns arguments and plain text; asks nothing. The services of the local cloud are not started here.
"""

import argparse
import dataclasses
import json
import os
import sys
from collections.abc import Sequence
from typing import TextIO

from localcloud.engine import (
    Diagnostic,
    EngineError,
    Event,
    Message,
    Report,
    StepFailed,
    StepStarted,
    run,
)

COMMANDS = ("preview", "up", "destroy", "refresh")
_MARKS = {"same": " ", "create": "+", "update": "~", "delete": "-"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; 0 if it succeeded."""
    options = _parser().parse_args(arguments)
    out = _own_output() if options.json else sys.stdout
    show = _to_stderr if options.json else _show
    try:
        report = run(
            options.command,
            options.cwd,
            options.stack,
            targets=options.target,
            continue_on_error=options.continue_on_error,
            refresh=options.refresh,
            on_event=show,
        )
    except EngineError as error:
        print(f"error: {error}", file=sys.stderr)
        if not options.json:
            return 1
        report = Report("failed", [], {}, [Diagnostic("error", "", str(error))])
    if options.json:
        json.dump(dataclasses.asdict(report), out)
        out.write("\n")
    else:
        _summarise(report)
    out.flush()
    return 0 if report.succeeded else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m localcloud", description="Runs a Pulumi program on the local cloud."
    )
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--cwd", default=".", metavar="DIR", help="folder of Pulumi.yaml")
    parser.add_argument("--stack", required=True, metavar="NAME")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    parser.add_argument("--target", action="append", default=[], metavar="URN")
    parser.add_argument("--continue-on-error", action="store_true")
    parser.add_argument("--refresh", action="store_true", help="read every resource first")
    return parser


def _own_output() -> TextIO:
    """Standard output for the report alone: whatever else writes to it goes to standard error."""
    sys.stdout.flush()
    own = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return own


def _to_stderr(event: Event) -> None:
    if isinstance(event, Message) and event.severity != "debug":
        # The streams of the program are captured: write past them.
        print(event.text, file=sys.__stderr__)


def _show(event: Event) -> None:
    stream = sys.__stdout__
    if isinstance(event, StepStarted) and event.op != "same":
        print(f"{_MARKS.get(event.op, '*')} {event.op:18} {event.type} {event.name}", file=stream)
        for change in event.changes if event.op == "update" else []:
            print(f"    {change.path}: {change.old!r} -> {change.new!r}", file=stream)
    elif isinstance(event, StepFailed):
        print(f"! {event.op:18} {event.urn}\n    error: {event.message}", file=stream)
    elif isinstance(event, Message) and event.severity in ("warning", "error"):
        print(f"{event.severity}: {event.text}", file=sys.__stderr__)
    elif isinstance(event, Message) and event.severity == "info":
        print(f"  {event.text}", file=stream)


def _summarise(report: Report) -> None:
    counts: dict[str, int] = {}
    for step in report.steps:
        counts[step.op] = counts.get(step.op, 0) + 1
    for name, value in report.outputs.items():
        print(f"  {name} = {json.dumps(value, ensure_ascii=False)}")
    parts = ", ".join(f"{count} {op}" for op, count in sorted(counts.items())) or "nothing to do"
    print(f"{report.result}: {parts}")
