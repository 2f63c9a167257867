"""Regions and recovery tiers: what follows from them, and what cannot keep its promise."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from settings_changes import changed, mistakes, refusal, refusals

from catalog.dual_regions import dual_region, partners
from catalog.places import ZONES
from catalog.tiers import TIERS
from infra.settings import parse
from infra.settings.recovery import replica_regions, store_location

WEST1 = {"region": "europe-west1", "cidr": "10.20.16.0/20"}


def model(key: str) -> str:
    return f"models.flight-delay.{key}"


def two_regions(config: dict[str, Any], tier: str, standby: str = "europe-west1") -> dict[str, Any]:
    """Dev with a standby region and all that belongs to it, trained on what all regions have."""
    allowed = [config["mlplatform:project"]["region"], standby]
    config = changed(config, "project.allowed_regions", allowed)
    subnets = [*config["mlplatform:network"]["subnets"], WEST1 | {"region": standby}]
    config = changed(config, "network.subnets", subnets)
    config = changed(config, "recovery", {"tier": tier, "standby_regions": [standby]})
    return changed(config, model("training.shape"), "cpu")


def test_one_region_keeps_its_stores_there(config):
    place = parse(config).store_location
    assert (place.location, place.data_locations, place.rpo) == ("EUROPE-WEST4", (), None)


@pytest.mark.parametrize(
    ("tier", "rpo"), [("durable", "DEFAULT"), ("serving", "ASYNC_TURBO"), ("regional", None)]
)
def test_the_tier_alone_decides_how_the_stores_are_copied(config, tier, rpo):
    assert parse(two_regions(config, tier)).store_location.rpo == rpo


def test_two_regions_of_an_area_make_a_bucket_in_both_with_a_key_of_the_area(config):
    place = parse(two_regions(config, "continuous")).store_location
    assert place.location == "EU"
    assert place.data_locations == ("EUROPE-WEST4", "EUROPE-WEST1")
    assert place.key_location == "europe", "Cloud KMS has no location eu"


def test_a_pair_with_a_name_of_its_own_is_said_by_its_name(config):
    place = parse(two_regions(config, "durable", "europe-north1")).store_location
    assert (place.location, place.data_locations) == ("EUR4", ())


def test_regions_that_share_no_bucket_get_a_bucket_of_copies(config):
    settings = parse(two_regions(config, "copied", "us-central1"))
    assert settings.store_location.regions == ("europe-west4",)
    assert settings.replica_regions == ("us-central1",)


def test_a_model_without_a_tier_has_that_of_the_stack(config):
    settings = parse(two_regions(config, "continuous"))
    [each] = settings.models.values()
    assert settings.tier_of(each).name == "continuous"
    assert settings.standby_region(each) == "europe-west1"
    modest = parse(changed(two_regions(config, "continuous"), model("tier"), "durable"))
    assert modest.standby_region(*modest.models.values()) is None


# What is changed in dev with two regions and the tier `continuous`, and words of the refusal.
MISTAKES: list[tuple[str, Any, list[str]]] = [
    ("recovery.tier", "gold", ["'serving'", "'continuous'"]),
    ("recovery.standby_regions", ["europe-west1"] * 2, ["standby_regions.1", "second time"]),
    ("recovery.standby_regions", ["europe-west1"] * 3, ["at most 2"]),
    ("recovery.standby_regions", ["europe-west44"], ["did you mean 'europe-west4'"]),
    ("recovery.standby_regions", ["europe-west4"], ["is lost when it is needed"]),
    ("recovery.standby_regions", [], ["'continuous'", "second region", "europe-west1"]),
    ("recovery.standby_regions", ["us-central1"], ["no bucket can be in", "europe-north1"]),
    ("recovery.standby_regions", ["europe-west2"], ["europe-west4 and europe-west2", "copied"]),
    ("network.subnets", [{"region": "europe-west4", "cidr": "10.20.0.0/20"}], ["add a subnet"]),
    ("project.allowed_regions", ["europe-west4"], ["data may lie in europe-west4 only"]),
    ("project.allowed_regions", [], ["write at least 1"]),
    (model("tier"), "golden", ["'regional'"]),
    (model("training.shape"), "v6e-8", ["europe-west1", "tier serving", "asia-northeast1"]),
    (
        model("arguments"),
        {"checkpoint_every_minutes": 20},
        ["20 minutes between checkpoints and 15 minutes of replication are 35", "at most 15"],
    ),
    (model("availability_percent"), 99.9, ["1 node", "min_replicas to 2"]),
    (model("availability_percent"), 0, ["write more than 0"]),
    (model("availability_percent"), 99.995, ["write 99.99 or less"]),
]


@pytest.mark.parametrize(("path", "value", "words"), MISTAKES)
def test_what_cannot_keep_its_promise_is_refused_with_the_arithmetic(config, path, value, words):
    said = refusals(changed(two_regions(config, "continuous"), path, value))
    assert any(all(word in each for word in words) for each in said), said


def test_a_model_cannot_ask_for_more_than_the_stores_give(config):
    problem = refusal(changed(two_regions(config, "durable"), model("tier"), "serving"))
    assert problem.startswith("mlplatform:models.flight-delay.tier is 'serving'")
    assert "write regional or copied or durable, or raise mlplatform:recovery.tier" in problem


def test_keys_are_demanded_in_every_region_that_work_goes_to(config):
    config = changed(two_regions(config, "serving"), "keys.customer_managed", True)
    assert "add europe-west1" in refusal(config)
    assert parse(changed(config, "keys.regions", ["europe-west4", "europe-west1"]))


def test_a_key_of_ones_own_for_the_stores_must_be_where_they_are(config):
    config = changed(two_regions(config, "serving"), "keys.customer_managed", True)
    config = changed(config, "keys.regions", ["europe-west4", "europe-west1"])
    path = "projects/acme-keys/locations/{}/keyRings/ml/cryptoKeys/data"
    key = [{"purpose": "storage", "key": path.format("europe")}]
    assert parse(changed(config, "keys.existing", key))
    key = [{"purpose": "storage", "key": path.format("us")}]
    assert "write a key of europe" in refusal(changed(config, "keys.existing", key))


@pytest.mark.parametrize(
    ("tier", "replicas", "target", "taken"),
    [
        ("regional", 1, 90, False),
        ("regional", 2, 99.5, True),
        ("regional", 2, 99.6, False),
        ("serving", 2, 99.99, True),
        ("serving", 2, 99.998, False),
    ],
)
def test_a_target_above_googles_promise_needs_two_regions(config, tier, replicas, target, taken):
    config = two_regions(config, tier)
    config = changed(config, model("serving.min_replicas"), replicas)
    config = changed(config, model("serving.max_replicas"), replicas)
    config = changed(config, model("availability_percent"), target)
    assert (mistakes(config) == []) is taken, "online prediction is promised 99.5, not 99.9"


REGIONS = st.sampled_from(sorted(ZONES))


@given(tier=st.sampled_from(sorted(TIERS)), regions=st.lists(REGIONS, unique=True, max_size=3))
def test_every_region_that_a_tier_copies_to_has_a_copy(dev_config, tier, regions):
    primary, *standby = regions or ["europe-west4"]
    config = two_regions(dev_config, tier)
    project = {
        **config["mlplatform:project"],
        "region": primary,
        "zone": ZONES[primary][0],
        "allowed_regions": regions or [primary],
    }
    config = changed(config, "project", project)
    subnets = [
        {"region": each, "cidr": f"10.0.{16 * n}.0/20"}
        for n, each in enumerate([primary, *standby])
    ]
    config = changed(config, "network.subnets", subnets)
    config = changed(config, "recovery.standby_regions", standby)
    promise = TIERS[tier]
    two = promise.copies in ("default", "turbo")
    possible = promise.copies == "none" or bool(standby)
    possible &= not two or (bool(standby) and dual_region(primary, standby[0]) is not None)
    said = mistakes(config)
    assert (said == []) == possible, said
    if possible:
        settings = parse(config)
        reached = {*settings.store_location.regions, *settings.replica_regions}
        assert reached == ({primary} if promise.copies == "none" else {primary, *standby})
        assert (settings.store_location.rpo is not None) == two, "one region takes no value"


@given(tier=st.sampled_from(sorted(TIERS)), one=REGIONS, other=REGIONS)
def test_a_location_names_only_the_regions_that_it_was_given(tier, one, other):
    place = store_location(TIERS[tier], [one, other])
    assert set(place.regions) <= {one, other}
    assert not place.data_locations or len(set(place.data_locations)) == 2
    assert one not in replica_regions(TIERS[tier], [one, other])
    assert (dual_region(one, other) is not None) == (other in partners(one))
