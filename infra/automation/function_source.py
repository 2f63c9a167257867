"""What a function's archive holds: its module, what that imports of ours, and the lock.

Only files that the function loads are in it, so that nothing else redeploys it. Registers nothing.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCK = "requirements-automation.txt"
ENTRY_POINT = "main"
_ROOMS = ("automation", "catalog", "jobs")
_MAIN = '''"""Where Cloud Functions begins: gives what Pub/Sub pushed to the function."""

import functions_framework

from automation.{module} import handle
from automation.messages import UnreadableError


@functions_framework.http
def {entry_point}(request):
    try:
        action = handle(request.get_json(silent=True))
    except UnreadableError as error:
        # Sent again it would be no clearer; the log keeps it.
        print(f"not understood: {{error}}", flush=True)
        return "not understood", 200
    return action.decision, 200
'''


@dataclass(frozen=True)
class FunctionSource:
    """One function's code."""

    main: str
    """Text of `main.py`."""
    files: tuple[str, ...]
    """Paths from the root of the repository, sorted; under the same paths in the archive."""
    digest: str
    """Over all paths and contents; the same tree gives the same digest on every machine."""


def source_of(module: str, root: Path = ROOT) -> FunctionSource:
    """The code of `automation.<module>`. FileNotFoundError if there is no such module."""
    main = _MAIN.format(module=module, entry_point=ENTRY_POINT)
    first = {root / "automation" / f"{module}.py", root / "automation/messages.py"}
    files = _closure(first, root)
    paths = tuple(sorted(file.relative_to(root).as_posix() for file in files))
    digest = sha256(main.encode())
    for path in (*paths, LOCK):
        digest.update(f"\0{path}\0".encode())
        digest.update((root / path).read_bytes())
    return FunctionSource(main=main, files=paths, digest=digest.hexdigest())


def _closure(first: set[Path], root: Path) -> set[Path]:
    found: set[Path] = set()
    waiting = [*first]
    while waiting:
        file = waiting.pop()
        if file in found:
            continue
        found.add(file)
        waiting.extend(_imported(file, root))
    return found


def _imported(file: Path, root: Path) -> Iterator[Path]:
    """Files of our rooms that a file may load, wherever in it, and their packages."""
    for node in ast.walk(ast.parse(file.read_text())):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        for name in names:
            if name.partition(".")[0] in _ROOMS:
                yield from _files(name, root)


def _files(name: str, root: Path) -> Iterator[Path]:
    parts = name.split(".")
    for length in range(1, len(parts) + 1):
        place = root.joinpath(*parts[:length])
        for candidate in (place / "__init__.py", place.with_suffix(".py")):
            if candidate.is_file():
                yield candidate
