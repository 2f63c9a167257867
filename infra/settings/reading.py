"""A stack file's text as values, with what makes it another file than its author sees.

Does not know what a stack may say: the models do.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from infra.settings.misread import misread
from infra.settings.nearest import choose
from infra.settings.not_yaml import not_yaml, value_error
from infra.settings.problems import SettingsError

_TOP = ("config", "encryptedkey", "encryptionsalt", "environment", "secretsprovider")
"""Keys that Pulumi knows at the top of a stack file."""
_TEXT, _MERGE = "tag:yaml.org,2002:str", "tag:yaml.org,2002:merge"


class _Loader(yaml.SafeLoader):
    """Says where a value stands that is none, and takes every key for a text."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        if isinstance(node, yaml.MappingNode):
            for name, _ in node.value:
                if isinstance(name, yaml.ScalarNode) and name.tag != _MERGE:
                    name.tag = _TEXT
        try:
            return super().construct_object(node, deep)
        except ValueError:
            raise value_error(node) from None


def read(path: Path) -> tuple[dict[str, Any], list[str]]:
    """What stands under `config:`, and a sentence for each thing in the file that would be read as
    something else than it says.

    Raises SettingsError if there is nothing to read.
    """
    text = _text(path)
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        repeated = list(_repeated(node))
        content = None if node is None else loader.construct_document(node)
    except yaml.YAMLError as error:
        raise SettingsError([not_yaml(error, text)], path.name) from None
    except RecursionError:
        raise SettingsError(
            ["it is nested deeper than a stack file can be: take brackets out"], path.name
        ) from None
    config = content.get("config") if isinstance(content, dict) else None
    strange = list(_strange(node))
    if not isinstance(config, dict):
        raise SettingsError(
            ["it has no mapping `config:`: begin with a copy of Pulumi.dev.yaml", *strange],
            path.name,
        )
    return config, [*strange, *repeated, *misread(node, config)]


def _strange(node: Any) -> Iterator[str]:
    """Keys beside `config`, where nobody would read them."""
    for name, _ in node.value if isinstance(node, yaml.MappingNode) else ():
        if name.value not in _TOP:
            yield (
                f"line {name.start_mark.line + 1}: {name.value} is no key at the top of a stack "
                f"file: {choose(str(name.value), _TOP)}"
            )


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
