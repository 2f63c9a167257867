"""Checks before a deployment: tools, billing, APIs, permissions, quotas."""

import stat
from pathlib import Path

import pytest
from google_replies import Replies, replies

from catalog import services
from catalog.quotas import QUOTAS
from catalog.tools import TOOLS, Tool
from infra.settings.quota_demand import Demand
from ops.check import project, quotas, tools
from ops.check.google import Google

__all__ = ["replies"]

PROJECT = "mlplatform-prod"
BILLING = f"GET cloudbilling.googleapis.com/v1/projects/{PROJECT}/billingInfo"
APIS = f"GET serviceusage.googleapis.com/v1/projects/{PROJECT}/services:batchGet"
MAY = f"POST cloudresourcemanager.googleapis.com/v3/projects/{PROJECT}:testIamPermissions"


def fake(folder: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> Tool:
    program = folder / "pulumi"
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(folder))
    return next(each for each in TOOLS if each.name == "pulumi")


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("echo v3.260.0", "ok"),
        ("echo v4.0.1 >&2", "ok"),
        ("echo v3.99.0", "failed"),
        ("echo no version", "failed"),
    ],
)
def test_a_tool_is_as_new_as_it_must_be(tmp_path, monkeypatch, text, state):
    fake(tmp_path, text, monkeypatch)
    found = {each.subject: each for each in tools.check(cloud=True)}
    assert found["pulumi"].state == state
    assert "3.260.0 or newer" in found["pulumi"].wanted
    assert bool(found["pulumi"].next) is (state != "ok")


def test_a_tool_of_the_cloud_only_warns_where_no_cloud_is_meant(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    here = {each.subject: each.state for each in tools.check(cloud=False)}
    there = {each.subject: each.state for each in tools.check(cloud=True)}
    assert (here["pulumi"], there["pulumi"]) == ("warning", "failed")
    assert here["make"] == there["make"] == "failed"
    assert here["java"] == there["java"] == "warning"


def test_a_project_without_billing_is_refused_with_the_command_that_links_it(replies: Replies):
    replies.given[BILLING] = {"billingEnabled": False, "billingAccountName": ""}
    (finding,) = project.billing(Google(), PROJECT)
    assert finding.state == "failed"
    assert f"gcloud billing projects link {PROJECT}" in finding.next
    name = "billingAccounts/012345-6789AB-CDEF01"
    replies.given[BILLING] = {"billingEnabled": True, "billingAccountName": name}
    (finding,) = project.billing(Google(), PROJECT)
    assert (finding.state, finding.found) == ("ok", "account 012345-6789AB-CDEF01")


def test_apis_that_a_deployment_cannot_enable_itself_must_be_on(replies: Replies):
    def enabled(query, _):
        names = [each for each in query["names"] if not each.endswith(services.IAM)]
        states = ["DISABLED" if name.endswith(services.TPU) else "ENABLED" for name in names]
        return {"services": [{"name": n, "state": s} for n, s in zip(names, states, strict=True)]}

    replies.given[APIS] = enabled
    found = {each.subject: each for each in project.apis(Google(), PROJECT)}
    assert found[services.IAM].state == "failed", "nothing enables it before the deployment"
    assert f"gcloud services enable {services.IAM}" in found[services.IAM].next
    assert found[services.TPU].state == "warning", "the deployment enables it"
    assert found[services.STORAGE].state == "ok"
    assert len(found) == len({*services.FOUNDATION, *services.PLATFORM})


def test_missing_permissions_are_named_whatever_their_number(replies: Replies):
    wanted = [f"storage.buckets.p{number}" for number in range(150)]
    replies.given[MAY] = lambda _, body: {
        "permissions": [each for each in body["permissions"] if not each.endswith("149")]
    }
    found = list(project.permissions(Google(), PROJECT, wanted))
    assert [each.subject for each in found] == ["storage.buckets.p149"]
    assert len(replies.asked) == 2, "one call takes a hundred"
    (finding,) = project.permissions(Google(), PROJECT, wanted[:149])
    assert finding.state == "ok"


def demand(name: str, place: str | None, least: int, most: int) -> Demand:
    return Demand(quota=QUOTAS[name], place=place, least=least, most=most, by=("models.a",))


@pytest.mark.parametrize(
    ("value", "state"),
    [(7, "failed"), (8, "warning"), (15, "warning"), (16, "ok"), (-1, "ok"), (None, "unknown")],
)
def test_quota_is_compared_with_what_must_and_what_may_run_at_once(value, state):
    finding = quotas.verdict(demand("h100", "us-central1", 8, 16), value)
    assert finding.state == state
    assert finding.wanted == "8 to 16 GPUs for models.a"
    assert bool(finding.next) is (state != "ok")


def test_the_most_special_value_of_a_quota_counts(replies: Replies):
    wanted = demand("h100", "us-central1", 8, 8)
    path = f"projects/{PROJECT}/locations/global/services/{wanted.quota.service}/quotaInfos"
    everywhere = {"dimensions": {}, "details": {"value": "0"}}
    here = {
        "dimensions": {"region": "us-central1", "gpu_family": "NVIDIA_H100"},
        "details": {"value": "16"},
    }
    there = {"dimensions": {"region": "us-east5"}, "details": {"value": "99"}}
    name = f"GET cloudquotas.googleapis.com/v1/{path}/{wanted.quota.quota_id}"
    replies.given[name] = {"dimensionsInfos": [here, there, everywhere]}
    assert quotas.granted(Google(), PROJECT, wanted) == 16
    replies.given[name] = {"dimensionsInfos": [there]}
    assert quotas.granted(Google(), PROJECT, wanted) is None, "unset is not zero"
    del replies.given[name]
    assert quotas.granted(Google(), PROJECT, wanted) is None
