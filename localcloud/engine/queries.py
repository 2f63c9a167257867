"""Reads of stored state, for status views: no lock, no program, no key unless secrets are asked."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from localcloud.engine import journal, operations, secrets
from localcloud.engine.backend import stack_files
from localcloud.engine.project import open_project
from localcloud.engine.secrets import Cipher
from localcloud.engine.state import ResourceState, decode
from localcloud.engine.values import mask


def outputs(cwd: Path, stack: str, *, show_secrets: bool = False) -> dict[str, Any]:
    """See `localcloud.engine.outputs`."""
    project = open_project(cwd)
    states = _states(cwd, stack, show_secrets=show_secrets)
    found = operations.stack_outputs(states, project.name, stack) or {}
    return mask(found, show_secrets=show_secrets)


def resources(cwd: Path, stack: str) -> list[dict[str, Any]]:
    """See `localcloud.engine.resources`."""
    return entries(_states(cwd, stack, show_secrets=False))


def entries(states: Iterable[ResourceState]) -> list[dict[str, Any]]:
    """States as plain values, secrets masked; without those that only wait for their deletion."""
    return [
        {
            "urn": state.urn,
            "type": state.type,
            "id": state.id,
            "parent": state.parent,
            "inputs": mask(state.inputs),
            "outputs": mask(state.outputs),
            "dependencies": list(state.options.dependencies),
            "property_dependencies": dict(state.options.property_dependencies),
            "protect": state.options.protect,
            "custom": state.custom,
        }
        for state in states
        if not state.delete
    ]


def _states(cwd: Path, stack: str, *, show_secrets: bool) -> list[ResourceState]:
    files = stack_files(open_project(cwd), stack)
    checkpoint = files.read()
    entries, _ = journal.replay(
        files.journal, checkpoint.text, checkpoint.resources, checkpoint.pending
    )
    if show_secrets and checkpoint.salt_line:
        decrypt = Cipher(secrets.passphrase(), checkpoint.salt_line).decrypt
        return [decode(entry, decrypt) for entry in entries]
    return [decode(entry, lambda _: "null") for entry in entries]
