"""Previews: of every stack as it is, and of fleets up to a thousand models.

Each from nothing, as a pull request's check does. `growth` compares with the fleet of half the
size: 2.0 is linear, what does not depend on models makes it less.
"""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from benchmarks import fleet
from benchmarks.measure import ROOT, Run, once, python

STACKS = ("local", "dev", "staging", "prod")
FLEETS = (250, 500, 1000)


@dataclass(frozen=True, kw_only=True)
class Preview:
    """One preview."""

    what: str
    resources: int
    run: Run


def of_stacks(folder: Path) -> list[Preview]:
    """Every stack file of the checkout, in a copy of nothing else."""
    return [_preview(stack, _checkout(folder / stack), stack) for stack in STACKS]


def of_fleets(folder: Path) -> list[Preview]:
    """The local stack with so many models."""
    found = []
    for models in FLEETS:
        place = fleet.laid_out(models, folder / f"fleet-{models}")
        found.append(_preview(f"{models} models", place, fleet.STACK))
    return found


def _checkout(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for file in (ROOT / "__main__.py", ROOT / "Pulumi.yaml", *ROOT.glob("Pulumi.*.yaml")):
        shutil.copy(file, folder)
    return folder


def _preview(what: str, folder: Path, stack: str) -> Preview:
    steps = folder / "steps.json"
    command = python("-m", "localcloud", "preview", "--cwd", str(folder), "--stack", stack)
    run = once([*command, "--json"], output=steps)
    answer = json.loads(steps.read_text(encoding="utf-8"))
    return Preview(what=what, resources=len(answer["steps"]), run=run)
