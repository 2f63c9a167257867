"""Writes an image into a stack file, and leaves every other line as its author wrote it.

A YAML library would rewrite comments, quotes and order; this edits lines of the one shape that
stack files have: block mappings, two levels below `mlplatform:models:`, and items of the block
list `teams` below `mlplatform:workstations:`.
"""

import re
from pathlib import Path

from ops.errors import CommandError

MODELS = "mlplatform:models"
WORKSTATIONS, TEAMS = "mlplatform:workstations", "teams"
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
        _write(file, text)
    return changed


def write_team_image(file: Path, image: str, team: str) -> list[str]:
    """Pins `image` for one team's workstations; returns the team if its entry changed."""
    text = file.read_text(encoding="utf-8")
    edited = set_team_image(text, team, image)
    if edited == text:
        return []
    _write(file, edited)
    return [team]


def _write(file: Path, text: str) -> None:
    partial = file.with_name(f".{file.name}.partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(file)


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


def set_team_image(text: str, team: str, image: str) -> str:
    """The text with the team's `image`; a comment behind the old value stays.

    Raises `CommandError` if the text has no such team in block form.
    """
    lines = text.splitlines(keepends=True)
    for keys in _items(lines, WORKSTATIONS, TEAMS):
        if _value(lines[keys["name"]]) == team and IMAGE in keys:
            lines[keys[IMAGE]] = _with_value(lines[keys[IMAGE]], image)
            return "".join(lines)
    raise CommandError(
        f"cannot find team {team} with its {IMAGE} below {WORKSTATIONS}: set it to {image} by hand"
    )


def _items(lines: list[str], section: str, key: str) -> list[dict[str, int]]:
    """For each item of a block list the lines of its keys; those without a name are left out."""
    # An item's first key stands behind a dash, and is a key like the others without it.
    plain = [_DASH.sub(lambda found: " " * len(found[0]), line) for line in lines]
    items: list[dict[str, int]] = []
    for parent in _children(lines, section):
        if _key(lines[parent]) != key:
            continue
        for index in _below(plain, parent):
            if _DASH.match(lines[index]):
                items.append({})
            if items:
                items[-1][str(_key(plain[index]))] = index
    return [item for item in items if "name" in item]


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
_DASH = re.compile(r"^ *- +")
_COMMENT = re.compile(r"(?:^|\s+)#.*")


def _key(line: str) -> str | None:
    """The key that a line begins with, without quotes."""
    match = _KEY.match(line) if _has_content(line) else None
    return match["key"].strip("\"'") if match else None


def _value(line: str) -> str:
    """What stands behind the key, without quotes and comment."""
    return _COMMENT.sub("", line.partition(":")[2].strip()).strip("\"'")


def _with_value(line: str, value: str) -> str:
    """The line of the key `image` with another value."""
    match = _IMAGE_LINE.fullmatch(line)
    if match is None:
        raise CommandError(f"cannot read the line {line.strip()!r}: set it to {value} by hand")
    comment = _COMMENT.search(match["rest"])
    tail = comment[0] if comment else ""
    gap = "" if not tail or tail[0].isspace() else "  "
    return f"{match['key']} {value}{gap}{tail}{match['end']}"
