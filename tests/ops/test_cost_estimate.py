"""Sums of an estimate: exact, nothing twice, and unknown stays unknown."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ops.cost.display import money, sentence
from ops.cost.estimate import Amount, Estimate, Line, total, totals_by

cents = st.decimals(min_value=0, max_value=10**6, places=4)
amounts = st.builds(
    lambda low, more: Amount(low=low, high=low + more), cents, st.one_of(st.just(Decimal(0)), cents)
)
names = st.sampled_from(["artifacts", "model-service", "network"])


@st.composite
def lines(draw: st.DrawFn) -> Line:
    kind = draw(st.sampled_from(["priced", "unknown", "near", "by use"]))
    return Line(
        component=draw(names),
        model=draw(st.sampled_from(["", "a", "b"])),
        item="thing",
        amount=draw(amounts) if kind == "priced" else None,
        indication=draw(amounts) if kind == "near" else None,
        by_use=kind == "by use",
    )


many = st.lists(lines(), max_size=20)


@given(many, many)
def test_a_total_is_the_sum_of_its_parts(some: list[Line], others: list[Line]) -> None:
    whole, parts = total([*some, *others]), [total(some), total(others)]
    known = [part.amount for part in parts if part.amount]
    assert whole.amount == (None if not known else sum(known[1:], start=known[0]))
    assert whole.priced == sum(part.priced for part in parts)
    assert whole.unknown == sum(part.unknown for part in parts)


@given(many)
def test_every_line_is_counted_once(found: list[Line]) -> None:
    whole = total(found)
    assert whole.priced + whole.unknown + whole.by_use == len(found)
    for key in (lambda line: line.component, lambda line: line.model):
        groups = totals_by(found, key)
        assert sum(g.priced + g.unknown + g.by_use for g in groups.values()) == len(found)
        exact = sum((g.amount.high for g in groups.values() if g.amount), start=Decimal(0))
        assert exact == (whole.amount.high if whole.amount else 0)


@given(many)
def test_a_total_without_a_price_is_unknown_and_not_zero(found: list[Line]) -> None:
    whole = total(found)
    assert (whole.amount is None) == (whole.priced == 0)
    assert whole.complete == all(line.state != "unknown" for line in found)
    text = sentence("month", whole)
    assert ("unknown" in text) == (whole.unknown > 0 and whole.priced == 0)
    assert ("have no price" in text) == (whole.unknown > 0), "it says what it leaves out"


@given(many)
def test_an_indication_is_in_no_sum(found: list[Line]) -> None:
    bare = [
        Line(component=x.component, item=x.item, amount=x.amount, by_use=x.by_use) for x in found
    ]
    assert total(found).amount == total(bare).amount
    whole = total(found)
    assert whole.without_indication == sum(
        line.state == "unknown" and line.indication is None for line in found
    )
    assert (whole.indication is None) == (whole.unknown == whole.without_indication)


@given(st.lists(amounts, min_size=1))
def test_the_least_never_exceeds_the_most(found: list[Amount]) -> None:
    whole = total(Line(component="c", item="i", amount=amount) for amount in found).amount
    assert whole
    assert whole.low <= whole.high


def test_money_is_written_with_cents() -> None:
    assert money(Amount(low=Decimal("1234.5"), high=Decimal("1234.5"))) == "1,234.50"
    assert money(Amount(low=Decimal(1), high=Decimal(2))) == "1.00 to 2.00"
    assert money(None) == "unknown"


def test_a_free_thing_of_no_cost_is_not_unknown() -> None:
    nothing = Amount(low=Decimal(0), high=Decimal(0))
    found = total([Line(component="c", item="i", amount=nothing)])
    assert found.amount == nothing
    assert found.complete


def test_a_total_over_nothing_says_so() -> None:
    assert sentence("run", total([])) == "one run of each: nothing has a fixed size"


def test_a_total_names_the_sum_and_what_is_missing() -> None:
    ten, two = (Amount(low=Decimal(x), high=Decimal(x)) for x in (10, 2))
    found = [
        Line(component="c", item="i", amount=ten),
        Line(component="c", item="i", indication=two),
        Line(component="c", item="i"),
    ]
    assert sentence("month", total(found)) == (
        "a month: 10.00 USD for 1 of 3 lines; 2 of 3 lines have no price and are not in the sum, "
        "near prices would make 2.00 USD for 1 of them"
    )


def test_a_month_and_a_run_are_not_mixed() -> None:
    month, run = Line(component="b", item="i"), Line(component="a", item="i", period="run")
    estimate = Estimate(stack="dev", lines=[run, month])
    assert estimate.of("month") == [month]
    assert estimate.of("run") == [run]
