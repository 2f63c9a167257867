"""BigQuery tables of the platform, column by column, in BigQuery's own schema words.

The graph creates them and the jobs write their rows, so both read this file. A new column is
NULLABLE and goes last: anything else makes BigQuery replace the table.
"""

from dataclasses import dataclass
from typing import Literal

ColumnType = Literal["STRING", "INTEGER", "FLOAT", "BOOLEAN", "TIMESTAMP"]


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    name: str
    type: ColumnType
    description: str
    mode: Literal["REQUIRED", "NULLABLE"] = "REQUIRED"


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table, partitioned by the day of `partitioned_by`."""

    name: str
    description: str
    partitioned_by: str
    clustered_by: tuple[str, ...]
    columns: tuple[Column, ...]

    def schema(self) -> list[dict[str, str]]:
        """The columns as BigQuery's JSON schema."""
        return [
            {"name": c.name, "type": c.type, "mode": c.mode, "description": c.description}
            for c in self.columns
        ]


RUNS = Table(
    name="runs",
    description="One row for each end of a run",
    partitioned_by="started_at",
    clustered_by=("model", "run_id"),
    columns=(
        Column("run_id", "STRING", "<model>-<identity>-<attempt>"),
        Column("stack", "STRING", "Stack that submitted the run"),
        Column("model", "STRING", "Model, as the stack file names it"),
        Column("identity", "STRING", "First 20 hex digits of the digest over the job spec"),
        Column("attempt", "INTEGER", "1 for the first run of an identity"),
        Column("state", "STRING", "SUCCEEDED, REFUSED or FAILED"),
        Column("code", "STRING", "Digest of the image that ran"),
        Column("data_name", "STRING", "Data set that the run read"),
        Column("data_sha256", "STRING", "Digest over the files of the data set"),
        Column("started_at", "TIMESTAMP", "When the first step began"),
        Column("ended_at", "TIMESTAMP", "When the last step ended", "NULLABLE"),
        Column("candidate", "STRING", "Which candidate the gate chose", "NULLABLE"),
        Column("model_version", "STRING", "Version in the model registry", "NULLABLE"),
        Column("metrics", "STRING", "Metrics of all candidates, as JSON text", "NULLABLE"),
    ),
)

GATE_RESULTS = Table(
    name="gate_results",
    description="One row for each check of the gate",
    partitioned_by="decided_at",
    clustered_by=("model", "run_id"),
    columns=(
        Column("run_id", "STRING", "<model>-<identity>-<attempt>"),
        Column("model", "STRING", "Model, as the stack file names it"),
        Column("candidate", "STRING", "Candidate that was judged"),
        Column("metric", "STRING", "Metric that was compared"),
        Column("value", "FLOAT", "What the candidate reached", "NULLABLE"),
        Column("bound", "FLOAT", "What it had to reach", "NULLABLE"),
        Column("baseline_value", "FLOAT", "What the baseline reached", "NULLABLE"),
        Column("passed", "BOOLEAN", "Whether the check was passed"),
        Column("decided_at", "TIMESTAMP", "When the gate decided"),
    ),
)

ACTIONS = Table(
    name="actions",
    description="One row for each thing that the platform did, or refused to do, by itself",
    partitioned_by="decided_at",
    clustered_by=("action", "decision"),
    columns=(
        Column("action", "STRING", "What was asked for, such as cancel-diverging"),
        Column("decision", "STRING", "acted, left-alone or refused"),
        Column("subject", "STRING", "Full name of what it is about; empty if nothing was certain"),
        Column("reason", "STRING", "One sentence"),
        Column("incident_id", "STRING", "Incident or message that asked for it"),
        Column("policy", "STRING", "Alert policy or budget that asked for it"),
        Column("decided_at", "TIMESTAMP", "When it was decided"),
    ),
)

TABLES = (RUNS, GATE_RESULTS, ACTIONS)
