"""Everything wrong in a stack file is told in one run, also where some of it is wrong by itself."""

import ast
from pathlib import Path
from typing import Any

import pytest
from settings_changes import changed, mistakes, without
from stack_files import stack_config

from infra.settings import StackSettings

ROOT = Path(__file__).parents[2]
SETTINGS = ROOT / "infra" / "settings"
PROD = stack_config("prod")
SECTIONS = sorted(StackSettings.model_fields)
# A key, its value, the sections that it contradicts, and what is said.
CONTRADICTIONS: list[tuple[str, Any, set[str], str]] = [
    ("protection.enabled", False, {"environment"}, " is false, but the environment is prod"),
    ("cost.budget", None, {"environment"}, " is null, but the environment is prod"),
    ("keys.regions", ["europe-west1"], {"project"}, " is europe-west1, but what is encrypted"),
    ("guardrails.audit_data_access", False, {"environment"}, " is false, but the environment"),
    ("models.flight-delay-gpu.image", "tree", {"environment", "project"}, " is 'tree', which"),
]
NONSENSE = {"nonsense": {}}


@pytest.mark.parametrize("section", SECTIONS)
def test_of_a_section_that_is_wrong_nothing_else_is_concluded(section):
    found = mistakes(changed(PROD, section, NONSENSE))
    assert found
    assert [each for each in found if not each.startswith(f"mlplatform:{section}")] == []


@pytest.mark.parametrize(("key", "value", "others", "words"), CONTRADICTIONS)
def test_what_contradicts_is_told_beside_what_is_wrong_elsewhere(key, value, others, words):
    contradicting = changed(PROD, key, value)
    for section in SECTIONS:
        if section not in {key.partition(".")[0], *others}:
            found = mistakes(changed(contradicting, section, NONSENSE))
            assert any(each.startswith(f"mlplatform:{key}{words}") for each in found), section


def test_a_model_is_judged_although_another_one_is_wrong():
    config = changed(PROD, "models.flight-delay.gate", {})
    found = mistakes(changed(config, "models.flight-delay-gpu.image", "tree"))
    assert any("flight-delay.gate.min_auc is missing" in each for each in found)
    assert any("flight-delay-gpu.image is 'tree'" in each for each in found)


# Keys with a wrong value, and what is said of right ones beside them, in the same section or not.
BESIDE: list[tuple[dict[str, Any], str]] = [
    (
        {"network.flow_log_sampling": 50, "network.vertex_peering": True},
        "network.vertex_peering is true, but so is vertex_attachment",
    ),
    (
        {"network.subnets.1.cidr": "10.40.8.0/20", "recovery.standby_regions": ["us-central1"]},
        "recovery.standby_regions.0 is 'us-central1', but data may lie in",
    ),
    (
        {"cost.budget.currency": "usd", "cost.budget.thresholds": [0.5]},
        "cost.budget.thresholds has no 1.0",
    ),
    (
        {
            "accelerators.machines.0.capacity": "spto",
            "accelerators.gpu_networks.0.cidr": "10.40.0.0/18",
        },
        "accelerators.gpu_networks.0.cidr is 10.40.0.0/18, which overlaps 10.40.0.0/20",
    ),
    (
        {
            "workstations.teams.0.idle_minutes": "x",
            "workstations.teams.0.machine_type": "n2-standard-8",
        },
        "workstations.teams.0.t4_gpus is 1, but n2-standard-8 takes no GPU",
    ),
    (
        {
            "workstations.teams.0.idle_minutes": "x",
            "workstations.notebooks.0.zone": "europe-west3-a",
        },
        "workstations.notebooks.0.zone is 'europe-west3-a', but mlplatform:network.subnets",
    ),
    (
        {
            "models.flight-delay.serving.access": "x",
            "models.flight-delay.serving.min_replicas": 9,
        },
        "models.flight-delay.serving.min_replicas is 9, more than max_replicas",
    ),
    (
        {"keys.rotation_days": "x", "keys.regions": ["europe-west4"]},
        "keys.regions is europe-west4, but images and endpoints of europe-west1",
    ),
    (
        {"project.number": "x", "project.zone": "europe-west1-b"},
        "project.zone is 'europe-west1-b', no zone of europe-west4",
    ),
    (
        {"project.id": "BAD", "project.region": "europe-west99"},
        "project.region is 'europe-west99', no known region",
    ),
    (
        {"project.id": "BAD", "models.flight-delay.serving.log_sampling": 0.5}
        | {"warehouse.requests_days": None},
        "models.flight-delay.serving.log_sampling is 0.5, but",
    ),
    (
        {"alerts.email": "BAD", "alerts.changes": {"nosuch": {"bound": 1}}},
        "alerts.changes.nosuch is no alert",
    ),
    (
        {
            "accelerators.gpu_networks.0.shape": "x",
            "accelerators.gpu_networks.0.cidr": "10.1.0.0/24",
        },
        "accelerators.gpu_networks.0.cidr is 10.1.0.0/24, too small",
    ),
    (
        {
            "models.flight-delay.training.shape": "x",
            "models.flight-delay.training.timeout_hours": 300,
        }
        | {"models.flight-delay.training.capacity": "flex-start"},
        "models.flight-delay.training.timeout_hours is 300, but a flex-start run",
    ),
    (
        {"accelerators.flex_groups.0.shape": "x"}
        | {"accelerators.flex_groups.0.requests.0.run_hours": 700},
        "accelerators.flex_groups.0.requests.0.run_hours is 700",
    ),
]


@pytest.mark.parametrize("file", sorted(SETTINGS.glob("*.py")), ids=lambda file: file.stem)
def test_a_rule_ends_by_itself_where_others_follow_it(file: Path):
    """What `refuse` is given must begin in it: a list would have ended the others before."""
    tree = ast.parse(file.read_text())
    lazy = {
        each.name
        for each in ast.walk(tree)
        if isinstance(each, ast.FunctionDef)
        and any(isinstance(inner, ast.Yield | ast.YieldFrom) for inner in ast.walk(each))
    }
    calls = [each for each in ast.walk(tree) if isinstance(each, ast.Call)]
    for call in calls:
        if ast.unparse(call.func) == "refuse" and len(call.args) > 1:
            given = [ast.unparse(each).partition("(")[0] for each in call.args]
            assert {each.removeprefix("self.") for each in given} <= lazy, given


@pytest.mark.parametrize(("values", "said"), BESIDE)
def test_a_wrong_field_hides_nothing_about_the_right_ones(values, said):
    config = PROD
    for key, value in values.items():
        config = changed(config, key, value)
    found = mistakes(config)
    assert any(each.startswith(f"mlplatform:{said}") for each in found), found
    assert len(found) == len(set(found)), "each is told once"


@pytest.mark.parametrize(
    ("key", "misspelt"),
    [
        ("keys.regions", "keys.regoins"),
        ("accelerators.warm_pools.0.keep", "accelerators.warm_pools.0.kep"),
        ("models.flight-delay.serving.min_replicas", "models.flight-delay.serving.min_replica"),
    ],
)
def test_nothing_is_concluded_from_the_absence_of_a_misspelt_key(key, misspelt):
    *_, name = key.split(".")
    (said,) = mistakes(changed(without(PROD, key), misspelt, True))
    assert f"did you mean '{name}'?" in said


def test_what_a_rule_within_a_section_refuses_is_no_ground_for_rules_between_sections():
    config = changed(PROD, "project.number", "x")
    found = mistakes(changed(config, "project.region", "europe-west5"))
    assert len(found) == 2, found
