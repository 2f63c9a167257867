"""What a change does to the bill, the limit that it must keep, and the budget of the stack file."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from ops_fakes import PLATFORM, World
from test_cost_command import entry

from infra.settings.cost import BudgetSettings
from ops.cost.budget import judge
from ops.cost.compare import changes, growth, hold
from ops.cost.estimate import Amount, Total
from ops.errors import CommandError


def line(item: str, usd: float | None, **more: Any) -> dict[str, Any]:
    amount = None if usd is None else {"low": usd, "high": usd}
    values = {"period": "month", "component": "c", "model": "", "quantity": "1", "state": "priced"}
    return {**values, "item": item, "amount": amount, **more}


def estimate(*lines: dict[str, Any]) -> dict[str, Any]:
    priced = [each["amount"]["high"] for each in lines if each["amount"]]
    month = {"amount": {"high": sum(priced)} if priced else None}
    return {"lines": [*lines], "month": {**month, "unknown": len(lines) - len(priced)}}


def test_new_gone_and_changed_lines_are_told_and_the_others_are_not():
    before = estimate(line("same", 1), line("gone", 2), line("dearer", 3))
    after = estimate(line("same", 1), line("dearer", 10), line("new", 4))
    found = [(c.item, c.before, c.after, c.difference) for c in changes(before, after)]
    assert found == [("dearer", 3, 10, 7.0), ("new", None, 4, 4.0), ("gone", 2, None, -2.0)]


def test_a_difference_with_an_unknown_price_is_unknown_and_comes_last():
    found = changes(
        estimate(line("a", 5)), estimate(line("a", None), line("b", None), line("c", 1))
    )
    assert [(c.item, c.difference) for c in found] == [("c", 1.0), ("a", None), ("b", None)]


def test_what_only_use_decides_is_no_difference():
    assert changes(estimate(), estimate(line("bucket", None, state="by use"))) == []


def test_several_lines_of_one_name_are_summed():
    before = estimate(line("a", 1), line("a", 2))
    assert [c.difference for c in changes(before, estimate(line("a", 1)))] == [-2.0]


@pytest.mark.parametrize(("limit", "kept"), [(3.0, True), (2.99, False)])
def test_a_limit_is_about_the_growth_or_about_the_whole(limit, kept):
    before, after = estimate(line("a", 1)), estimate(line("a", 4), line("b", None))
    assert growth(before, after) == 3.0
    assert growth(None, after) == 4.0
    if kept:
        said = hold(limit, before, after)
        assert said.endswith("within --limit 3.00")
        assert "without 1 lines that have no price" in said
    else:
        with pytest.raises(CommandError, match="grows by 3"):
            hold(limit, before, after)


@pytest.fixture
def disk(world: World) -> World:
    world.events = []
    made = entry("gcp:compute/disk:Disk", "d", PLATFORM, size=100, zone="us-central1-a")
    world.report = replace(world.report, resources=[made])
    return world


def test_the_command_compares_with_a_former_answer(disk: World, mlp: Any, tmp_path: Any) -> None:
    former = tmp_path / "main.json"
    former.write_text(mlp("cost", "--stack", "prod", "--json").stdout)
    text = mlp("cost", "--stack", "prod", "--compare", str(former)).stdout
    assert text.strip() == "no line with a fixed size changes"
    bigger = entry("gcp:compute/disk:Disk", "d", PLATFORM, size=350, zone="us-central1-a")
    disk.report = replace(disk.report, resources=[bigger])
    done = mlp("cost", "--stack", "prod", "--compare", str(former), "--limit", "5")
    assert "+10.00" in done.stdout
    assert done.exit_code == 1
    assert "grows by 10.00 USD a month" in done.stderr
    assert mlp("cost", "--compare", str(former), "--stack", "prod", "--limit", "10").exit_code == 0
    answer = json.loads(mlp("cost", "--stack", "prod", "--compare", str(former), "--json").stdout)
    assert [change["difference"] for change in answer["changes"]] == [10.0]


def test_a_file_that_is_no_estimate_is_a_sentence(disk: World, mlp: Any, tmp_path: Any) -> None:
    wrong = tmp_path / "x.json"
    for text in ("", "[]", "{}", '{"lines": [{}], "month": {}}'):
        wrong.write_text(text)
        done = mlp("cost", "--compare", str(wrong))
        assert done.exit_code == 2
        assert "write it with `mlp cost --json`" in done.stderr


def budget(amount: int, currency: str = "USD") -> BudgetSettings:
    return BudgetSettings(
        billing_account="000000-000000-000000",
        currency=currency,
        monthly_amount=amount,
        forecast_thresholds=[],
        spend_cap=False,
        ahead_factor=None,
    )


def month(usd: int, unknown: int = 0) -> Total:
    amount = Amount(low=Decimal(0), high=Decimal(usd))
    return Total(
        amount=amount, priced=1, unknown=unknown, by_use=0, indication=None, without_indication=0
    )


@pytest.mark.parametrize(
    ("usd", "unknown", "exceeded"),
    [(100, 0, False), (101, 0, True), (100, 1, None), (101, 1, True)],
)
def test_an_estimate_above_the_budget_is_said(usd, unknown, exceeded):
    verdict = judge(budget(100), month(usd, unknown))
    assert verdict.exceeded is exceeded
    assert ("no price" in verdict.sentence) is bool(unknown)
    assert ("raise cost.budget" in verdict.sentence) is bool(exceeded)


def test_dollars_are_not_compared_with_euros():
    assert judge(budget(1, "EUR"), month(100)).exceeded is None
    assert judge(None, month(100)).exceeded is None


def test_the_command_says_how_much_of_the_budget_is_taken(disk: World, mlp: Any) -> None:
    text = mlp("cost", "--stack", "prod").stdout
    assert "budget 120,000 USD a month: the estimate takes 0% of it at most" in text
    assert json.loads(mlp("cost", "--stack", "prod", "--json").stdout)["budget"] == {
        "amount": 120000,
        "currency": "USD",
        "exceeded": False,
    }
