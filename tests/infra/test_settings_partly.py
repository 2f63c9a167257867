"""Everything wrong in a stack file is told in one run, also where some of it is wrong by itself."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from settings_changes import changed, mistakes

from infra.settings import StackSettings

PROD = yaml.safe_load((Path(__file__).parents[2] / "Pulumi.prod.yaml").read_text())["config"]
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
