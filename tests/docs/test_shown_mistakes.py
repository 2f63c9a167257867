"""What docs/mistakes.md shows is what the program answers."""

import pytest
from shown_mistakes import Mistake, answer, shown

MISTAKES = shown()


def test_twenty_mistakes_are_shown():
    assert len(MISTAKES) >= 20
    assert len({mistake.title for mistake in MISTAKES}) == len(MISTAKES)


@pytest.mark.parametrize("mistake", MISTAKES, ids=str)
def test_the_answer_is_the_one_that_is_shown(mistake: Mistake):
    assert answer(mistake) == mistake.answer, "run python tests/docs/shown_mistakes.py, and look"
    named = "line N: mlplatform:" in mistake.answer
    assert named or "line N: it is not YAML" in mistake.answer
