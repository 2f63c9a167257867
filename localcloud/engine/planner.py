"""What to do about each registration: same, create, update, replace, import.

Pure: compares goals with old states and asks providers only to check and to compare. Owns which
old state a goal continues. What is deleted in the end is decided in `deletions`, the choice between
update and replacement in `differences`.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from localcloud.engine import paths, refusals
from localcloud.engine import urn as urns
from localcloud.engine.differences import Verdict, judge
from localcloud.engine.goal import Goal, Namer
from localcloud.engine.graph import Dependents
from localcloud.engine.state import ResourceState
from localcloud.engine.steps import Op, RefusedError, Step
from localcloud.engine.targets import Targets
from localcloud.engine.values import UNKNOWN, Properties
from localcloud.provider.protocol import Checked, Difference


class Providers(Protocol):
    """What planning asks of providers; secrets are theirs to keep."""

    def check(self, new: ResourceState, olds: Properties, seed: bytes) -> Checked: ...

    def diff(self, old: ResourceState, news: Properties) -> Difference: ...


class Planner:
    """Plans the registrations of one run, one after the other."""

    def __init__(
        self,
        namer: Namer,
        olds: Sequence[ResourceState],
        providers: Providers,
        *,
        targets: Targets | None = None,
        on_rename: Callable[[str, str], None] = lambda _old, _new: None,
    ) -> None:
        self.namer = namer
        self.handled: set[ResourceState] = set()
        """Old states that a registration continues, or that are gone already."""
        self.replaced: dict[ResourceState, ResourceState] = {}
        """Old states that were replaced and are to be deleted, by the goal's new state."""
        self._olds = list(olds)
        self._by_urn = {state.urn: state for state in olds if not state.delete}
        self._providers = providers
        self._targets = targets
        self._on_rename = on_rename
        self._registered: set[str] = set()
        self._continues: dict[str, str] = {}
        self._continued_by: dict[str, str] = {}
        self._predeleted: set[ResourceState] = set()
        self._uncreated: set[str] = set()
        self._dependents: Dependents | None = None

    @property
    def registered(self) -> set[str]:
        """URNs that the program has registered."""
        return self._registered

    def plan(self, goal: Goal) -> list[Step]:
        """The steps for a registration. Raises `RefusedError`."""
        urn, old = self._enter(goal)
        if self._targets is not None and not self._targets.covers(urn, goal.type):
            return [self._untargeted(goal, urn, old)]
        self._require_created(goal, urn)
        new = self._state(goal, urn, old)
        if self._imports(goal, old):
            return [Step(op=Op.IMPORT, urn=urn, old=old, new=replace(new, id=goal.import_id))]
        return self._steps(goal, old, new)

    def resume_import(self, goal: Goal, imported: ResourceState) -> list[Step]:
        """What follows an import: an update if the program wants other inputs."""
        new = self._state(goal, imported.urn, imported)
        steps = self._steps(goal, imported, new)
        return [] if [step.op for step in steps] == [Op.SAME] else steps

    def skip(self, goal: Goal) -> str:
        """Notes a registration that is left out because something failed; returns its URN."""
        return self._enter(goal)[0]

    def enter_read(self, goal: Goal) -> tuple[str, ResourceState | None]:
        """URN and old state of a resource that is only read."""
        return self._enter(goal)

    # --- which old state -----------------------------------------------------------------------

    def _enter(self, goal: Goal) -> tuple[str, ResourceState | None]:
        urn = self.namer.of(goal)
        if urn in self._registered:
            raise RefusedError(urn, f"Duplicate resource URN '{urn}'; try giving it a unique name")
        self._registered.add(urn)
        old = self._find(goal, urn)
        if old is not None:
            self.handled.add(old)
        return urn, old

    def _find(self, goal: Goal, urn: str) -> ResourceState | None:
        if urn in self._by_urn:
            if urn in self._continued_by:
                raise RefusedError(
                    urn,
                    f"Duplicate resource URN '{urn}' conflicting with alias on resource with URN "
                    f"'{self._continued_by[urn]}'",
                )
            return self._by_urn[urn]
        parent_was = self._continues.get(goal.parent) if goal.parent else None
        for alias in self.namer.aliases(goal, parent_was):
            old = self._by_urn.get(alias)
            if old is None:
                continue
            if alias in self._registered or old in self.handled:
                raise RefusedError(
                    urn,
                    f"Duplicate resource alias '{alias}' applied to resource with URN '{urn}' "
                    f"conflicting with resource with URN '{self._continued_by.get(alias, alias)}'",
                )
            self._continues[urn] = alias
            self._continued_by[alias] = urn
            self._on_rename(alias, urn)
            return old
        return None

    # --- targets -------------------------------------------------------------------------------

    def _untargeted(self, goal: Goal, urn: str, old: ResourceState | None) -> Step:
        if old is not None:
            kept = replace(old, urn=urn, parent=goal.parent)
            return Step(op=Op.SAME, urn=urn, old=old, new=kept)
        self._uncreated.add(urn)
        new = self._state(goal, urn, None)
        return Step(op=Op.SAME, urn=urn, new=new, skipped=True)

    def _require_created(self, goal: Goal, urn: str) -> None:
        missing = sorted(goal.depends_on() & self._uncreated)
        if missing:
            raise RefusedError(
                urn,
                f"Resource '{urn}' depends on '{missing[0]}' which was was not specified in "
                "--target list.",
            )

    # --- what to do ----------------------------------------------------------------------------

    def _state(self, goal: Goal, urn: str, old: ResourceState | None) -> ResourceState:
        inputs = goal.inputs
        if old is not None and goal.options.ignore_changes:
            try:
                for text in goal.options.ignore_changes:
                    inputs = paths.reset(inputs, old.inputs, paths.parse(text))
            except paths.BadPathError as error:
                raise RefusedError(urn, f"ignore_changes of '{goal.name}': {error}") from error
        return ResourceState(
            urn=urn,
            type=goal.type,
            custom=goal.custom,
            inputs=inputs,
            parent=goal.parent,
            import_id=goal.import_id,
            options=goal.options,
        )

    def _imports(self, goal: Goal, old: ResourceState | None) -> bool:
        if not goal.custom or not goal.import_id:
            return False
        return old is None or old.external or old.id != goal.import_id

    def _steps(self, goal: Goal, old: ResourceState | None, new: ResourceState) -> list[Step]:
        if old is None:
            return [Step(op=Op.CREATE, urn=new.urn, new=self._checked(new, {}, new.urn))]
        if old in self._predeleted or old.pending_replacement:
            checked = self._checked(new, {}, self._seed(old))
            return self._recreation(old, checked)
        if old.external:
            checked = self._checked(new, {}, self._seed(old))
            self.replaced[old] = checked
            return self._creation_first(old, checked)
        checked = self._checked(new, old.inputs, new.urn)
        verdict = judge(old, checked, self._providers, goal, self._continues)
        if verdict.replaces:
            return self._replacement(goal, old, new, verdict)
        op = Op.UPDATE if verdict.changes else Op.SAME
        kept = replace(checked, id=old.id, created=old.created, modified=old.modified)
        return [Step(op=op, urn=new.urn, old=old, new=replace(kept, outputs=old.outputs))]

    def _checked(self, new: ResourceState, olds: Properties, seed: str) -> ResourceState:
        if not new.custom:
            return new
        digest = hashlib.sha256(seed.encode()).digest()
        checked = self._providers.check(new, olds, digest)
        if checked.failures:
            raise RefusedError(
                new.urn, *(refusals.check_failure(new, *failure) for failure in checked.failures)
            )
        return replace(new, inputs=checked.inputs)

    def _seed(self, old: ResourceState) -> str:
        # A replacement must not be given the automatic name of what it replaces.
        return f"{old.urn} {old.id} {old.created}"

    def _replacement(
        self, goal: Goal, old: ResourceState, new: ResourceState, verdict: Verdict
    ) -> list[Step]:
        if old.options.protect:
            raise RefusedError(new.urn, refusals.replacement(new.urn))
        if goal.import_id:
            raise RefusedError(
                new.urn,
                "previously-imported resources that still specify an ID may not be replaced; "
                "please remove the `import` declaration from your program",
            )
        fresh = self._checked(new, {}, self._seed(old))
        first = goal.delete_before_replace
        if verdict.delete_before_replace if first is None else first:
            deletions = self._deletions_before(old, new.urn)
            return [*deletions, *self._recreation(old, fresh)]
        self.replaced[old] = fresh
        return self._creation_first(old, fresh)

    def _creation_first(self, old: ResourceState, new: ResourceState) -> list[Step]:
        create = Step(op=Op.CREATE_REPLACEMENT, urn=new.urn, old=old, new=new, deletes_later=True)
        return [create, Step(op=Op.REPLACE, urn=new.urn, old=old, new=new)]

    def _recreation(self, old: ResourceState, new: ResourceState) -> list[Step]:
        return [
            Step(op=Op.REPLACE, urn=new.urn, old=old, new=new),
            Step(op=Op.CREATE_REPLACEMENT, urn=new.urn, old=old, new=new),
        ]

    # --- delete before replace -----------------------------------------------------------------

    def _deletions_before(self, root: ResourceState, urn: str) -> list[Step]:
        """Deletes the dependents that its deletion would break, last first, then the root."""
        if self._dependents is None:
            self._dependents = Dependents(self._olds)
        gone, urns_gone = [root], {root.urn}
        for state in self._dependents.of(root):
            if self._breaks(state, urns_gone):
                gone.append(state)
                urns_gone.add(state.urn)
        steps = []
        for state in reversed(gone):
            if state in self._predeleted or state.delete:
                continue
            if state.options.protect:
                raise RefusedError(urn, refusals.replacement(state.urn, because_of=urn))
            self._predeleted.add(state)
            steps.append(Step(op=Op.DELETE_REPLACED, urn=state.urn, old=state, keeps_entry=True))
        return steps

    def _breaks(self, state: ResourceState, gone: set[str]) -> bool:
        if not state.custom or state.external:
            return False
        if urns.provider_urn(state.options.provider) in gone:
            return True
        dependencies = state.options.property_dependencies
        touched = {key for key in state.inputs if gone & set(dependencies.get(key, []))}
        if not touched:
            return False
        news = {key: UNKNOWN if key in touched else value for key, value in state.inputs.items()}
        return bool(self._providers.diff(state, news).replaces)
