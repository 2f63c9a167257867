"""Ways to pay less: from dated rows, with idle hours counted, and never a fixed percentage."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.accelerators import SHAPES
from catalog.commitments import COMMITMENT_TYPES, FLEXIBLE, ONLY_WITH_A_RESERVATION
from catalog.machines import MACHINES
from catalog.pairs import ACCELERATOR_TYPES, counts, why_not
from catalog.price_list import PRICES
from catalog.prices import find
from ops.errors import UsageError
from ops.savings.commitments import compare, covers
from ops.savings.mix import plan
from ops.savings.rates import hour_of, rates, sustained_use

HOME = "us-central1"
A3 = "a3-highgpu-8g"
N2 = "n2-standard-8"


def test_a_spot_saving_is_that_of_two_rows_and_not_a_fixed_percentage():
    found = {each.capacity: each for each in rates(A3, HOME)}
    spot, full = find("compute", A3, HOME, "spot"), find("compute", A3, HOME)
    assert spot
    assert full
    assert found["spot"].saving == 1 - spot.usd / full.usd
    assert found["spot"].row == spot, "the date of the price is shown with it"
    elsewhere = {each.capacity: each.saving for each in rates("TPU v6e", "us-east5")}
    assert elsewhere["spot"] == 1 - Decimal("1.215") / Decimal("2.70"), "each region has its own"


def test_without_a_price_there_is_no_saving():
    (only,) = rates("c3-standard-22", HOME)
    assert (only.capacity, only.usd, only.saving) == ("on-demand", None, None)
    part = {each.capacity: each.saving for each in rates("a3-highgpu-1g", HOME)}
    assert part["spot"] is None, "fewer than eight H100 are never on demand"


def test_a_slice_costs_what_its_chips_cost():
    assert hour_of("ct6e-standard-8t", HOME, "on-demand") == 8 * Decimal("2.70")


def test_a_v6e_with_eight_chips_costs_22_dollars_an_hour_and_an_a3_88():
    assert 21 < (hour_of("ct6e-standard-8t", HOME, "on-demand") or 0) < 22
    assert 88 < (hour_of(A3, HOME, "on-demand") or 0) < 89


@pytest.mark.parametrize("machine", [A3, "a2-highgpu-1g", "g2-standard-4", "ct6e-standard-1t"])
def test_sustained_use_is_never_for_accelerators(machine):
    assert sustained_use(machine) == 0


def test_sustained_use_is_for_eligible_families_and_a_whole_month():
    assert sustained_use(N2) == Decimal("0.20")
    assert sustained_use("e2-standard-4") == sustained_use("c3-standard-4") == 0
    whole, part = (compare(N2, HOME, Decimal(hours), 1) for hours in (730, 729))
    assert whole.without == Decimal("0.388472") * 730 * Decimal("0.8")
    assert part.sustained == 0, "what a part of a month gets is not sure"


def test_idle_hours_of_a_commitment_are_paid():
    (best, *_) = (found := compare(A3, HOME, Decimal(365), 2)).offers
    assert best.term == "commitment-3y"
    assert best.committed == Decimal("38.8644") * 730 * 2
    assert best.idle == best.committed / 2
    assert found.without
    assert best.saving == found.without - best.committed


@pytest.mark.parametrize(("above", "saves"), [(Decimal("0.01"), True), (Decimal("-0.01"), False)])
def test_a_commitment_saves_above_its_break_even_and_not_below(above, saves):
    offer = next(o for o in compare(A3, HOME, Decimal(1), 1).offers if o.term == "commitment-1y")
    hours = (offer.break_even + above) * 730
    again = next(o for o in compare(A3, HOME, hours, 1).offers if o.term == "commitment-1y")
    assert (again.saving > 0) is saves
    assert round(offer.break_even, 3) == Decimal("0.694")


def test_an_a3_has_a_commitment_type_of_its_own_and_no_flexible_one():
    offers = {offer.term: offer.type for offer in compare(A3, HOME, Decimal(730), 1).offers}
    assert offers == dict.fromkeys(("commitment-1y", "commitment-3y"), "ACCELERATOR_OPTIMIZED_A3")
    assert COMMITMENT_TYPES["A2 Standard"] != COMMITMENT_TYPES["A3 High"]
    assert not covers("flexible-1y", "ct6e-standard-8t")
    assert not covers("flexible-3y", "g2-standard-4")
    assert covers("flexible-1y", N2)


def test_the_tables_of_commitments_agree_with_the_machines_and_the_prices():
    families = {machine.family for machine in MACHINES.values()}
    assert {*COMMITMENT_TYPES, *FLEXIBLE, *ONLY_WITH_A_RESERVATION} <= families
    for row in PRICES:
        if row.capacity.startswith("flexible"):
            assert MACHINES[row.sku].family in FLEXIBLE


@pytest.mark.parametrize(("hours", "machines"), [(-1, 1), (731, 1), (10, 0), (10, -1)])
def test_no_month_is_longer_and_no_machine_fewer(hours, machines):
    with pytest.raises(UsageError):
        compare(N2, HOME, Decimal(hours), machines)


def test_base_burst_and_peak_of_a_load():
    found = plan([2, 2, 2, 2, 6], N2, HOME, term="commitment-1y")
    assert found
    by_name = {part.name: part for part in found.parts}
    assert (by_name["base"].machines, by_name["base"].capacity) == (2, "commitment-1y")
    assert by_name["burst"].hours == 4
    assert "peak" not in by_name, "nothing may be preempted"
    assert found.usd < found.on_demand


def test_what_may_be_preempted_goes_to_spot():
    found = plan([0, 0, 0, 4], A3, HOME, interruptible=Decimal("0.5"))
    assert found
    by_name = {part.name: part for part in found.parts}
    assert (by_name["peak"].capacity, by_name["peak"].hours) == ("spot", 2)
    assert by_name["burst"].hours == 2


def test_what_is_committed_already_is_used_first_and_paid_in_any_case():
    found = plan([0, 1, 1, 0], N2, HOME, already=3)
    assert found
    (base,) = found.parts
    assert (base.machines, base.hours) == (3, 2)
    assert found.usd == found.on_demand == Decimal("0.244728") * 3 * 4


def test_a_mix_without_a_price_is_unknown_and_an_impossible_term_is_not_taken():
    assert plan([1], "c3-standard-22", HOME) is None
    assert plan([1], "a2-ultragpu-1g", HOME, already=1) is None, "it has no price of a commitment"
    found = plan([1, 1], A3, HOME, term="flexible-3y")
    assert found
    assert [part.name for part in found.parts] == ["burst"]


@given(
    st.lists(st.integers(0, 6), min_size=1, max_size=30),
    st.integers(0, 4),
    st.decimals(0, 1, places=2),
)
def test_a_mix_serves_every_hour_and_is_never_dearer_than_on_demand(loads, already, share):
    found = plan(loads, A3, HOME, already=already, interruptible=share)
    assert found
    assert sum(part.hours for part in found.parts) == sum(loads)
    assert found.usd <= found.on_demand
    assert found.committed >= already


@pytest.mark.parametrize(
    ("loads", "already", "share"),
    [([], 0, Decimal(0)), ([-1], 0, Decimal(0)), ([1], -1, Decimal(0)), ([1], 0, Decimal(2))],
)
def test_no_mix_of_nothing_or_of_less_than_nothing(loads, already, share):
    with pytest.raises(UsageError):
        plan(loads, N2, HOME, already=already, interruptible=share)


def test_an_a100_is_part_of_an_a2_and_never_beside_an_n1():
    assert counts("n1-standard-8", "A100 40GB") == ()
    said = why_not("n1-standard-8", "A100 40GB", 1)
    assert said
    assert "a2-highgpu-1g" in said
    assert why_not("a2-highgpu-1g", "A100 40GB", 1) is None
    assert why_not("n1-standard-8", "T4", 1) is None
    assert why_not("n1-standard-8", "T4", 3) == "n1-standard-8 has 1 or 2 or 4 T4, not 3"


def test_the_names_of_gpus_are_those_of_vertex_ai():
    from google.cloud.aiplatform_v1 import AcceleratorType

    assert set(ACCELERATOR_TYPES.values()) <= {each.name for each in AcceleratorType}
    assert ACCELERATOR_TYPES["A100 80GB"] == "NVIDIA_A100_80GB"
    for shape in SHAPES.values():
        if shape.accelerator_type:
            assert ACCELERATOR_TYPES[shape.family.name] == shape.accelerator_type


def test_the_commands_show_tables_and_json(mlp: Any, tmp_path: Any):
    text = mlp("savings", "commitment", A3, "--hours", "400").stdout
    assert "ACCELERATOR_OPTIMIZED_A3" in text
    assert "69% of all hours" in text
    answer = json.loads(mlp("savings", "rates", A3, "--json").stdout)
    assert {each["capacity"] for each in answer} >= {"on-demand", "spot", "commitment-3y"}
    loads = tmp_path / "loads.json"
    loads.write_text("[1, 2, 3]")
    assert json.loads(mlp("savings", "mix", str(loads), N2, "--json").stdout)["parts"]
    assert "unknown" in mlp("savings", "mix", str(loads), "c3-standard-22").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("rates", "a3-higpu-8g"), "did you mean 'a3-highgpu-8g'"),
        (("rates", A3, "--region", "mars"), "'mars' is no known region"),
        (("commitment", N2, "--hours", "800"), "a month has 730 hours"),
        (("mix", "none.json", N2), "none.json"),
    ],
)
def test_a_mistake_on_the_command_line_is_a_sentence(mlp: Any, words: Any, said: str):
    done = mlp("savings", *words)
    assert done.exit_code != 0
    assert said in done.stderr
