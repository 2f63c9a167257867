"""Which stack a command works on: the repository's root, the stack's file and its local folder.

Does not read settings: `infra.settings` does, and only the commands that need them ask for it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ops.errors import UsageError

if TYPE_CHECKING:
    from infra.settings import StackSettings

LOCAL = "local"
REHEARSAL = (
    "nothing in Google Cloud is touched: this is a rehearsal on the embedded local cloud "
    "(for Google Cloud itself: pulumi up --stack {stack})"
)


@dataclass(frozen=True)
class Stack:
    """One stack of the repository at `root`."""

    root: Path
    name: str

    @property
    def file(self) -> Path:
        """The stack file."""
        return self.root / f"Pulumi.{self.name}.yaml"

    @property
    def folder(self) -> Path:
        """Where the local cloud, the images and the fetched reports of this stack lie."""
        return self.root / ".mlplatform" / self.name

    @property
    def is_rehearsal(self) -> bool:
        """Whether the stack is meant for Google Cloud and only rehearsed here."""
        return self.name != LOCAL

    def settings(self) -> "StackSettings":
        """The checked settings. Raises `SettingsError`."""
        from infra.settings import load_file

        return load_file(self.file)

    def shown(self, path: Path) -> str:
        """A path as a person would type it: relative to the root where that is possible."""
        return str(path.relative_to(self.root)) if path.is_relative_to(self.root) else str(path)


def find_root(start: Path) -> Path:
    """The nearest folder at or above `start` that holds a Pulumi.yaml."""
    for folder in (start, *start.parents):
        if (folder / "Pulumi.yaml").is_file():
            return folder
    raise UsageError(
        f"there is no Pulumi.yaml in {start} or above it: run mlp inside the repository"
    )


def choose(name: str, start: Path | None = None) -> Stack:
    """The stack called `name`. Raises `UsageError` with the stacks that there are."""
    root = find_root(start or Path.cwd())
    stack = Stack(root, name)
    if not stack.file.is_file():
        known = sorted(file.name.split(".")[1] for file in root.glob("Pulumi.*.yaml"))
        raise UsageError(
            f"there is no stack {name!r} (no file Pulumi.{name}.yaml): "
            f"choose one of {', '.join(known) or 'none'} with --stack"
        )
    return stack
