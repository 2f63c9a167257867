"""Every text has a legal label value."""

import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.labels import distinct_value, label_value


@pytest.mark.parametrize(
    ("text", "value"), [("prod", "prod"), ("Team.Dev", "team-dev"), ("a_b-c", "a_b-c")]
)
def test_what_is_illegal_becomes_a_hyphen(text: str, value: str) -> None:
    assert label_value(text) == value


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_the_value_is_always_legal(text: str) -> None:
    assert re.fullmatch(r"[a-z0-9_-]{0,63}", label_value(text))


def test_two_texts_are_never_one_value() -> None:
    short = ["".join(signs) for signs in product("aA.-_", repeat=3)]
    texts = [*short, *("a" * length for length in range(60, 70))]
    values = {distinct_value(each) for each in texts}
    assert len(values) == len(texts)
    assert all(re.fullmatch(r"[a-z0-9_-]{0,63}", each) for each in values)
