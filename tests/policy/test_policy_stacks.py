"""All rules over everything that the program registers, for every stack file."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from policy.pack import adapter
from policy.registry import RULES, judge_all
from policy.verdicts import Context, Resource

ROOT = Path(__file__).parents[2]

# Rules about types that no stack has so far, and the component that brings them.
WAITING = {
    "customer-managed-key-everywhere": "topics, secrets, workstations",
    "grants-are-additive": "none: nothing may be of these types",
    "no-container-registry": "delivery",
    "no-legacy-feature-store": "none: nothing may be of these types",
    "no-long-lived-key": "none: nothing may be of these types",
    "secret-value-outside-the-state": "secrets",
}


def stack_context(program: Any) -> Context:
    """As the pack sees the stack: its configuration, and its provider."""
    file = yaml.safe_load((ROOT / f"Pulumi.{program.stack}.yaml").read_text())
    texts = {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in file["config"].items()
    }
    return adapter.context(texts, program.one("pulumi:providers:gcp").inputs, {})


def resources(program: Any) -> list[tuple[str, Resource]]:
    return [
        (each.name, Resource(type=each.token, inputs=each.inputs, protect=each.protect))
        for each in program.registered
    ]


def test_no_resource_of_the_stack_breaks_a_mandatory_rule_or_leaves_one_open(program):
    about = stack_context(program)
    assert about.environment == program.stack
    found = {
        f"{name}: {verdict}"
        for name, resource in resources(program)
        for verdict in judge_all(resource, about)
        if RULES[verdict.rule].level == "mandatory"
    }
    assert not found, "\n".join(sorted(found))


def test_the_stacks_regions_are_those_that_its_file_names(programs):
    for program in programs.values():
        about = stack_context(program)
        assert program.one("pulumi:providers:gcp").inputs["region"] in about.allowed_regions
        text = (ROOT / f"Pulumi.{program.stack}.yaml").read_text().lower()
        assert all(region in text for region in about.allowed_regions), "and no others"


def test_every_rule_looks_at_something_in_some_stack_or_waits_for_its_component(programs):
    types = {each.token for program in programs.values() for each in program.registered}
    exercised = {rule.name for rule in RULES.values() if any(map(rule.applies, types))}
    idle = RULES.keys() - exercised - WAITING.keys()
    assert not idle, "a rule that nothing can break protects nothing"
    assert WAITING.keys() <= RULES.keys(), "a rule that is gone waits for nothing"


@pytest.mark.parametrize(
    ("token", "change", "rule"),
    [
        ("gcp:storage/bucket:Bucket", {"location": "US"}, "location-allowed"),
        ("gcp:storage/bucket:Bucket", {"lifecycleRules": None}, "bucket-lifecycle"),
        ("gcp:compute/network:Network", {"autoCreateSubnetworks": True}, "network-has-own-subnets"),
        ("gcp:projects/iAMMember:IAMMember", {"role": "roles/editor"}, "no-basic-role"),
        ("gcp:vertex/aiEndpoint:AiEndpoint", {"name": "fraud"}, "endpoint-name-is-a-number"),
        (
            "gcp:monitoring/alertPolicy:AlertPolicy",
            {"notificationChannels": []},
            "alert-names-a-channel",
        ),
    ],
)
def test_one_wrong_property_in_a_real_stack_is_found(programs, token, change, rule):
    program = programs["prod"]
    real = program.all(token)[0]
    wrong = Resource(type=token, inputs={**real.inputs, **change}, protect=real.protect)
    assert {each.rule for each in judge_all(wrong, stack_context(program))} == {rule}


def test_a_bucket_of_prod_that_may_be_deleted_is_found(programs):
    bucket = programs["prod"].named("artifacts-bucket")
    resource = Resource(type=bucket.token, inputs={**bucket.inputs, "forceDestroy": True})
    rules = {each.rule for each in judge_all(resource, stack_context(programs["prod"]))}
    assert rules == {"deletion-refused-in-prod", "data-protected-in-prod"}
