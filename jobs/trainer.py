"""What the training container runs: `python -m jobs.trainer --submission URI --run-id ID`.

Reads the submission, trains by the workload, and reports progress and result as the record
`trainer` of the run. Of several hosts all train and the first reports. Exits non-zero on failure:
Vertex decides by the exit status.
"""

import argparse
import os
import sys
import traceback
from typing import Any

from jobs import files
from jobs.hosts import hosts_of, is_first
from jobs.layout import RunLayout
from jobs.progress import Progress, silent
from jobs.spec import Submission
from jobs.steps import record
from jobs.steps.runner import describe, log_tail
from jobs.workloads import load


def train(submission_uri: str, run_id: str) -> None:
    """Trains, unless this run was trained before. Raises what the workload raises."""
    submission = Submission.model_validate_json(files.read_text(submission_uri))
    layout = RunLayout.of(submission.spec, submission.placement, run_id)
    before = record.read(layout.trainer)
    if before is not None and before.state == "SUCCEEDED":
        return
    prepared = record.read(layout.step("prepare"))
    if prepared is None or prepared.state != "SUCCEEDED":
        raise RuntimeError(f"run {run_id} has no prepared data: step prepare must succeed first")
    if not is_first(os.environ):
        _train(submission, prepared.result["data_uri"], layout, silent)
        return
    reporter = record.Reporter(layout.trainer, "trainer")
    try:
        result = _train(submission, prepared.result["data_uri"], layout, reporter.progress)
    except Exception as error:
        reporter.fail(describe(error), log_tail(error))
        raise
    reporter.succeed({"training": result})


def _train(
    submission: Submission, data_uri: str, layout: RunLayout, progress: Progress
) -> dict[str, Any]:
    return load(submission.spec.workload).train(
        submission.spec.arguments, data_uri, layout.checkpoints, layout.candidates, progress
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submission", required=True, help="URI of the submission")
    parser.add_argument("--run-id", required=True)
    arguments = parser.parse_args()
    try:
        train(arguments.submission, arguments.run_id)
    except Exception:
        if hosts_of(os.environ) is None:
            raise
        # An ordinary exit would wait minutes for the other hosts, which wait for this one.
        traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
