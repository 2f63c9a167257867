"""What services refuse that no schema says: names and titles too long, a grant that is there twice.

The limits are those of the services' references, read 2026-11; more of them is `provider_rules`.
Every stack's graph is held to them, and one with everything in it.
"""

import copy
import json
import re
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pulumi_gcp as gcp
import pytest
import yaml
from provider_rules import FORMS, ONE_OF, broken, found
from pulumi import Output

from infra import platform
from infra.settings import parse

FILE = Path(__file__).parents[1] / "Pulumi.prod.yaml"
STACK = "Longest.Stack_name-" + "x" * 60
PROJECT = "a23456789-123456789-123456789z"
LIMITS = {
    ("serviceaccount/account:Account", "accountId"): r"[a-z][-a-z0-9]{4,28}[a-z0-9]",
    ("serviceaccount/account:Account", "displayName"): r".{1,100}",
    ("projects/iAMCustomRole:IAMCustomRole", "roleId"): r"[a-zA-Z0-9_.]{3,64}",
    ("projects/iAMCustomRole:IAMCustomRole", "title"): r".{1,100}",
    ("logging/metric:Metric", "name"): r"[-\w.,+!*',()%/]{1,100}",
    ("logging/projectBucketConfig:ProjectBucketConfig", "bucketId"): r"[a-zA-Z0-9][-\w.]{0,99}",
    ("monitoring/customService:CustomService", "serviceId"): r"[-a-z0-9]{1,63}",
    ("monitoring/slo:Slo", "sloId"): r"[-a-zA-Z0-9_:.]{1,63}",
    (
        "monitoring/metricDescriptor:MetricDescriptor",
        "type",
    ): r"custom\.googleapis\.com/[\w/]{1,180}",
    ("storage/bucket:Bucket", "name"): r"[a-z0-9][-a-z0-9]{1,61}[a-z0-9]",
    ("pubsub/topic:Topic", "name"): r"(?!goog)[a-zA-Z][-\w.~+%]{2,254}",
    ("pubsub/subscription:Subscription", "name"): r"(?!goog)[a-zA-Z][-\w.~+%]{2,254}",
    ("vertex/aiEndpoint:AiEndpoint", "name"): r"[1-9][0-9]{0,9}",
    ("vertex/aiEndpoint:AiEndpoint", "displayName"): r".{1,128}",
    ("vertex/aiDataset:AiDataset", "displayName"): r".{1,128}",
    ("vertex/aiTensorboard:AiTensorboard", "displayName"): r".{1,128}",
    ("vertex/aiFeatureGroup:AiFeatureGroup", "name"): r"[a-z_][a-z0-9_]{0,59}",
    ("vertex/aiFeatureOnlineStore:AiFeatureOnlineStore", "name"): r"[a-z_][a-z0-9_]{0,59}",
    ("vertex/aiPersistentResource:AiPersistentResource", "name"): r"[a-z][-a-z0-9]{0,62}",
    ("vertex/aiDeploymentResourcePool:AiDeploymentResourcePool", "name"): r"[a-z][-a-z0-9]{0,62}",
}


HYBRID = {
    "region": "europe-west4",
    "asn": 4_200_000_000,
    "peer_asn": 4_294_967_294,
    "peer_addresses": ["8.8.4.4", "8.8.8.8"],
    "links": ["169.254.0.0/30", "169.254.255.252/30"],
    "shared_secret": "projects/mlplatform-prod/secrets/vpn/versions/3",
}
SCHEDULE = {
    "time_zone": "America/Argentina/Buenos_Aires",
    "stop": "*/59 19,20 1-31 * 1-5",
    "start": "0 7 * * *",
}


@pytest.fixture(scope="module")
def longest(programs: Mapping[str, Any]) -> Any:
    """The whole of prod with what no stack has, under the longest names that one could give."""
    text = FILE.read_text().replace("mlplatform-prod", PROJECT)
    settings = yaml.safe_load(text.replace("flight-delay-briefing", "b" * 38))["config"]
    settings["mlplatform:network"] |= {"name": "n" * 39, "iap_ssh": True, "hybrid": HYBRID}
    settings["mlplatform:cost"]["schedule"] = SCHEDULE
    settings["mlplatform:project"]["labels"] = {f"{'k' * 61}{n}": "v" * 63 for n in range(10, 60)}
    settings["mlplatform:warehouse"] |= {"history_days": 10_000, "requests_days": 10_000}
    settings["mlplatform:registry"]["untagged_days"] = 3650
    cloud = type(programs["prod"])(stack=STACK)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gcp.secretmanager, "get_secret_version_output", _answered)
        cloud.deploy(lambda: platform.build(parse(settings), STACK) and None)
    return cloud


