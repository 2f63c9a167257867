"""How a refusal is worded."""

import pytest
from settings_changes import changed, refusal, without

from infra.settings import SettingsError, parse


def test_a_missing_key_says_what_to_write(config):
    assert refusal(without(config, "alerts.email")).startswith(
        "mlplatform:alerts.email is missing: write one e-mail address"
    )
    assert "a mapping with name, adopted" in refusal(without(config, "network"))
    assert refusal(without(config, "network.google_apis_address")).endswith("write a text or null")
    assert refusal(without(config, "network.subnets")).endswith("write a list")
    assert "one of local, dev, staging, prod" in refusal(without(config, "environment"))
    assert refusal(without(config, "models.flight-delay.gate.min_auc")).endswith("write a number")


def test_a_long_value_is_cut_in_a_refusal_and_a_short_one_is_not(config):
    assert f"{'x' * 200}" not in refusal(changed(config, "alerts.email", "x" * 200))
    assert "'nobody'" in refusal(changed(config, "alerts.email", "nobody"))


def test_a_refused_capacity_says_why(config):
    def why(shape: str, capacity: str) -> str:
        training = {"shape": shape, "capacity": capacity, "timeout_hours": 6}
        return refusal(changed(config, "models.flight-delay.training", training))

    assert "for a slice of 4 hosts" in why("v6e-16", "spot")
    assert "for fewer than eight H100" in why("a3-highgpu-1g", "on-demand")
    assert "does not offer for TPU v6e" in why("v6e-8", "flex-start")


def test_one_mistake_is_not_called_mistakes(config):
    with pytest.raises(SettingsError, match=r"^Pulumi.dev.yaml has 1 mistake:\n  - mlplatform:"):
        parse(without(config, "alerts.email"), source="Pulumi.dev.yaml")
    with pytest.raises(SettingsError, match="has 2 mistakes:"):
        parse(without(without(config, "alerts.email"), "network.name"))
