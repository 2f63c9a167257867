"""What an hour of a machine costs: a price, an indication, or nothing."""

from decimal import Decimal
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from catalog.machines import MACHINES
from catalog.places import ZONES
from catalog.prices import Capacity, Product, find
from ops.cost.quotes import machine_hour, rate


def test_a_machine_with_a_row_has_a_price() -> None:
    quote = machine_hour("compute", "a3-highgpu-8g", "us-central1", "on-demand")
    assert quote.usd == Decimal("88.490")
    assert quote.indication is None
    assert [row.as_of for row in quote.prices] == ["2025-12"]


def test_a_tpu_machine_costs_its_chips() -> None:
    quote = machine_hour("compute", "ct6e-standard-8t", "us-central1", "on-demand")
    assert quote.usd == Decimal("21.60"), "eight chips at 2.70"


def test_a_gpu_machine_is_not_priced_by_its_gpus_alone() -> None:
    assert find("compute", "H100", "europe-west9")
    quote = machine_hour("compute", "a3-highgpu-8g", "europe-west9", "on-demand")
    assert quote.usd is None, "the host would be missing"
    assert quote.note == "price in us-central1"


def test_training_on_processors_is_dearer_by_the_published_factor() -> None:
    quote = machine_hour("training", "n2-standard-8", "us-central1", "on-demand")
    assert quote.usd == Decimal("0.388472") * Decimal("1.15")
    own = machine_hour("training", "n1-standard-4", "us-central1", "on-demand")
    assert own.usd == Decimal("0.21849885"), "its own row counts before the factor"


def test_the_factor_is_not_for_accelerators() -> None:
    for machine in ("ct6e-standard-8t", "a3-highgpu-8g"):
        quote = machine_hour("training", machine, "us-central1", "on-demand")
        listed = machine_hour("compute", machine, "us-central1", "on-demand")
        assert quote.usd is None, "Vertex AI's price of it is in no source"
        assert quote.indication == listed.usd
        assert quote.note == "Compute Engine's price in us-central1"


def test_the_factor_is_for_no_committed_price() -> None:
    assert find("compute", "n2-standard-8", "us-central1", "flexible-1y")
    assert machine_hour("training", "n2-standard-8", "us-central1", "flexible-1y").usd is None


def test_training_on_spot_has_a_fee_that_is_not_known() -> None:
    quote = machine_hour("training", "ct6e-standard-8t", "europe-west4", "spot")
    assert quote.usd is None
    assert quote.indication == 8 * Decimal("1.03748")


def test_a_node_of_an_endpoint_has_a_price_of_its_own() -> None:
    assert machine_hour("prediction", "g2-standard-4", "us-central1", "on-demand").usd == Decimal(
        "0.81293"
    )
    near = machine_hour("prediction", "n2-standard-4", "us-central1", "on-demand")
    assert (near.usd, near.indication) == (None, Decimal("0.194236"))


def test_another_size_of_the_family_indicates_by_processors() -> None:
    quote = machine_hour("compute", "n2-standard-2", "us-central1", "on-demand")
    assert quote.usd is None
    assert quote.indication == Decimal("0.097118")
    assert quote.note == "price of n2-standard-4 by vCPUs in us-central1"


def test_sizes_with_accelerators_are_not_compared() -> None:
    quote = machine_hour("compute", "a3-edgegpu-8g", "us-central1", "on-demand")
    assert (quote.usd, quote.indication) == (None, None)


def test_a_machine_that_nobody_knows_is_unknown() -> None:
    quote = machine_hour("compute", "z9-giant-1", "us-central1", "on-demand")
    assert (quote.usd, quote.indication) == (None, None)
    assert quote.note == "z9-giant-1 is not in the price table"
    assert quote.amount(730) is None
    assert quote.indicated(730) is None


@given(
    st.sampled_from(["compute", "training", "prediction"]),
    st.sampled_from(sorted(MACHINES)),
    st.sampled_from(sorted(ZONES)),
    st.sampled_from(get_args(Capacity)),
)
def test_a_quote_is_a_price_or_an_indication_and_always_says_why(
    product: Product, machine: str, region: str, capacity: Capacity
) -> None:
    quote = machine_hour(product, machine, region, capacity)
    assert quote.usd is None or quote.indication is None
    assert quote.usd is None or quote.usd > 0
    assert quote.usd is not None or quote.note
    assert bool(quote.prices) == (quote.usd is not None or quote.indication is not None)
    if quote.usd is not None:
        assert {row.region for row in quote.prices} == {region}, "a price is of its region"
        assert {row.capacity for row in quote.prices} == {capacity}


def test_a_rate_elsewhere_is_an_indication() -> None:
    assert rate("registry", "images", "us-central1").usd == Decimal("0.10")
    far = rate("registry", "images", "europe-west4")
    assert (far.usd, far.indication, far.note) == (None, Decimal("0.10"), "price in us-central1")
    assert rate("storage", "ARCHIVE", "us-central1").note == "not in the price table"


def test_an_amount_reaches_from_the_least_to_the_most() -> None:
    quote = machine_hour("prediction", "g2-standard-4", "us-central1", "on-demand")
    amount = quote.amount(730, 1460)
    assert amount
    assert (amount.low, amount.high) == (730 * Decimal("0.81293"), 1460 * Decimal("0.81293"))
