"""The journey of a user: up, again, a change, a broken workload, its repair, and down.

The tests of this module are one journey and run in their order.
"""

import pytest
from project_copy import Project

from jobs.workloads.flight_delay.args import DATA

pytestmark = pytest.mark.slow
TRAIN = "jobs/workloads/flight_delay/train.py"


def test_up_ends_in_a_served_prediction(project: Project) -> None:
    report = project.json("up")
    model = report["models"][0]
    assert report["result"] == "succeeded"
    assert [run["created"] for run in report["submissions"]] == [True]
    assert model["version"] == "1"
    assert 0 <= model["prediction"]["delay_probability"] <= 1
    assert {check["metric"] for check in model["checks"]} >= {
        "auc",
        "log_loss",
        "calibration_error",
    }


def test_what_was_served_is_in_the_registry_and_behind_the_endpoint(project: Project) -> None:
    (version,) = project.versions()
    assert set(version["aliases"]) >= {"champion", "default"}
    assert "delay_probability" in project.json("predict", "flight-delay")["prediction"]


def test_a_versions_lineage_leads_to_its_data_code_and_gate(project: Project) -> None:
    (run,) = project.run_ids()
    told = project.json("models", "lineage", "flight-delay", "--version", "1")["facts"]
    facts = {(fact["about"], fact["name"]): fact["value"] for fact in told}
    assert facts["run", "id"] == run
    assert facts["data", "sha256"] == DATA.sha256
    assert facts["gate", "accepted"] == "True"
    assert "/customJobs/" in facts["training", "custom job"]
    stored = facts["code", "pipeline"].rpartition("/flight-delay/sha256:")
    assert stored[0].startswith("https://europe-west4-kfp.pkg.dev/"), "the run names its template"


def test_a_second_up_changes_and_submits_nothing(project: Project) -> None:
    before = project.run_ids()
    report = project.json("up")
    assert set(report["changes"]) == {"same"}
    assert [run["created"] for run in report["submissions"]] == [False]
    assert project.run_ids() == before


def test_a_second_up_says_so(project: Project) -> None:
    assert "nothing submitted" in project.mlp("up")


def test_a_preview_right_after_reports_no_change(project: Project) -> None:
    project.mlp("preview", "--expect-no-changes")


def test_a_changed_setting_shows_its_difference(project: Project) -> None:
    project.set_argument("epochs", 2)
    before = project.run_ids()
    assert "arguments.epochs: 1" in project.mlp("preview")
    assert project.run_ids() == before, "a preview must not submit"


def test_a_changed_setting_submits_exactly_one_run(project: Project) -> None:
    before = project.run_ids()
    project.mlp("up")
    assert len(project.run_ids()) == len(before) + 1
    newest, oldest = project.versions()
    assert (newest["version"], oldest["version"]) == ("2", "1")
    assert "champion" in newest["aliases"]
    assert "champion" not in oldest["aliases"]


def test_returning_to_an_earlier_setting_serves_its_version_again(project: Project) -> None:
    before = project.run_ids()
    project.set_argument("epochs", 1)
    assert "rolling out run" in project.mlp("up")
    assert project.run_ids() == before, "it was trained already"
    newest, oldest = project.versions()
    assert ("champion" in newest["aliases"], "champion" in oldest["aliases"]) == (False, True)
    assert project.json("predict", "flight-delay")["version"] == "1"


def test_the_history_of_runs_and_verdicts_is_in_bigquery(project: Project) -> None:
    runs, gates = project.rows("runs_table"), project.rows("gate_table")
    assert [row["state"] for row in runs] == ["SUCCEEDED", "SUCCEEDED"]
    assert {row["run_id"] for row in gates} == {row["run_id"] for row in runs}
    assert all(row["metrics"] for row in runs)


def test_a_workload_that_fails_says_where_and_changes_nothing_served(project: Project) -> None:
    project.edit(TRAIN, "def train(", "raise RuntimeError('the workload is broken')\n\ndef train(")
    shown = project.mlp("up", code=1)
    assert "train" in shown
    assert "the workload is broken" in shown
    assert "mlp logs" in shown
    assert len(project.versions()) == 2, "nothing may be registered"
    assert "delay_probability" in project.json("predict", "flight-delay")["prediction"]


def test_after_the_repair_the_next_up_goes_on(project: Project) -> None:
    project.edit(TRAIN, "raise RuntimeError('the workload is broken')\n\n", "# repaired\n\n\n")
    project.mlp("up")
    assert [version["version"] for version in project.versions()] == ["3", "2", "1"]


def test_down_leaves_nothing(project: Project) -> None:
    shown = project.mlp("down")
    assert "nothing is left" in shown
    store = project.folder / "cloud.db"
    if store.exists():
        from localcloud.store import Store

        assert Store(project.folder).kinds() == []
