"""Checks after a deployment: workstations, accelerators, buckets, Spark; and what errors mean."""

from typing import Any

import pytest
from google_replies import Replies, replies

from ops.check import access, health, spark
from ops.check.deployed import Deployed
from ops.check.findings import Finding
from ops.check.google import Google
from ops.check.trouble import explain

__all__ = ["replies"]

PROJECT = "mlplatform-prod"
CLUSTER = f"projects/{PROJECT}/locations/europe-west4/workstationClusters/prod"
CONFIG = f"{CLUSTER}/workstationConfigs/research"
NODE = f"projects/{PROJECT}/locations/europe-west4-a/nodes/v6e"
INSTANCE = f"projects/{PROJECT}/zones/europe-west4-b/instances/h100"


def cluster_of(replies: Replies, **fields: Any) -> Finding:
    replies.given[f"GET workstations.googleapis.com/v1/{CLUSTER}"] = fields
    token = "gcp:workstations/workstationCluster:WorkstationCluster"
    (finding,) = health.check(Google(), [Deployed(token, CLUSTER, {})])
    return finding


def test_a_cluster_is_judged_by_its_conditions_because_it_has_no_state(replies: Replies):
    assert cluster_of(replies, state="READY").state == "ok"
    assert cluster_of(replies, reconciling=True).state == "warning"
    text = "Quota 'SSD_TOTAL_GB' exceeded"
    broken = cluster_of(replies, degraded=True, conditions=[{"code": 8, "message": text}])
    assert broken.state == "failed"
    assert text in broken.found
    assert "quota" in broken.next


def test_a_workstation_is_compared_with_what_was_deployed(replies: Replies):
    replies.given[f"GET workstations.googleapis.com/v1/{CONFIG}"] = {
        "host": {"gceInstance": {"machineType": "n1-standard-16"}},
        "container": {"image": "image@sha256:1"},
    }
    token = "gcp:workstations/workstationConfig:WorkstationConfig"
    wanted = {
        "host": {"gceInstance": {"machineType": "n1-standard-8"}},
        "container": {"image": "image@sha256:1"},
    }
    found = {f.subject: f for f in health.check(Google(), [Deployed(token, CONFIG, wanted)])}
    assert found["research"].state == found["research image"].state == "ok"
    machine = found["research machine type"]
    assert (machine.state, machine.found, machine.wanted) == (
        "failed",
        "n1-standard-16",
        "n1-standard-8",
    )


@pytest.mark.parametrize(
    ("state", "verdict", "said"),
    [
        ("READY", "ok", ""),
        ("CREATING", "warning", "waiting"),
        ("PREEMPTED", "failed", "makes it again"),
        ("STOPPED", "failed", "stopped"),
    ],
)
def test_a_tpu_runs_with_the_accelerator_that_was_asked_for(replies, state, verdict, said):
    given = {"acceleratorType": "v6e-8", "runtimeVersion": "v2-alpha-tpuv6e"}
    replies.given[f"GET tpu.googleapis.com/v2/{NODE}"] = {"state": state, **given}
    found = list(health.check(Google(), [Deployed("gcp:tpu/v2Vm:V2Vm", NODE, given)]))
    assert found[0].state == verdict
    assert said in found[0].next
    assert [each.state for each in found[1:]] == ["ok", "ok"]
    other = Deployed("gcp:tpu/v2Vm:V2Vm", NODE, {**given, "acceleratorType": "v6e-4"})
    assert [each.state for each in health.check(Google(), [other])][1] == "failed"


def test_a_queued_request_that_failed_says_why(replies: Replies):
    path = f"projects/{PROJECT}/locations/europe-west4-b/queuedResources/v5e"
    error = {"message": "There is no more capacity in the zone"}
    state = {"state": "FAILED", "failedData": {"error": error}}
    replies.given[f"GET tpu.googleapis.com/v2/{path}"] = {"state": state}
    token = "gcp:tpu/v2QueuedResource:V2QueuedResource"
    (finding,) = health.check(Google(), [Deployed(token, path, {})])
    assert finding.state == "failed"
    assert "no more capacity" in finding.found
    assert "another zone" in finding.next


