"""The tables of docs/recovery.md say what the catalog says, row by row."""

from pathlib import Path

import pytest

from catalog.slas import SLAS, serving_percent
from catalog.tiers import TIERS

DOCUMENT = Path(__file__).resolve().parents[2] / "docs/recovery.md"


def rows(heading: str) -> list[tuple[str, ...]]:
    """The rows of the table whose first heading this is, as texts."""
    lines = iter(DOCUMENT.read_text(encoding="utf-8").splitlines())
    assert any(line.startswith(f"| {heading} |") for line in lines), f"no table of {heading}"
    assert next(lines).startswith("|---")
    found: list[tuple[str, ...]] = []
    for line in lines:
        if not line.startswith("|"):
            break
        found.append(tuple(cell.strip() for cell in line.strip("|").split("|")))
    return found


def test_every_tier_is_shown_with_what_it_promises() -> None:
    yes = {True: "yes", False: "no"}
    assert rows("tier") == [
        (
            tier.name,
            tier.copies,
            "no bound" if tier.rpo_minutes is None else str(tier.rpo_minutes),
            "when the region is back" if tier.rto_minutes is None else str(tier.rto_minutes),
            yes[tier.standby_endpoint],
            yes[tier.training_moves],
        )
        for tier in TIERS.values()
    ]


def test_googles_promises_are_not_reversed_in_the_document() -> None:
    """Training 99.9 and online prediction 99.5: documents are known to have it the other way."""
    shown = rows("service")
    assert shown == [(name, str(sla.percent), sla.condition) for name, sla in SLAS.items()]


def test_what_an_endpoint_reaches_is_worked_out_from_the_promise() -> None:
    shown = rows("nodes of each endpoint")
    assert len(shown) == 4
    for nodes, regions, percent in shown:
        reached = serving_percent(nodes=int(nodes), regions=int(regions))
        assert percent == ("nothing" if reached is None else f"{reached.normalize():f}")


@pytest.mark.parametrize("tier", TIERS)
def test_the_loss_of_a_region_is_described_for_every_tier(tier: str) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert any(line.startswith("| lost |") and tier in line for line in text.splitlines())


def test_the_readme_leads_to_it() -> None:
    assert "docs/recovery.md" in (DOCUMENT.parents[1] / "README.md").read_text(encoding="utf-8")
