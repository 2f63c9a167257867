"""What is refused about budgets, quotas and schedules, and in which words."""

import pytest
from settings_changes import changed, refusal

from infra.settings import parse

ACCOUNT = "01AB23-45CD67-89EF01"
CAP = {
    "quota": "h200-spot",
    "place": "europe-west4",
    "limit": 16,
    "purpose": "cap",
    "reason": "Sweeps take two machines",
}


def test_prod_without_a_budget_is_refused(prod_config):
    said = refusal(changed(prod_config, "cost.budget", None))
    assert said.startswith("mlplatform:cost.budget is null, but the environment is prod")
    assert "billing_account" in said


def test_dev_may_have_no_budget(config):
    assert parse(changed(config, "cost.budget", None)).cost.budget is None


@pytest.mark.parametrize("account", ["billingAccounts/" + ACCOUNT, "01ab23-45cd67-89ef01", "1", ""])
def test_a_billing_account_is_its_bare_id(prod_config, account):
    said = refusal(changed(prod_config, "cost.budget.billing_account", account))
    assert "without billingAccounts/" in said


@pytest.mark.parametrize("currency", ["usd", "US", "DOLLAR", ""])
def test_a_currency_has_three_capitals(prod_config, currency):
    assert "such as 'EUR'" in refusal(changed(prod_config, "cost.budget.currency", currency))


@pytest.mark.parametrize("amount", [0, -1, 0.5])
def test_a_budget_is_more_than_nothing(prod_config, amount):
    assert "monthly_amount" in refusal(changed(prod_config, "cost.budget.monthly_amount", amount))


@pytest.mark.parametrize("wrong", [50, 90, 0, -0.5, 2.5])
@pytest.mark.parametrize("key", ["thresholds", "forecast_thresholds"])
def test_a_threshold_in_percent_is_refused_as_fifty_times_the_budget(prod_config, key, wrong):
    said = refusal(changed(prod_config, f"cost.budget.{key}", [0.5, wrong]))
    assert said.startswith(f"mlplatform:cost.budget.{key}.1 is {wrong}: a threshold is a fraction")
    assert "write 0.5 for half of it" in said


@pytest.mark.parametrize("wrong", [[1.0, 0.5], [0.5, 0.5, 1.0]])
def test_thresholds_rise(prod_config, wrong):
    said = refusal(changed(prod_config, "cost.budget.thresholds", wrong))
    assert "the lowest first" in said


def test_a_budget_that_tells_nobody_is_refused(prod_config):
    config = changed(prod_config, "cost.budget.spend_cap", False)
    said = refusal(changed(config, "cost.budget.thresholds", []))
    assert "write [0.5, 0.75, 0.9, 1.0]" in said


def test_a_cap_that_stops_machines_unseen_is_refused(prod_config):
    said = refusal(changed(prod_config, "cost.budget.thresholds", [0.5, 0.9]))
    assert "add 1.0, or set spend_cap to false" in said
    config = changed(prod_config, "cost.budget.spend_cap", False)
    assert parse(changed(config, "cost.budget.thresholds", [0.5, 0.9]))


@pytest.mark.parametrize("factor", [1, 0, -2])
def test_being_ahead_of_the_month_is_more_than_once(prod_config, factor):
    assert "more than 1" in refusal(changed(prod_config, "cost.budget.ahead_factor", factor))


def test_an_unknown_quota_is_refused_with_the_nearest(prod_config):
    said = refusal(changed(prod_config, "cost.quotas", [CAP | {"quota": "h200_spot"}]))
    assert "did you mean 'h200-spot'?" in said


@pytest.mark.parametrize(
    ("quota", "place", "instead"),
    [
        ("h200-spot", "europe-west4-a", "a quota of a region: did you mean 'europe-west4'"),
        ("cloud-tpu-v6e", "europe-west4", "a quota of a zone: write europe-west4-a or"),
        ("cloud-tpu-v6e", None, "a quota of a zone"),
        ("h100", "moon", "a quota of a region"),
        ("gpus-everywhere", "europe-west4", "a quota of all regions: write null"),
    ],
)
def test_a_quota_has_its_own_kind_of_place(prod_config, quota, place, instead):
    asked = CAP | {"quota": quota, "place": place, "limit": 64}
    said = refusal(changed(prod_config, "cost.quotas", [asked]))
    assert said.startswith("mlplatform:cost.quotas.0.place is")
    assert instead in said


