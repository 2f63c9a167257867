"""Fixtures of the graph's and the settings' tests."""

from functools import partial
from typing import Any

import pytest
from stack_files import stack_config


@pytest.fixture(scope="session")
def dev_config() -> dict[str, Any]:
    """The mapping of dev's stack file; not to be changed."""
    return stack_config("dev")


@pytest.fixture
def local_config() -> dict[str, Any]:
    """A stack file's mapping to change: that of the stack whose model runs."""
    return stack_config("local")


@pytest.fixture
def prod_config() -> dict[str, Any]:
    """A stack file's mapping to change: that of prod, where everything is on."""
    return stack_config("prod")


@pytest.fixture
def deployed(cloud: Any) -> Any:
    """The whole program for changed settings."""
    from graph_changes import built

    return partial(built, cloud)


@pytest.fixture
def prod(programs: dict[str, Any]) -> Any:
    """The whole program of prod, where everything is on."""
    return programs["prod"]
