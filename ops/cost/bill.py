"""What `mlp bill` does: read daily rows of the billing export, and say which days stand out."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from ops.cost.anomalies import LEAST, Anomaly, DailyCost, anomalies
from ops.display.screen import Screen
from ops.display.tables import table
from ops.errors import UsageError


def anomalies_in(file: Path, least: float) -> list[Anomaly]:
    """The days that stand out. Raises UsageError for rows that cannot be read."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        rows = [_row(row) for row in (found if isinstance(found, list) else [found])]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            f"{file} has no daily costs: write a JSON list of "
            '{"date": "2026-11-01", "model": "…", "component": "…", "cost": 1.5}'
        ) from error
    return anomalies(rows, least=least)


def _row(row: dict[str, Any]) -> DailyCost:
    return DailyCost(
        day=date.fromisoformat(row["date"]),
        # Rows without the label have null there.
        model=row.get("model") or "",
        component=row.get("component") or "",
        cost=float(row["cost"]),
    )


def as_json(found: Sequence[Anomaly]) -> list[dict[str, Any]]:
    return [
        {
            "date": each.day.isoformat(),
            "model": each.model,
            "component": each.component,
            "cost": round(each.cost, 2),
            "usual": round(each.usual, 2),
        }
        for each in found
    ]


def tell(found: Sequence[Anomaly], screen: Screen) -> None:
    """The days as a table."""
    if not found:
        screen.line(f"no day stands out (the first {LEAST} are only compared with)")
        return
    rows = [
        (each.day.isoformat(), each.component or "-", each.model or "-", f"{each.cost:,.2f}",
         f"{each.usual:,.2f}")
        for each in found
    ]  # fmt: skip
    table("days that stand out", [("day", "component", "model", "cost", "usual"), *rows], screen)
