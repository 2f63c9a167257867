"""A change of a setting updates or replaces what the real provider would."""

import re
from typing import Any

import pytest
from setting_effects import DOCUMENT, candidates, effects

CANDIDATES = {str(key): (key, old, new) for key, old, new in candidates()}
# By what the provider's documentation says of each type, not by our own tables.
FACTS = [
    ("artifacts.scratch_days", {("~", "Bucket")}),
    ("keys.rotation_days", {("~", "CryptoKey")}),
    ("keys.protection_level", {("±", "CryptoKey")}),
    ("network.subnets.0.cidr", {("±", "Subnetwork"), ("~", "Firewall")}),
    ("network.flow_log_sampling", {("~", "Subnetwork")}),
    ("network.iap_ssh", {("+", "Firewall")}),
    ("warehouse.history_days", {("~", "Table")}),
    ("experiments.datasets.0.kind", {("±", "AiDataset")}),
    ("workstations.teams.0.idle_minutes", {("~", "WorkstationConfig")}),
    # What is kept is never given back to keep more of it.
    ("accelerators.reservations.0.count", {("~", "Reservation")}),
    ("accelerators.reservations.0.vertex", {("±", "Reservation")}),
    ("accelerators.future_reservations.0.count", {("~", "FutureReservation")}),
    ("accelerators.machines.0.capacity", {("±", "V2Vm")}),
    ("accelerators.warm_pools.0.boot_disk_gb", {("±", "AiPersistentResource")}),
    ("accelerators.warm_pools.0.ttl_hours", {("~", "AiPersistentResource")}),
    ("serving_pools.small-models.min_replicas", {("±", "AiDeploymentResourcePool")}),
    ("models.flight-delay.serving.log_sampling", {("~", "AiEndpoint")}),
    ("models.flight-delay.gate.min_auc", set()),
    ("cost.budget.billing_account", {("±", "Budget")}),
    ("cost.budget.monthly_amount", {("~", "Budget")}),
]


@pytest.fixture(scope="module")
def found(request: pytest.FixtureRequest) -> dict[str, Any]:
    cloud = request.getfixturevalue("programs")["prod"]
    return {each.key: each for each in effects(cloud, [CANDIDATES[key] for key, _ in FACTS])}


@pytest.mark.parametrize(("key", "expected"), FACTS)
def test_a_change_does_what_the_provider_can_do_in_place(found, key, expected):
    assert {(sign, kind) for sign, kind, _ in found[key].changes} == expected


@pytest.mark.parametrize(
    ("key", "new_run"),
    [("models.flight-delay.gate.min_auc", True), ("artifacts.scratch_days", False)],
)
def test_a_model_is_trained_anew_only_where_its_result_would_be_another(found, key, new_run):
    assert found[key].new_runs == new_run


def test_the_document_shows_these_effects_and_every_setting_that_can_be_changed(found):
    text = DOCUMENT.read_text()
    for effect in found.values():
        assert effect.row() in text, "run python tests/infra/setting_effects.py"
    shown = set(re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE))
    assert shown == set(CANDIDATES), "run python tests/infra/setting_effects.py"
