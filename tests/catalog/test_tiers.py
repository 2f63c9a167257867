"""Recovery tiers, promises of Google and pairs of regions, as data that must not contradict."""

from decimal import Decimal
from itertools import combinations

import pytest

from catalog.dual_regions import AREAS, PREDEFINED, dual_region
from catalog.places import ZONES
from catalog.slas import SLAS, serving_percent
from catalog.tiers import COPIES, REPLICATION_MINUTES, TIERS


@pytest.mark.parametrize("tier", TIERS.values(), ids=str)
def test_no_tier_promises_less_than_its_copies_take(tier):
    takes = REPLICATION_MINUTES[tier.copies]
    assert (tier.rpo_minutes is None) == (takes is None), "no promise rests on one nobody made"
    assert takes is None or tier.rpo_minutes >= takes
    assert not tier.standby_endpoint or tier.copies == "turbo"


def test_tiers_are_in_the_order_of_their_strength():
    strength = [COPIES.index(tier.copies) for tier in TIERS.values()]
    assert strength == sorted(strength)


def test_replication_of_half_a_day_is_no_ground_for_a_promise_of_minutes():
    assert REPLICATION_MINUTES["default"] == 720
    bounds = [tier.rpo_minutes for tier in TIERS.values() if tier.copies == "default"]
    assert all(bound and bound >= 720 for bound in bounds)


def test_only_what_moves_bounds_its_checkpoints():
    bounds = {tier.name: tier.max_checkpoint_minutes for tier in TIERS.values()}
    assert {name for name, bound in bounds.items() if bound is not None} == {"continuous"}
    assert bounds["continuous"] == 30 - 15


def test_online_prediction_is_promised_less_than_training():
    assert SLAS["online-prediction"].percent == Decimal("99.5")
    assert SLAS["training"].percent == SLAS["batch-prediction"].percent == Decimal("99.9")


def test_one_node_is_promised_nothing_and_two_regions_reach_more_than_one():
    assert serving_percent(nodes=1, regions=2) is None
    assert serving_percent(nodes=2, regions=1) == Decimal("99.5")
    assert serving_percent(nodes=2, regions=2) == Decimal("99.9975")


def test_every_region_of_a_pair_is_a_region():
    assert {r for group in (*PREDEFINED.values(), *AREAS.values()) for r in group} <= set(ZONES)


def test_a_pair_is_the_same_in_either_order_and_named_ones_keep_their_name():
    for one, other in combinations(ZONES, 2):
        there, back = dual_region(one, other), dual_region(other, one)
        assert (there and there.location) == (back and back.location)
    named = [dual_region(*pair) for pair in PREDEFINED.values()]
    assert [each and each.location for each in named] == list(PREDEFINED)


def test_continents_are_not_mixed_and_a_region_is_no_pair_with_itself():
    assert dual_region("europe-west4", "us-central1") is None
    assert dual_region("europe-west4", "europe-west4") is None
    assert dual_region("asia-northeast1", "asia-southeast1") is None
