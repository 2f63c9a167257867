"""What the program wants: one registration, free of gRPC.

Owns the shape of a registration and the old URNs under which its resource may be known.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from localcloud.engine import urn as urns
from localcloud.engine.state import Options, ResourceState
from localcloud.engine.values import Properties


@dataclass(frozen=True)
class Alias:
    """Another identity of a resource: a whole URN, or the parts that differ."""

    urn: str = ""
    name: str = ""
    type: str = ""
    stack: str = ""
    project: str = ""
    parent: str = ""
    no_parent: bool = False


@dataclass(frozen=True, kw_only=True)
class Goal:
    """A resource as the program registers it, after transforms."""

    type: str
    name: str
    custom: bool = True
    inputs: Properties = field(default_factory=dict)
    parent: str = ""
    aliases: list[Alias] = field(default_factory=list)
    import_id: str = ""
    delete_before_replace: bool | None = None
    options: Options = field(default_factory=Options)

    def depends_on(self) -> set[str]:
        """URNs whose failure keeps this resource from being planned."""
        probe = ResourceState(
            urn="", type=self.type, custom=self.custom, parent=self.parent, options=self.options
        )
        return probe.depends_on()


@dataclass(frozen=True)
class Namer:
    """Makes the URNs of one stack."""

    stack: str
    project: str

    def urn(self, parent: str, type_: str, name: str) -> str:
        return urns.make(self.stack, self.project, parent, type_, name)

    def of(self, goal: Goal) -> str:
        return self.urn(goal.parent, goal.type, goal.name)

    def aliases(self, goal: Goal, old_urns: Mapping[str, str]) -> list[str]:
        """Old URNs of the resource, nearest first; `old_urns` are those of continued resources."""
        own = [self._resolve(alias, goal, old_urns) for alias in goal.aliases]
        parent_was = old_urns.get(goal.parent)
        if parent_was is not None:
            parent_name = urns.name_of(goal.parent)
            own.append(self._inherited(goal.type, goal.name, parent_name, parent_was))
            own += [
                self._inherited(urns.type_of(old), urns.name_of(old), parent_name, parent_was)
                for old in own[: len(goal.aliases)]
            ]
        return list(dict.fromkeys(own))

    def _resolve(self, alias: Alias, goal: Goal, old_urns: Mapping[str, str]) -> str:
        if alias.urn:
            return alias.urn
        # A parent that is named goes by its own old URN; the present one is tried as it is.
        parent = old_urns.get(alias.parent, alias.parent) or goal.parent
        if alias.no_parent:
            parent = ""
        return urns.make(
            alias.stack or self.stack,
            alias.project or self.project,
            parent,
            alias.type or goal.type,
            alias.name or goal.name,
        )

    def _inherited(self, type_: str, name: str, parent_name: str, parent_was: str) -> str:
        # A child named after its parent is taken to have followed the parent's old name too.
        if name.startswith(parent_name):
            name = urns.name_of(parent_was) + name.removeprefix(parent_name)
        return self.urn(parent_was, type_, name)
