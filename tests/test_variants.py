"""What no stack file says but one could: the same rules hold, whatever is switched on or off."""

import copy
from collections.abc import Mapping
from typing import Any

import pytest
from cloud_rules import RULES as MACHINES
from cloud_rules_services import RULES as SERVICES
from provider_rules import broken
from sdk_schema import faults
from stack_files import stack_config
from test_sdk_values import EXAMPLES

from infra import platform
from infra.settings import parse

OFF: dict[str, dict[str, Any]] = {
    "guardrails": {"organization_policies": None, "deny_policies": False, "perimeter": None},
    "network": {"nat": True, "vertex_attachment": True, "private_services_range": None},
    "keys": {"customer_managed": False},
    "artifacts": {"evidence": None},
    "lake": {"bucket": None, "on_premises": None},
    "registry": {"pipeline_templates": False, "upstreams_in_perimeter": None},
    "experiments": {"metadata_store": False, "tensorboard": False, "datasets": []},
    "spark": {"serverless": None, "metastore": None},
    "cost": {"quotas": [], "schedule": None},
    "logs": {"training_days": None, "dashboards": []},
}
"""By section of prod, what is switched off at once."""
ON = ("features", "experiments", "spark", "recovery", "artifacts", "warehouse", "logs", "cost")
"""Sections of staging in dev, where neither keys nor guard rails are."""


def without(config: dict[str, Any]) -> dict[str, Any]:
    for section, values in OFF.items():
        config[f"mlplatform:{section}"] |= values
    config["mlplatform:guardrails"]["binary_authorization"] = None
    for model in config["mlplatform:models"].values():
        model["prepared_on"] = "duckdb"
    return config


def with_more(config: dict[str, Any]) -> dict[str, Any]:
    staging = stack_config("staging")
    return config | {f"mlplatform:{each}": staging[f"mlplatform:{each}"] for each in ON}


def paired(config: dict[str, Any]) -> dict[str, Any]:
    """Over a pair of regions with a name of its own, which no stack file has."""
    config["mlplatform:project"]["allowed_regions"] = ["europe-west4", "europe-north1"]
    config["mlplatform:recovery"] = {"tier": "durable", "standby_regions": ["europe-north1"]}
    config["mlplatform:network"]["subnets"].append(
        {"region": "europe-north1", "cidr": "10.20.16.0/20"}
    )
    config["mlplatform:keys"]["regions"].append("europe-north1")
    config["mlplatform:keys"]["customer_managed"] = True
    return config


VARIANTS = {
    "prod without": ("prod", without),
    "dev with more": ("dev", with_more),
    "dev over a named pair": ("dev", paired),
}


@pytest.fixture(scope="module", params=VARIANTS)
def variant(request: pytest.FixtureRequest, programs: Mapping[str, Any]) -> Any:
    stack, change = VARIANTS[request.param]
    config = change(copy.deepcopy(stack_config(stack)))
    cloud = type(programs["local"])(stack=stack)
    cloud.deploy(lambda: platform.build(parse(config), stack) and None)
    return cloud


def google(cloud: Any) -> list[Any]:
    return [each for each in cloud.registered if each.token.startswith("gcp:")]


def test_the_provider_takes_every_input(variant):
    found = [
        f"{each.name}: {fault}"
        for each in google(variant)
        for fault in (*broken(each.token[4:], each.inputs), *faults(each.token, each.inputs))
        if (each.token, fault.partition(" ")[0]) not in EXAMPLES
    ]
    assert found == []


def test_the_cloud_gets_what_it_demands(variant):
    found = [
        f"{each.name} {rule.says}"
        for each in google(variant)
        for rule in (*MACHINES, *SERVICES)
        if f"gcp:{rule.kind}" == each.token and not rule.holds(each.inputs)
    ]
    assert found == []
