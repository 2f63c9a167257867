"""Fixtures of the graph's and the settings' tests."""

from pathlib import Path
from typing import Any

import pytest


def _config(stack: str) -> dict[str, Any]:
    import yaml

    file = Path(__file__).parents[2] / f"Pulumi.{stack}.yaml"
    return yaml.safe_load(file.read_text())["config"]


@pytest.fixture(scope="session")
def dev_config() -> dict[str, Any]:
    """The mapping of dev's stack file; not to be changed."""
    return _config("dev")


@pytest.fixture
def local_config() -> dict[str, Any]:
    """A stack file's mapping to change: that of the stack whose model runs."""
    return _config("local")


@pytest.fixture
def prod_config() -> dict[str, Any]:
    """A stack file's mapping to change: that of prod, where everything is on."""
    return _config("prod")


@pytest.fixture
def prod(programs: dict[str, Any]) -> Any:
    """The whole program of prod, where everything is on."""
    return programs["prod"]
