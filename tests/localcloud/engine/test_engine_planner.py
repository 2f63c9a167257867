"""The planner on lists of goals: no program, no gRPC, no files."""

from dataclasses import dataclass
from typing import Any

import pytest

from localcloud.engine import deletions, graph
from localcloud.engine.goal import Alias, Goal, Namer
from localcloud.engine.planner import Planner
from localcloud.engine.state import Options, ResourceState
from localcloud.engine.steps import RefusedError
from localcloud.engine.targets import Targets
from localcloud.engine.values import Secret
from localcloud.provider.protocol import Checked, Difference

NAMER = Namer("dev", "shop")
BUCKET = "gcp:storage/bucket:Bucket"
TEAM = "acme:index:Team"


@dataclass
class Comparing:
    """A provider that replaces for `location` and updates for everything else."""

    deletes_first: bool = False

    def check(self, new: ResourceState, olds: dict[str, Any], seed: bytes) -> Checked:
        return Checked(inputs=new.inputs)

    def diff(self, old: ResourceState, news: dict[str, Any]) -> Difference:
        keys = sorted(old.inputs.keys() | news.keys())
        changed = [key for key in keys if old.inputs.get(key) != news.get(key)]
        replaces = [key for key in changed if key == "location"]
        return Difference(
            changed=changed, replaces=replaces, delete_before_replace=self.deletes_first
        )


def state(name: str, *, type_: str = BUCKET, parent: str = "", **more: Any) -> ResourceState:
    options = Options(**{k: more.pop(k) for k in list(more) if k in Options.__annotations__})
    urn = NAMER.urn(parent, type_, name)
    inputs = more.pop("inputs", {"location": "EU"})
    return ResourceState(
        urn=urn, type=type_, custom=type_ != TEAM, id=name, inputs=inputs, parent=parent,
        options=options, **more,
    )  # fmt: skip


def goal(name: str, *, type_: str = BUCKET, **more: Any) -> Goal:
    options = Options(**{k: more.pop(k) for k in list(more) if k in Options.__annotations__})
    inputs = more.pop("inputs", {"location": "EU"})
    return Goal(type=type_, name=name, custom=type_ != TEAM, inputs=inputs, options=options, **more)


def planner(*olds: ResourceState, deletes_first: bool = False, **more: Any) -> Planner:
    return Planner(NAMER, olds, Comparing(deletes_first), **more)


def planned(plan: Planner, wanted: Goal) -> list[str]:
    return [f"{step.op} {step.urn.rpartition('::')[2]}" for step in plan.plan(wanted)]


def test_what_is_new_is_created_and_what_is_equal_stays() -> None:
    plan = planner(state("a"))
    assert planned(plan, goal("a")) == ["same a"]
    assert planned(plan, goal("b")) == ["create b"]


def test_a_component_is_updated_only_for_its_own_inputs() -> None:
    old = state("t", type_=TEAM, inputs={"digest": "1"})
    assert planned(planner(old), goal("t", type_=TEAM, inputs={"digest": "1"})) == ["same t"]
    assert planned(planner(old), goal("t", type_=TEAM, inputs={"digest": "2"})) == ["update t"]
    secret = goal("t", type_=TEAM, inputs={"digest": Secret("1")})
    assert planned(planner(old), secret) == ["update t"], "a value that became secret changed"


def test_a_replacement_creates_first_unless_told_otherwise() -> None:
    moved = {"location": "US"}
    first = ["create-replacement a", "replace a"]
    last = ["delete-replaced a", "replace a", "create-replacement a"]
    assert planned(planner(state("a")), goal("a", inputs=moved)) == first
    assert planned(planner(state("a"), deletes_first=True), goal("a", inputs=moved)) == last
    told = goal("a", inputs=moved, delete_before_replace=False)
    assert planned(planner(state("a"), deletes_first=True), told) == first


