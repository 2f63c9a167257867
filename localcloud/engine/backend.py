"""Where state lies: the CLI's file layout below `PULUMI_BACKEND_URL`, written atomically.

Owns paths, the text of the state file and its replacement. Does not know what a run does.
"""

import json
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from localcloud.engine.events import EngineError
from localcloud.engine.project import Project

_VERSION = 3


@dataclass(frozen=True)
class Checkpoint:
    """A state file as JSON: one object per resource and per pending operation."""

    resources: list[dict[str, Any]] = field(default_factory=list)
    pending: list[dict[str, Any]] = field(default_factory=list)
    salt_line: str | None = None
    text: bytes = b""
    """The file as it was read; b"" if there is none."""


@dataclass(frozen=True)
class StackFiles:
    """The files of one stack in a backend folder."""

    root: Path
    project: str
    stack: str

    @property
    def state(self) -> Path:
        return self.root / "stacks" / self.project / f"{self.stack}.json"

    @property
    def journal(self) -> Path:
        return self.root / "journals" / self.project / f"{self.stack}.jsonl"

    @property
    def lock(self) -> Path:
        return self.root / "mlplatform-locks" / self.project / f"{self.stack}.lock"

    def of(self, project: str, stack: str) -> "StackFiles":
        """The files of another stack in the same backend."""
        return StackFiles(self.root, project, stack)

    def read(self) -> Checkpoint:
        """The stored checkpoint; an empty one if the stack has none."""
        try:
            text = self.state.read_bytes()
        except FileNotFoundError:
            return Checkpoint()
        try:
            latest = json.loads(text)["checkpoint"].get("latest") or {}
        except (ValueError, KeyError, TypeError) as error:
            raise EngineError(
                f"{self.state} is no state file ({error}): restore it or move it away"
            ) from error
        provider = latest.get("secrets_providers") or {}
        if provider.get("type", "passphrase") not in ("passphrase", ""):
            raise EngineError(
                f"The stack {self.stack!r} keeps its secrets with {provider['type']!r}; "
                "only passphrase is known here"
            )
        return Checkpoint(
            resources=latest.get("resources") or [],
            pending=latest.get("pending_operations") or [],
            salt_line=(provider.get("state") or {}).get("salt"),
            text=text,
        )

    def compose(self, resources: list[str], pending: list[str], salt_line: str, time: str) -> bytes:
        """The text of a state file from the JSON texts of its entries."""
        latest = {
            "manifest": {"time": time, "magic": "", "version": ""},
            "secrets_providers": {"type": "passphrase", "state": {"salt": salt_line}},
        }
        head = json.dumps(latest)[:-1]
        stack = json.dumps(f"organization/{self.project}/{self.stack}")
        lines = ",\n".join(resources)
        operations = f',\n"pending_operations": [\n{",".join(pending)}\n]' if pending else ""
        return (
            f'{{"version": {_VERSION}, "checkpoint": {{"stack": {stack}, "latest": '
            f'{head},\n"resources": [\n{lines}\n]{operations},\n"metadata": {{}}}}}}}}\n'
        ).encode()

    def write(self, text: bytes) -> None:
        """Replaces the state file: a reader sees the old or the new one, never a part."""
        meta = self.root / "meta.yaml"
        if not meta.exists():
            replace_file(meta, b"version: 1\n")
        replace_file(self.state, text)


def replace_file(path: Path, text: bytes) -> None:
    """Writes beside the file, flushes to disk, then renames over it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def stack_files(project: Project, stack: str) -> StackFiles:
    """The files of a stack in the backend that the environment or `Pulumi.yaml` names."""
    url = os.environ.get("PULUMI_BACKEND_URL") or project.backend_url
    if not url:
        return StackFiles(project.folder / ".mlplatform" / ".pulumi", project.name, stack)
    if not url.startswith("file://"):
        raise EngineError(
            f"PULUMI_BACKEND_URL is {url!r}; only folders are known here: write file:///some/folder"
        )
    text = unquote(url.removeprefix("file://"))
    folder = Path(text).expanduser()
    return StackFiles((project.folder / folder) / ".pulumi", project.name, stack)
