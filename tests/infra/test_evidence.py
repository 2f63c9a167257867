"""Evidence stays as it was written: nobody of ours changes it, and a lock is a decision."""

import pytest
from graph_changes import built, needs, resources
from settings_changes import changed, refusal

BUCKET = "gcp:storage/bucket:Bucket"
EVIDENCE = "artifacts.evidence"


def test_what_was_written_stays_and_the_hold_can_be_lifted_by_a_person(prod):
    inputs = prod.named("evidence-bucket").inputs
    assert inputs["retentionPolicy"] == {"retentionPeriod": str(1825 * 86_400)}
    assert inputs["versioning"] == {"enabled": True}
    assert prod.named("evidence-bucket").protect


def test_evidence_is_in_both_regions_under_the_stacks_key(prod):
    inputs = prod.named("evidence-bucket").inputs
    assert inputs["rpo"] == "ASYNC_TURBO"
    assert inputs["encryption"] == prod.named("artifacts-bucket").inputs["encryption"]
    assert prod.named("services-storage").urn in needs(prod, prod.named("evidence-bucket").urn)


def test_who_judges_models_adds_records_and_only_auditors_read_them(prod):
    grants = [e.inputs for e in prod.registered if e.name.startswith("evidence-")]
    held = {(g["role"], g["member"].split("@")[0]) for g in grants if "role" in g}
    assert held == {
        ("roles/storage.objectCreator", "serviceAccount:pipeline-runner-prod"),
        ("roles/storage.objectViewer", "group:internal-audit"),
    }, "who could overwrite or delete could also rewrite history"


def test_a_stack_that_wants_none_has_nothing_of_it(cloud, prod, prod_config, programs):
    assert not [e for e in programs["dev"].registered if e.name.startswith("evidence")]
    graph = built(cloud, changed(prod_config, EVIDENCE, None))
    gone = {name for _, name in resources(prod) - resources(graph)}
    assert gone == {each for each in gone if each.startswith("evidence")} != set()


def test_a_lock_is_written_only_where_the_stack_file_says_so(cloud, prod_config):
    graph = built(cloud, changed(prod_config, f"{EVIDENCE}.locked", True))
    assert graph.named("evidence-bucket").inputs["retentionPolicy"]["isLocked"] is True


def test_a_lock_in_a_stack_that_is_thrown_away_is_refused(config):
    wanted = changed(config, EVIDENCE, {"retention_days": 30, "locked": True})
    sentence = refusal(wanted)
    assert sentence.startswith("mlplatform:artifacts.evidence.locked is true, but ")
    assert "write false, or protect the stack" in sentence


@pytest.mark.parametrize("days", [0, -1, 36_501])
def test_a_hold_has_a_length_that_cloud_storage_takes(config, days):
    wanted = changed(config, EVIDENCE, {"retention_days": days, "locked": False})
    assert "artifacts.evidence.retention_days" in refusal(wanted)
