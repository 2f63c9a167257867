"""An estimate as text: tables that Rich draws on a terminal, aligned lines elsewhere."""

from catalog.price_list import COMPILED
from ops.cost.estimate import Amount, Estimate, Line, Period, Total, total, totals_by
from ops.display.screen import Screen
from ops.display.tables import table

LEFT_OUT = (
    "taxes, discounts and free tiers, network traffic between regions and to the outside, disks "
    "and management fees of Vertex AI jobs, whatever people start besides the program"
)
_HEADINGS: dict[Period, str] = {
    "month": "every month, whatever is done",
    "run": "one run of each, at most",
}


def show(estimate: Estimate, screen: Screen) -> None:
    """The whole estimate: lines, totals, what depends on use, where the prices are from."""
    for period, heading in _HEADINGS.items():
        lines = [line for line in estimate.of(period) if not line.by_use]
        if lines:
            table(heading, [_FIXED, *map(_fixed, lines)], screen)
        screen.line(sentence(period, total(estimate.of(period))), "bold")
        screen.line()
    _components(estimate, screen)
    used = [line for period in _HEADINGS for line in estimate.of(period) if line.by_use]
    if used:
        table("depends on use", [_USED, *map(_used, used)], screen)
        screen.line()
    screen.line(f"left out: {LEFT_OUT}", "dim")
    screen.line(sources(estimate), "dim")


def sentence(period: Period, found: Total) -> str:
    """A total in words: how much, of how many lines, and what is not in it."""
    lines = found.priced + found.unknown
    who = "a month" if period == "month" else "one run of each"
    if not lines:
        return f"{who}: nothing has a fixed size"
    known = f"{money(found.amount)} USD for {found.priced} of {lines} lines"
    text = f"{who}: {known if found.amount else 'unknown'}"
    if found.unknown:
        text += f"; {found.unknown} of {lines} lines have no price and are not in the sum"
    if found.indication:
        count = found.unknown - found.without_indication
        text += f", near prices would make {money(found.indication)} USD for {count} of them"
    return text


def money(amount: Amount | None) -> str:
    """Such as `1,234.50` or `10.00 to 20.00`; `unknown` without an amount."""
    if amount is None:
        return "unknown"
    low, high = f"{amount.low:,.2f}", f"{amount.high:,.2f}"
    return low if low == high else f"{low} to {high}"


def sources(estimate: Estimate) -> str:
    """The date of the price table, and the sources of the rows that were used."""
    used = sorted({(row.as_of, row.source.mark, row.source.name) for row in estimate.prices})
    named = "; ".join(f"{as_of} {name} [{mark}]" for as_of, mark, name in used)
    return f"list prices in USD, compiled {COMPILED}" + (f", from: {named}" if named else "")


_FIXED = ("component", "model", "what", "how much", "USD", "near prices", "note")
_USED = ("component", "model", "what", "how much", "note")


def _fixed(line: Line) -> tuple[str, ...]:
    near = money(line.indication) if line.indication else "-"
    words = (line.component, line.model or "-", line.item, line.quantity or "-")
    return (*words, money(line.amount), near, line.note)


def _used(line: Line) -> tuple[str, ...]:
    words = (line.component, line.model or "-", line.item, line.quantity or "-")
    return (*words, line.note)


def _components(estimate: Estimate, screen: Screen) -> None:
    fixed = [line for line in estimate.of("month") if not line.by_use]
    totals = totals_by(fixed, lambda line: line.component)
    if len(totals) < 2:  # noqa: PLR2004 - one part is the whole
        return
    rows = [
        (
            name,
            money(found.amount),
            money(found.indication) if found.indication else "-",
            str(found.unknown),
        )
        for name, found in totals.items()
    ]
    heading = ("component", "USD", "near prices", "lines without a price")
    table("a month, by component", [heading, *rows], screen)
    screen.line()