def test_dependents_that_would_break_are_deleted_first_and_created_again() -> None:
    urn = state("a").urn
    uses = {"location": [urn]}
    breaks = state("b", property_dependencies=uses, dependencies=[urn])
    follows = state("c", dependencies=[breaks.urn])
    plan = planner(state("a"), breaks, follows, deletes_first=True)
    assert planned(plan, goal("a", inputs={"location": "US"}))[:2] == [
        "delete-replaced b",
        "delete-replaced a",
    ], "c only waits for b: it stays"
    assert planned(plan, goal("b")) == ["replace b", "create-replacement b"]
    assert planned(plan, goal("c")) == ["same c"]


def test_ignored_changes_are_held_back_and_forced_ones_replace() -> None:
    old = state("a", inputs={"labels": {"x": "1", "y": "1"}})
    news = {"labels": {"x": "2", "y": "1"}}
    assert planned(planner(old), goal("a", inputs=news, ignore_changes=["labels.x"])) == ["same a"]
    forced = goal("a", inputs=news, replace_on_changes=["labels"])
    assert planned(planner(old), forced) == ["create-replacement a", "replace a"]
    deeper = goal("a", inputs=news, replace_on_changes=["labels.y"])
    assert planned(planner(old), deeper) == ["update a"]


def test_protection_refuses_a_replacement() -> None:
    moved = {"location": "US"}
    with pytest.raises(RefusedError, match="unable to replace resource"):
        planner(state("a", protect=True)).plan(goal("a", inputs=moved, protect=True))
    unprotected = goal("a", inputs=moved)
    steps = ["create-replacement a", "replace a"]
    assert planned(planner(state("a", protect=True)), unprotected) == steps


def test_an_alias_continues_the_old_resource_once() -> None:
    renames: list[tuple[str, str]] = []
    plan = planner(state("old"), on_rename=lambda *pair: renames.append(pair))
    assert planned(plan, goal("new", aliases=[Alias(name="old")])) == ["same new"]
    assert renames == [(state("old").urn, state("new").urn)]
    with pytest.raises(RefusedError, match="conflicting with alias on resource"):
        plan.plan(goal("old"))
    with pytest.raises(RefusedError, match="Duplicate resource alias"):
        plan.plan(goal("third", aliases=[Alias(name="old")]))


def test_children_follow_a_renamed_parent_and_its_name() -> None:
    team = state("app", type_=TEAM)
    child = state("app-data", parent=team.urn)
    plan = planner(team, child)
    plan.plan(goal("web", type_=TEAM, aliases=[Alias(name="app")]))
    parent = NAMER.urn("", TEAM, "web")
    assert planned(plan, goal("web-data", parent=parent)) == ["same web-data"]


def test_one_urn_twice_is_refused() -> None:
    plan = planner()
    plan.plan(goal("a"))
    with pytest.raises(RefusedError, match="Duplicate resource URN"):
        plan.plan(goal("a"))


def test_another_provider_alone_changes_nothing() -> None:
    def reference(name: str) -> str:
        return f"{NAMER.urn('', 'pulumi:providers:gcp', name)}::id"

    old = state("a", provider=reference("default_1_0_0"))
    for name in ("default_2_0_0", "mine"):
        assert planned(planner(old), goal("a", provider=reference(name))) == ["same a"]


def test_only_targets_change_and_what_they_need_must_exist() -> None:
    plan = planner(state("b"), targets=Targets(["**::a", "**::c"]))
    assert planned(plan, goal("a")) == ["create a"]
    assert planned(plan, goal("b", inputs={"location": "US"})) == ["same b"]
    assert planned(plan, goal("d")) == ["same d"], "it is not created"
    with pytest.raises(RefusedError, match="was not specified in --target list"):
        plan.plan(goal("c", dependencies=[state("d").urn]))


def test_deletions_go_against_the_dependencies_in_layers() -> None:
    a = state("a")
    team = state("t", type_=TEAM)
    b = state("b", parent=team.urn, dependencies=[a.urn])
    c = state("c", dependencies=[b.urn])
    layers = deletions.plan([a, team, b, c, state("alone")])
    names = [{step.urn.rpartition("::")[2] for step in layer} for layer in layers]
    assert names == [{"c"}, {"b"}, {"a", "alone", "t"}], "the longest chain begins"
    assert graph.layers([]) == []
