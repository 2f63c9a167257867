"""What follows a deployment: the run of every model whose spec is new or has no run yet.

A Stash holds the canonical text of each submission. Its before-hooks make sure that the run exists
before the text is saved, so a submission that fails is tried again by the next `up`, and an
unchanged one is not sent. A failing hook fails the deployment. Does not wait for a run to end.
"""

import asyncio
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import pulumi
from pulumi import Input, Output, ResourceHook, ResourceHookArgs, ResourceHookBinding

from jobs import submit
from jobs.spec import JobSpec, Placement, Submission, canonical_json

_AT_ONCE = 4


class SubmissionRefusedError(Exception):
    """A run was not submitted. The engine shows the text and nothing else."""


@dataclass(frozen=True, kw_only=True)
class SparkPlacementArgs:
    """`jobs.spec.SparkPlacement`, with the outputs of resources where it has values."""

    service_account: Input[str]
    subnet: Input[str]
    staging_bucket: Input[str]
    runtime: str
    max_executors: int
    timeout_seconds: int
    key: Input[str] | None


@dataclass(frozen=True, kw_only=True)
class PlacementArgs:
    """`jobs.spec.Placement`, with the outputs of resources where it has values."""

    project_id: str
    location: str
    bucket: Input[str]
    endpoint: Input[str]
    image_uri: Input[str]
    pipeline_service_account: Input[str]
    trainer_service_account: Input[str]
    predictor_service_account: Input[str]
    runs_table: Input[str]
    gate_table: Input[str]
    tensorboard: Input[str] | None
    labels: dict[str, str]
    key: Input[str] | None = None
    network_attachment: Input[str] | None = None
    network: Input[str] | None = None
    reserved_ranges: Sequence[Input[str]] = ()
    serving_pool: Input[str] | None = None
    warm_pool: Input[str] | None = None
    templates: Input[str] | None = None
    spark: SparkPlacementArgs | None = None

    def resolved(self) -> Output[Placement]:
        """The placement, once all outputs are known."""
        spark = vars(self.spark) if self.spark else None
        return Output.all(**{**vars(self), "spark": spark}).apply(Placement.model_validate)


class SubmissionPlan:
    """All runs that this program asks for, and the one hook that submits them.

    It knows every spec before the first is submitted: more new runs than `max_submissions` are
    refused as a whole, none of them sent.
    """

    def __init__(
        self, *, project_id: str, location: str, specs: Mapping[str, JobSpec], max_submissions: int
    ) -> None:
        self.specs = specs
        self._project_id = project_id
        self._location = location
        self._max_submissions = max_submissions
        self._verdict: str | None = None
        self._asking = threading.Lock()
        # Its own threads: the default executor also carries the registrations of resources, and
        # enough waiting hooks in it would stop both.
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="submission")

    @cached_property
    def _hook(self) -> ResourceHook:
        """One hook, bound many times: its name can be registered only once."""
        return ResourceHook("ensure-submitted", self.run_hook)

    def stash(
        self, name: str, spec: JobSpec, placement: PlacementArgs, opts: pulumi.ResourceOptions
    ) -> Output[str]:
        """Bind one spec to the graph; returns the canonical text of its submission.

        `opts` depends on everything that the run needs: it starts as soon as they are there.
        """
        text = placement.resolved().apply(
            lambda where: canonical_json(Submission(spec=spec, placement=where))
        )
        hooks = ResourceHookBinding(before_create=[self._hook], before_update=[self._hook])
        stash = pulumi.Stash(
            name,
            input=text,
            opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(hooks=hooks)),
        )
        return stash.input

    async def run_hook(self, args: ResourceHookArgs) -> None:
        """The hook: submits, logs the run's name and returns. Raises SubmissionRefusedError."""
        submission = _read(args)
        loop = asyncio.get_running_loop()
        submitted = await loop.run_in_executor(self._pool, self._ensure, submission)
        done = "submitted" if submitted.created else "exists already"
        pulumi.log.info(f"run {submitted.run_id} {done}: {submitted.resource_name}")
        if submitted.warning:
            pulumi.log.warn(submitted.warning)

    def _ensure(self, submission: Submission) -> submit.Submitted:
        model = submission.spec.model
        try:
            refusal = self._refusal()
            if not refusal:
                return submit.ensure_submitted(submission)
        except Exception as error:
            raise SubmissionRefusedError(
                f"the run of model {model} was not submitted: {_plain(error)}; "
                "the next `up` tries again"
            ) from error
        raise SubmissionRefusedError(refusal)

    def _refusal(self) -> str:
        """Why nothing may be submitted, or nothing; asked once, by whichever hook is first."""
        with self._asking:
            if self._verdict is None:
                new = submit.without_run(self._project_id, self._location, self.specs.values())
                models = [spec.model for spec in new]
                self._verdict = submit.too_many(models, self._max_submissions)
            return self._verdict


def _read(args: ResourceHookArgs) -> Submission:
    text = (args.new_inputs or {}).get("input")
    if isinstance(text, Output):
        raise SubmissionRefusedError(
            f"the job spec of {args.name} holds a secret: a spec is shown in previews and stored "
            "with every run, so refer to a Secret Manager name instead"
        )
    return Submission.model_validate_json(str(text))


def _plain(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__
