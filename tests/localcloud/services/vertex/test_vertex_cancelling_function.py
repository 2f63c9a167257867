"""The function that cancels a diverging job, with Google's own clients against running jobs."""

import json
from typing import Any

from catalog.incidents import ACTION, CANCEL_DIVERGING
from catalog.tables import ACTIONS

PROJECT = "flights-local"
PROGRAM = """
    import base64, json, os, sys
    os.environ |= {
        "MLPLATFORM_PROJECT": "flights-local",
        "MLPLATFORM_REGION": "us-central1",
        "MLPLATFORM_STACK": "local",
        "MLPLATFORM_ACTIONS_TABLE": "flights-local.record.actions",
    }
    from automation.cancel_diverging import handle
    data = base64.b64encode(sys.argv[1].encode()).decode()
    for _ in range(2):
        print(handle({"message": {"data": data}}).decision)
"""


def test_it_cancels_the_job_that_the_alert_names_and_leaves_the_one_beside_it(
    vertex: Any, cloud: Any
) -> None:
    dataset = f"projects/{PROJECT}/datasets/record"
    given = {"datasetId": "record", "location": "us-central1"}
    cloud.store.put("gcp:bigquery/dataset:Dataset", dataset, {"inputs": given})
    table = {"datasetId": "record", "tableId": "actions", "schema": json.dumps(ACTIONS.schema())}
    cloud.store.put("gcp:bigquery/table:Table", f"{dataset}/tables/actions", {"inputs": table})
    named, other = (
        vertex.custom_job(
            "import time; time.sleep(60)",
            labels={"mlplatform_stack": "local", "mlplatform_run": run},
        )
        for run in ("run-1", "run-2")
    )
    client = vertex.jobs
    for job in (named, other):
        vertex.wait(lambda job=job: client.get_custom_job(name=job.name), "RUNNING")
    incident = {
        "incident_id": "0.x1",
        "state": "open",
        "resource": {"type": "ml_job", "labels": {"job_id": named.name.rsplit("/", 1)[-1]}},
        "policy_user_labels": {ACTION: CANCEL_DIVERGING},
    }
    said = cloud.run(PROGRAM, json.dumps({"version": "1.2", "incident": incident}))
    assert said.splitlines()[1::2] == ["acted", "left-alone"], "each after its log entry"
    assert vertex.finished(named).state.name == "JOB_STATE_CANCELLED"
    assert client.get_custom_job(name=other.name).state.name == "JOB_STATE_RUNNING"
    rows = [row for _, row in cloud.store.list("bigquery/rows", prefix=f"{dataset}/tables/actions")]
    assert len(rows) == 2
    client.cancel_custom_job(name=other.name)
    vertex.finished(other)
