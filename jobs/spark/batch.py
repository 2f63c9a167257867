"""A batch of Dataproc Serverless that prepares data: what goes in, its id, its message.

Does not call anything: `jobs.steps.spark` does.
"""

from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from catalog.spark import properties
from jobs.spec import IDENTITY_LENGTH, DataReference, Placement, SparkPlacement, canonical_json

PROGRAM = "program.py"
PLAN = "plan.json"


Column = tuple[str, str]
"""Name and type; pairs, because canonical text keeps their order."""


class Plan(BaseModel):
    """What `jobs.spark.program` computes. Types are those of Spark SQL."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tables: dict[str, tuple[Column, ...]]
    """Columns of each CSV table, in the order of the file."""
    sql: str
    """One query over views that are named as the tables."""
    columns: tuple[Column, ...]
    """Columns of the result."""
    partition: tuple[str, ...]
    """Columns whose values are folders of the result."""
    order: tuple[str, ...]
    """Columns by which rows are sorted within a folder."""


class Inputs(BaseModel):
    """Everything that a batch is made from: equal inputs are one batch."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    program: str
    """Text of the program."""
    plan: Plan
    data: DataReference
    """What the CSV tables are."""
    source_uri: str
    output_uri: str

    @classmethod
    def of(cls, plan: Plan, data: DataReference, source_uri: str, output_uri: str) -> "Inputs":
        """Inputs of a batch of the program beside this file."""
        return cls(
            program=(Path(__file__).parent / PROGRAM).read_text(encoding="utf-8"),
            plan=plan,
            data=data,
            source_uri=source_uri,
            output_uri=output_uri,
        )

    @property
    def script(self) -> str:
        """Digest of what is sent: program and plan."""
        return _digest({"program": self.program, "plan": self.plan.model_dump(mode="json")})

    def batch_id(self, attempt: int) -> str:
        """`prepare-<digest>-<attempt>`, of 4 to 63 lower-case letters, digits and hyphens.

        Source: the reference of `CreateBatchRequest.batch_id`, google-cloud-dataproc 5.32
        """
        return f"prepare-{_digest(self.model_dump(mode='json'))}-{attempt}"

    def write(self, folder: Path) -> None:
        """The two files that a batch reads besides its tables."""
        (folder / PROGRAM).write_text(self.program, encoding="utf-8")
        (folder / PLAN).write_text(canonical_json(self.plan), encoding="utf-8")


def message(
    inputs: Inputs, spark: SparkPlacement, scripts_uri: str, labels: dict[str, str]
) -> dict[str, Any]:
    """The `Batch` message; `scripts_uri` holds what `Inputs.write` wrote."""
    return {
        "labels": labels,
        "pyspark_batch": {
            "main_python_file_uri": f"{scripts_uri}/{PROGRAM}",
            "args": [f"{scripts_uri}/{PLAN}", inputs.source_uri, inputs.output_uri],
        },
        "runtime_config": {
            "version": spark.runtime,
            "properties": properties(spark.max_executors),
        },
        "environment_config": {
            "execution_config": {
                "service_account": spark.service_account,
                "subnetwork_uri": spark.subnet,
                "staging_bucket": spark.staging_bucket,
                # It ends by itself, whether or not somebody still waits for it.
                "ttl": {"seconds": spark.timeout_seconds},
                **({"kms_key": spark.key} if spark.key else {}),
            }
        },
    }


def parent(placement: Placement) -> str:
    """Where batches of this placement are."""
    return f"projects/{placement.project_id}/locations/{placement.location}"


def page(name: str) -> str:
    """Address of a batch in the console, with its log; `name` is the full resource name."""
    _, project_id, _, region, _, batch_id = name.split("/")
    place = f"https://console.cloud.google.com/dataproc/batches/{region}/{batch_id}"
    return f"{place}/monitoring?project={project_id}"


def _digest(value: dict[str, Any]) -> str:
    return sha256(canonical_json(value).encode()).hexdigest()[:IDENTITY_LENGTH]
