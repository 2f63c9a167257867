"""Where a run keeps its things: the one place that builds `gs://` paths.

The first folder of every path is a prefix class of `catalog.prefixes`, which the bucket's
lifecycle rules go by.
"""

from dataclasses import dataclass
from typing import Self

from jobs.spec import IDENTITY_LENGTH, JobSpec, Placement, canonical_json

STEPS = ("prepare", "train", "validate", "gate", "register", "rollout")
"""The steps of a run in their order."""


@dataclass(frozen=True, kw_only=True)
class RunLayout:
    """Paths of one run. Every attribute is a URI without a trailing slash."""

    bucket: str
    model: str
    run_id: str

    @classmethod
    def of(cls, spec: JobSpec, placement: Placement, run_id: str) -> Self:
        return cls(bucket=placement.bucket, model=spec.model, run_id=run_id)

    @property
    def run(self) -> str:
        return f"gs://{self.bucket}/pipelines/{self.model}/{self.run_id}"

    def step(self, name: str) -> str:
        """What the step reports of itself: state, progress, result."""
        return f"{self.run}/steps/{name}.json"

    @property
    def submission(self) -> str:
        """Spec and placement of the run, as submitted."""
        return f"{self.run}/submission.json"

    @property
    def pipeline_root(self) -> str:
        return f"{self.run}/root"

    @property
    def training(self) -> str:
        """Vertex' `base_output_directory`: checkpoints/, model/ and logs/ lie below it."""
        return f"gs://{self.bucket}/checkpoints/{self.model}/{self.run_id}"

    @property
    def checkpoints(self) -> str:
        return f"{self.training}/checkpoints"

    @property
    def trainer(self) -> str:
        """What the trainer reports of itself; apart from the steps, whose records it must not
        be able to write."""
        return f"{self.training}/trainer.json"

    @property
    def candidates(self) -> str:
        """Servable candidates, one folder each."""
        return f"gs://{self.bucket}/models/{self.model}/{self.run_id}"

    @property
    def validation(self) -> str:
        return f"gs://{self.bucket}/validation/{self.model}/{self.run_id}"

    @property
    def report(self) -> str:
        return f"{self.validation}/report.html"

    @property
    def samples(self) -> str:
        """Held-out rows as the endpoint's instances."""
        return f"{self.validation}/samples.json"


def source_tables(spec: JobSpec, placement: Placement) -> str:
    """The tables that a batch prepares, as files that Spark can read: shared by all runs."""
    digest = spec.data.sha256[:IDENTITY_LENGTH]
    return f"gs://{placement.bucket}/datasets/{spec.workload}/source-{digest}"


def scripts(spec: JobSpec, placement: Placement, digest: str) -> str:
    """What a batch runs, by the digest of its content."""
    return f"gs://{placement.bucket}/scripts/{spec.workload}/{digest}"


def prepared_data(spec: JobSpec, placement: Placement) -> str:
    """Prepared data: shared by runs with the same code, data and arguments of preparation.

    The digest covers more than preparation reads; a run never reads what other code prepared.
    """
    from hashlib import sha256

    key = canonical_json(
        {"code": spec.code, "data": spec.data.model_dump(), "arguments": spec.arguments}
    )
    return (
        f"gs://{placement.bucket}/datasets/{spec.workload}/{sha256(key.encode()).hexdigest()[:20]}"
    )
