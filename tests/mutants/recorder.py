"""A pytest plugin, run under coverage: which test executes which line, and how long it takes.

What a fixture of a module or a session executes is noted under the fixture's name: all tests that
ask for it reach those lines. What happens while modules are imported is noted under no name.
"""

import json
import os
import time
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any

import coverage
import pytest

_tests: dict[str, dict[str, Any]] = {}
_at: list[str] = [""]
"""What executes now, innermost last."""


def _switch() -> None:
    running = coverage.Coverage.current()
    assert running, "run this under coverage"
    running.switch_context(_at[-1])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    name = item.nodeid.partition("[")[0]
    test = _tests.setdefault(name, {"seconds": 0.0, "fixtures": []})
    test["fixtures"] = sorted({*test["fixtures"], *getattr(item, "fixturenames", [])})
    started = time.perf_counter()
    _at.append(name)
    _switch()
    try:
        return (yield)
    finally:
        _at.pop()
        _switch()
        test["seconds"] += time.perf_counter() - started


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, object, object]:
    if fixturedef.scope == "function":
        return (yield)
    started = time.perf_counter()
    _at.append(fixturedef.argname)
    _switch()
    try:
        made = yield
        if isinstance(made, Mapping):
            list(made.values())  # some mappings make their values when asked
        return made
    finally:
        _at.pop()
        _switch()
        test = _tests.get(_at[-1], {"seconds": 0.0})
        test["seconds"] -= time.perf_counter() - started  # the first user does not pay for all


def pytest_sessionfinish() -> None:
    Path(os.environ["MUTANTS_TESTS"]).write_text(json.dumps(_tests))
