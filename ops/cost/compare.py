"""What a change does to the bill: two estimates line by line, and whether it stays in a limit.

The former one is a file that `mlp cost --json` wrote, such as of the branch that a pull request
changes. A line that has no price is unknown on either side, and so is its difference.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ops.errors import CommandError, UsageError

_KEY = ("period", "component", "model", "item")
_SMALLEST = 0.005


@dataclass(frozen=True, kw_only=True)
class Change:
    """One line that differs; US dollars at most."""

    period: str
    component: str
    model: str
    item: str
    before: float | None
    after: float | None
    """None is unknown."""
    new: bool
    gone: bool

    @property
    def difference(self) -> float | None:
        before = 0.0 if self.new else self.before
        after = 0.0 if self.gone else self.after
        return None if before is None or after is None else round(after - before, 2)


def read(file: Path) -> dict[str, Any]:
    """A former estimate. Raises UsageError for a file that `mlp cost --json` did not write."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        changes(found, found)
        growth(found, found)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{file} is no estimate: write it with `mlp cost --json`") from error
    return found


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Lines that are new, gone or of another price, the largest difference first, unknown last."""
    was, now = _by_key(before), _by_key(after)
    found = list(_differing(was, now))
    return sorted(found, key=lambda c: (c.difference is None, -abs(c.difference or 0), c.item))


def _differing(
    was: Mapping[tuple[str, ...], list[Any]], now: Mapping[tuple[str, ...], list[Any]]
) -> Iterator[Change]:
    for key in sorted(was.keys() | now.keys()):
        period, component, model, item = key
        before, after = was.get(key, []), now.get(key, [])
        change = Change(
            period=period,
            component=component,
            model=model,
            item=item,
            before=_most(before),
            after=_most(after),
            new=not before,
            gone=not after,
        )
        moved = change.difference is None or abs(change.difference) >= _SMALLEST
        if before != after and (moved or change.new or change.gone):
            yield change


def _by_key(estimate: Mapping[str, Any]) -> dict[tuple[str, ...], list[Any]]:
    """Lines that have a fixed size, without what only use decides."""
    found: dict[tuple[str, ...], list[Any]] = {}
    for line in estimate["lines"]:
        if line["state"] != "by use":
            key = tuple(str(line[name]) for name in _KEY)
            found.setdefault(key, []).append((line["quantity"], line["amount"]))
    return found


def _most(lines: list[Any]) -> float | None:
    if any(amount is None for _, amount in lines):
        return None
    return sum(amount["high"] for _, amount in lines) if lines else None


def growth(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> float:
    """How many US dollars a month, at most, the priced lines are more than they were."""
    return round(_month(after) - (_month(before) if before else 0.0), 2)


def _month(estimate: Mapping[str, Any]) -> float:
    amount = estimate["month"]["amount"]
    return float(amount["high"]) if amount else 0.0


def hold(limit: float, before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> str:
    """A sentence that the limit is kept. Raises CommandError if it is not.

    Lines without a price are in neither figure: the sentence counts them.
    """
    grown, unknown = growth(before, after), after["month"]["unknown"]
    what = "grows by" if before else "is"
    figures = f"the estimate {what} {grown:,.2f} USD a month at most"
    if unknown:
        figures += f", without {unknown} lines that have no price"
    if grown > limit:
        raise CommandError(
            f"{figures}: more than --limit {limit:,.2f}; ask for less, or raise the limit"
        )
    return f"{figures}: within --limit {limit:,.2f}"
