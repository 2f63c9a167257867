"""Days on which a cost jumped: from money that was spent, never from the number of requests."""

import json
from datetime import date, timedelta
from typing import Any

import pytest

from ops.cost.anomalies import DailyCost, anomalies

FIRST = date(2026, 10, 1)


def rows(costs: list[float], model: str = "m") -> list[DailyCost]:
    return [
        DailyCost(day=FIRST + timedelta(days=n), model=model, component="jobs", cost=cost)
        for n, cost in enumerate(costs)
    ]


def days(costs: list[float], least: float = 5.0) -> list[int]:
    return [(each.day - FIRST).days for each in anomalies(rows(costs), least=least)]


def test_a_jump_is_found_on_its_day():
    assert days([10.0] * 10 + [40.0] + [10.0] * 3) == [10]


def test_usual_variation_is_no_jump():
    assert days([10.0, 20.0, 12.0, 18.0, 11.0, 19.0, 15.0, 10.0, 22.0, 17.0]) == []


def test_a_small_sum_is_no_jump_however_many_times_it_is_the_usual():
    assert days([0.01] * 10 + [4.0]) == []
    assert days([0.01] * 10 + [5.02]) == [10]


def test_too_little_history_says_nothing():
    assert days([1.0] * 6 + [100.0]) == []
    assert days([1.0] * 7 + [100.0]) == [7]


def test_a_cost_that_stays_is_the_usual_one_after_a_week():
    found = days([10.0] * 14 + [50.0] * 14)
    assert found[0] == 14
    assert found[-1] <= 21


def test_a_day_without_a_row_cost_nothing():
    quiet = rows([3.0] * 20, model="steady")
    late = [DailyCost(day=FIRST + timedelta(days=15), model="new", component="jobs", cost=90.0)]
    (found,) = anomalies([*quiet, *late], least=5)
    assert (found.model, found.usual) == ("new", 0.0)


def test_each_model_is_judged_by_itself_and_rows_of_a_day_are_summed():
    twice = rows([5.0] * 10 + [30.0]) + rows([5.0] * 10 + [30.0])
    (found,) = anomalies([*twice, *rows([100.0] * 11, model="other")], least=5)
    assert (found.cost, found.usual) == (60.0, 10.0)
    assert anomalies([], least=5) == []


def test_the_dearest_jump_comes_first():
    found = anomalies([*rows([1.0] * 8 + [50.0]), *rows([1.0] * 8 + [90.0], "b")], least=5)
    assert [each.model for each in found] == ["b", "m"]


@pytest.fixture
def file(tmp_path: Any) -> Any:
    found = tmp_path / "rows.json"
    entries = [
        {"date": each.day.isoformat(), "model": None, "component": "jobs", "cost": each.cost}
        for each in rows([10.0] * 10 + [400.0])
    ]
    found.write_text(json.dumps(entries))
    return found


def test_the_command_ends_with_7_if_a_day_stands_out(mlp: Any, file: Any):
    done = mlp("bill", str(file))
    assert done.exit_code == 7
    assert "2026-10-11" in done.stdout
    answer = json.loads(mlp("bill", str(file), "--json").stdout)
    assert answer == [
        {"date": "2026-10-11", "model": "", "component": "jobs", "cost": 400.0, "usual": 10.0}
    ]
    assert mlp("bill", str(file), "--least", "1000").exit_code == 0


def test_a_file_without_rows_is_a_sentence(mlp: Any, tmp_path: Any):
    wrong = tmp_path / "x.json"
    for text in ("", "{}", "[1]", '[{"date": "yesterday", "cost": 1}]'):
        wrong.write_text(text)
        done = mlp("bill", str(wrong))
        assert done.exit_code == 2
        assert "write a JSON list of" in done.stderr
