"""The filter language, against a model of it that evaluates the same tree in Python."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcloud.services.errors import ApiError
from localcloud.services.vertex import filters

FIELDS = {
    "display_name": lambda job: job.get("displayName"),
    "state": lambda job: job.get("state"),
    "create_time": lambda job: job.get("createTime"),
}
WORDS = ["train", "train-2", "re*train", 'say "hi"', "a\\b", "AND"]
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 1, 3), timezones=st.just(UTC))  # noqa: DTZ001
items = st.fixed_dictionaries(
    {"displayName": st.sampled_from(WORDS), "createTime": moments.map(datetime.isoformat)},
    optional={"labels": st.dictionaries(st.sampled_from("ab"), st.sampled_from("xy"), min_size=1)},
)


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _comparison(sign: str, value: str) -> tuple[str, Any]:
    wanted = sign == "="
    return (
        f"display_name{sign}{_quoted(value)}",
        lambda item: (item["displayName"] == value) is wanted,
    )


def _label(key: str, value: str) -> tuple[str, Any]:
    if value == "*":
        return f"labels.{key}:*", lambda item: key in item.get("labels", {})
    return f"labels.{key} = {value}", lambda item: item.get("labels", {}).get(key) == value


def _since(moment: datetime) -> tuple[str, Any]:
    text = f'create_time>="{moment.isoformat()}"'
    return text, lambda item: datetime.fromisoformat(item["createTime"]) >= moment


def _joined(word: str, left: tuple[str, Any], right: tuple[str, Any]) -> tuple[str, Any]:
    both = all if word == "AND" else any
    return (
        f"({left[0]}) {word} ({right[0]})",
        lambda item: both((left[1](item), right[1](item))),
    )


leaves = (
    st.builds(_comparison, st.sampled_from(["=", "!="]), st.sampled_from(WORDS))
    | st.builds(_label, st.sampled_from("ab"), st.sampled_from("xy*"))
    | st.builds(_since, moments)
)
trees = st.recursive(
    leaves,
    lambda inner: (
        st.builds(_joined, st.sampled_from(["AND", "OR"]), inner, inner)
        | inner.map(lambda tree: (f"NOT ({tree[0]})", lambda item: not tree[1](item)))
    ),
    max_leaves=6,
)


@given(trees, items)
def test_a_filter_means_what_it_says(tree: tuple[str, Any], item: dict[str, Any]) -> None:
    text, expected = tree
    assert filters.parse(text, FIELDS)(item) == expected(item), text


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("", True),
        ("display_name:tra*", True),
        ("display_name:rain", False),
        ("display_name:*ai*", True),
        ("display_name:t.ain", False),
        ('display_name="tra*"', False),
        ("NOT state=A AND labels.x=1", False),
        # OR binds closer than AND: false AND (true OR true), (true OR false) AND false.
        ("display_name=train OR state=A AND state=A", False),
        ("state=A AND display_name=train OR display_name=train", False),
    ],
)
def test_wildcards_and_precedence_follow_the_documentation(text: str, matches: bool) -> None:
    item = {"displayName": "train", "state": "B", "labels": {}}
    assert filters.parse(text, FIELDS)(item) is matches


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("colour=blue", "'colour'"),
        ("state>A", "'>' on state"),
        ("create_time>yesterday", "'yesterday'"),
        ('create_time>"2026-01-01T00:00:00"', "without a zone"),
        ('create_time:"2026-01-01T00:00:00Z"', "':' on create_time"),
        ("state=A display_name=b", "'display_name'"),
        ("(state=A", "not closed"),
        ("state=", "an end"),
        ("state", "an end"),
        ('state="A', "character"),
        ("state=A AND", "an end"),
        ("labels.a<1", "'<' on labels.a"),
    ],
)
def test_what_is_not_understood_is_refused_by_name(text: str, named: str) -> None:
    with pytest.raises(ApiError) as refusal:
        filters.parse(text, FIELDS)
    assert refusal.value.code == 400
    assert named in refusal.value.message
    assert text in refusal.value.message.replace("\\'", "'")
