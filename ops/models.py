"""Registered versions and what of them serves: reads the registry and the endpoints."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ops.display.screen import Screen, columns

if TYPE_CHECKING:
    from jobs.registry import ModelVersion
    from ops.outputs import StackOutputs

CHAMPION = "champion"


@dataclass(frozen=True, kw_only=True)
class Serving:
    """What one endpoint serves."""

    model: str
    endpoint: str
    traffic: dict[str, int]
    """Percent of the requests per model version."""
    champion: str | None
    """The version that holds the alias."""

    @property
    def traffic_text(self) -> str:
        """Such as `version 3 90 %, version 4 10 %`."""
        parts = [f"version {version} {percent} %" for version, percent in self.traffic.items()]
        return ", ".join(parts) or "nothing deployed"


def versions(outputs: "StackOutputs", model: str) -> "list[ModelVersion]":
    """The versions of a model, newest first."""
    from jobs.registry import list_versions

    return list_versions(outputs.project_id, outputs.region, outputs.stack, model)


def serving(outputs: "StackOutputs", model: str) -> Serving:
    """What the model's endpoint serves now."""
    from jobs import clients

    name = outputs.endpoint(model)
    endpoint = clients.vertex("endpoint", outputs.region).get_endpoint(name=name)
    version_of = {item.id: item.model_version_id for item in endpoint.deployed_models}
    traffic: dict[str, int] = {}
    for deployed, percent in endpoint.traffic_split.items():
        version = version_of.get(deployed, deployed)
        traffic[version] = traffic.get(version, 0) + percent
    champion = next((v.version for v in versions(outputs, model) if CHAMPION in v.aliases), None)
    return Serving(model=model, endpoint=name, traffic=traffic, champion=champion)


def show(outputs: "StackOutputs", model: str, screen: Screen) -> None:
    """Versions, traffic and places of one model."""
    found, now = versions(outputs, model), serving(outputs, model)
    screen.line(f"model      {model}", "bold")
    screen.line(f"endpoint   {now.endpoint}")
    screen.line(f"traffic    {now.traffic_text}")
    for line in table(found):
        screen.line(line)
    for version in found[:1]:
        screen.line(f"newest     {version.description}, {version.artifact_uri}")


def model_json(outputs: "StackOutputs", model: str) -> dict[str, Any]:
    """One model as plain values."""
    return {
        **asdict(serving(outputs, model)),
        "versions": [version_json(version) for version in versions(outputs, model)],
    }


def version_json(version: "ModelVersion") -> dict[str, Any]:
    """One version as plain values."""
    return asdict(version) | {"created_at": version.created_at.isoformat(timespec="seconds")}


def table(found: "list[ModelVersion]") -> list[str]:
    """Versions as aligned lines."""
    rows = [
        [
            item.model,
            item.version,
            ", ".join(item.aliases) or "-",
            item.run_id,
            item.created_at.isoformat(timespec="minutes"),
        ]
        for item in found
    ]
    return columns([["model", "version", "aliases", "run", "created"], *rows])
