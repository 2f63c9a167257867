"""How well the tests bite: conditions negated one at a time, and how many make a test fail.

    python -m tests.mutants [--room infra] [--count 20] [--seed 1] [--json]

1. The tests run once under coverage, which notes the tests that execute each line.
2. A random sample of the one-line conditions of each room is drawn.
3. Each is negated in a copy of the working tree. The tests that reach it run, then those of its
   room.

Ends with 1 if fewer than nine in ten of a room are noticed. Takes minutes: `make mutants`, not
`make test`.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from tests.mutants.conditions import Condition, conditions_of, negated
from tests.mutants.reach import Reach, measure

ROOT = Path(__file__).parents[2]
ROOMS = ("automation", "catalog", "infra", "jobs", "localcloud", "ops", "policy")
WANTED = 0.9
_SECONDS = 600
_MOST_TESTS = 60


def main() -> int:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = _copy(Path(folder))
        reach = measure(copy)
        noticed: dict[str, list[bool]] = defaultdict(list)
        for room in options.room or ROOMS:
            for condition in _sample(copy, room, options.count, options.seed):
                verdict = _noticed(copy, condition, reach)
                noticed[room].append(verdict)
                if not verdict:
                    print(f"unnoticed  {condition}", file=sys.stderr, flush=True)
    _report(noticed, as_json=options.json)
    return int(any(sum(each) < WANTED * len(each) for each in noticed.values()))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--room", action="append", choices=ROOMS)
    parser.add_argument("--count", type=int, default=20, help="conditions of each room")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _copy(folder: Path) -> Path:
    """The working tree, with its environment, where files may be changed."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True)
    for name in filter(None, names.stdout.splitlines()):
        source = ROOT / name
        if source.is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    (folder / ".venv").symlink_to((ROOT / ".venv").resolve())
    return folder


def _sample(copy: Path, room: str, count: int, seed: int) -> list[Condition]:
    files = sorted((copy / room).rglob("*.py"))
    found = [each for file in files for each in conditions_of(file, copy)]
    return random.Random(seed).sample(found, min(count, len(found)))  # noqa: S311 - a sample


def _noticed(copy: Path, condition: Condition, reach: Reach) -> bool:
    """Whether a test fails: of those that reach the line, else of the whole room.

    The second because graphs are built once for many tests, and by import.
    """
    file = copy / condition.file
    original = file.read_text()
    file.write_text(negated(original, condition))
    room = condition.file.partition("/")[0]
    whole = [f"tests/{room}", *sorted(each.as_posix() for each in Path("tests").glob("test_*.py"))]
    try:
        near = reach.tests(condition.file, condition.line)[:_MOST_TESTS]
        return any(_fails(copy, tests, reach.environment) for tests in (near, whole) if tests)
    finally:
        file.write_text(original)


def _fails(copy: Path, tests: list[str], environment: dict[str, str]) -> bool:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    try:
        done = subprocess.run(
            command,
            cwd=copy,
            env=environment,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return True
    return done.returncode in {1, 2}


def _report(noticed: dict[str, list[bool]], *, as_json: bool) -> None:
    rows = {room: (sum(each), len(each)) for room, each in noticed.items()}
    if as_json:
        print(json.dumps({room: {"noticed": n, "of": of} for room, (n, of) in rows.items()}))
        return
    for room, (found, of) in rows.items():
        print(f"{room:<12} {found:>3} of {of:>3} noticed  {found / max(of, 1):>5.0%}")


if __name__ == "__main__":
    raise SystemExit(main())