def test_what_is_gone_is_said_with_what_to_do_and_hides_nothing_else(replies: Replies):
    pool = f"projects/{PROJECT}/locations/europe-west4/persistentResources/short"
    address = "europe-west4-aiplatform.googleapis.com"
    replies.given[f"GET {address}/v1/{pool}"] = {"state": "RUNNING"}
    token = "gcp:vertex/aiPersistentResource:AiPersistentResource"
    deployed = [Deployed("gcp:tpu/v2Vm:V2Vm", NODE, {}), Deployed(token, pool, {})]
    gone, there = health.check(Google(), deployed)
    assert (gone.state, gone.subject) == ("failed", "v6e")
    assert "time was over" in gone.found
    assert "pulumi refresh" in gone.next
    assert (there.state, there.found) == ("ok", "RUNNING")
    error = {"state": "ERROR", "error": {"message": "There is no more capacity in the zone"}}
    replies.given[f"GET {address}/v1/{pool}"] = error
    (broken,) = health.check(Google(), deployed[1:])
    assert "another zone" in broken.next


def test_an_instance_is_compared_by_the_last_part_of_its_machine_type(replies: Replies):
    url = "https://www.googleapis.com/compute/v1/projects/p/zones/z/machineTypes/a3-highgpu-8g"
    replies.given[f"GET compute.googleapis.com/compute/v1/{INSTANCE}"] = {
        "status": "RUNNING",
        "machineType": url,
    }
    wanted = Deployed("gcp:compute/instance:Instance", INSTANCE, {"machineType": "a3-highgpu-8g"})
    assert [each.state for each in health.check(Google(), [wanted])] == ["ok", "ok"]


def test_who_lacks_which_role_on_a_bucket_is_said(replies: Replies):
    token = "gcp:storage/bucketIAMMember:BucketIAMMember"
    runner, trainer = "serviceAccount:runner@p", "serviceAccount:trainer@p"
    role = "roles/storage.objectUser"
    grants = [
        Deployed(token, str(member), {"bucket": "b/data", "role": role, "member": member})
        for member in (runner, trainer)
    ]
    path = "GET storage.googleapis.com/storage/v1/b/data/iam"
    replies.given[path] = {"bindings": [{"role": role, "members": [runner]}]}
    (finding,) = access.check(Google(), grants)
    assert finding.found == f"{trainer} lacks {role}"
    replies.given[path] = {"bindings": [{"role": role, "members": [runner, trainer]}]}
    (finding,) = access.check(Google(), grants)
    assert (finding.state, finding.found) == ("ok", "all 2 grants")


def test_a_failed_batch_says_why_and_where_its_log_is(replies: Replies):
    place = f"projects/{PROJECT}/locations/europe-west4/batches"
    message = "Quota 'CPUS' exceeded. Limit: 24.0"
    batches = [
        {"name": f"{place}/good", "state": "SUCCEEDED"},
        {"name": f"{place}/bad", "state": "FAILED", "stateMessage": message},
    ]
    replies.given[f"GET dataproc.googleapis.com/v1/{place}"] = {"batches": batches}
    good, bad = spark.check(Google(), PROJECT, "europe-west4")
    assert (good.state, bad.state) == ("ok", "failed")
    assert message in bad.found
    assert "dataproc/batches/europe-west4/bad" in bad.next


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Error 503: ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS", "capacity"),
        ("There is no more capacity in the zone us-east5-b; you can try elsewhere", "capacity"),
        ("Quota 'NVIDIA_H100_GPUS' exceeded. Limit: 0.0 in region us-central1", "quota"),
        ("Quota limit 'TPUV6EPerProjectPerZoneForTPUAPI' has been exceeded", "quota"),
        ("Quota exceeded for quota metric 'Requests' and limit 'Requests per minute'", "quota"),
        ("Cloud TPU API has not been used in project 1 before or it is disabled", "api"),
        ("Constraint constraints/compute.vmExternalIpAccess violated", "organization policy"),
        ("vpcServiceControlsUniqueIdentifier: abc", "perimeter"),
        ('Invalid TPU software version "tpu-ubuntu2204-base"', "runtime"),
        ("Accelerator type v6e-8 not found in zone us-central2-b", "place"),
        ("A target reservation must be specified", "reservation"),
        ("Service account service-1@gcp-sa does not exist", "identity"),
        ("Error 409: alreadyExists", "name"),
        ("Required 'compute.instances.create' permission for 'x'", "permission"),
        ("something else entirely", "unknown"),
    ],
)
def test_an_error_of_the_cloud_is_explained(text, kind):
    trouble = explain(text)
    assert trouble.kind == kind
    assert trouble.meaning
    assert trouble.next
