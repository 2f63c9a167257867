"""The image of the jobs on this machine: a copy of exactly the files that the Dockerfile copies.

In a folder named after their digest. A real image is made by `ops.cloud_image`.
"""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ops.display.screen import Screen
from ops.stacks import Stack


@dataclass(frozen=True)
class LocalImage:
    """A copy of what the image would hold."""

    digest: str
    """`sha256:` and 64 hex digits."""
    folder: Path
    created: bool
    """Whether this call made the copy."""


def build_local(stack: Stack) -> LocalImage:
    """Copies the files of the image aside; an unchanged tree is copied once.

    The digest is taken from the copy, not from the tree: who edits a file meanwhile gets a copy
    whose name is still true.
    """
    from jobs.spec import image_files, tree_digest

    images = stack.folder / "images"
    digest = tree_digest(stack.root)
    folder = _folder(images, digest)
    if folder.is_dir():
        return LocalImage(digest, folder, created=False)
    images.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=".partial-", dir=images))
    try:
        for file in image_files(stack.root):
            target = partial / file.relative_to(stack.root)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
        digest = tree_digest(partial)
        folder = _folder(images, digest)
        return LocalImage(digest, folder, created=_publish(partial, folder))
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _folder(images: Path, digest: str) -> Path:
    return images / digest.removeprefix("sha256:")


def _publish(partial: Path, folder: Path) -> bool:
    """Gives the copy its name in one step; False if another process was first."""
    partial.chmod(0o755)
    try:
        partial.rename(folder)
    except OSError:
        if folder.is_dir():
            return False
        raise
    return True


def here(stack: Stack, screen: Screen) -> dict[str, Any]:
    """`mlp image build` on this machine."""
    image = build_local(stack)
    screen.line(f"image {image.digest}", "bold")
    screen.line(f"  {'copied to' if image.created else 'unchanged in'} {stack.shown(image.folder)}")
    return {"digest": image.digest, "folder": str(image.folder), "created": image.created}
