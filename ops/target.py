"""Where a command acts: on the embedded local cloud, or with `--cloud` on Google Cloud itself.

The same clients serve both; what differs is where outputs come from and which endpoints the
clients are told. Does not deploy: that is `ops.deployment`, and only on the local cloud.
"""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import Any

from ops.errors import CommandError
from ops.outputs import StackOutputs, parse
from ops.stacks import REHEARSAL, Stack


@dataclass(frozen=True)
class Target:
    """One stack in one of the two clouds."""

    stack: Stack
    cloud: bool = False

    @property
    def banner(self) -> str:
        """The first line of every command on a stack that is meant for Google Cloud; or ""."""
        if self.cloud:
            return f"acting on Google Cloud itself, stack {self.stack.name}"
        return REHEARSAL.format(stack=self.stack.name) if self.stack.is_rehearsal else ""

    def raw_outputs(self) -> dict[str, Any]:
        """The stored outputs as they are; {} if the stack was never deployed."""
        if self.cloud:
            return _pulumi_outputs(self.stack)
        import localcloud

        return localcloud.outputs(self.stack.root, self.stack.name)

    def outputs(self) -> StackOutputs:
        """The stored outputs, typed. Raises `CommandError` if the stack is not deployed."""
        return parse(self.raw_outputs(), self.stack.name)

    def enter(self) -> StackOutputs:
        """The outputs, and from now on all clients talk to this target.

        Starts the local services where they are not running.
        """
        outputs = self.outputs()
        if not self.cloud:
            connect(self.stack)
        return outputs


def connect(stack: Stack) -> str:
    """Starts the stack's services if need be, points all clients at them and returns their URL."""
    import localcloud

    connection = localcloud.connect(stack.root, stack.name)
    os.environ.update(connection.environment)
    return connection.url


def _pulumi_outputs(stack: Stack) -> dict[str, Any]:
    program = shutil.which("pulumi")
    if program is None:
        raise CommandError(
            "--cloud reads the stack's outputs with the official CLI, and there is no pulumi on "
            "PATH: install it, or leave --cloud away to act on the local cloud"
        )
    done = subprocess.run(
        [program, "stack", "output", "--json", "--stack", stack.name],
        cwd=stack.root,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        reason = done.stderr.strip().splitlines()
        raise CommandError(
            f"pulumi stack output failed: {reason[-1] if reason else done.returncode}"
        )
    return json.loads(done.stdout)
