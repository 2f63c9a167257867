"""What was deployed, as the stack's state records it.

In Google Cloud the official CLI keeps the state, and is asked for it; here the local engine does.
"""

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ops.errors import CommandError
from ops.target import Target


@dataclass(frozen=True)
class Deployed:
    """One resource that exists."""

    type: str
    id: str
    inputs: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The last part of its id, as the console shows it."""
        return self.id.rpartition("/")[2]


def deployed(target: Target) -> list[Deployed]:
    """Everything in the state; nothing if the stack was never deployed. Raises CommandError."""
    entries = _exported(target) if target.cloud else _local(target)
    return [
        Deployed(str(each["type"]), str(each["id"]), each.get("inputs") or {})
        for each in entries
        if each.get("id") and str(each["type"]).startswith("gcp:")
    ]


def _local(target: Target) -> list[dict[str, Any]]:
    import localcloud

    return localcloud.resources(target.stack.root, target.stack.name)


def _exported(target: Target) -> list[dict[str, Any]]:
    program = shutil.which("pulumi")
    if program is None:
        raise CommandError(
            "--cloud reads the stack's state with the official CLI, and there is no pulumi on "
            "PATH: install it, or write --only tools --only project"
        )
    command = [program, "stack", "export", "--stack", target.stack.name]
    done = subprocess.run(
        command, cwd=target.stack.root, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        reason = done.stderr.strip().splitlines()
        raise CommandError(
            f"pulumi stack export failed: {reason[-1] if reason else done.returncode}"
        )
    return json.loads(done.stdout).get("deployment", {}).get("resources") or []
