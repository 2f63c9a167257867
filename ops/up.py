"""The main job: deploy, make sure that every model has its run, follow the runs, show the end.

Does not submit by itself what the program's hook submitted: it asks for the same again, which
finds the run that is there, and makes it if the hook could not.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from ops import deployment, following, served, summary
from ops.deployment import Deployment
from ops.display.screen import Screen
from ops.errors import FAILED, GATE_REFUSED, EndedError
from ops.following import Run
from ops.image import build_local
from ops.preview import header
from ops.stacks import Stack
from ops.summary import Summary
from ops.target import Target, connect

if TYPE_CHECKING:
    from jobs.runs import RunStatus
    from ops.outputs import StackOutputs


@dataclass
class Outcome:
    """What an up did."""

    deployment: Deployment
    runs: list[Run] = field(default_factory=list)
    summaries: list[Summary] = field(default_factory=list)
    failed: list["RunStatus"] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        if not self.deployment.succeeded or self.failed:
            return FAILED
        judged = [item for item in self.summaries if item.accepted is not None]
        return GATE_REFUSED if judged and all(item.refused for item in judged) else 0

    def as_json(self, stack: Stack) -> dict[str, Any]:
        """The answer of `--json`."""
        return {
            "stack": stack.name,
            "rehearsal": stack.is_rehearsal,
            **self.deployment.as_json(),
            "outputs": self.deployment.report.outputs,
            "submissions": [
                {
                    "model": run.model,
                    "run_id": run.run_id,
                    "state": run.submitted.state,
                    "created": run.submitted.created,
                }
                for run in self.runs
            ],
            "models": [item.as_json() for item in self.summaries],
            "failed_runs": [status.run_id for status in self.failed],
        }


def up(stack: Stack, screen: Screen, *, follow: bool = True) -> Outcome:
    """Runs the whole path; the outcome's exit status says how it ended."""
    began = datetime.now(UTC)
    header(stack, screen)
    image = build_local(stack)
    made = "copied" if image.created else "unchanged"
    screen.line(f"image {image.digest[:19]} {made}: {stack.shown(image.folder)}", "dim")
    screen.line(f"services {connect(stack)}", "dim")
    outcome = Outcome(_deploy(stack, screen))
    if not outcome.deployment.succeeded:
        return outcome
    outputs = Target(stack).outputs()
    for model in outputs.without_image:
        screen.line(
            f"model {model} has no image yet: its infrastructure is there, no run is", "yellow"
        )
        screen.line(f"  next: mlp image build --stack {stack.name} --cloud --model {model}")
    outcome.runs = following.ensure(
        outputs.all_submissions(), stack.settings().submission.max_submissions, began
    )
    for run in outcome.runs:
        following.warn(run, screen)
        following.restore(run, screen)
    _conclude(stack, screen, outputs, outcome, follow=follow)
    return outcome


def _deploy(stack: Stack, screen: Screen) -> Deployment:
    import localcloud

    deploy = partial(localcloud.up, stack.root, stack.name)
    done = deployment.run(lambda listen: deploy(on_event=listen), screen, planning=False)
    if done.succeeded and done.changes:
        screen.line(f"deployed: {deployment.counts_text(done)}", "bold")
    return done


def _conclude(
    stack: Stack, screen: Screen, outputs: "StackOutputs", outcome: Outcome, *, follow: bool
) -> None:
    """Follows what is still going on, then shows every model."""
    finished = {run.model: _finished(run) for run in outcome.runs}
    live = [run for run in outcome.runs if finished[run.model] is None]
    if not outcome.deployment.changes and not live:
        count = sum(outcome.deployment.rows.counts().values())
        screen.line(f"no changes: {count} resources unchanged, nothing submitted", "bold green")
    followed: dict[str, RunStatus] = {}
    for run in _not_followed(live, follow=follow):
        _leave(run, stack, screen)
        live.remove(run)
    if live:
        screen.line()
        followed = _follow(live, stack, screen)
    for run in outcome.runs:
        status = followed.get(run.model) or finished[run.model]
        if status is not None:
            brief = run.model not in followed
            _show(stack, screen, outputs, outcome, _EndedRun(run, status, brief=brief))


def _finished(run: Run) -> "RunStatus | None":
    """The status of a run that had ended when it was asked for."""
    from jobs.runs import ENDED

    return following.status(run) if run.submitted.state in ENDED else None


def _not_followed(live: list[Run], *, follow: bool) -> list[Run]:
    return [run for run in live if not follow or run.needs_accelerator]


def _leave(run: Run, stack: Stack, screen: Screen) -> None:
    """Says why a live run is not waited for."""
    if run.needs_accelerator:
        shape = run.submission.spec.training.machine_type
        screen.line(
            f"run {run.run_id} is accepted; its training stays queued: no {shape} here", "yellow"
        )
    else:
        screen.line(f"run {run.run_id} goes on")
    screen.line(f"  look: mlp jobs show {run.run_id} --stack {stack.name}")


def _follow(live: list[Run], stack: Stack, screen: Screen) -> "dict[str, RunStatus]":
    try:
        return following.follow(live, screen, partial(connect, stack))
    except KeyboardInterrupt:
        for run in live:
            screen.line(
                f"run {run.run_id} goes on without you: mlp up --stack {stack.name} returns to it"
            )
        raise


@dataclass(frozen=True)
class _EndedRun:
    run: Run
    status: "RunStatus"
    brief: bool
    """The run had ended before this command: its panel was shown then."""


def _show(
    stack: Stack, screen: Screen, outputs: "StackOutputs", outcome: Outcome, ended: _EndedRun
) -> None:
    """The panel of one model, or why its run failed."""
    run, status = ended.run, ended.status
    if status.state != "SUCCEEDED":
        outcome.failed.append(status)
        screen.panel(f"{run.model}: failed", summary.failure_lines(stack.name, status))
        return
    result = _summary(stack, outputs, ended)
    outcome.summaries.append(result)
    if ended.brief and result.succeeded:
        for text, style in summary.brief_lines(result):
            screen.line(text, style)
    else:
        screen.panel(run.model, summary.lines(result))


def _summary(stack: Stack, outputs: "StackOutputs", ended: _EndedRun) -> Summary:
    """What the run came to; asks the endpoint about one held-out row if something is served."""
    from jobs.layout import RunLayout

    run = ended.run
    layout = RunLayout.of(run.submission.spec, run.submission.placement, run.run_id)
    result = summary.summarize(run.model, outputs.endpoint(run.model), ended.status)
    result = replace(result, places=served.places(stack, layout))
    if not result.succeeded:
        return result
    return replace(result, served=served.ask(result.endpoint, served.samples(layout)[0]))


def conclude(outcome: Outcome) -> None:
    """Raises `EndedError` unless the exit status is 0."""
    if outcome.exit_code:
        raise EndedError(outcome.exit_code)
