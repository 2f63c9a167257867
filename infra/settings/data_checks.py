"""Rules between data services and the rest of the stack file."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from infra.settings.problems import Problem, rule

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
