"""Where in a stack file a key stands.

Does not read the configuration: Pulumi does, or the loader.
"""

from functools import cached_property
from pathlib import Path as File
from typing import Any

from infra.settings.problems import NAMESPACE, Path


class Lines:
    """Line numbers of a stack file's keys; none if it is missing or no YAML. Read when asked."""

    def __init__(self, file: File) -> None:
        self._file = file

    @cached_property
    def _config(self) -> Any:
        import yaml

        try:
            return _entry(yaml.compose(self._file.read_text(encoding="utf-8")), "config")
        except (OSError, yaml.YAMLError):
            return None

    def line(self, path: Path) -> int | None:
        """The line, from 1, of a key or of the nearest one above it that the file has.

        The first part is a section's name or, if there is none of it, a whole key of the file.
        """
        found, here = None, self._config
        section = f"{NAMESPACE}:{path[0]}"
        for part in (section if _entry(here, section) else path[0], *path[1:]):
            here = _entry(here, part)
            if here is None:
                break
            found = here[0].start_mark.line + 1
        return found


def _entry(node: Any, part: str | int) -> Any:
    """The key and the value of an entry, as a pair of nodes; None if there is no such entry."""
    value = node[1] if isinstance(node, tuple) else node
    content = getattr(value, "value", None)
    if not isinstance(content, list):
        return None
    if isinstance(part, int) and part < len(content) and not isinstance(content[part], tuple):
        return (content[part], content[part])
    entries = [each for each in content if isinstance(each, tuple)]
    return next((each for each in entries if each[0].value == str(part)), None)