def _answered(**_: Any) -> SimpleNamespace:
    return SimpleNamespace(secret_data=Output.from_input("s3cret"))


@pytest.mark.parametrize(("kind", "key"), LIMITS)
def test_the_longest_names_of_stack_and_project_are_still_legal_ones(longest, kind, key):
    found = [each.inputs[key] for each in longest.all(f"gcp:{kind}")]
    assert found, "prod has none: the limit holds nothing"
    assert not [each for each in found if not re.fullmatch(LIMITS[kind, key], each)]


def faults(cloud: Any) -> list[str]:
    return [
        f"{each.name}: {fault}"
        for each in cloud.registered
        if each.token.startswith("gcp:")
        for fault in broken(each.token.removeprefix("gcp:"), each.inputs)
    ]


def test_no_stack_gives_a_resource_what_the_provider_refuses(program):
    assert faults(program) == []


def test_nor_does_one_with_everything_in_it_under_the_longest_names(longest):
    assert faults(longest) == []


def test_every_rule_holds_something(longest):
    rules = [(kind, place) for kind, places in FORMS.items() for place in places]
    given = lambda kind, place: any(  # noqa: E731
        [*found(each.inputs, place)] for each in longest.all(f"gcp:{kind}")
    )
    assert [rule for rule in rules if not given(*rule)] == []
    assert [kind for kind in ONE_OF if not longest.all(f"gcp:{kind}")] == []


@pytest.mark.parametrize("kind", FORMS)
def test_what_breaks_a_rule_is_found(longest, kind):
    for place, rule in FORMS[kind].items():
        made = (each.inputs for each in longest.all(f"gcp:{kind}"))
        inputs = next(copy.deepcopy(each) for each in made if [*found(each, place)])
        for wrong in _outside(rule):
            _put(inputs, place.split("."), wrong)
            assert [each for each in broken(kind, inputs) if each.startswith(place)], wrong


@pytest.mark.parametrize("kind", ONE_OF)
def test_a_choice_of_none_or_of_two_is_found(longest, kind):
    inputs = longest.all(f"gcp:{kind}")[0].inputs
    for choice in ONE_OF[kind]:
        (here,) = {each.partition(".")[0] for each in choice if [*found(inputs, each)]}
        assert [*broken(kind, {key: value for key, value in inputs.items() if key != here})]
        if other := next((each for each in choice if each not in inputs and "." not in each), None):
            assert [*broken(kind, inputs | {other: {}})]


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("compute/address:Address", {"labels": {"k": "V"}}),
        ("compute/address:Address", {"labels": {"K": "v"}}),
        ("compute/address:Address", {"labels": {f"k{n}": "v" for n in range(59)}}),
        ("bigquery/iamMember:IamMember", {"member": "ada@example.com"}),
        ("bigquery/iamMember:IamMember", {"member": "deleted:user:ada@example.com"}),
        ("bigquery/table:Table", {"schema": '[{"name": "a"}, {"name": "A"}]'}),
        ("bigquery/table:Table", {"clusterings": ["nothing"]}),
        ("kms/cryptoKey:CryptoKey", {"rotationPeriod": "2d"}),
        ("kms/cryptoKey:CryptoKey", {"rotationPeriod": "86400s"}),
    ],
)
def test_one_wrong_input_is_found(longest, kind, wrong):
    inputs = longest.all(f"gcp:{kind}")[-1].inputs
    assert not [*broken(kind, inputs)]
    assert [*broken(kind, inputs | wrong)]


def _outside(rule: Any) -> list[Any]:
    if isinstance(rule, str):
        return ["\n" * 5000]
    ranges = rule if isinstance(rule, list) else [rule]
    return [bound for least, most in ranges for bound in (least - 1, most + 1) if bound >= 0]


def _put(inputs: Any, way: list[str], value: Any) -> None:
    """Put a value at a place, in each item of a list that has it."""
    if isinstance(inputs, list):
        for each in inputs:
            _put(each, way, value)
    elif isinstance(inputs, dict) and way[0] in ("*", *inputs):
        key = next(iter(inputs)) if way[0] == "*" else way[0]
        if way[1:] == ["#"]:
            inputs[key] = ["any"] * value
        elif len(way) > 1:
            _put(inputs[key], way[1:], value)
        else:
            inputs[key] = value


def test_no_grant_is_made_twice(program):
    seen: dict[str, str] = {}
    for each in program.registered:
        if re.search(r"IAMMember$|IamMember$", each.token):
            grant = json.dumps([each.token, _plain(each.inputs)], sort_keys=True)
            assert grant not in seen, f"{each.name} would take {seen[grant]} away when it goes"
            seen[grant] = each.name


def _plain(inputs: dict[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in inputs.items()}
