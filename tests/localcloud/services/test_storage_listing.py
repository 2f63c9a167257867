"""Listings compared with the plainest model of them: filter, group, sort."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from localcloud.services.errors import ApiError
from localcloud.services.storage_listing import list_page
from localcloud.store import after_prefix

# A small alphabet makes collisions; the last two sit at the edges of what a string can hold.
TEXT = st.text(alphabet="a/b.0\ud7ff\U0010ffff", max_size=5)


def scan_of(names):
    def scan(first, end, limit):
        chosen = [name for name in sorted(names) if name >= first and (not end or name < end)]
        return [(name, {"name": name}) for name in chosen[:limit]]

    return scan


def model(names, prefix, delimiter, start, end):
    items, prefixes = [], set()
    for name in sorted(names):
        if not name.startswith(prefix) or name < start or (end and name >= end):
            continue
        cut = name.find(delimiter, len(prefix)) if delimiter else -1
        if cut < 0:
            items.append(name)
        else:
            prefixes.add(name[: cut + len(delimiter)])
    return items, sorted(prefixes)


def walk(names, query):
    """All pages; every page but the last must be full."""
    items, prefixes, sizes = [], [], []
    while True:
        page = list_page(scan_of(names), query)
        items += [item["name"] for item in page.items]
        prefixes += page.prefixes
        sizes.append(len(page.items) + len(page.prefixes))
        if not page.next_token:
            return items, prefixes, sizes
        query = {**query, "pageToken": page.next_token}


@given(
    names=st.sets(TEXT.filter(bool), max_size=30),
    prefix=TEXT,
    delimiter=st.sampled_from(["", "/", "ab", "\U0010ffff"]),
    offsets=st.tuples(TEXT, TEXT),
    size=st.integers(1, 7),
)
@example(
    names={"\U0010ffff", "\U0010ffff0"}, prefix="", delimiter="\U0010ffff", offsets=("", ""), size=2
)
def test_pages_together_are_what_the_model_says(names, prefix, delimiter, offsets, size):
    start, end = offsets
    query = {"prefix": prefix, "delimiter": delimiter, "maxResults": str(size)}
    query |= {"startOffset": start, "endOffset": end}
    items, prefixes, sizes = walk(names, query)
    assert (items, prefixes) == model(names, prefix, delimiter, start, end)
    assert all(count == size for count in sizes[:-1]), "a page ended early"


@given(prefix=TEXT.filter(bool), rest=TEXT, other=TEXT)
def test_what_begins_with_a_prefix_ends_before_its_successor(prefix, rest, other):
    end = after_prefix(prefix)
    assert not end or prefix + rest < end
    assert end.encode() or not end, "it must be text that a database can hold"
    if end and prefix <= other < end:
        assert other.startswith(prefix)


def test_a_group_of_thousands_is_one_prefix():
    names = {f"a/{n}" for n in range(2000)} | {"b"}
    assert walk(names, {"delimiter": "/"})[:2] == (["b"], ["a/"])


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"matchGlob": "*"}, 501),
        ({"versions": "true"}, 501),
        ({"maxResults": "0"}, 400),
        ({"pageToken": "?"}, 400),
    ],
)
def test_what_a_listing_cannot_do_is_refused(query, code):
    with pytest.raises(ApiError) as refusal:
        list_page(scan_of([]), query)
    assert refusal.value.code == code
