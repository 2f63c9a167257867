"""The stack files of this checkout, as mappings to change."""

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]


def stack_config(stack: str) -> dict[str, Any]:
    """The mapping `config:` of a stack file."""
    return yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"]
