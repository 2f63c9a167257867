"""YAML as the Pulumi CLI reads it: texts keep their spelling, only true and false are booleans.

Owns nodes to values. Does not know what a file is for.
"""

import json
import re
from pathlib import Path
from typing import Any

import yaml

from localcloud.engine.events import EngineError

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = {"", "~", "null", "Null", "NULL"}
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False}
_INTEGER = re.compile(r"[-+]?(0x[0-9a-fA-F_]+|0o?[0-7_]+|0b[01_]+|[0-9][0-9_]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
# Go's encoder escapes these, and a program may compare the whole text of a configuration value.
_ESCAPES = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def load(path: Path) -> yaml.MappingNode | None:
    """The top mapping of a file, None if the file is empty."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" line {mark.line + 1}" if mark else ""
        raise EngineError(f"{path.name}{where} is not YAML: {error.problem}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise EngineError(f"{path.name} is not YAML: {error}") from error
    if node is None or (isinstance(node, yaml.ScalarNode) and node.value in _NULLS):
        return None
    if not isinstance(node, yaml.MappingNode):
        raise EngineError(f"{path.name} holds no mapping: write keys and values, as in `name: x`")
    return node


def entries(node: yaml.MappingNode, file: str) -> dict[str, yaml.Node]:
    """Key to node; merge keys are followed, a repeated key is refused."""
    found: dict[str, yaml.Node] = {}
    merged: dict[str, yaml.Node] = {}
    for key, value in node.value:
        if key.tag.endswith(":merge"):
            sources = value.value if isinstance(value, yaml.SequenceNode) else [value]
            for source in reversed(sources):
                if isinstance(source, yaml.MappingNode):
                    merged.update(entries(source, file))
            continue
        if key.value in found:
            line = key.start_mark.line + 1
            raise EngineError(f"{file} line {line} repeats the key {key.value!r}: remove one")
        found[key.value] = value
    return {**merged, **found}


def to_value(node: yaml.Node, file: str) -> Any:
    """The plain value of a node."""
    if isinstance(node, yaml.MappingNode):
        return {key: to_value(item, file) for key, item in entries(node, file).items()}
    if isinstance(node, yaml.SequenceNode):
        return [to_value(item, file) for item in node.value]
    plain = isinstance(node, yaml.ScalarNode) and not node.style
    return _scalar(node.value) if plain else node.value


def _scalar(text: str) -> Any:
    if text in _NULLS:
        return None
    if text in _BOOLEANS or text == "FALSE":
        return _BOOLEANS.get(text, False)
    if _INTEGER.fullmatch(text):
        return _integer(text.replace("_", ""))
    if _FLOAT.fullmatch(text):
        return float(text)
    return f"{text}T00:00:00Z" if _DATE.fullmatch(text) else text


def _integer(text: str) -> int | str:
    sign = -1 if text.startswith("-") else 1
    digits = text.lstrip("+-").lower()
    old_octal = len(digits) > 1 and digits.isdigit() and digits.startswith("0")
    try:
        return sign * (int(digits, 8) if old_octal else int(digits, 0))
    except ValueError:
        return text


def to_json(value: Any) -> str:
    """The JSON text of a configuration object, as the CLI hands it to a program."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.translate(_ESCAPES)
