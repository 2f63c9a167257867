"""Rules between data services and the rest of the stack file."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from infra.settings.models import ModelSettings
from infra.settings.problems import Problem, rule
from jobs import workloads

if TYPE_CHECKING:
    from infra.settings.stack import StackSettings


@rule
def data_checks(settings: "StackSettings") -> Iterator[Problem]:
    """What contradicts about data services, in the order of the stack file."""
    yield from _lock_without_protection(settings)
    yield from _lineage_without_key(settings)


@rule
def _lock_without_protection(settings: "StackSettings") -> Iterator[Problem]:
    evidence = settings.artifacts.evidence
    if evidence and evidence.locked and not settings.protection.enabled:
        yield Problem(
            ("artifacts", "evidence", "locked"),
            " is true, but mlplatform:protection.enabled is false: a stack that is thrown away "
            f"could not be for {evidence.retention_days} days; write false, or protect the stack",
        )


@rule
def _lineage_without_key(settings: "StackSettings") -> Iterator[Problem]:
    keyed = settings.keys.customer_managed and settings.environment == "prod"
    if keyed and not settings.experiments.metadata_store:
        yield Problem(
            ("experiments", "metadata_store"),
            " is false, but mlplatform:keys.customer_managed is true: the first pipeline would "
            "make the store, without a key, for good; write true",
        )


@rule
def model_data_checks(settings: "StackSettings", model: ModelSettings) -> Iterator[Problem]:
    """What contradicts about the data of one model; paths are relative to its entry."""
    if model.prepared_on != "spark":
        return
    if settings.spark.serverless is None:
        yield Problem(
            ("prepared_on",),
            " is 'spark', but mlplatform:spark.serverless is null and there is nobody to run a "
            "batch as: write duckdb, or serverless there",
        )
    if not workloads.prepares_on_spark(model.workload):
        yield Problem(
            ("prepared_on",),
            f" is 'spark', but the workload {model.workload} has no spark.py that says what a "
            "batch would compute: write duckdb, or that file",
        )
