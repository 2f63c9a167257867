"""What the planner decides and the executor does: steps as plain data."""

from dataclasses import dataclass
from enum import StrEnum

from localcloud.engine.state import ResourceState


class Op(StrEnum):
    """The operations, in the words of reports."""

    SAME = "same"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    CREATE_REPLACEMENT = "create-replacement"
    REPLACE = "replace"
    DELETE_REPLACED = "delete-replaced"
    READ = "read"
    READ_REPLACEMENT = "read-replacement"
    IMPORT = "import"
    IMPORT_REPLACEMENT = "import-replacement"
    DISCARD = "discard"
    DISCARD_REPLACED = "discard-replaced"
    REFRESH = "refresh"
    REMOVE_PENDING_REPLACE = "remove-pending-replace"


DELETIONS = frozenset(
    {Op.DELETE, Op.DELETE_REPLACED, Op.DISCARD, Op.DISCARD_REPLACED, Op.REMOVE_PENDING_REPLACE}
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Step:
    """One operation on one resource. `old` and `new` are states before and after it.

    `new` holds what the program wants; ids and outputs are filled in by the executor.
    """

    op: Op
    urn: str
    old: ResourceState | None = None
    new: ResourceState | None = None
    keeps_entry: bool = False
    """A deletion before a replacement: the entry stays, marked as awaiting its replacement."""
    deletes_later: bool = False
    """A creation before the deletion: the old entry stays, marked for deletion."""
    skipped: bool = False
    """A resource that is not targeted and does not exist: nothing is done or saved."""

    @property
    def state(self) -> ResourceState:
        """The new state, or the old one of a deletion."""
        state = self.new or self.old
        assert state is not None, "a step has a state"  # noqa: S101
        return state


class RefusedError(Exception):
    """A registration that cannot be planned; the text is for the user."""

    def __init__(self, urn: str, *messages: str, warns_in_previews: bool = False) -> None:
        super().__init__("; ".join(messages))
        self.urn = urn
        self.messages = list(messages)
        self.warns_in_previews = warns_in_previews
        """A preview only warns of it."""


class StepError(Exception):
    """A step failed; the reporter knows why. `committed`: its result is saved all the same."""

    def __init__(self, message: str, *, committed: ResourceState | None = None) -> None:
        super().__init__(message)
        self.committed = committed


class ProtectedError(StepError):
    """A deletion that protection forbids."""
