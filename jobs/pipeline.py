"""The pipeline of a run: prepare, train, validate, gate, and if it accepts: register, roll out.

Compiled to IR when a run is submitted. A component only names its step: what the step does is in
`jobs.steps`, in the image. So the IR is no identity of the code; the image's digest is.
"""

import tempfile
import threading
from pathlib import Path
from typing import Any, cast

_COMPILING = threading.Lock()
"""KFP keeps the pipeline that it compiles in a variable of its class: one at a time."""


def prepare(submission: str, run_id: str) -> None:
    from jobs.steps.runner import run_step

    run_step("prepare", submission, run_id)


def train(submission: str, run_id: str) -> None:
    from jobs.steps.runner import run_step

    run_step("train", submission, run_id)


def validate(submission: str, run_id: str) -> None:
    from jobs.steps.runner import run_step

    run_step("validate", submission, run_id)


def gate(submission: str, run_id: str) -> bool:
    from jobs.steps.runner import run_step

    return bool(run_step("gate", submission, run_id)["accepted"])


def register(submission: str, run_id: str) -> None:
    from jobs.steps.runner import run_step

    run_step("register", submission, run_id)


def rollout(submission: str, run_id: str) -> None:
    from jobs.steps.runner import run_step

    run_step("rollout", submission, run_id)


def compile_pipeline(model: str, image_uri: str) -> dict[str, Any]:
    """The pipeline's IR (`PipelineSpec` as a dict), with every step in the given image.

    May be called from several threads.
    """
    with _COMPILING:
        return _compile(model, image_uri)


def _compile(model: str, image_uri: str) -> dict[str, Any]:
    import yaml
    from kfp import compiler, dsl

    def component(step: Any) -> Any:
        # The image holds kfp: installing it again at each start would need a package index.
        return dsl.component(step, base_image=image_uri, install_kfp_package=False)

    @dsl.pipeline(name=model, description=__doc__)
    def pipeline(submission: str, run_id: str) -> None:
        def task(step: Any, *after: Any) -> Any:
            made = component(step)(submission=submission, run_id=run_id)
            # The steps remember their own results, for this run only.
            return made.set_caching_options(enable_caching=False).after(*after)

        prepared = task(prepare)
        trained = task(train, prepared)
        validated = task(validate, trained)
        decided = task(gate, validated)
        with dsl.If(decided.output == True, name="accepted"):  # noqa: E712  # KFP's own comparison
            registered = task(register)
            task(rollout, registered)

    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "pipeline.yaml"
        # KFP annotates its decorator as returning the function; it returns a component.
        compiler.Compiler().compile(cast("Any", pipeline), str(target))
        return next(yaml.safe_load_all(target.read_text(encoding="utf-8")))
