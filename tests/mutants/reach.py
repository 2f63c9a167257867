"""Which tests execute which line, and how long they take: the quick tests once, under coverage.

Not the end-to-end tests: their programs run in processes of their own.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coverage import CoverageData

_SETTINGS = """\
[run]
relative_files = true
data_file = {data}
source = automation, catalog, infra, jobs, localcloud, ops, policy
"""


@dataclass
class Reach:
    """In a folder that may be kept: only files of tests that are new or changed run again.

    For a source file that has changed since, the lines are a hint: what to run first, no more.
    """

    folder: Path
    tests: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Seconds and fixtures by node id, without parameters."""

    def measure(self, tree: Path) -> None:
        """Run what is new in a working tree. Raises RuntimeError if a test fails already."""
        kept = self.folder / "tests.json"
        known = json.loads(kept.read_text()) if kept.exists() else {}
        keys: dict[str, str] = {}
        missing: dict[Path, list[str]] = {}
        for file in sorted((tree / "tests").rglob("test_*.py")):
            name = file.relative_to(tree).as_posix()
            keys[name] = f"{name} {hashlib.sha256(file.read_bytes()).hexdigest()}"
            if keys[name] not in known and file.parent.name != "end_to_end":
                missing.setdefault(file.parent, []).append(name)
        for names in missing.values():
            measured = self._run(tree, names)
            for name in names:
                of_file = {n: test for n, test in measured.items() if n.startswith(f"{name}::")}
                known[keys[name]] = of_file
            kept.write_text(json.dumps(known))
        for key in keys.values():
            self.tests |= known.get(key, {})

    def _run(self, tree: Path, names: list[str]) -> dict[str, dict[str, Any]]:
        print(f"running {len(names)} files of tests under coverage", file=sys.stderr, flush=True)
        settings, measured = self.folder / "coveragerc", self.folder / "measured.json"
        settings.write_text(_SETTINGS.format(data=self.folder / "lines"))
        command = [sys.executable, "-m", "coverage", "run", "--append", f"--rcfile={settings}"]
        command += ["-m", "pytest", "-q", "-p", "tests.mutants.recorder", "-p", "no:cacheprovider"]
        environment = {**os.environ, "PYTHONPATH": str(tree), "MUTANTS_TESTS": str(measured)}
        shown = {"stdout": sys.stderr, "env": environment, "cwd": tree}
        if subprocess.run([*command, *names], check=False, **shown).returncode:
            raise RuntimeError("tests fail before anything is changed")
        return json.loads(measured.read_text())

    def near(self, file: str, line: int) -> list[str]:
        """Node ids of the tests that execute a line, the quickest first."""
        data = CoverageData(str(self.folder / "lines"))
        data.read()
        names = set(data.contexts_by_lineno(file).get(line, []))
        found = [n for n, test in self.tests.items() if n in names or names & set(test["fixtures"])]
        return sorted(found, key=self.seconds)

    def of_room(self, file: str) -> list[str]:
        """Node ids of the tests of a file's room, and of those that hold the rooms together.

        Those whose names share the most words with the file's come first: what runs in processes
        of its own has no other mark.
        """
        folders = (f"tests/{file.partition('/')[0]}/", "tests/test_")
        words = _words(file)
        nodes = [node for node in self.tests if node.startswith(folders)]
        return sorted(nodes, key=lambda node: -len(words & _words(node.partition("::")[0])))

    def seconds(self, node: str) -> float:
        return self.tests[node]["seconds"]


def _words(path: str) -> set[str]:
    return set(re.split(r"[/_.]", path))
