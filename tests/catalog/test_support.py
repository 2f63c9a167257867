"""What the platform stands on, and until when somebody mends it."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from catalog.support import SUPPORTED, WARNING, warnings

ROOT = Path(__file__).parents[2]
DATED = [each for each in SUPPORTED if each.ends]


@pytest.mark.parametrize("each", SUPPORTED, ids=lambda each: each.name)
def test_what_the_table_names_is_what_the_repository_pins(each):
    assert each.text in (ROOT / each.pinned_in).read_text(), "the table speaks of another version"
    assert each.version in each.text.replace("bookworm", "12")
    assert "https://" in each.source


def test_nothing_is_pinned_whose_support_has_ended(recwarn):
    import warnings as python_warnings

    for sentence in warnings(date.today()):  # noqa: DTZ011 - a day more or less is no matter
        python_warnings.warn(sentence, stacklevel=1)
        assert " ended on " not in sentence, sentence


@pytest.mark.parametrize("each", DATED, ids=lambda each: each.name)
def test_it_warns_half_a_year_before_and_says_what_to_do(each):
    assert each.ends
    before, after = each.ends - WARNING - timedelta(days=1), each.ends + timedelta(days=1)
    assert not [said for said in warnings(before) if said.startswith(each.name)]
    assert [
        s for s in warnings(each.ends) if s.startswith(f"{each.name}: support") and " ends " in s
    ]
    assert [s for s in warnings(after) if s.startswith(each.name) and " ended on " in s]
