"""What a registered version was made from, as a table or as one JSON object."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ops.display.screen import columns
from ops.errors import UsageError
from ops.models import versions

if TYPE_CHECKING:
    from jobs.lineage import Fact
    from jobs.registry import ModelVersion
    from ops.outputs import StackOutputs


def chosen(outputs: "StackOutputs", model: str, wanted: str | None) -> "ModelVersion":
    """The version of that number, or the newest. Raises `UsageError` with those there are."""
    found = versions(outputs, model)
    for version in found:
        if wanted in (None, version.version):
            return version
    if not found:
        raise UsageError(f"no version of {model} is registered so far")
    numbers = ", ".join(version.version for version in found)
    raise UsageError(f"{model} has no version {wanted}: choose one of {numbers}")


def facts(outputs: "StackOutputs", version: "ModelVersion") -> "list[Fact]":
    """Everything that is recorded of the version."""
    from jobs.lineage import Place, lineage

    place = Place(
        project_id=outputs.project_id,
        location=outputs.region,
        stack=outputs.stack,
        bucket=outputs.artifacts_bucket,
    )
    return lineage(place, version)


def table(found: "list[Fact]") -> list[str]:
    """Facts as aligned lines, those about the same thing together."""
    order = list(dict.fromkeys(fact.about for fact in found))
    rows = [
        [fact.about, fact.name, fact.value, fact.source]
        for fact in sorted(found, key=lambda fact: order.index(fact.about))
    ]
    return columns([["about", "what", "value", "recorded in"], *rows])


def as_json(version: "ModelVersion", found: "list[Fact]") -> dict[str, Any]:
    """The same as plain values."""
    return {
        "model": version.model,
        "version": version.version,
        "facts": [asdict(fact) for fact in found],
    }
