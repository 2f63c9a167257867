"""Rules between data services and the rest of the stack file."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from infra.settings.problems import Problem

if TYPE_CHECKING:
    from infra.settings.stack import StackSettings


def data_checks(settings: "StackSettings") -> Iterator[Problem]:
    """What contradicts about data services, in the order of the stack file."""
    yield from _lineage_without_key(settings)


def _lineage_without_key(settings: "StackSettings") -> Iterator[Problem]:
    keyed = settings.keys.customer_managed and settings.environment == "prod"
    if keyed and not settings.experiments.metadata_store:
        yield Problem(
            ("experiments", "metadata_store"),
            " is False, but mlplatform:keys.customer_managed is True: the first pipeline would "
            "make the store, without a key, for good; write true",
        )
