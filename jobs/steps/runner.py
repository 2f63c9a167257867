"""Runs one step of a run once: reports it, and remembers its result.

Called by the pipeline's components. A step that succeeded before, e.g. before its machine was
lost, returns the remembered result.
"""

import logging
import traceback
from importlib import import_module
from typing import Any

from jobs import files
from jobs.layout import STEPS, RunLayout
from jobs.spec import Submission
from jobs.steps import history, record
from jobs.steps.context import StepContext, StepError

LOG_TAIL_LINES = 20


def run_step(name: str, submission_uri: str, run_id: str) -> dict[str, Any]:
    """Returns the result of the step. Raises whatever the step raises, after recording it."""
    if name not in STEPS:
        raise ValueError(f"there is no step {name!r}; the steps are {', '.join(STEPS)}")
    submission = Submission.model_validate_json(files.read_text(submission_uri))
    layout = RunLayout.of(submission.spec, submission.placement, run_id)
    before = record.read(layout.step(name))
    if before is not None and before.state == "SUCCEEDED":
        return before.result
    reporter = record.Reporter(layout.step(name), name)
    context = StepContext(
        spec=submission.spec,
        placement=submission.placement,
        run_id=run_id,
        layout=layout,
        progress=reporter.progress,
    )
    try:
        result = import_module(f"jobs.steps.{name}").run(context)
    except Exception as error:
        reporter.fail(describe(error), log_tail(error))
        _record_failure(context)
        raise
    reporter.succeed(result)
    return result


def _record_failure(context: StepContext) -> None:
    try:
        history.record_run(context, "FAILED")
    except Exception:
        # The step's own error is what the user must see, not that its row is missing.
        logging.getLogger(__name__).exception("the failed run has no row in %s", context.run_id)


def describe(error: Exception) -> str:
    """The error in one line."""
    text = str(error).strip() or type(error).__name__
    return text if isinstance(error, StepError) else f"{type(error).__name__}: {text}"


def log_tail(error: Exception) -> list[str]:
    """The last lines that explain the error: its own, or those of its traceback."""
    own = error.log_tail if isinstance(error, StepError) else []
    lines = own or "".join(traceback.format_exception(error)).splitlines()
    return lines[-LOG_TAIL_LINES:]
