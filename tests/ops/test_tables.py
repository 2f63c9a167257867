"""How a table is shown where it does not fit."""

import pytest

from ops.display import tables
from ops.display.plain import PlainScreen

HEADING = ("shape", "memory", "zones")
ROWS = [
    HEADING,
    ("v6e-8", "-", ", ".join(f"europe-west{number}-a" for number in range(12))),
    ("cpu", "32 GB", "every zone"),
]


@pytest.fixture
def shown(monkeypatch, capsys):
    """Lines on a terminal of so many columns."""

    def show(rows, width: int) -> list[str]:
        monkeypatch.setattr(tables, "draws", lambda: True)
        monkeypatch.setenv("COLUMNS", str(width))
        tables.table("Shapes", rows, PlainScreen())
        return [line.rstrip() for line in capsys.readouterr().out.splitlines()]

    return show


def test_a_table_much_wider_than_the_terminal_keeps_its_words_whole(shown):
    found = shown(ROWS, 80)
    assert max(map(len, found)) <= 80
    assert found[:2] == ["Shapes", "v6e-8"]
    assert found[-2:] == ["cpu", "    memory: 32 GB; zones: every zone"]
    words = {word.strip(",;") for line in found for word in line.split()}
    assert {f"europe-west{number}-a" for number in range(12)} <= words


def test_a_cell_without_a_value_is_left_out_of_a_paragraph(shown):
    assert "memory" not in shown(ROWS, 80)[2]


def test_a_table_that_fits_or_nearly_fits_is_drawn(shown):
    natural = max(map(len, tables.columns(ROWS)))
    assert any("┃ shape" in line for line in shown(ROWS, natural + 10))
    assert any("┃ shape" in line for line in shown(ROWS, -(-natural * 2 // 3)))
    assert not any("┃" in line for line in shown(ROWS, natural * 2 // 3 - 1))
