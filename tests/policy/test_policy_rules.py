"""Each rule, asked about resources that keep it, break it, or do not say."""

import cases_data
import cases_delivery
import cases_machines
import cases_network
import cases_people
import cases_vertex
import cases_watching
import pytest
from hypothesis import given
from hypothesis import strategies as st
from policy_case import PROD, Case, changed

import policy.rules  # noqa: F401 - registers them
from policy.registry import RULES, judge
from policy.tokens import ALERT_POLICY, BUCKET
from policy.values import UNKNOWN
from policy.verdicts import Resource, Undecided, Violation

CASES: list[Case] = [
    *cases_people.CASES,
    *cases_machines.CASES,
    *cases_network.CASES,
    *cases_delivery.CASES,
    *cases_data.CASES,
    *cases_vertex.CASES,
    *cases_watching.CASES,
]
BAD = [
    (case, path, value) for case in CASES for path, values in case.bad.items() for value in values
]
UNKNOWNS = [(case, path) for case in CASES for path in case.unknown]


def verdicts(case: Case, inputs: dict):
    resource = Resource(type=case.type, inputs=inputs, protect=case.protect)
    return judge(RULES[case.rule], resource, PROD)


def test_every_rule_has_cases_of_keeping_and_of_breaking_it():
    kept = {case.rule for case in CASES if not case.never}
    broken = {case.rule for case in CASES if case.bad or case.never}
    always = {"grants-are-additive", "no-long-lived-key", "no-legacy-feature-store"}
    assert kept == RULES.keys() - always
    assert broken == RULES.keys()


def test_every_type_of_a_case_is_one_that_its_rule_looks_at():
    for case in CASES:
        assert RULES[case.rule].applies(case.type), f"{case} is judged by nobody"


@pytest.mark.parametrize("case", [case for case in CASES if not case.never], ids=str)
def test_a_compliant_resource_passes(case: Case):
    assert verdicts(case, case.good) == []


@pytest.mark.parametrize("case", [case for case in CASES if case.never], ids=str)
def test_what_may_not_exist_is_refused(case: Case):
    assert [type(each) for each in verdicts(case, case.good)] == [Violation]


@pytest.mark.parametrize(
    ("case", "path", "value"),
    BAD,
    ids=[f"{case}-{path}-{i}" for i, (case, path, _) in enumerate(BAD)],
)
def test_a_violating_resource_is_refused_at_the_property_in_a_sentence(case: Case, path, value):
    found = verdicts(case, changed(case.good, path, value))
    assert found, "it passed"
    top = path.partition(".")[0].partition("[")[0]
    for each in found:
        assert isinstance(each, Violation)
        assert each.rule == case.rule
        assert each.sentence.endswith(".")
    tops = {each.property.partition(".")[0].partition("[")[0] for each in found}
    assert top in tops or case.rule in ELSEWHERE, f"{tops} is not where the mistake is"


ELSEWHERE = {
    "endpoint-has-one-way-in",
    "endpoint-lies-in-one-place",
    "feature-store-has-one-engine",
    "no-accelerator-beside-built-in",
}
"""Rules about two properties, which may speak of the other one."""


@pytest.mark.parametrize(("case", "path"), UNKNOWNS, ids=[f"{c}-{p}" for c, p in UNKNOWNS])
def test_an_unknown_value_leaves_the_rule_undecided(case: Case, path: str):
    found = verdicts(case, changed(case.good, path, UNKNOWN))
    assert any(isinstance(each, Undecided) for each in found), found or "it passed by accident"


@pytest.mark.parametrize(
    ("rule", "token", "inputs", "sentence"),
    [
        (
            "bucket-uniform-access",
            BUCKET,
            {},
            "`uniformBucketLevelAccess` is missing: write `uniform_bucket_level_access=True`.",
        ),
        (
            "log-alert-is-limited",
            ALERT_POLICY,
            {"conditions": [{"conditionMatchedLog": {"filter": "x"}}]},
            "`alertStrategy.notificationRateLimit.period` is missing:"
            " write a period, such as 300s.",
        ),
        (
            "log-alert-is-limited",
            ALERT_POLICY,
            {"alertStrategy": {"notificationRateLimit": {"period": "300s"}}},
            "`alertStrategy.notificationRateLimit.period` is '300s': leave it out.",
        ),
        (
            "location-allowed",
            BUCKET,
            {"location": "US"},
            "`location` is 'US': write one of europe-west4.",
        ),
        (
            "grants-are-additive",
            "gcp:projects/iAMPolicy:IAMPolicy",
            {},
            "IAMPolicy takes away what it does not list: write one IAMMember per grant.",
        ),
    ],
)
def test_the_sentence_says_what_is_there_and_what_to_write_instead(rule, token, inputs, sentence):
    found = judge(RULES[rule], Resource(type=token, inputs=inputs), PROD)
    assert [each.sentence for each in found if isinstance(each, Violation)] == [sentence]


def parents(path: str) -> list[str]:
    """The path and every object above it; not the elements of lists."""
    parts = path.split(".")
    return [".".join(parts[: length + 1]) for length in range(len(parts))]


HIDDEN = [(case, parent) for case in CASES for path in case.bad for parent in parents(path)]


@pytest.mark.parametrize(("case", "path"), HIDDEN, ids=[f"{c}-{p}" for c, p in HIDDEN])
def test_what_could_hide_a_violation_never_passes(case: Case, path: str):
    assert verdicts(case, changed(case.good, path, UNKNOWN)), "the value may turn out to break it"


def test_a_rule_says_nothing_about_other_types():
    other = Resource(type="random:index/randomId:RandomId", inputs={})
    for rule in RULES.values():
        assert judge(rule, other, PROD) == []


def test_outside_prod_data_may_go_and_keys_may_be_googles():
    from dataclasses import replace

    dev = replace(PROD, environment="dev", customer_managed_keys=False, private_endpoints=False)
    relaxed = {
        "customer-managed-key",
        "customer-managed-key-everywhere",
        "data-protected-in-prod",
        "deletion-refused-in-prod",
        "endpoint-is-private-where-demanded",
    }
    for case in CASES:
        if case.rule in relaxed:
            for path, values in case.bad.items():
                inputs = changed(case.good, path, values[0])
                resource = Resource(type=case.type, inputs=inputs)
                assert judge(RULES[case.rule], resource, dev) == [], case


def test_no_place_can_be_judged_without_the_regions_of_the_stack():
    from dataclasses import replace

    nowhere = replace(PROD, allowed_regions=frozenset())
    bucket = Resource(type="gcp:storage/bucket:Bucket", inputs={"location": "EUROPE-WEST4"})
    found = judge(RULES["location-allowed"], bucket, nowhere)
    assert found == [Undecided("location-allowed", "location", late=False)]


@given(st.ip_addresses(v=4), st.integers(0, 32))
def test_how_much_of_the_world_a_firewall_may_let_in(address, prefix):
    inputs = {"allows": [{"protocol": "tcp"}], "sourceRanges": [f"{address}/{prefix}"]}
    resource = Resource(type="gcp:compute/firewall:Firewall", inputs=inputs)
    found = judge(RULES["firewall-closed-to-the-world"], resource, PROD)
    assert bool(found) == (prefix < 8)


@given(st.integers(-5, 10**11))
def test_which_numbers_name_an_endpoint(number):
    resource = Resource(type="gcp:vertex/aiEndpoint:AiEndpoint", inputs={"name": str(number)})
    found = judge(RULES["endpoint-name-is-a-number"], resource, PROD)
    assert bool(found) != (0 < number < 10**10)
