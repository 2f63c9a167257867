"""Of a list with a wrong item all others are judged, and nothing is concluded from that one."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from settings_changes import changed, mistakes
from settings_walk import all_keys
from stack_files import stack_config

from infra.settings import StackSettings

PROD = stack_config("prod")
NONSENSE = {"nonsense": {}}
KEYS = all_keys(PROD)


def all_changed(values: Mapping[str, Any]) -> dict[str, Any]:
    config = PROD
    for key, value in values.items():
        config = changed(config, key, value)
    return config


def lists(value: Any, path: str) -> Iterator[str]:
    """Paths of the lists in it that have an item."""
    if isinstance(value, list) and value:
        yield path
    for name, inner in value.items() if isinstance(value, dict) else ():
        yield from lists(inner, f"{path}.{name}")


LISTS = [
    found
    for name in StackSettings.model_fields
    for found in lists(PROD[f"mlplatform:{name}"], name)
]


@pytest.mark.parametrize("listed", LISTS)
def test_of_an_item_that_is_wrong_nothing_else_is_concluded(listed):
    found = mistakes(changed(PROD, f"{listed}.0", NONSENSE))
    assert found
    assert [each for each in found if not each.startswith(f"mlplatform:{listed}.0")] == []


# Keys with a wrong value, and what is said of right ones beside them, in the same list or another.
BESIDE: list[tuple[dict[str, Any], str]] = [
    (
        {"accelerators.machines.1.capacity": "x", "accelerators.machines.3.zone": "us-east5-a"},
        "accelerators.machines.3.zone is 'us-east5-a'",
    ),
    (
        {"accelerators.machines.1.name": "X", "accelerators.machines.1.zone": "us-west4-a"},
        "accelerators.machines.1.zone is 'us-west4-a', but mlplatform:network.subnets are in",
    ),
    (
        {"accelerators.machines.0.name": "X", "accelerators.machines.2.name": "X"}
        | {"accelerators.machines.2.gpu_network": "h10"},
        "accelerators.machines.2.gpu_network is 'h10', not in",
    ),
    (
        {"network.subnets.0.cidr": "x", "network.subnets.1.region": "us-west1"},
        "network.subnets.1.region is 'us-west1', but data may lie in",
    ),
    (
        {"network.subnets.0.region": "x", "network.google_apis_address": "10.40.16.9"},
        "network.google_apis_address is 10.40.16.9, which overlaps 10.40.16.0/20 "
        "(mlplatform:network.subnets.1.cidr)",
    ),
    (
        {"network.subnets.0.region": "x", "accelerators.gpu_networks.1.cidr": "10.44.0.0/20"},
        "accelerators.gpu_networks.1.cidr is 10.44.0.0/20, which overlaps 10.44.0.0/18 "
        "(mlplatform:accelerators.gpu_networks.0.cidr)",
    ),
    (
        {"serving_pools.other": {}, "serving_pools.small-models.min_replicas": 1},
        "serving_pools.small-models.min_replicas is 1, but the environment is prod",
    ),
    (
        {"models.flight-delay-partner.serving.consumer_projects": ["BAD!", "mlplatform-prod"]},
        "models.flight-delay-partner.serving.consumer_projects.1 is 'mlplatform-prod', this stack",
    ),
    (
        {"accelerators.flex_groups.0.zones": ["europe-west4-a", "europe-west4-a", "nowhere"]},
        "accelerators.flex_groups.0.zones.2 is 'nowhere', no zone with a3-ultragpu-8g",
    ),
    (
        {"network.subnets.0.region": "x"}
        | {"network.subnets.1": {"region": "europe-west4", "cidr": "10.40.16.0/28", "name": "x!"}},
        "models.flight-delay-briefing.serving.platform is cloud-run, but the subnet of its "
        "instances is 10.40.16.0/28 (mlplatform:network.subnets.1.cidr)",
    ),
    (
        {"accelerators.machines.0.name": "X", "accelerators.machines.3.name": "v5e-batch"},
        "accelerators.machines.3.name is 'v5e-batch' a second time",
    ),
]
# Nothing is concluded from what may be meant by a wrong item: a name, a region, a place.
NO_MORE: list[dict[str, Any]] = [
    {"accelerators.gpu_networks.0.name": "H100"},
    {"accelerators.reservations.0.name": "H100"},
    {"accelerators.warm_pools.0.name": "Short"},
    {"network.subnets.0.region": "europe-west44"},
    {"network.subnets.1.region": "europe-west44"},
    {"recovery.standby_regions.0": "europe-west44"},
    {"project.allowed_regions.0": "europe-west44"},
    {"models.flight-delay.serving.pool": "Small"},
    # What the rules of an item could not judge is no ground for others either.
    {
        "models.flight-delay.training.timeout_hours": "x",
        "models.flight-delay.training.shape": "foo",
    },
    {"workstations.teams.0.t4_gpus": "x", "workstations.teams.0.machine_type": "foo"},
    {
        "models.flight-delay.serving.platform": "vertx",
        "models.flight-delay.serving.min_replicas": 9,
    },
    {"accelerators.reservations.0.shape": "foo", "accelerators.reservations.0.zone": "nowhere"},
    {"accelerators.machines.2.zone": "europe-west4-bx", "accelerators.machines.2.capacity": "x"},
    {"accelerators.machines.3.shape": "c3-standard-2", "cost.schedule": {}},
    {"models": {None: PROD["mlplatform:models"]["flight-delay"]}},
    {"alerts.critical": 0, "alerts.changes": {None: {}}},
    {
        "accelerators.flex_groups.0.zones": ["(mlplatform:accelerators.flex_groups.0.requests.9)"],
        "accelerators.flex_groups.0.requests.0.machines": "x",
    },
]


@pytest.mark.parametrize(("values", "said"), BESIDE)
def test_a_wrong_item_hides_nothing_about_the_right_ones(values, said):
    found = mistakes(all_changed(values))
    assert any(each.startswith(f"mlplatform:{said}") for each in found), found
    assert len(found) == len(set(found)), "each is told once"


@pytest.mark.parametrize("values", NO_MORE, ids=lambda values: next(iter(values)))
def test_nothing_is_concluded_from_the_absence_of_what_a_wrong_item_may_be(values):
    found = mistakes(all_changed(values))
    assert found
    assert [
        each for each in found if not each.startswith(tuple(f"mlplatform:{k}" for k in values))
    ] == []


def test_a_section_under_a_misspelt_name_is_judged_as_what_it_is_meant_to_be():
    config = changed(PROD, "accelerators.machines.0.zone", "us-east5-a")
    config["mlplatfrm:accelerators"] = config.pop("mlplatform:accelerators")
    unknown, *others = mistakes(config)
    assert unknown.startswith("mlplatfrm:accelerators is no key of this program")
    assert [each.partition(" ")[0] for each in others] == [
        "mlplatform:accelerators.machines.0.zone"
    ]


WRONG = st.sampled_from(
    ["x", "europe-west99", "v6e-8", None, True, -1, 0, 9, 10**6, 0.5, [], ["x"], {}, NONSENSE]
)
# Several keys of one thing: what one of them means depends on the others.
NEIGHBOURS = [
    keys
    for parent in dict.fromkeys(key.path[:-1] for key in KEYS if len(key.path) > 2)
    if len(keys := [str(key) for key in KEYS if key.path[: len(parent)] == parent]) > 1
]


def _changes(keys: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(keys), WRONG, min_size=2, max_size=4)


@settings(max_examples=300)
@given(st.sampled_from(NEIGHBOURS).flatmap(_changes))
def test_wrong_neighbours_are_refused_in_words_and_each_is_told_once(values):
    try:
        config = all_changed(values)
    except (TypeError, LookupError):  # one is below another, and not there now
        return
    found = mistakes(config)
    assert all(each.startswith("mlplatform:") for each in found)
    assert len(found) == len(set(found))
