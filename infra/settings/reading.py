"""A stack file's text as values, with what makes it another file than its author sees.

Does not know what a stack may say: the models do.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from infra.settings.nearest import choose
from infra.settings.problems import SettingsError

_HINTS = {
    "'\\t'": "indent with spaces, never with tabs",
    "mapping values are not allowed": "put a text with a colon in quotes, or indent the key as "
    "its neighbours are",
    "undefined alias": "put a text that begins with * in quotes",
    "for the tag": "put a text that begins with ! in quotes",
    "unhashable key": "write a text as the key",
}


def read(path: Path) -> tuple[dict[str, Any], list[str]]:
    """What stands under `config:`, and a sentence for each key that stands there twice.

    Raises SettingsError if there is nothing to read.
    """
    try:
        loader = yaml.SafeLoader(_text(path))
        node = loader.get_single_node()
        content = None if node is None else loader.construct_document(node)
    except yaml.YAMLError as error:
        raise SettingsError([_not_yaml(error)], path.name) from None
    config = content.get("config") if isinstance(content, dict) else None
    if not isinstance(config, dict):
        raise SettingsError(
            ["it has no mapping `config:`: begin with a copy of Pulumi.dev.yaml"], path.name
        )
    return config, list(_repeated(node))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        near = sorted(file.name for file in path.parent.glob("Pulumi.*.yaml"))
        raise SettingsError(
            [f"there is no such file: {choose(path.name, near)}"], str(path)
        ) from None
    except UnicodeDecodeError as error:
        line = 1 + error.object[: error.start].count(b"\n")
        raise SettingsError(
            [f"line {line}: it is not UTF-8: save the file in that encoding"], path.name
        ) from None


def _not_yaml(error: yaml.YAMLError) -> str:
    """The place, what the parser says of it, and what people usually meant."""
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return f"it is not YAML: {' '.join(str(error).split())}"
    problem = str(getattr(error, "problem", None) or "it ends too early")
    context, begun = getattr(error, "context", None), getattr(error, "context_mark", None)
    since = f", {context} of line {begun.line + 1}" if context and begun else ""
    hint = next((f": {text}" for sign, text in _HINTS.items() if sign in problem), "")
    return (
        f"line {mark.line + 1}: it is not YAML at column {mark.column + 1}{since}: {problem}{hint}"
    )


def _repeated(node: Any, above: tuple[str, ...] = ()) -> Iterator[str]:
    """Of two values under one key a parser keeps the last and says nothing."""
    if isinstance(node, yaml.SequenceNode):
        for index, each in enumerate(node.value):
            yield from _repeated(each, (*above, str(index)))
    if not isinstance(node, yaml.MappingNode):
        return
    lines: dict[str, int] = {}
    for key, value in node.value:
        name, line = str(key.value), key.start_mark.line + 1
        path = (*above, name)
        if name in lines:
            shown = ".".join(path).removeprefix("config.")
            yield (
                f"line {line}: {shown} stands here a second time, after line {lines[name]}, and "
                "only one would be read: take one out, or give it another name"
            )
        lines.setdefault(name, line)
        yield from _repeated(value, path)
