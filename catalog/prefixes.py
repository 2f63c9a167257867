"""First folders of our buckets: the one place that owns their names and how long they last.

How many days a class lasts is a setting; which paths lie below a folder is `jobs.layout`.
"""

from dataclasses import dataclass
from typing import Literal

LifecycleClass = Literal["durable", "reproducible", "scratch"]
"""durable: kept until somebody deletes it. reproducible: a run can make it again.
scratch: worthless once its run has ended."""


@dataclass(frozen=True, kw_only=True)
class Prefix:
    """One first folder of the bucket."""

    path: str
    """With the slash at its end, as lifecycle rules and grants compare it."""
    lifecycle: LifecycleClass
    holds: str
    trainer_writes: bool = False
    """Whether the training container writes below it. What judges a model is never among these."""


MODELS = "models/"
DATASETS = "datasets/"
UPLOADED_SOURCES = "tmp/builds/"
"""What an image is built from by hand: worthless once it is built."""
RAW_DATA = "raw-data/"
"""Data as it came: in the lake, or below artifacts where a stack has none."""
SCRIPTS = "scripts/"
"""Programs of batch jobs, in the same place."""

PREFIXES = (
    Prefix(
        path="pipelines/",
        lifecycle="reproducible",
        holds="submissions, step records and pipeline roots of runs",
    ),
    Prefix(path=MODELS, lifecycle="durable", holds="servable models", trainer_writes=True),
    Prefix(path=DATASETS, lifecycle="reproducible", holds="prepared data"),
    Prefix(path="validation/", lifecycle="durable", holds="evaluations and their reports"),
    Prefix(path="governance/", lifecycle="durable", holds="approvals and model cards"),
    Prefix(path="deployment/", lifecycle="durable", holds="records of rollouts"),
    Prefix(
        path="checkpoints/",
        lifecycle="scratch",
        holds="checkpoints of runs under way",
        trainer_writes=True,
    ),
    Prefix(path="tmp/", lifecycle="scratch", holds="what nobody will miss"),
    Prefix(path=RAW_DATA, lifecycle="durable", holds="data as it came, put there by people"),
    Prefix(path=SCRIPTS, lifecycle="reproducible", holds="programs of batch jobs"),
)


def of_class(lifecycle: LifecycleClass) -> tuple[str, ...]:
    """Paths of one lifecycle class."""
    return tuple(prefix.path for prefix in PREFIXES if prefix.lifecycle == lifecycle)


def written_by_trainer() -> tuple[str, ...]:
    """Paths that the training container may write below."""
    return tuple(prefix.path for prefix in PREFIXES if prefix.trainer_writes)
