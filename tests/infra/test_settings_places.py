"""Settings of network and keys: what contradicts is refused with both sides named."""

import re
from ipaddress import IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from settings_changes import changed, mistakes, problem_with, refusal, refusals

from infra.settings import parse

WEST4 = {"region": "europe-west4", "cidr": "10.20.0.0/20"}
KEY = "projects/acme-keys/locations/{}/keyRings/ml/cryptoKeys/data"


def storage(key: str) -> list[dict[str, str]]:
    return [{"purpose": "storage", "key": key}]


# As in test_settings: the key that is set, its value, and words that the refusal must hold.
MISTAKES = [
    ("network.name", "n" * 40, ["write 1 to 39 lower-case"]),
    ("network.subnets", [], ["write at least 1"]),
    ("network.subnets", "10.0.0.0/20", ["write a list"]),
    ("network.subnets", [WEST4 | {"region": "europe-west44"}], ["did you mean 'europe-west4'"]),
    ("network.subnets", [WEST4 | {"cidr": "10.1.0.1/20"}], ["write an IPv4 range", "host bits"]),
    ("network.subnets", [WEST4 | {"cidr": "8.8.8.0/24"}], ["write a range within 10.0.0.0/8"]),
    ("network.subnets", [WEST4 | {"cidr": "10.0.0.0/30"}], ["at least a /29"]),
    ("network.subnets", [WEST4 | {"cdir": "10.0.0.0/20"}], ["subnets.0.cdir", "mean 'cidr'"]),
    ("network.subnets", [WEST4 | {"name": "Big"}], ["subnets.0.name", "lower-case"]),
    ("network.subnets", [WEST4, WEST4 | {"cidr": "10.9.0.0/20"}], ["subnets.1", "second time"]),
    ("network.subnets", [WEST4 | {"region": "us-east5"}], ["us-east5", "project.region"]),
    ("network.nat", "perhaps", ["write true or false"]),
    ("network.flow_log_sampling", -0.1, ["write 0.0 or more"]),
    ("network.private_services_range", "10.20.0.0/16", ["overlaps 10.20.0.0/20", "subnets.0"]),
    ("network.private_services_range", "10.21.0.0/25", ["a /24", "larger"]),
    ("network.google_apis_address", "10.20.1.1", ["overlaps 10.20.0.0/20", "subnets.0.cidr"]),
    ("network.google_apis_address", "10.20.1", ["write an IPv4 address such as"]),
    ("network.google_apis_address", "8.8.8.8", ["write an address within 10.0.0.0/8"]),
    ("network.google_apis", "all", ["'all-apis' or 'vpc-sc'"]),
    ("network.google_apis", "vpc-sc", ["google_apis_address is null"]),
    ("keys.regions", [], ["write at least 1"]),
    ("keys.regions", ["europe-west5"], ["regions.0", "no known region"]),
    ("keys.regions", ["europe-west4", "europe-west4"], ["regions.1", "second time"]),
    ("keys.rotation_days", 1, ["write 2 or more"]),
    ("keys.rotation_days", 0, ["write 2 or more"]),
    ("keys.rotation_days", -90, ["write 2 or more"]),
    ("keys.protection_level", "hsm", ["'SOFTWARE' or 'HSM'"]),
    ("keys.existing", storage("data"), ["existing.0.key", "whole key path"]),
    ("keys.existing", storage(KEY.format("europe-west4") + "/cryptoKeyVersions/1"), ["version"]),
    (
        "keys.existing",
        storage(KEY.format("us-east5")),
        ["us-east5", "keys.regions is europe-west4"],
    ),
    ("keys.existing", [{"purpose": "disks", "key": KEY}], ["existing.0.purpose", "'storage'"]),
    ("keys.existing", storage(KEY.format("europe-west4")), ["nothing would use them"]),
    ("keys.existing", storage(KEY.format("europe-west4")) * 2, ["second key for storage"]),
]


@pytest.mark.parametrize(("path", "value", "words"), MISTAKES)
def test_a_wrong_place_is_refused_by_its_key_with_what_to_write(config, path, value, words):
    assert problem_with(config, path, value, words).startswith(f"mlplatform:{path}")


