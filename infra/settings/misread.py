"""Numbers that YAML reads as others than people write: 0365 is 245, and 20:30 is 1230.

Parsers of its older version do, and no model could tell: what arrives is a number.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from infra.settings.problems import Path as KeyPath

_NUMBERS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
_OCTAL = re.compile(r"[-+]?0[0-9_]+")
_SUSPECT = re.compile(
    r"[\s\[,][-+]?(?:0[0-9_]+|[0-9]+:[0-5]?[0-9][0-9:.]*)\s*(?:$|[,\]}#])", re.MULTILINE
)
"""A text without it has none: parsing a file of a thousand models takes seconds."""


def misread_in(file: Path, config: Mapping[str, Any]) -> list[str]:
    """A sentence for each such number of a file that `config` was read from.

    None of a file that is not there or holds something else: another may have been read.
    """
    try:
        text = file.read_text(encoding="utf-8")
        node = yaml.compose(text, yaml.SafeLoader) if _SUSPECT.search(text) else None
    except (OSError, ValueError, RecursionError, yaml.YAMLError):
        return []
    return [*misread(node, config)]


def misread(node: Any, config: Mapping[str, Any]) -> Iterator[str]:
    """The same of a file's node."""
    for path, scalar in _numbers(node):
        if path[:1] != ("config",):
            continue
        value = _value(scalar)
        if value is None or _at(config, path[1:]) != value:
            continue
        shown = ".".join(map(str, path[1:]))
        plain = scalar.value.lstrip("+0_") or "0"
        wanted = f"{plain}, or " if _OCTAL.fullmatch(scalar.value) else ""
        yield (
            f"line {scalar.start_mark.line + 1}: {shown} is {scalar.value}, which YAML reads as "
            f"{value}: write {wanted}a text in quotes"
        )


def _value(scalar: yaml.ScalarNode) -> Any:
    """What it is read as; None if that is what it looks like."""
    text = scalar.value
    if scalar.style or scalar.tag not in _NUMBERS:
        return None
    if not _OCTAL.fullmatch(text) and ":" not in text:
        return None
    return yaml.safe_load(text)


def _numbers(node: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, yaml.ScalarNode]]:
    if isinstance(node, yaml.ScalarNode):
        yield path, node
    elif isinstance(node, yaml.SequenceNode):
        for index, each in enumerate(node.value):
            yield from _numbers(each, (*path, index))
    elif isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            yield from _numbers(value, (*path, str(name.value)))


def _at(config: Mapping[str, Any], path: KeyPath) -> Any:
    here: Any = config
    for part in path:
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            return None
    return here
