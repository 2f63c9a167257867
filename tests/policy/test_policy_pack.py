"""The pack: what its pure part makes of what the CLI sends."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import policy.rules  # noqa: F401 - registers them
from policy.pack import adapter
from policy.registry import RULES
from policy.tokens import BUCKET
from policy.values import UNKNOWN
from policy.verdicts import Context, Resource

ROOT = Path(__file__).parents[2]
PACK = ROOT / "policy" / "pack"
GRANT = "gcp:projects/iAMMember:IAMMember"
ABOUT = Context(environment="prod", allowed_regions=frozenset({"europe-west4"}))
CONFIG = {
    "mlplatform:environment": "prod",
    "mlplatform:project": json.dumps({"id": "p", "region": "europe-west4", "zone": "us-east5-b"}),
    "mlplatform:artifacts": json.dumps({"name": "to-be9", "location": "EU"}),
}


class NotKnownError(Exception):
    """As the CLI's wrappers raise it."""


class Wrapped(Mapping):
    """A mapping that raises where a value is not known."""

    def __init__(self, inner: dict[str, Any]) -> None:
        self.inner = inner

    def __getitem__(self, key: str) -> Any:
        return _read(self.inner[key])

    def __iter__(self):
        return iter(self.inner)

    def __len__(self) -> int:
        return len(self.inner)


class WrappedList(Sequence):
    """The same for a list."""

    def __init__(self, inner: list[Any]) -> None:
        self.inner = inner

    def __getitem__(self, index: Any) -> Any:
        return _read(self.inner[index])

    def __len__(self) -> int:
        return len(self.inner)


def _read(value: Any) -> Any:
    if value is UNKNOWN:
        raise NotKnownError
    return wrap(value)


def wrap(value: Any) -> Any:
    if isinstance(value, dict):
        return Wrapped(value)
    return WrappedList(value) if isinstance(value, list) else value


def opened(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: opened(each) for key, each in value.items()}
    if isinstance(value, list):
        return [opened(each) for each in value]
    return UNKNOWN if value == OPEN else value


def same(left: Any, right: Any) -> bool:
    """Equality that may look at unknowns."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return left is right or (UNKNOWN is not left and UNKNOWN is not right and left == right)


OPEN = "open"
"""Where an unknown will be: Hypothesis compares what it draws, and an unknown lets nobody."""
VALUES = st.dictionaries(
    st.text("abc", min_size=1),
    st.recursive(
        st.just(OPEN) | st.none() | st.integers() | st.text(max_size=4),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.text("abc", min_size=1), inner, max_size=3)
        ),
        max_leaves=8,
    ),
    max_size=4,
)


@given(VALUES)
def test_values_lose_their_wrappers_and_keep_their_unknowns(drawn):
    value = opened(drawn)
    assert same(adapter.plain(wrap(value), NotKnownError), value)


def test_the_stack_is_what_its_configuration_and_its_provider_say():
    provider = {"region": "europe-west1", "defaultLabels": '{"stack": "prod"}'}
    about = adapter.context(CONFIG, provider, {})
    assert about.environment == "prod"
    assert about.allowed_regions == {"europe-west4", "us-east5", "europe-west1", "eu"}
    assert about.default_labels == {"stack": "prod"}
    assert not about.customer_managed_keys


def test_a_stack_that_says_nothing_is_held_to_what_holds_in_prod_and_has_no_regions():
    about = adapter.context({}, None, {})
    assert about.production
    assert about.allowed_regions == frozenset()


@pytest.mark.parametrize("wanted", [True, False])
def test_keys_of_ones_own_are_demanded_where_the_stack_file_wants_them(wanted):
    config = {**CONFIG, "mlplatform:keys": json.dumps({"customer_managed": wanted})}
    assert adapter.context(config, None, {}).customer_managed_keys is wanted
    assert not adapter.context(config, None, {"customerManagedKeys": False}).customer_managed_keys


def test_the_packs_own_configuration_wins():
    options = {
        "environment": "dev",
        "allowedRegions": ["us-east1"],
        "customerManagedKeys": True,
        "privateEndpoints": True,
    }
    assert options.keys() == adapter.OPTIONS.keys()
    about = adapter.context(CONFIG, {"defaultLabels": {"a": "b"}}, options)
    assert about == Context(
        environment="dev",
        allowed_regions=frozenset({"us-east1"}),
        default_labels={"a": "b"},
        customer_managed_keys=True,
        private_endpoints=True,
    )


def test_an_unknown_that_the_program_could_know_is_refused():
    bucket = Resource(type=BUCKET, inputs={"publicAccessPrevention": UNKNOWN})
    answer = adapter.answer(RULES["bucket-not-public"], bucket, ABOUT)
    assert answer.waiting == ()
    assert "`publicAccessPrevention` is not known yet" in answer.refused[0]


def test_an_unknown_of_another_resource_is_advice_until_it_is_deployed():
    grant = Resource(type=GRANT, inputs={"role": "roles/viewer", "member": UNKNOWN})
    assert adapter.answer(RULES["no-public-member"], grant, ABOUT) == adapter.Answer(
        refused=(), waiting=("no-public-member: `member` is decided when it is deployed.",)
    )
    assert adapter.answer(RULES["no-basic-role"], grant, ABOUT).refused
    assert list(adapter.all_waiting(grant, ABOUT)) == [
        "no-public-member: `member` is decided when it is deployed."
    ]


def test_the_rules_need_nothing_but_the_standard_library():
    code = "import policy.rules, policy.pack.adapter; print(len(policy.registry.RULES))"
    found = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert int(found.stdout) == len(RULES)


def test_the_packs_lock_holds_what_it_asks_for_with_hashes():
    lock = (PACK / "requirements.txt").read_text()
    for wanted in (PACK / "requirements.in").read_text().split():
        assert f"{wanted} \\\n    --hash=sha256:" in lock
    assert "://" not in lock, "no address of an index"
