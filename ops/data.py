"""Data on its way to a stack: checked against its agreement, brought into its bucket."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from catalog.prefixes import RAW_DATA, SCRIPTS
from ops.errors import UsageError

if TYPE_CHECKING:
    from infra.settings import StackSettings
    from jobs.upload import Uploaded
    from ops.outputs import StackOutputs

_NAME = re.compile(r"[a-z0-9]([-a-z0-9_.]{0,61}[a-z0-9])?")


def workload_of(settings: "StackSettings", model: str | None) -> str:
    """The workload of a model of the stack file, or of the only one. Raises UsageError."""
    names = ", ".join(settings.models) or "none"
    if model is None and len(settings.models) == 1:
        return next(iter(settings.models.values())).workload
    if model is None:
        raise UsageError(f"say which model: {names}")
    if model not in settings.models:
        raise UsageError(f"there is no model {model!r}: choose one of {names}")
    return settings.models[model].workload


def checked(file: Path, workload: str, table: str) -> list[str]:
    """What is wrong with the file. Raises UsageError for a table that the workload has not."""
    from jobs import table_schema, workloads

    agreed = table_schema.load(workloads.tables_file(workload))
    if table not in agreed.tables:
        raise UsageError(
            f"{workload} reads no table {table!r}: choose one of {', '.join(agreed.tables)}"
        )
    return table_schema.check_csv(file, agreed.tables[table], agreed.absent)


def uploaded(
    outputs: "StackOutputs", source: Path, name: str, *, scripts: bool
) -> "list[Uploaded]":
    """Bring files below the name's folder of the lake, or of the artifacts where there is none.

    Raises UsageError for a name that is no folder's.
    """
    from jobs.upload import upload

    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} cannot name data: write 1 to 63 lower-case letters, digits, '-', '_' and "
            "'.', beginning and ending with a letter or digit"
        )
    bucket = outputs.lake_bucket or outputs.artifacts_bucket
    folder = f"gs://{bucket}/{SCRIPTS if scripts else RAW_DATA}{name}"
    return upload(source, folder, project_id=outputs.project_id, region=outputs.region)
