"""Labels that tie what jobs make to stack, model and run, and the filters that find it again."""

from catalog.labels import label_value
from jobs.spec import JobSpec, identity

STACK = "mlplatform_stack"
MODEL = "mlplatform_model"
IDENTITY = "mlplatform_identity"
RUN = "mlplatform_run"


def spec_labels(spec: JobSpec) -> dict[str, str]:
    """Labels of everything that belongs to one spec."""
    return {STACK: label_value(spec.stack), MODEL: spec.model, IDENTITY: identity(spec)}


def run_labels(spec: JobSpec, run_id: str) -> dict[str, str]:
    """Labels of everything that one run makes."""
    return {**spec_labels(spec), RUN: run_id}


def where(
    *,
    stack: str,
    model: str | None = None,
    identity: str | None = None,
    run: str | None = None,
) -> str:
    """A Vertex list filter over these labels."""
    terms = {STACK: label_value(stack), MODEL: model, IDENTITY: identity, RUN: run}
    return " AND ".join(f'labels.{key}="{value}"' for key, value in terms.items() if value)
