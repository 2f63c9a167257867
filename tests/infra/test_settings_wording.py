"""How a refusal is worded."""

from datetime import UTC, date, datetime

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


def test_a_value_is_shown_as_a_stack_file_spells_it(config):
    assert ".email is null: write a text" in refusal(changed(config, "alerts.email", None))
    assert ".subnets is true: write a list" in refusal(changed(config, "network.subnets", True))
    assert ".subnets is false: write" in refusal(changed(config, "network.subnets", False))
    assert ".subnets is 0: write a list" in refusal(changed(config, "network.subnets", 0))


@pytest.mark.parametrize(
    ("written", "shown"),
    [(date(2027, 1, 31), "2027-01-31"), (datetime(2027, 1, 31, tzinfo=UTC), "2027-01-31 00:00:00")],
)
def test_a_date_without_quotes_is_told_what_it_became(config, written, shown):
    said = refusal(changed(config, "alerts.email", written))
    assert f".email is {shown}" in said
    assert "which YAML reads as a date: write it in quotes" in said


def test_a_number_in_quotes_where_few_numbers_are_meant_says_so(prod_config):
    cpu = "models.flight-delay-briefing.serving.cloud_run.cpu"
    assert refusal(changed(prod_config, cpu, "2")).endswith("6 or 8, without quotes")
    assert refusal(changed(prod_config, cpu, 3)).endswith("6 or 8")


def test_a_fraction_is_no_percentage_of_the_month(prod_config):
    aim = "models.flight-delay.availability_percent"
    said = refusal(changed(prod_config, aim, 0.999))
    assert said.endswith("is 0.999: it is counted in percent: write 99.9")
    assert refusal(changed(prod_config, aim, 1)).endswith("write 100")
