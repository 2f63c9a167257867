"""Names and labels that tie what jobs make to stack, model and run, and how it is found again.

Two stacks may share a project: whatever names a stack here names no other one.
"""

from catalog.labels import distinct_value
from jobs.spec import JobSpec, identity

STACK = "mlplatform_stack"
MODEL = "mlplatform_model"
IDENTITY = "mlplatform_identity"
RUN = "mlplatform_run"


def spec_labels(spec: JobSpec) -> dict[str, str]:
    """Labels of everything that belongs to one spec."""
    return {STACK: stack_label(spec.stack), MODEL: spec.model, IDENTITY: identity(spec)}


def run_labels(spec: JobSpec, run_id: str) -> dict[str, str]:
    """Labels of everything that one run makes."""
    return {**spec_labels(spec), RUN: run_id}


def stack_label(stack: str) -> str:
    """The stack as a label's value; another value for every stack."""
    return distinct_value(stack)


def model_id(model: str, stack: str) -> str:
    """Id of a stack's model in the registry: `[a-z][a-z0-9_-]{0,62}`.

    Names of models hold no underscore, so that it ends where the stack begins.
    """
    return distinct_value(f"{model}_{stack}")


def where(
    *,
    stack: str,
    model: str | None = None,
    identity: str | None = None,
    run: str | None = None,
) -> str:
    """A Vertex list filter over these labels."""
    terms = {STACK: stack_label(stack), MODEL: model, IDENTITY: identity, RUN: run}
    return " AND ".join(f'labels.{key}="{value}"' for key, value in terms.items() if value)
