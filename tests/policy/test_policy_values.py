"""Reading inputs: paths, missing values, and unknowns that cannot be overlooked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.registry import demand, judge, rule
from policy.values import UNKNOWN, UnknownUsedError, find, first_unknown, get
from policy.verdicts import Context, Resource, Undecided, Violation

CONTEXT = Context(environment="dev", allowed_regions=frozenset({"europe-west4"}))
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abc", min_size=1, max_size=2), inner, max_size=3)
    ),
    max_leaves=8,
)


def test_a_path_leads_to_every_element():
    inputs = {"a": [{"b": 1}, {"b": 2}, {}]}
    assert list(find(inputs, "a[*].b")) == [("a[0].b", 1), ("a[1].b", 2), ("a[2].b", None)]


def test_a_missing_key_is_none_and_a_missing_list_has_no_elements():
    assert list(find({}, "a.b")) == [("a.b", None)]
    assert list(find({}, "a[*].b")) == []


@pytest.mark.parametrize(
    ("inputs", "path", "where"),
    [
        ({"a": UNKNOWN}, "a.b.c", "a"),
        ({"a": UNKNOWN}, "a[*].b", "a"),
        ({"a": [UNKNOWN]}, "a[*].b", "a[0]"),
        ({"a": {"b": UNKNOWN}}, "a.b", "a.b"),
    ],
)
def test_below_an_unknown_there_is_one_unknown_at_its_place(inputs, path, where):
    assert list(find(inputs, path)) == [(where, UNKNOWN)]


@pytest.mark.parametrize(
    "use",
    [
        bool,
        str,
        len,
        list,
        lambda value: value == "x",
        lambda value: value != "x",
        lambda value: value in {"x", "y"},
        lambda value: "x" in value,
        lambda value: value < 1,
        lambda value: value["x"],
        lambda value: value.lower(),
        int,
    ],
)
def test_looking_into_an_unknown_raises(use):
    with pytest.raises(UnknownUsedError):
        use(UNKNOWN)


@given(PLAIN)
def test_what_is_known_has_no_unknown_in_it(value):
    assert first_unknown(value) == ""


@given(PLAIN, st.text("xyz", min_size=1, max_size=3))
def test_an_unknown_is_found_wherever_it_lies(value, key):
    assert first_unknown({"a": value, "b": [value, {key: UNKNOWN}]}) == f"b[1].{key}"


@given(st.dictionaries(st.sampled_from("ab"), PLAIN, max_size=2))
def test_a_demand_answers_once_for_each_value_and_never_holds_for_an_unknown(inputs):
    resource = Resource(type="t", inputs={**inputs, "c": [UNKNOWN, *inputs.values()]})
    found = list(demand(resource, "c[*]", lambda _: True, "write it."))
    assert [(each.property, each.sentence) for each in found] == [("c[0]", None)]


@pytest.fixture
def register(monkeypatch):
    """A decorator that registers a rule for one test."""
    monkeypatch.setattr("policy.registry.RULES", {})
    return rule("a-rule", ["t"], late=["a", "b[*].c"])


def test_what_a_rule_found_before_it_met_an_unknown_is_told(register):
    from policy import registry

    @register
    def _check(resource, _):
        """It holds."""
        yield registry.Finding("x", "`x` is wrong.")
        assert resource.inputs["y"] == 1

    resource = Resource(type="t", inputs={"y": UNKNOWN})
    assert judge(registry.RULES["a-rule"], resource, CONTEXT) == [
        Violation("a-rule", "x", "`x` is wrong."),
        Undecided("a-rule", "y", late=False),
    ]


def test_only_what_other_resources_produce_may_be_known_late(register):
    from policy import registry

    @register
    def _check(_resource, _):
        """It holds."""
        yield from ()

    waits = registry.RULES["a-rule"].waits_for
    assert [waits(path) for path in ("a", "a.x", "a[1]", "b[0].c")] == [True] * 4
    assert [waits(path) for path in ("b", "ab", "b[0]", "b[0].d", "")] == [False] * 5


def test_two_rules_of_one_name_and_a_rule_without_words_are_refused(register):
    def check(_resource, _):
        """It holds."""
        yield from ()

    def silent(_resource, _):
        yield from ()

    register(check)
    with pytest.raises(ValueError, match="two rules are called a-rule"):
        register(check)
    with pytest.raises(ValueError, match="does not say"):
        rule("another", ["t"])(silent)


def test_a_value_is_shown_shortened():
    long = Resource(type="t", inputs={"a": "x" * 200})
    (found,) = demand(long, "a", lambda _: False, "write less.")
    assert found.sentence is not None
    assert len(found.sentence) < 100
    assert get(long.inputs, "a") == "x" * 200
