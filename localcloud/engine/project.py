"""The program's folder: `Pulumi.yaml`, the stack file, and the configuration that they make.

Owns what these files say. Does not run the program and does not write either file.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from localcloud.engine import yamlfile
from localcloud.engine.events import EngineError
from localcloud.engine.values import Secret


@dataclass(frozen=True)
class Project:
    """A folder with a `Pulumi.yaml`."""

    name: str
    folder: Path
    main: Path
    """`__main__.py`, or the file or folder that `main:` names."""
    stack_folder: Path
    backend_url: str | None
    settings: dict[str, yaml.Node] = field(default_factory=dict)


@dataclass(frozen=True)
class StackFile:
    """One `Pulumi.STACK.yaml`."""

    path: Path
    salt_line: str | None
    nodes: dict[str, yaml.Node]


@dataclass(frozen=True)
class Configuration:
    """`project:key` to text, objects and lists as JSON; and which keys are secret."""

    texts: dict[str, str]
    secret_keys: list[str]

    def of_package(self, package: str) -> dict[str, Any]:
        """The settings of a provider, secret ones marked."""
        prefix = f"{package}:"
        return {
            key.removeprefix(prefix): Secret(text) if key in self.secret_keys else text
            for key, text in self.texts.items()
            if key.startswith(prefix)
        }

    def disabled_default_providers(self) -> list[str]:
        """Packages named in `pulumi:disable-default-providers`; "*" stands for all."""
        try:
            names = json.loads(self.texts.get("pulumi:disable-default-providers", "[]"))
        except ValueError:
            names = None
        if not isinstance(names, list):
            raise EngineError("pulumi:disable-default-providers is no list: write [gcp] or ['*']")
        return [str(name) for name in names]


def open_project(cwd: Path) -> Project:
    """The project in a folder. Raises `EngineError` if there is none."""
    folder = cwd.resolve()
    path = next((p for p in (folder / "Pulumi.yaml", folder / "Pulumi.yml") if p.exists()), None)
    if path is None:
        raise EngineError(f"There is no Pulumi.yaml in {folder}: pass --cwd with a project folder")
    node = yamlfile.load(path)
    entries = yamlfile.entries(node, path.name) if node else {}
    name = _text(entries, "name", path)
    if not name:
        raise EngineError(f"{path.name} has no `name`: add the name of the project")
    runtime = yamlfile.to_value(entries["runtime"], path.name) if "runtime" in entries else "python"
    runtime_name = runtime.get("name") if isinstance(runtime, dict) else runtime
    if runtime_name != "python":
        raise EngineError(
            f"{path.name} asks for the runtime {runtime_name!r}; only python runs here"
        )
    main = folder / (_text(entries, "main", path) or ".")
    backend = yamlfile.to_value(entries["backend"], path.name) if "backend" in entries else None
    config = entries.get("config")
    return Project(
        name=name,
        folder=folder,
        main=main / "__main__.py" if main.is_dir() else main,
        stack_folder=folder / (_text(entries, "stackConfigDir", path) or "."),
        backend_url=backend.get("url") if isinstance(backend, dict) else None,
        settings=yamlfile.entries(config, path.name)
        if isinstance(config, yaml.MappingNode)
        else {},
    )


def _text(entries: dict[str, yaml.Node], key: str, path: Path) -> str:
    node = entries.get(key)
    if node is None:
        return ""
    if not isinstance(node, yaml.ScalarNode):
        raise EngineError(f"{path.name}: `{key}` is no text")
    return node.value


def open_stack_file(project: Project, stack: str) -> StackFile | None:
    """The stack's file, None if it does not exist."""
    for suffix in ("yaml", "yml"):
        path = project.stack_folder / f"Pulumi.{stack}.{suffix}"
        if path.exists():
            break
    else:
        return None
    node = yamlfile.load(path)
    entries = yamlfile.entries(node, path.name) if node else {}
    config = entries.get("config")
    if config is not None and not isinstance(config, yaml.MappingNode | yaml.ScalarNode):
        raise EngineError(f"{path.name}: `config` is no mapping of keys to values")
    nodes = yamlfile.entries(config, path.name) if isinstance(config, yaml.MappingNode) else {}
    return StackFile(path, _text(entries, "encryptionsalt", path) or None, nodes)


def missing_stack(project: Project, stack: str) -> EngineError:
    """The error for a stack without a file, which names the stacks that there are."""
    known = sorted(
        path.name.split(".", 1)[1].rpartition(".")[0]
        for path in project.stack_folder.glob("Pulumi.*.y*ml")
    )
    choices = f"there are: {', '.join(known)}" if known else "there is no stack file at all"
    return EngineError(
        f"There is no stack {stack!r}: Pulumi.{stack}.yaml does not exist; {choices}"
    )


def configuration(
    project: Project, file: StackFile | None, decrypt: Callable[[str], str]
) -> Configuration:
    """What the program sees: the stack file over the defaults of `Pulumi.yaml`."""
    nodes: dict[str, tuple[yaml.Node, str]] = {}
    for key, node in project.settings.items():
        value = _default(node)
        if value is not None:
            nodes[_qualified(project, key)] = value, "Pulumi.yaml"
    if file is not None:
        for key, node in file.nodes.items():
            nodes[_qualified(project, key)] = node, file.path.name
    found = {key: _text_of(*pair, decrypt) for key, pair in sorted(nodes.items())}
    return Configuration(
        {key: text for key, (text, _) in found.items()},
        [key for key, (_, secret) in found.items() if secret],
    )


def _qualified(project: Project, key: str) -> str:
    # `project:config:key` is how old stack files spell `project:key`.
    if key.count(":config:") == 1:
        return key.replace(":config:", ":")
    return key if ":" in key else f"{project.name}:{key}"


def _default(node: yaml.Node) -> yaml.Node | None:
    """The value in a `config:` entry of `Pulumi.yaml`, which may be a declaration of a type."""
    if not isinstance(node, yaml.MappingNode):
        return node
    inner = yamlfile.entries(node, "Pulumi.yaml")
    if "value" in inner or "default" in inner:
        return inner.get("value", inner.get("default"))
    declares = {"type", "description", "secret", "items"}
    return None if inner.keys() <= declares else node


def _text_of(node: yaml.Node, file: str, decrypt: Callable[[str], str]) -> tuple[str, bool]:
    """The text of a key for the program, and whether it is secret."""
    if isinstance(node, yaml.ScalarNode):
        null = not node.style and node.value in ("~", "null", "Null", "NULL")
        return "" if null else node.value, False
    value, secret = _decrypted(yamlfile.to_value(node, file), decrypt)
    return value if isinstance(value, str) else yamlfile.to_json(value), secret


def _is_secure(value: Any) -> bool:
    return (
        isinstance(value, dict) and value.keys() == {"secure"} and isinstance(value["secure"], str)
    )


def _decrypted(value: Any, decrypt: Callable[[str], str]) -> tuple[Any, bool]:
    if _is_secure(value):
        return decrypt(value["secure"]), True
    if isinstance(value, dict):
        pairs = {key: _decrypted(item, decrypt) for key, item in value.items()}
        return {key: item for key, (item, _) in pairs.items()}, any(s for _, s in pairs.values())
    if isinstance(value, list):
        items = [_decrypted(item, decrypt) for item in value]
        return [item for item, _ in items], any(secret for _, secret in items)
    return value, False
