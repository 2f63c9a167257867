"""How well the tests bite: conditions negated one at a time, and how many make a test fail.

    python -m tests.mutants [--room infra] [--count 20] [--seed 1]

1. The tests run once under coverage, which notes the tests that execute each line. That is kept;
   the next time only new and changed files of tests run again.
2. A random sample of the one-line conditions of each room is drawn.
3. Each is negated in a copy of the working tree. The tests that execute it run, the quickest
   first, then those of its room: a minute of tests in all, as they were measured. Only where
   none of these fails does the rest of those that execute it run, too.

Ends with 1 if fewer than nine in ten of a room are noticed. Takes long: `make mutants`, not
`make test`.
"""

import argparse
import itertools
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.mutants.conditions import Condition, conditions_of, negated
from tests.mutants.reach import Reach

ROOT = Path(__file__).parents[2]
ROOMS = ("automation", "catalog", "infra", "jobs", "localcloud", "ops", "policy")
KEPT = ROOT / ".mlplatform" / ".mutants"
WANTED = 0.9
_SECONDS = 60.0
"""Of tests, against one condition."""
_LAST_SECONDS = 240.0
"""Of more tests, before it is called unnoticed."""
_PATIENCE = 6
"""How many times as long they may take on a busy machine; a loop without an end takes longer."""
_clock = itertools.count(1)


def main() -> int:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = _copy(Path(folder) / "tree")
        options.reach.mkdir(parents=True, exist_ok=True)
        reach = Reach(options.reach.resolve())
        reach.measure(copy)
        rows: list[tuple[str, int, int]] = []
        for room in options.room or ROOMS:
            sample = _sample(copy, room, options.count, options.seed)
            found = sum(_noticed(copy, condition, reach) for condition in sample)
            rows.append((room, found, len(sample)))
    for room, found, of in rows:
        print(f"{room:<12} {found:>3} of {of:>3} noticed  {found / max(of, 1):>5.0%}")
    return int(any(found < WANTED * of for _, found, of in rows))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--room", action="append", choices=ROOMS)
    parser.add_argument("--count", type=int, default=20, help="conditions of each room")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reach", type=Path, default=KEPT, help="folder for what step 1 finds")
    return parser.parse_args()


def _copy(folder: Path) -> Path:
    """The working tree, with its environment, where files may be changed."""
    others = shutil.ignore_patterns(".git", ".venv", ".mlplatform", ".*_cache")
    shutil.copytree(ROOT, folder, ignore=others)
    (folder / ".venv").symlink_to((ROOT / ".venv").resolve())
    # Some tests ask git which files there are.
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    return folder


def _sample(copy: Path, room: str, count: int, seed: int) -> list[Condition]:
    files = sorted((copy / room).rglob("*.py"))
    found = [each for file in files for each in conditions_of(file, copy)]
    return random.Random(seed).sample(found, min(count, len(found)))  # noqa: S311 - a sample


def _noticed(copy: Path, condition: Condition, reach: Reach) -> bool:
    """Whether a test fails once the condition is negated; told on the error stream."""
    file = copy / condition.file
    original = file.read_text()
    _write(file, negated(original, condition))
    started = time.monotonic()
    try:
        quick = _tests(reach, condition)
        others = _others(reach, condition, quick)
        failed = _failed(copy, quick, reach) or _failed(copy, others, reach)
    finally:
        _write(file, original)
    seconds = time.monotonic() - started
    verdict = f"noticed by {failed}" if failed else "UNNOTICED"
    print(f"{seconds:4.0f} s  {condition}  {verdict}", file=sys.stderr, flush=True)
    return bool(failed)


def _write(file: Path, text: str) -> None:
    """Under a time of its own: byte code is kept by time and size."""
    file.write_text(text)
    stamp = next(_clock)
    os.utime(file, (stamp, stamp))


def _tests(reach: Reach, condition: Condition) -> list[str]:
    """Those that execute it, then its room's, as fixtures and imports hide who executes what."""
    near = reach.near(condition.file, condition.line)
    room = reach.of_room(condition.file)
    return _within(_SECONDS, dict.fromkeys([*near, *room]), reach)


def _others(reach: Reach, condition: Condition, tried: list[str]) -> list[str]:
    """Those that execute it and had no time: before it is called unnoticed."""
    near = reach.near(condition.file, condition.line)
    return _within(_LAST_SECONDS, [each for each in near if each not in tried], reach)


def _within(seconds: float, nodes: Iterable[str], reach: Reach) -> list[str]:
    """As many of the tests as that takes, at least one if there is any."""
    chosen: list[str] = []
    for node in nodes:
        seconds -= reach.seconds(node)
        if seconds < 0 and chosen:
            break
        chosen.append(node)
    return chosen


def _failed(copy: Path, tests: list[str], reach: Reach) -> str:
    """The first test that fails, or what else ended them; empty if all pass, or there are none."""
    if not tests:
        return ""
    listed = copy / "tests.txt"
    listed.write_text("\n".join(tests))
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", f"@{listed}"]
    patience = 30 + _PATIENCE * sum(reach.seconds(each) for each in tests)
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    try:
        done = subprocess.run(
            command,
            cwd=copy,
            env=environment,
            capture_output=True,
            text=True,
            timeout=patience,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "a loop without an end"
    if done.returncode in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:
        return ""
    named = re.search(r"^(?:FAILED|ERROR) (tests/\S+)", done.stdout, re.MULTILINE)
    return named[1] if named else "the import"


if __name__ == "__main__":
    raise SystemExit(main())