def test_a_key_in_another_region_than_the_data_is_refused_with_both(config):
    config = changed(config, "keys.customer_managed", True)
    config = changed(config, "project.allowed_regions", ["europe-west4", "us-east5"])
    problem = refusal(changed(config, "keys.regions", ["us-east5"]))
    assert problem.startswith("mlplatform:keys.regions is us-east5")
    assert "europe-west4 (mlplatform:project.region)" in problem


def test_where_no_key_is_used_its_region_does_not_matter(config):
    assert parse(changed(config, "keys.regions", ["us-east5"]))


@pytest.mark.parametrize(
    ("key", "value", "off"),
    [
        ("flow_log_sampling", 0.5, "write 0,"),
        ("nat", True, "write false,"),
        ("iap_ssh", True, "write false,"),
        ("private_services_range", "10.21.0.0/16", "write null,"),
        ("google_apis_address", "10.20.255.1", "write null,"),
    ],
)
def test_what_would_change_an_adopted_network_is_refused(config, key, value, off):
    for name, other in {"flow_log_sampling": 0, "nat": False, "iap_ssh": False}.items():
        config = changed(config, f"network.{name}", other)
    config = changed(config, "network.adopted", True)
    assert parse(config).network.adopted
    problem = refusal(changed(config, f"network.{key}", value))
    assert problem.startswith(f"mlplatform:network.{key} is ")
    assert off in problem


def test_the_default_network_is_not_adopted_either(config):
    config = changed(config, "network.adopted", True)
    problems = refusals(changed(config, "network.name", "default"))
    assert any("comes with the project" in each for each in problems)


def test_a_subnet_for_jobs_of_vertex_has_room_for_them(config):
    small = [WEST4 | {"cidr": "10.20.0.0/29"}]
    assert parse(changed(config, "network.subnets", small))
    config = changed(config, "network.vertex_attachment", True)
    assert "at least a /28" in refusal(changed(config, "network.subnets", small))
    assert parse(changed(config, "network.subnets", [WEST4 | {"cidr": "10.20.0.0/28"}]))


def test_the_last_sizes_that_fit_are_taken(config):
    assert parse(changed(config, "network.private_services_range", "10.21.0.0/24"))
    assert parse(changed(config, "network.google_apis_address", "10.20.16.0"))
    assert parse(changed(config, "keys.rotation_days", 2))
    assert parse(changed(config, "network.name", "n" * 39))


def test_a_perimeters_apis_answer_under_an_address(config):
    config = changed(config, "network.google_apis_address", "10.20.255.1")
    assert parse(changed(config, "network.google_apis", "vpc-sc"))


def test_one_existing_key_for_each_purpose_is_taken(config):
    config = changed(config, "keys.customer_managed", True)
    key = KEY.format("europe-west4")
    both = [{"purpose": "storage", "key": key}, {"purpose": "vertex", "key": key}]
    keys = parse(changed(config, "keys.existing", both)).keys
    assert keys.existing_key("storage", "europe-west4") == key
    assert keys.existing_key("bigquery", "europe-west4") is None
    assert keys.existing_key("storage", "europe-west1") is None


BLOCKS = st.builds(
    lambda address, length: str(IPv4Network((address & -(1 << (32 - length)), length))),
    st.integers(10 << 24, (10 << 24) + (1 << 17)),
    st.integers(15, 29),
)


@given(one=BLOCKS, other=BLOCKS, services=BLOCKS)
def test_ranges_are_taken_exactly_if_none_overlaps_another(dev_config, one, other, services):
    config = changed(
        dev_config,
        "network.subnets",
        [WEST4 | {"cidr": one}, {"region": "europe-west1", "cidr": other}],
    )
    config = changed(config, "project.allowed_regions", ["europe-west4", "europe-west1"])
    config = changed(config, "network.private_services_range", services)
    ranges = [IPv4Network(text) for text in (one, other, services)]
    apart = not any(a.overlaps(b) for a, b in zip(ranges, ranges[1:] + ranges[:1], strict=True))
    large = IPv4Network(services).prefixlen <= 24
    said = mistakes(config)
    assert (said == []) == (apart and large), said
    assert all(re.match(r"mlplatform:network\.\S+ is ", each) for each in said)
