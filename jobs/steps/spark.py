"""Has Dataproc Serverless prepare the data: one batch for equal inputs, however often it is asked.

A batch's id is derived from what goes into it, and Dataproc gives an id once. So a repeated step,
a run beside this one and a crash after the creation all find the batch that is there. Attempt n+1
exists only if attempt n ended without data, or its data is gone since.
"""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobs import clients, layout
from jobs.labels import run_labels
from jobs.spark.batch import Inputs, message, page, parent
from jobs.spec import SparkPlacement
from jobs.steps.context import StepContext, StepError
from jobs.upload import upload
from jobs.waiting import DeadlineError, is_passing, wait_until
from jobs.workloads import Workload

START_SECONDS = 1800
"""How long a batch may wait for machines, before its own time begins."""
_CREATE_SECONDS = 120
_LIVE = frozenset({"PENDING", "RUNNING", "CANCELLING"})
_LOG_LINES = 20


def prepare(
    context: StepContext, workload: Workload, spark: SparkPlacement, data_uri: str
) -> dict[str, Any]:
    """The manifest of the prepared data. Raises StepError if the batch fails or takes too long."""
    arguments = context.spec.arguments
    manifest = workload.prepared(arguments, data_uri)
    if manifest is not None:
        context.progress(1.0, f"already prepared: {data_uri}")
        return manifest
    source_uri = layout.source_tables(context.spec, context.placement)
    plan = workload.spark_plan(arguments)
    inputs = Inputs.of(plan, context.spec.data, source_uri, data_uri)
    batches = _Batches(context, workload, spark, inputs)
    attempt, batch = batches.newest()
    if batch is not None and _state(batch) == "SUCCEEDED":
        try:
            return workload.conclude(arguments, data_uri)
        except FileNotFoundError:
            context.progress(0.0, f"what {_id(batch)} prepared is gone: once more")
    if batch is None or _state(batch) not in _LIVE:
        batch = batches.create(attempt + 1)
    batches.wait(batch)
    return workload.conclude(arguments, data_uri)


@dataclass(frozen=True)
class _Batches:
    """The batches of the same inputs."""

    context: StepContext
    workload: Workload
    spark: SparkPlacement
    inputs: Inputs

    @property
    def _client(self) -> Any:
        return clients.spark(self.context.placement.location)

    def newest(self) -> tuple[int, Any]:
        """Number of the last attempt, and the attempt; 0 and None if there is none."""
        attempt, found = 0, None
        while (following := self._find(attempt + 1)) is not None:
            attempt, found = attempt + 1, following
        return attempt, found

    def create(self, attempt: int) -> Any:
        """Sends what the batch reads, and creates it unless somebody else just did."""
        from google.api_core.exceptions import Conflict
        from google.api_core.retry import Retry

        scripts_uri = self._send()
        batch_id = self.inputs.batch_id(attempt)
        labels = run_labels(self.context.spec, self.context.run_id)
        labels = {**self.context.placement.labels, **labels}
        request = {
            "parent": parent(self.context.placement),
            "batch": message(self.inputs, self.spark, scripts_uri, labels),
            "batch_id": batch_id,
        }
        # Repeated, it is refused: the id was given.
        retry = Retry(predicate=is_passing, timeout=_CREATE_SECONDS)
        try:
            self._client.create_batch(request=request, retry=retry, timeout=_CREATE_SECONDS)
        except Conflict:
            self.context.progress(0.1, f"{batch_id} exists already")
        return self._client.get_batch(name=self._name(attempt))

    def wait(self, batch: Any) -> None:
        """Until the batch has succeeded. Raises StepError with its message and its log."""

        def look() -> Any:
            seen = self._client.get_batch(name=batch.name)
            self.context.progress(0.2, f"{_id(seen)} is {_state(seen)}")
            return seen

        try:
            ended = wait_until(
                look,
                lambda seen: _state(seen) not in _LIVE,
                deadline_seconds=self.spark.timeout_seconds + START_SECONDS,
                what=f"batch {_id(batch)}",
            )
        except DeadlineError as error:
            raise StepError(f"{error}; its log: {_log(batch)}") from error
        if _state(ended) != "SUCCEEDED":
            raise failure(ended)

    def _send(self) -> str:
        """Bring program, plan and tables into the bucket; what is there unchanged is not sent."""
        spec, placement = self.context.spec, self.context.placement
        scripts_uri = layout.scripts(spec, placement, self.inputs.script)
        place = {"project_id": placement.project_id, "region": placement.location}
        with tempfile.TemporaryDirectory() as folder:
            scripts, tables, work = (Path(folder) / name for name in ("scripts", "tables", "work"))
            for each in (scripts, tables, work):
                each.mkdir()
            self.inputs.write(scripts)
            for name, file in self.workload.spark_tables(work).items():
                shutil.copyfile(file, tables / f"{name}.csv")
            # The tables first: a program that is there is one that can run.
            for source, uri in ((tables, self.inputs.source_uri), (scripts, scripts_uri)):
                upload(source, uri, **place)
        return scripts_uri

    def _find(self, attempt: int) -> Any:
        from google.api_core.exceptions import NotFound

        try:
            return self._client.get_batch(name=self._name(attempt))
        except NotFound:
            return None

    def _name(self, attempt: int) -> str:
        return f"{parent(self.context.placement)}/batches/{self.inputs.batch_id(attempt)}"


def failure(batch: Any) -> StepError:
    """Why a batch has not succeeded: its state, what it says, and where its log is."""
    lines = batch.state_message.splitlines()
    reason = lines[0].rstrip(".") if lines else "Dataproc gives no reason"
    text = f"batch {_id(batch)} ended {_state(batch)}: {reason}; its log: {_log(batch)}"
    return StepError(text, lines[-_LOG_LINES:])


def _log(batch: Any) -> str:
    # The console knows nothing of this machine; a local batch says where it writes.
    return batch.runtime_info.output_uri if clients.is_local() else page(batch.name)


def _id(batch: Any) -> str:
    return batch.name.rpartition("/")[2]


def _state(batch: Any) -> str:
    return batch.state.name
