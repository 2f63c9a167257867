"""docs/capabilities.md: every capability is there, and what it names exists."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# How many capabilities each group has; a row that is lost is missed.
GROUPS = {
    "CFG": 22,
    "PRJ": 7,
    "DEV": 14,
    "ACC": 16,
    "DAT": 24,
    "REG": 7,
    "NET": 8,
    "SEC": 14,
    "PIP": 30,
    "OPS": 14,
    "TRN": 29,
    "EXP": 18,
    "GOV": 15,
    "SRV": 23,
    "MON": 11,
    "OBS": 24,
    "INC": 5,
    "HDR": 10,
    "CST": 17,
    "CIC": 10,
    "DOC": 19,
    "EXT": 4,
}


@dataclass(frozen=True)
class Row:
    id: str
    state: str
    where: tuple[str, ...]
    shown_by: tuple[str, ...]

    def __str__(self) -> str:
        return self.id


def rows() -> list[Row]:
    found = []
    for line in (ROOT / "docs/capabilities.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) > 5 and re.fullmatch(r"[A-Z]{3}-\d\d", cells[1]):
            quoted = [tuple(re.findall(r"`([^`]+)`", cell)) for cell in cells[4:6]]
            found.append(Row(cells[1], cells[3], *quoted))
    return found


ROWS = rows()


def test_every_capability_is_listed_once():
    wanted = [f"{name}-{number:02}" for name, of in GROUPS.items() for number in range(1, of + 1)]
    assert sorted(row.id for row in ROWS) == sorted(wanted)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_row_says_how_far_it_is_and_names_what_exists(row: Row):
    kind, _, words = row.state.partition(": ")
    assert kind in {"stands", "partly", "later"}
    assert (kind == "stands") == (words == ""), "say what is missing, or which part carries it"
    if kind != "later":
        assert row.where, "where is it?"
    if kind == "stands":
        assert row.shown_by, "what shows it?"
    for path in row.where:
        assert (ROOT / path).exists(), path
    for name in row.shown_by:
        path, _, function = name.partition("::")
        assert (ROOT / path).is_file(), name
        assert not function or f"def {function}(" in (ROOT / path).read_text(), name
