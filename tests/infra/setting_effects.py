"""docs/changes.md: what a change of each setting of prod does to what is deployed.

python tests/infra/setting_effects.py     writes today's effects into the document
"""

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any, Literal, get_args, get_origin

import yaml

ROOT = File(__file__).parents[2]
sys.path[:0] = [str(File(__file__).parent), str(File(__file__).parents[1])]

from graph_changes import built  # noqa: E402
from settings_walk import MISSING, Key, Path, all_keys, value_at, with_value  # noqa: E402

from infra.settings import SettingsError, parse  # noqa: E402
from infra.settings.specs import _spec  # noqa: E402
from jobs.spec import identity  # noqa: E402

DOCUMENT = ROOT / "docs" / "changes.md"
CONFIG: dict[str, Any] = yaml.safe_load((ROOT / "Pulumi.prod.yaml").read_text())["config"]
SIGNS = {"+": "makes", "-": "removes", "~": "updates", "±": "replaces"}
SHOWN = 4
_TEXTS: dict[str, Any] = {
    "network.name": "mlplatform-two",
    "network.subnets.0.cidr": "10.48.0.0/20",
    "network.private_services_range": "10.49.0.0/16",
    "network.google_apis_address": "10.40.255.253",
    "features.groups.0.about": "Weather at an airport",
    "features.groups.0.sync_cron": "10 * * * *",
    "workstations.teams.0.machine_type": "n1-standard-16",
    "workstations.teams.0.home_disk_gb": 500,
    "workstations.teams.0.repository": "https://github.com/example/other.git",
    "accelerators.machines.0.zone": "us-east5-a",
    "accelerators.warm_pools.0.name": "shorter-trainings",
    "alerts.email": "platform-oncall@example.com",
    "cost.budget.currency": "EUR",
    "cost.budget.billing_account": "012345-6789AB-CDEF01",
}
"""What to write instead of a text, where that is another change than of a number or a switch."""


@dataclass(frozen=True)
class Effect:
    """What one change does, as `sign type name` of each resource."""

    key: str
    before: Any
    after: Any
    changes: tuple[tuple[str, str, str], ...]
    new_runs: bool
    """Whether a model is trained anew."""

    def row(self) -> str:
        return f"| `{self.key}` | {self.before} → {self.after} | {self._said()} |"

    def _said(self) -> str:
        groups: dict[str, list[str]] = {}
        for sign, kind, name in self.changes:
            groups.setdefault(SIGNS[sign], []).append(f"{kind} `{name}`")
        parts = []
        for verb, named in sorted(groups.items()):
            more = f" and {len(named) - SHOWN} more" if len(named) > SHOWN else ""
            parts.append(f"{verb} {', '.join(named[:SHOWN])}{more}")
        if not parts:
            return f"no resource{'' if self.new_runs else ' and no run'}: {self._later()}"
        return "; ".join(parts)

    def _later(self) -> str:
        return "a new run of the model" if self.new_runs else "how later ones are made"


def candidates() -> list[tuple[Key, Any, Any]]:
    """(key, value, another value) of every setting that can be changed by itself."""
    found = []
    for key in all_keys(CONFIG):
        value = value_at(CONFIG, key.path)
        other = _another(key, value)
        known = MISSING not in (value, other) and other != value
        if known and _is_valid(key.path, other):
            found.append((key, value, other))
    return found


def _another(key: Key, value: Any) -> Any:
    if str(key) in _TEXTS:
        return _TEXTS[str(key)]
    if str(key) in {"environment", "project.number"} or isinstance(value, dict | list):
        return MISSING
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, float):
        return round(value * 0.9, 6)
    choices = get_args(key.field.annotation)
    is_choice = get_origin(key.field.annotation) is Literal
    return next((each for each in choices if each != value), MISSING) if is_choice else MISSING


def _is_valid(path: Path, value: Any) -> bool:
    try:
        parse(with_value(CONFIG, path, value))
    except SettingsError:
        return False
    return True


def effects(cloud: Any, keys: list[tuple[Key, Any, Any]]) -> list[Effect]:
    """Of each change by itself, from the graph and the provider's rules of replacement."""
    from localcloud.provider.core import GoogleProvider

    with tempfile.TemporaryDirectory() as folder:
        provider = GoogleProvider(File(folder), {"project": "p", "region": "europe-west4"})
        before = _by_urn(built(cloud, CONFIG))
        return [
            Effect(
                key=str(key),
                before=old,
                after=new,
                changes=_changes(provider, before, cloud, key.path, new),
                new_runs=_runs(CONFIG) != _runs(with_value(CONFIG, key.path, new)),
            )
            for key, old, new in keys
        ]


def _runs(config: dict[str, Any]) -> dict[str, str]:
    """Identity of the run of every model, whatever its image is."""
    models = parse(config).models
    code = f"sha256:{'0' * 64}"
    return {name: identity(_spec(name, each, "prod", code=code)) for name, each in models.items()}


def _changes(
    provider: Any, before: dict[str, Any], cloud: Any, path: Path, value: Any
) -> tuple[tuple[str, str, str], ...]:
    after = _by_urn(built(cloud, with_value(CONFIG, path, value)))
    found = []
    for urn in sorted(before.keys() | after.keys()):
        sign = _sign(provider, before.get(urn), after.get(urn))
        each = before.get(urn) or after[urn]
        if sign:
            found.append((sign, each.token.rpartition(":")[2], each.name))
    return tuple(found)


def _sign(provider: Any, old: Any, new: Any) -> str:
    if old is None or new is None:
        return "+" if old is None else "-"
    if old.inputs == new.inputs:
        return ""
    found = provider.diff(old.token, "id", old.inputs, old.inputs, new.inputs)
    return "±" if found.replaces else "~" if found.changed else ""


def _by_urn(cloud: Any) -> dict[str, Any]:
    """What a provider makes; not the archives of functions, which are made anew in every build."""
    return {
        each.urn: each
        for each in cloud.registered
        if each.token.startswith("gcp:") and not each.token.endswith(":BucketObject")
    }


def text(found: list[Effect]) -> str:
    return "\n".join(
        [
            "# What a change of a setting does",
            "",
            "Each setting of `Pulumi.prod.yaml` that can be changed by itself, changed. What is",
            "protected is neither replaced nor removed: the deployment says so and stops. From the",
            "graph, and the embedded provider's rules of what can be changed in place.",
            "",
            "| setting | from → to | effect |",
            "|---|---|---|",
            *(each.row() for each in found),
            "",
        ]
    )


if __name__ == "__main__":
    import runpy

    cloud = runpy.run_path(str(ROOT / "tests" / "conftest.py"))["Cloud"](stack="prod")
    DOCUMENT.write_text(text(effects(cloud, candidates())))