def test_a_cap_below_what_the_stack_asks_for_is_refused_with_the_arithmetic(prod_config):
    said = refusal(changed(prod_config, "cost.quotas", [CAP | {"limit": 15}]))
    assert said == (
        "mlplatform:cost.quotas.0.limit is 15, but accelerators.flex_groups (h200-sweep) ask for "
        "16 GPUs of h200-spot in europe-west4: write at least 16, or ask for less"
    )
    assert parse(changed(prod_config, "cost.quotas", [CAP | {"limit": 16}]))


def test_a_cap_elsewhere_may_be_nothing_at_all(prod_config):
    assert parse(changed(prod_config, "cost.quotas", [CAP | {"place": "us-east4", "limit": 0}]))


def test_a_negative_limit_is_refused(prod_config):
    assert "write 0 or more" in refusal(changed(prod_config, "cost.quotas", [CAP | {"limit": -1}]))


def test_a_quota_is_asked_for_once_and_by_somebody(prod_config):
    said = refusal(changed(prod_config, "cost.quotas", [CAP, CAP]))
    assert said.startswith("mlplatform:cost.quotas.1 is h200-spot in europe-west4 a second time")
    assert "write an e-mail" in refusal(changed(prod_config, "cost.quota_contact", None))
    elsewhere = CAP | {"place": "europe-west1"}
    assert parse(changed(prod_config, "cost.quotas", [CAP, elsewhere]))


SCHEDULE = {"time_zone": "Europe/Amsterdam", "stop": "0 19 * * 1-5", "start": "30 7 * * 1-5"}


@pytest.mark.parametrize(
    "stop", ["0 19 * * *", "*/15 0-6,22 1,15 * 0", "59 23 31 12 6", "0 0 * */2 *"]
)
def test_a_schedule_is_a_cron_of_five_fields(config, stop):
    settings = parse(changed(config, "cost.schedule", SCHEDULE | {"stop": stop}))
    assert settings.cost.schedule
    assert settings.cost.schedule.stop == stop


@pytest.mark.parametrize(
    ("stop", "why"),
    [
        ("19:00", "write five fields"),
        ("0 19 * *", "write five fields"),
        ("60 19 * * *", "'60' is no minute"),
        ("0 24 * * *", "'24' is no hour"),
        ("0 19 0 * *", "'0' is no day"),
        ("0 19 * 13 *", "'13' is no month"),
        ("0 19 * * 7", "'7' is no weekday"),
        ("0 9-7 * * *", "'9-7' is no hour"),
        ("0 19 * * Mon", "'Mon' is no weekday"),
        ("*/0 19 * * *", "'*/0' is no minute"),
    ],
)
def test_a_schedule_that_no_clock_knows_is_refused(config, stop, why):
    assert why in refusal(changed(config, "cost.schedule", SCHEDULE | {"stop": stop}))


@pytest.mark.parametrize("zone", ["Amsterdam", "Europe/Amsterdm", ""])
def test_an_unknown_time_zone_is_refused(config, zone):
    said = refusal(changed(config, "cost.schedule", SCHEDULE | {"time_zone": zone}))
    assert "no time zone; write a name such as" in said
    assert "Europe/Amsterdam" in said


@pytest.mark.parametrize("zone", ["localtime", "Factory"])
def test_a_time_zone_of_one_machine_is_none_of_googles(config, zone):
    said = refusal(changed(config, "cost.schedule", SCHEDULE | {"time_zone": zone}))
    assert "no time zone; write a name such as" in said


def test_machines_do_not_start_when_they_stop(config):
    same = SCHEDULE | {"start": SCHEDULE["stop"]}
    assert "write null, or later" in refusal(changed(config, "cost.schedule", same))


def test_a_long_run_on_costly_machines_of_prod_is_not_cut_off_at_night(prod_config):
    machine = prod_config["mlplatform:accelerators"]["machines"][2]
    config = changed(prod_config, "cost.schedule", SCHEDULE)
    assert parse(config), "a reserved place is paid for at night as well, and does not stop"
    machine.update(capacity="on-demand", reservation=None)
    config = changed(prod_config, "cost.schedule", SCHEDULE)
    said = refusal(config)
    assert said.startswith("mlplatform:cost.schedule is set, but it would stop h100-tuning")
    assert "max_run_hours of 72" in said
    machine["max_run_hours"] = 12
    assert parse(changed(prod_config, "cost.schedule", SCHEDULE))
