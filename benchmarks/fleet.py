"""Preview and up of this program with 1, 10 and 100 models, beside a flat program.

The flat program registers the very same resources, read from the state that this program left,
without settings, components or hooks. Submission is off: the models have no image.
"""

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmarks.measure import ROOT, Run, median, once, python

STACK = "local"
REPEATS = 3

_MAIN = f"""import runpy, sys
sys.path.insert(0, {str(ROOT)!r})
runpy.run_path({str(ROOT / "__main__.py")!r}, run_name="__main__")
"""
_FLAT = """import importlib, json, pathlib
import pulumi
for token, name, inputs in json.loads(pathlib.Path("resources.json").read_text()):
    module, _, kind = token.removeprefix("gcp:").partition("/")
    members = importlib.import_module(f"pulumi_gcp.{module}")
    getattr(members, token.rpartition(":")[2])(name, **inputs)
"""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One size of fleet."""

    models: int
    resources: int
    ours: dict[str, Run]
    flat: dict[str, Run]
    """By phase: `preview`, `up`, `no-change up`."""


def measure(models: int, folder: Path) -> Row:
    """Measures both programs in folders of their own below `folder`."""
    ours, flat = folder / f"ours-{models}", folder / f"flat-{models}"
    laid_out(models, ours)
    ours_runs = _phases(ours)
    resources = _resources(ours)
    _lay_out(
        flat, _FLAT, {"config": {"gcp:project": "mlplatform-local", "gcp:region": "europe-west4"}}
    )
    (flat / "resources.json").write_text(json.dumps(resources), encoding="utf-8")
    return Row(models=models, resources=len(resources), ours=ours_runs, flat=_phases(flat))


def laid_out(models: int, folder: Path) -> Path:
    """A folder with this program and a stack file of so many models."""
    _lay_out(folder, _MAIN, _stack_file(models))
    return folder


def _lay_out(folder: Path, program: str, stack_file: dict[str, Any]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "__main__.py").write_text(program, encoding="utf-8")
    shutil.copy(ROOT / "Pulumi.yaml", folder)
    (folder / f"Pulumi.{STACK}.yaml").write_text(yaml.safe_dump(stack_file), encoding="utf-8")


def _stack_file(models: int) -> dict[str, Any]:
    text = (ROOT / f"Pulumi.{STACK}.yaml").read_text(encoding="utf-8")
    content = yaml.safe_load(text)
    template = content["config"]["mlplatform:models"]["flight-delay"]
    # Beyond a hundred models, what is too slow is said once for all of them.
    one = {key: value for key, value in template.items() if key != "image"} | {"alerts": {}}
    content["config"]["mlplatform:models"] = {f"model-{n:04d}": one for n in range(models)}
    return content


def _phases(folder: Path) -> dict[str, Run]:
    def run(command: str) -> Run:
        return once(python("-m", "localcloud", command, "--cwd", str(folder), "--stack", STACK))

    runs: dict[str, list[Run]] = {"preview": [], "up": [], "no-change up": []}
    for _ in range(REPEATS):
        shutil.rmtree(folder / ".mlplatform", ignore_errors=True)
        runs["preview"].append(run("preview"))
        runs["up"].append(run("up"))
        runs["no-change up"].append(run("up"))
    return {phase: median(found) for phase, found in runs.items()}


def _resources(folder: Path) -> list[list[Any]]:
    state = next((folder / ".mlplatform" / ".pulumi" / "stacks").glob(f"*/{STACK}.json"))
    found = json.loads(state.read_text(encoding="utf-8"))["checkpoint"]["latest"]["resources"]
    return [
        [entry["type"], _name(entry["urn"]), _arguments(entry["inputs"])]
        for entry in found
        if entry["custom"] and entry["type"].startswith("gcp:")
    ]


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]


def _arguments(inputs: dict[str, Any]) -> dict[str, Any]:
    """Top-level names as Python spells them; `__defaults` and the like are the engine's."""
    return {
        re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key).lower(): value
        for key, value in inputs.items()
        if not key.startswith("__")
    }
