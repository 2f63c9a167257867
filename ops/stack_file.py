"""Writes an image into a stack file, and leaves every other line as its author wrote it.

A YAML library would rewrite comments, quotes and order; this edits lines of the one shape that
stack files have: block mappings, two levels below `mlplatform:models:`.
"""

import re
from pathlib import Path

from ops.errors import CommandError

MODELS = "mlplatform:models"
IMAGE = "image"


def write_image(file: Path, image: str, model: str | None = None) -> list[str]:
    """Pins `image` for one model, or for all; returns the models whose entry changed."""
    text = file.read_text(encoding="utf-8")
    names = [model] if model else model_names(text)
    if not names:
        raise CommandError(f"{file.name} has no entry below {MODELS}: add a model first")
    changed: list[str] = []
    for name in names:
        edited = set_image(text, name, image)
        if edited != text:
            changed.append(name)
        text = edited
    if changed:
        partial = file.with_name(f".{file.name}.partial")
        partial.write_text(text, encoding="utf-8")
        partial.replace(file)
    return changed


def model_names(text: str) -> list[str]:
    """The keys below `mlplatform:models:`, in the order of the file."""
    lines = text.splitlines()
    block = _children(lines, MODELS)
    return [name for index in block if (name := _key(lines[index])) is not None]


def set_image(text: str, model: str, image: str) -> str:
    """The text with the model's `image`; a comment behind the old value stays.

    Raises `CommandError` if the text has no such model in block form.
    """
    lines = text.splitlines(keepends=True)
    position = _position(lines, model)
    keys = _below(lines, position)
    for index in keys:
        if _key(lines[index]) == IMAGE:
            lines[index] = _with_value(lines[index], image)
            return "".join(lines)
    if not keys:
        raise CommandError(
            f"the entry of model {model} is not a block of keys: write it as one, or set its "
            f"{IMAGE} to {image} by hand"
        )
    first = lines[keys[0]]
    indent = first[: len(first) - len(first.lstrip())]
    ending = "\r\n" if first.endswith("\r\n") else "\n"
    lines.insert(keys[0], f"{indent}{IMAGE}: {image}{ending}")
    return "".join(lines)


def _position(lines: list[str], model: str) -> int:
    block = _children(lines, MODELS)
    for index in block:
        if _key(lines[index]) == model:
            return index
    names = ", ".join(name for index in block if (name := _key(lines[index])))
    raise CommandError(f"there is no model {model!r} below {MODELS}: it has {names or 'none'}")


def _children(lines: list[str], key: str) -> list[int]:
    """Indices of the keys one level below `key`."""
    for index, line in enumerate(lines):
        if _key(line) == key:
            return _below(lines, index)
    return []


def _below(lines: list[str], parent: int) -> list[int]:
    """Indices of the lines that are the parent's own keys: its first deeper indent."""
    found: list[int] = []
    depth = None
    for index in range(parent + 1, len(lines)):
        if not _has_content(lines[index]):
            continue
        indent = _indent(lines[index])
        if indent <= _indent(lines[parent]):
            break
        depth = indent if depth is None else depth
        if indent == depth and _key(lines[index]) is not None:
            found.append(index)
    return found


def _has_content(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


_KEY = re.compile(r"""^\s*(?P<key>"[^"]+"|'[^']+'|[A-Za-z_][\w.:-]*?)\s*:(\s|$)""")
_IMAGE_LINE = re.compile(
    r"""(?P<key>\s*["']?image["']?\s*:)[ ]*(?P<rest>[^\r\n]*)(?P<end>[\r\n]*)"""
)
_COMMENT = re.compile(r"(?:^|\s+)#.*")


def _key(line: str) -> str | None:
    """The key that a line begins with, without quotes."""
    match = _KEY.match(line) if _has_content(line) else None
    return match["key"].strip("\"'") if match else None


def _with_value(line: str, value: str) -> str:
    """The line of the key `image` with another value."""
    match = _IMAGE_LINE.fullmatch(line)
    if match is None:
        raise CommandError(f"cannot read the line {line.strip()!r}: set it to {value} by hand")
    comment = _COMMENT.search(match["rest"])
    tail = comment[0] if comment else ""
    gap = "" if not tail or tail[0].isspace() else "  "
    return f"{match['key']} {value}{gap}{tail}{match['end']}"
