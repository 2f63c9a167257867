"""The page about the rules says what the rules are."""

import re
from pathlib import Path

import pytest

from policy import document
from policy.registry import RULES

ROOT = Path(__file__).parents[2]


def test_the_pages_table_is_the_one_that_the_rules_make():
    text = document.PAGE.read_text()
    assert document.page(text) == text, "run `python -m policy.document`"


def test_the_table_has_one_row_for_each_rule():
    rows = re.findall(r"^\| `([a-z-]+)` \|", document.table(), re.MULTILINE)
    assert rows == list(RULES)


def test_a_page_without_marks_is_refused():
    with pytest.raises(ValueError, match="lacks the marks"):
        document.page("# Policy")


def test_what_the_page_says_about_single_rules_names_rules_that_exist():
    example = document.PAGE.read_text().partition("```json")[2].partition("```")[0]
    assert set(re.findall(r'^  "([a-z-]+)":', example, re.MULTILINE)) <= RULES.keys()


def test_every_file_that_the_page_names_exists():
    for name in re.findall(r"`((?:tests|policy)/[\w/.]+\.(?:py|txt))`", document.PAGE.read_text()):
        assert (ROOT / name).is_file(), name
