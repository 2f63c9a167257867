"""Fixtures of the graph's and the settings' tests."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def dev_config() -> dict[str, Any]:
    """The mapping of dev's stack file; not to be changed."""
    import yaml

    file = Path(__file__).parents[2] / "Pulumi.dev.yaml"
    return yaml.safe_load(file.read_text())["config"]


@pytest.fixture
def local_config() -> dict[str, Any]:
    """A stack file's mapping to change: that of the stack whose model runs."""
    import yaml

    file = Path(__file__).parents[2] / "Pulumi.local.yaml"
    return yaml.safe_load(file.read_text())["config"]


@pytest.fixture
def prod_config() -> dict[str, Any]:
    """A stack file's mapping to change: that of prod, where everything is on."""
    import yaml

    file = Path(__file__).parents[2] / "Pulumi.prod.yaml"
    return yaml.safe_load(file.read_text())["config"]
