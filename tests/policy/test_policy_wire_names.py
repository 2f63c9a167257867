"""The properties that cases speak of are those of the installed SDK, at every depth."""

import importlib
import inspect
import re
from typing import Any

import cases_data
import cases_delivery
import cases_machines
import cases_network
import cases_people
import cases_vertex
import cases_watching
import pytest

from policy.registry import RULES
from policy.rules.labels import LABELS, USER_LABELS

CASES = [
    *cases_people.CASES,
    *cases_machines.CASES,
    *cases_network.CASES,
    *cases_delivery.CASES,
    *cases_data.CASES,
    *cases_vertex.CASES,
    *cases_watching.CASES,
]
FREE = ("labels", "userLabels", "metadata", "substitutions")


def sdk_class(token: str) -> tuple[Any, Any]:
    """The module and the class of a type token."""
    _, place, name = token.split(":")
    module = importlib.import_module(f"pulumi_gcp.{place.partition('/')[0]}")
    return module, getattr(module, name)


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def unknown_names(module: Any, known: dict[str, Any], value: dict[str, Any], at: str) -> list[str]:
    """Keys of the value, at every depth, that the SDK does not have."""
    wrong = []
    for key, inner in value.items():
        if snake(key) not in known:
            wrong.append(f"{at}{key}")
            continue
        inside = re.search(r"(\w+)ArgsDict|'(\w+)Args'", str(known[snake(key)]))
        if key in FREE or not inside:
            continue
        fields = getattr(module, f"{inside[1] or inside[2]}ArgsDict").__annotations__
        for each in inner if isinstance(inner, list) else [inner]:
            if isinstance(each, dict):
                wrong += unknown_names(module, fields, each, f"{at}{key}.")
    return wrong


@pytest.mark.parametrize("case", [case for case in CASES if case.type.startswith("gcp:")], ids=str)
def test_inputs_of_a_case_are_inputs_of_the_type(case):
    module, resource = sdk_class(case.type)
    parameters = inspect.signature(resource._internal_init).parameters
    known = {name: each.annotation for name, each in parameters.items()}
    assert unknown_names(module, known, case.good, "") == []


def test_the_walk_finds_a_misspelt_name_in_the_depth():
    module, bucket = sdk_class("gcp:storage/bucket:Bucket")
    parameters = inspect.signature(bucket._internal_init).parameters
    known = {name: each.annotation for name, each in parameters.items()}
    wrong = {"lifecycleRules": [{"action": {"typ": "Delete"}}], "versionning": True}
    assert unknown_names(module, known, wrong, "") == ["lifecycleRules.action.typ", "versionning"]


def test_every_type_that_a_rule_names_exists():
    for rule in RULES.values():
        for token in rule.types:
            if token.startswith("gcp:") and "*" not in token:
                _, resource = sdk_class(token)
                assert f"'{token}'" in inspect.getsource(resource._internal_init)


def test_types_that_must_be_labelled_can_be():
    for tokens, name in ((LABELS, "labels"), (USER_LABELS, "user_labels")):
        for token in tokens:
            _, resource = sdk_class(token)
            assert name in inspect.signature(resource._internal_init).parameters, token


def test_every_type_of_a_stack_that_can_be_labelled_must_be(programs):
    no_labels_of_ours = {"gcp:monitoring/metricDescriptor:MetricDescriptor"}
    types = {each.token for program in programs.values() for each in program.registered}
    for token in types - no_labels_of_ours:
        if token.startswith("gcp:"):
            _, resource = sdk_class(token)
            known = inspect.signature(resource._internal_init).parameters
            if "labels" in known or "user_labels" in known:
                assert token in {*LABELS, *USER_LABELS}, "the rule about labels does not know it"
