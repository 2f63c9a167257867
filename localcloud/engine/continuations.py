"""Which old state a registration continues: by its URN, by an alias, or through its parent's alias.

Owns what has been registered in a run. Decides nothing about the resource.
"""

from collections.abc import Sequence

from localcloud.engine.goal import Goal, Namer
from localcloud.engine.state import ResourceState
from localcloud.engine.steps import RefusedError


class Continuations:
    """The registrations of one run beside the old states. Not thread-safe."""

    def __init__(self, namer: Namer, olds: Sequence[ResourceState]) -> None:
        self.registered: set[str] = set()
        """URNs that the program has registered."""
        self.handled: set[ResourceState] = set()
        """Old states that a registration continues."""
        self.old_urns: dict[str, str] = {}
        """New URNs to the old ones, where an alias was taken."""
        self.by_urn = {state.urn: state for state in olds if not state.delete}
        self._namer = namer
        self._continued_by: dict[str, str] = {}

    def enter(self, goal: Goal, *, by_alias: bool = True) -> tuple[str, ResourceState | None]:
        """URN and old state of a registration. Raises `RefusedError` for a second one."""
        urn = self._namer.of(goal)
        if urn in self.registered:
            raise RefusedError(urn, f"Duplicate resource URN '{urn}'; try giving it a unique name")
        self.registered.add(urn)
        if urn in self._continued_by:
            raise RefusedError(
                urn,
                f"Duplicate resource URN '{urn}' conflicting with alias on resource with URN "
                f"'{self._continued_by[urn]}'",
            )
        old = self.by_urn.get(urn)
        if old is None and by_alias:
            old = self._by_alias(goal, urn)
        if old is not None:
            self.handled.add(old)
        return urn, old

    def carry(self, old: ResourceState) -> list[ResourceState]:
        """An untargeted state with whatever it needs that nothing has continued yet, needs first.

        A resource that left the program stays in state as long as an untargeted one depends on it.
        """
        self.registered.add(old.urn)
        self.handled.add(old)
        carried = []
        for urn in sorted(old.depends_on() - {old.options.provider.rpartition("::")[0]}):
            needed = self.by_urn.get(urn)
            if needed is not None and needed not in self.handled:
                carried += self.carry(needed)
        return [*carried, old]

    def _by_alias(self, goal: Goal, urn: str) -> ResourceState | None:
        for alias in self._namer.aliases(goal, self.old_urns):
            old = self.by_urn.get(alias)
            if old is None:
                continue
            if alias in self.registered or old in self.handled:
                raise RefusedError(
                    urn,
                    f"Duplicate resource alias '{alias}' applied to resource with URN '{urn}' "
                    f"conflicting with resource with URN '{self._continued_by.get(alias, urn)}'",
                )
            self.old_urns[urn] = alias
            self._continued_by[alias] = urn
            return old
        return None
