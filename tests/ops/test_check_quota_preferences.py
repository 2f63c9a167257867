"""What became of the quotas that a stack asked for.

The replies have the shape of `projects.locations.quotaPreferences` in the Cloud Quotas API, v1.
"""

import json
from typing import Any

import pytest
from google_replies import Replies, replies

from infra.settings.cost import QuotaSettings
from ops.check import quota_preferences
from ops.check.google import Google

__all__ = ["replies"]

PROJECT = "mlplatform-prod"
PLACE = f"projects/{PROJECT}/locations/global/quotaPreferences"
REQUEST = "mlplatform-cloud-tpu-v6e-spot-europe-west4-a"


def asked(purpose: str, limit: int = 16) -> QuotaSettings:
    return QuotaSettings.model_validate(
        {
            "quota": "cloud-tpu-v6e-spot",
            "place": "europe-west4-a",
            "limit": limit,
            "purpose": purpose,
            "reason": "One slice of eight chips and its successor",
        }
    )


def reply(granted: str | None, *, preferred: str = "16", **more: Any) -> dict[str, Any]:
    config = {"preferredValue": preferred, "requestOrigin": "CLOUD_CONSOLE", **more}
    reconciling = config.pop("reconciling", None)
    if granted is not None:
        config["grantedValue"] = granted
    body = {
        "name": f"{PLACE}/{REQUEST}",
        "service": "tpu.googleapis.com",
        "dimensions": {"zone": "europe-west4-a"},
        "quotaConfig": config,
    }
    return body if reconciling is None else {**body, "reconciling": reconciling}


@pytest.mark.parametrize(
    ("purpose", "granted", "state"),
    [
        ("request", "16", "ok"),
        ("request", "20", "ok"),
        ("request", "-1", "ok"),
        ("request", "15", "failed"),
        ("request", "0", "failed"),
        ("request", None, "unknown"),
        ("cap", "16", "ok"),
        ("cap", "0", "ok"),
        ("cap", "17", "failed"),
        ("cap", "-1", "failed"),
    ],
)
def test_a_request_is_reached_from_below_and_a_cap_from_above(purpose, granted, state):
    verdict = quota_preferences.judged(asked(purpose), reply(granted))
    assert verdict.state == state
    assert bool(verdict.next) is (state != "ok")


def test_a_request_that_is_undecided_says_what_holds_until_then():
    found = reply("0", reconciling=True, traceId="ab12")
    verdict = quota_preferences.judged(asked("request"), found)
    assert (verdict.state, verdict.found) == ("warning", "pending; until then 0")
    assert "look again later (trace id ab12)" in verdict.next


def test_a_refusal_gives_googles_reason_and_what_support_finds_it_by():
    found = reply("8", stateDetail="Not enough capacity in the zone.", traceId="ab12")
    verdict = quota_preferences.judged(asked("request"), found)
    assert verdict.found == "not granted: the limit is 8 (Not enough capacity in the zone)"
    assert "ask Cloud support (trace id ab12)" in verdict.next


def test_a_cap_that_does_not_hold_names_the_use():
    verdict = quota_preferences.judged(asked("cap"), reply("64"))
    assert verdict.found == "not applied: the limit is 64"
    assert "lower what is in use" in verdict.next


def test_what_was_asked_for_otherwise_is_told_before_what_was_granted():
    verdict = quota_preferences.judged(asked("request", 32), reply("16", reconciling=True))
    assert (verdict.state, verdict.found) == ("warning", "asked for 16, granted 16")
    assert "the stack file says 32" in verdict.next


def test_the_state_is_read_under_the_name_that_the_deployment_gave(replies: Replies):
    name = f"GET cloudquotas.googleapis.com/v1/{PLACE}/{REQUEST}"
    replies.given[name] = reply("16")
    found = quota_preferences.preference(Google(), PROJECT, asked("request"))
    assert found == reply("16")
    del replies.given[name]
    missing = quota_preferences.preference(Google(), PROJECT, asked("request"))
    verdict = quota_preferences.judged(asked("request"), missing)
    assert (verdict.state, verdict.found) == ("warning", "not asked for")


def test_the_command_tells_both_what_is_needed_and_what_was_asked_for(mlp: Any, replies: Replies):
    replies.given[f"GET cloudquotas.googleapis.com/v1/{PLACE}/{REQUEST}"] = reply("0")
    done = mlp("check", "--stack", "prod", "--cloud", "--only", "quotas", "--json")
    assert done.exit_code == 1
    found = {each["subject"]: each for each in json.loads(done.stdout)["findings"]}
    request = found["request of cloud-tpu-v6e-spot in europe-west4-a"]
    assert (request["state"], request["wanted"]) == ("failed", "16 chips")
    assert found["cap of h200-spot in europe-west4"]["found"] == "not asked for"
    assert any("to" in each["wanted"] and "for" in each["wanted"] for each in found.values())
