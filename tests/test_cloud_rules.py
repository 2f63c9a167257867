"""Every stack's graph against what the provider or its APIs refuse; each rule is seen to refuse."""

import copy
from typing import Any

import pytest
from cloud_rules import RULES as MACHINES
from cloud_rules import Rule
from cloud_rules_services import RULES as SERVICES


def _named(rule: Rule) -> str:
    return f"{rule.kind.partition(':')[2]} {rule.says}"


@pytest.mark.parametrize("rule", [*MACHINES, *SERVICES], ids=_named)
def test_every_stack_keeps_what_the_cloud_demands(programs, rule):
    made = [each for stack in programs.values() for each in stack.all(f"gcp:{rule.kind}")]
    assert made, "no stack has one: the rule holds nothing"
    assert not [each.name for each in made if not rule.holds(each.inputs)]


@pytest.mark.parametrize("rule", [*MACHINES, *SERVICES], ids=_named)
def test_a_resource_that_breaks_a_rule_is_found(programs, rule):
    lawful = programs["prod"].all(f"gcp:{rule.kind}")[0].inputs
    assert not rule.holds(_changed(lawful, rule.broken))


def _changed(inputs: dict[str, Any], by: dict[str, Any]) -> dict[str, Any]:
    changed = copy.deepcopy(inputs)
    for path, value in by.items():
        *way, last = path.split(".")
        at: Any = changed
        for step in way:
            at = at[int(step)] if isinstance(at, list) else at.setdefault(step, {})
        at[last] = value
    return changed
