"""What the graph tells a function about its stack, as environment variables."""

import os
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """The stack that a function acts in; it touches no other."""

    project_id: str
    region: str
    stack: str
    actions_table: str
    """`project.dataset.table` that evidence goes to."""

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> "Surroundings":
        """KeyError for a variable that the graph did not set."""
        return cls(
            project_id=environment["MLPLATFORM_PROJECT"],
            region=environment["MLPLATFORM_REGION"],
            stack=environment["MLPLATFORM_STACK"],
            actions_table=environment["MLPLATFORM_ACTIONS_TABLE"],
        )

    @property
    def parent(self) -> str:
        return f"projects/{self.project_id}/locations/{self.region}"
