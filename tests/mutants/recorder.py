"""A pytest plugin, run under coverage: which test executes which line, and how long it takes.

What a fixture of a module or a session executes is noted under the fixture's name: all tests that
ask for it reach those lines. What happens while modules are imported is noted under no name. Of a
test with many parameters a few stand for all, as tracing a graph is slow.
"""

import json
import math
import os
import time
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any

import coverage
import pytest

_tests: dict[str, dict[str, Any]] = {}
_CASES = 8
"""Of each test, spread over its parameters."""
_weights: dict[str, float] = {}
"""How many cases of a test each that runs stands for."""
_at: list[str] = [""]
"""What executes now, innermost last."""


def _switch() -> None:
    running = coverage.Coverage.current()
    assert running, "run this under coverage"
    running.switch_context(_at[-1])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    cases: dict[str, list[pytest.Item]] = {}
    for item in items:
        cases.setdefault(_name(item), []).append(item)
    kept = {name: of_name[:: math.ceil(len(of_name) / _CASES)] for name, of_name in cases.items()}
    _weights.update({name: len(cases[name]) / len(few) for name, few in kept.items()})
    chosen = {item.nodeid for few in kept.values() for item in few}
    config.hook.pytest_deselected(items=[each for each in items if each.nodeid not in chosen])
    items[:] = [each for each in items if each.nodeid in chosen]


def _name(item: pytest.Item) -> str:
    return item.nodeid.partition("[")[0]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    name = _name(item)
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
        test["seconds"] += _weights[name] * (time.perf_counter() - started)


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
        # The first user does not pay for all.
        test["seconds"] -= _weights.get(_at[-1], 1) * (time.perf_counter() - started)


def pytest_sessionfinish() -> None:
    Path(os.environ["MUTANTS_TESTS"]).write_text(json.dumps(_tests))
