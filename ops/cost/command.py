"""What `mlp cost` does: plan the stack, price what it registers, and say so."""

from collections.abc import Sequence
from typing import Any

from catalog.price_list import COMPILED
from ops.cost.budget import judge
from ops.cost.compare import Change
from ops.cost.display import LEFT_OUT, show
from ops.cost.distance import distance_lines
from ops.cost.estimate import HOURS_PER_MONTH, Amount, Estimate, Line, Total, total, totals_by
from ops.cost.models import model_lines
from ops.cost.resources import resource_lines
from ops.display.screen import Screen
from ops.display.tables import table
from ops.graph.resources import plan
from ops.stacks import Stack

_CENTS = 2


def estimate(stack: Stack) -> Estimate:
    """The estimate of what the stack file asks for; nothing is deployed, no state is read.

    Raises `SettingsError` for a stack file with mistakes, `CommandError` if planning fails.
    """
    settings = stack.settings()
    resources = plan(stack)
    lines = [
        *resource_lines(resources, settings.project.region),
        *model_lines(settings, resources),
        *distance_lines(settings, resources),
    ]
    budget = settings.cost.budget
    return Estimate(stack=stack.name, lines=lines, budget=budget)


def tell(stack: Stack, found: Estimate, screen: Screen) -> None:
    """The estimate on the screen."""
    where = "on Google Cloud" if stack.is_rehearsal else "if it were on Google Cloud"
    screen.line(f"estimate for stack {stack.name} {where}, at list prices", "bold")
    show(found, screen)
    verdict = judge(found.budget, total(found.of("month")))
    screen.line(verdict.sentence, "bold red" if verdict.exceeded else "bold")


def tell_changes(found: Sequence[Change], screen: Screen) -> None:
    """What a change does to the bill, as a table."""
    if not found:
        screen.line("no line with a fixed size changes")
        return
    heading = ("when", "component", "model", "what", "USD before", "USD after", "USD more")
    rows = [
        (
            each.period,
            each.component,
            each.model or "-",
            each.item,
            "-" if each.new else _usd(each.before),
            "-" if each.gone else _usd(each.after),
            _usd(each.difference, "+"),
        )
        for each in found
    ]
    table("what changes, at most", [heading, *rows], screen)


def _usd(value: float | None, sign: str = "") -> str:
    return "unknown" if value is None else f"{value:{sign},.2f}"


def as_json(found: Estimate) -> dict[str, Any]:
    """The estimate as plain values; null is unknown."""
    month, run = found.of("month"), found.of("run")
    return {
        "stack": found.stack,
        "currency": "USD",
        "hours_per_month": HOURS_PER_MONTH,
        "lines": [_line(line) for line in (*month, *run)],
        "month": _total(total(month)),
        "run": _total(total(run)),
        "month_by_component": _totals(totals_by(month, lambda line: line.component)),
        "month_by_model": _totals(totals_by(month, lambda line: line.model)),
        "run_by_model": _totals(totals_by(run, lambda line: line.model)),
        "budget": _budget(found),
        "left_out": LEFT_OUT,
        "prices": {
            "compiled": COMPILED,
            "used": [
                {
                    "sku": row.sku,
                    "product": row.product,
                    "unit": row.unit,
                    "region": row.region,
                    "capacity": row.capacity,
                    "usd": float(row.usd),
                    "as_of": row.as_of,
                    "source": row.source.name,
                    "mark": row.source.mark,
                }
                for row in found.prices
            ],
        },
    }


def _budget(found: Estimate) -> dict[str, Any] | None:
    if found.budget is None:
        return None
    return {
        "amount": found.budget.monthly_amount,
        "currency": found.budget.currency,
        "exceeded": judge(found.budget, total(found.of("month"))).exceeded,
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "component": line.component,
        "model": line.model,
        "item": line.item,
        "quantity": line.quantity,
        "period": line.period,
        "state": line.state,
        "amount": _amount(line.amount),
        "indication": _amount(line.indication),
        "note": line.note,
    }


def _totals(totals: dict[str, Total]) -> dict[str, Any]:
    return {name: _total(found) for name, found in totals.items()}


def _total(found: Total) -> dict[str, Any]:
    return {
        "amount": _amount(found.amount),
        "complete": found.complete,
        "priced": found.priced,
        "unknown": found.unknown,
        "by_use": found.by_use,
        "indication": _amount(found.indication),
        "without_indication": found.without_indication,
    }


def _amount(amount: Amount | None) -> dict[str, float] | None:
    if amount is None:
        return None
    return {
        "low": round(float(amount.low), _CENTS),
        "high": round(float(amount.high), _CENTS),
    }
