"""Which tests execute which line: one run of the quick tests under coverage.

Not the end-to-end tests: their programs run in processes of their own.
"""

import os
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_SETTINGS = """\
[run]
dynamic_context = test_function
data_file = {data}
source = automation, catalog, infra, jobs, localcloud, ops, policy
"""


@dataclass(frozen=True)
class Reach:
    data: Path
    modules: dict[str, str]
    """Test file by the name of its module, as coverage names its contexts."""
    environment: dict[str, str]

    def tests(self, file: str, line: int) -> list[str]:
        """Node ids of the tests that execute a line; quick and slow ones as they come."""
        with sqlite3.connect(self.data) as database:
            query = (
                "select context.context, line_bits.numbits from line_bits "
                "join file on file.id = file_id join context on context.id = context_id "
                "where file.path like ?"
            )
            rows = database.execute(query, (f"%/{file}",)).fetchall()
        return sorted(
            node for context, bits in rows if _has(bits, line) and (node := self._node(context))
        )

    def _node(self, context: str) -> str | None:
        module, _, function = context.rpartition(".")
        file = self.modules.get(module.rpartition(".")[2])
        return f"{file}::{function}" if file and function.startswith("test_") else None


def _has(bits: bytes, line: int) -> bool:
    byte, bit = divmod(line, 8)
    return byte < len(bits) and bool(bits[byte] >> bit & 1)


def measure(tree: Path) -> Reach:
    """Run the tests of a working tree once. Raises RuntimeError if one fails already."""
    data, settings = tree / ".coverage", tree / ".coveragerc"
    settings.write_text(_SETTINGS.format(data=data))
    files = sorted((tree / "tests").rglob("test_*.py"))
    modules = {file.stem: file.relative_to(tree).as_posix() for file in files}
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "coverage", "run", f"--rcfile={settings}", "-m", "pytest"]
    quick = ["-q", "-p", "no:cacheprovider", "tests", "--ignore=tests/end_to_end"]
    done = subprocess.run(
        [*command, *quick], cwd=tree, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"the tests fail before anything is changed:\n{done.stdout[-4000:]}")
    return Reach(data=data, modules=modules, environment=environment)
