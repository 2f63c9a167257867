"""What to do about each registration: same, create, update, replace, import.

Pure: compares goals with old states and asks providers only to check and to compare. Which old
state a goal continues is decided in `continuations`, the choice between update and replacement in
`differences`, the order of a replacement in `replacements`, what is deleted in the end in
`deletions`.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from localcloud.engine import paths, refusals
from localcloud.engine.continuations import Continuations
from localcloud.engine.differences import judge
from localcloud.engine.goal import Goal, Namer
from localcloud.engine.replacements import Deletions, creation_first, recreation
from localcloud.engine.state import ResourceState
from localcloud.engine.steps import Op, RefusedError, Step
from localcloud.engine.targets import Targets
from localcloud.engine.values import Properties
from localcloud.provider.protocol import Checked, Difference


class Providers(Protocol):
    """What planning asks of providers; secrets are theirs to keep."""

    def check(self, new: ResourceState, olds: Properties, seed: bytes) -> Checked: ...

    def diff(self, old: ResourceState, news: Properties) -> Difference: ...


def _raise(refusal: RefusedError) -> None:
    raise refusal


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
        on_refusal: Callable[[RefusedError], None] = _raise,
    ) -> None:
        """`on_refusal` gets what previews may show and go on from; to refuse, it raises."""
        self._continuations = Continuations(namer, olds)
        self._deletions = Deletions(olds, providers)
        self._providers = providers
        self._targets = targets
        self._on_rename = on_rename
        self._on_refusal = on_refusal
        self._uncreated: set[str] = set()

    @property
    def registered(self) -> set[str]:
        """URNs that the program has registered."""
        return self._continuations.registered

    @property
    def handled(self) -> set[ResourceState]:
        """Old states that a registration continues."""
        return self._continuations.handled

    def plan(self, goal: Goal) -> list[Step]:
        """The steps for a registration. Raises `RefusedError`."""
        urn, old = self._continuations.enter(goal)
        if self._targets is not None and not self._targets.covers(urn, goal.type):
            return self._untargeted(goal, urn, old)
        if urn in self._continuations.old_urns:
            self._on_rename(self._continuations.old_urns[urn], urn)
        self._require_created(goal, urn)
        new = _state(goal, urn)
        if self._imports(goal, old):
            return self._import(old, replace(new, id=goal.import_id))
        return self._steps(goal, old, new)

    def resume_import(self, goal: Goal, imported: ResourceState) -> list[Step]:
        """What follows an import: an update if the program wants other inputs."""
        steps = self._steps(goal, imported, _state(goal, imported.urn))
        return [] if [step.op for step in steps] == [Op.SAME] else steps

    def skip(self, goal: Goal) -> str:
        """Notes a registration that is left out because something failed; returns its URN."""
        return self._continuations.enter(goal)[0]

    def plan_read(self, goal: Goal, new: ResourceState) -> list[Step]:
        """The steps for a resource that is only read. Raises `RefusedError`."""
        urn, old = self._continuations.enter(goal, by_alias=False)
        if old is None or old.external or old.id == new.id:
            return [Step(op=Op.READ, urn=urn, old=old, new=new)]
        read = Step(op=Op.READ_REPLACEMENT, urn=urn, old=old, new=new)
        return [read, Step(op=Op.REPLACE, urn=urn, old=old, new=new)]

    # --- targets -------------------------------------------------------------------------------

    def _untargeted(self, goal: Goal, urn: str, old: ResourceState | None) -> list[Step]:
        if old is None:
            self._uncreated.add(urn)
            return [Step(op=Op.SAME, urn=urn, new=_state(goal, urn), skipped=True)]
        carried = self._continuations.carry(old)
        return [Step(op=Op.SAME, urn=state.urn, old=state, new=replace(state)) for state in carried]

    def _require_created(self, goal: Goal, urn: str) -> None:
        for missing in sorted(goal.depends_on() & self._uncreated):
            refusal = (
                f"Resource '{urn}' depends on '{missing}' which was was not specified in "
                "--target list."
            )
            self._on_refusal(RefusedError(urn, refusal))
            self._uncreated.discard(missing)

    # --- what to do ----------------------------------------------------------------------------

    def _imports(self, goal: Goal, old: ResourceState | None) -> bool:
        if not goal.custom or not goal.import_id:
            return False
        return old is None or old.external or (old.import_id or old.id) != goal.import_id

    def _import(self, old: ResourceState | None, new: ResourceState) -> list[Step]:
        if old is None or old in self._deletions:
            return [Step(op=Op.IMPORT, urn=new.urn, old=old, new=new)]
        taking = Step(op=Op.IMPORT_REPLACEMENT, urn=new.urn, old=old, new=new, deletes_later=True)
        return [taking, Step(op=Op.REPLACE, urn=new.urn, old=old, new=new)]

    def _steps(self, goal: Goal, old: ResourceState | None, new: ResourceState) -> list[Step]:
        if old is None:
            return [Step(op=Op.CREATE, urn=new.urn, new=self._checked(new, {}, new.urn))]
        if old in self._deletions:
            return recreation(old, self._checked(new, {}, _seed(old)))
        if old.external:
            return creation_first(old, self._checked(new, {}, _seed(old)))
        held = replace(new, inputs=_ignoring(goal, new.urn, old))
        checked = self._checked(held, old.inputs, new.urn)
        verdict = judge(old, checked, self._providers, goal)
        if verdict.replaces or old.pending_replacement:
            first = goal.delete_before_replace
            deletes_first = verdict.delete_before_replace if first is None else first
            return self._replacement(goal, old, new, deletes_first=deletes_first)
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

    def _replacement(
        self, goal: Goal, old: ResourceState, new: ResourceState, *, deletes_first: bool
    ) -> list[Step]:
        # What loses its protection in the same run may be replaced.
        if old.options.protect and new.options.protect:
            self._on_refusal(RefusedError(new.urn, refusals.replacement(new.urn)))
        if goal.import_id:
            refusal = RefusedError(new.urn, refusals.REPLACED_IMPORT, warns_in_previews=True)
            self._on_refusal(refusal)
        # `new` has the program's own inputs: what was ignored so far reaches the replacement.
        fresh = self._checked(new, {}, _seed(old))
        if not deletes_first:
            return creation_first(old, fresh)
        deletions = self._deletions.before(old, new.urn, self.registered)
        return [*deletions, *recreation(old, fresh)]


def _state(goal: Goal, urn: str) -> ResourceState:
    return ResourceState(
        urn=urn,
        type=goal.type,
        custom=goal.custom,
        inputs=goal.inputs,
        parent=goal.parent,
        import_id=goal.import_id,
        options=goal.options,
    )


def _ignoring(goal: Goal, urn: str, old: ResourceState) -> Properties:
    """The program's inputs with the old values in the places whose changes are ignored."""
    inputs, missing = goal.inputs, []
    for text in goal.options.ignore_changes:
        try:
            inputs = paths.reset(inputs, old.inputs, paths.parse(text))
        except paths.BadPathError:
            continue
        except paths.MissingPathError:
            missing.append(text)
    if missing:
        raise RefusedError(urn, refusals.ignored_paths(missing))
    return inputs


def _seed(old: ResourceState) -> str:
    # A replacement must not be given the automatic name of what it replaces.
    return f"{old.urn} {old.id} {old.created}"
