"""Key and network in the messages of a run: at the job, and never inside of a worker pool."""

from typing import Any

import pytest
from google.cloud import aiplatform_v1 as api
from job_fakes import make_submission
from pydantic import ValidationError

from jobs.layout import RunLayout
from jobs.spec import Placement, Submission
from jobs.steps import train
from jobs.steps.context import StepContext
from jobs.submit import pipeline_job

KEY = "projects/acme-ml/locations/europe-west4/keyRings/r/cryptoKeys/vertex"
ATTACHMENT = "projects/acme-ml/regions/europe-west4/networkAttachments/ml-vertex"
NETWORK = "projects/123/global/networks/ml"


def placed(**changes: Any) -> Submission:
    submission = make_submission()
    values = {**submission.placement.model_dump(), **changes}
    return submission.model_copy(update={"placement": Placement.model_validate(values)})


def custom_job(submission: Submission) -> api.CustomJob:
    context = StepContext(
        spec=submission.spec,
        placement=submission.placement,
        run_id="r",
        layout=RunLayout.of(submission.spec, submission.placement, "r"),
        progress=lambda *_: None,
    )
    message = train.custom_job(submission.spec, submission.placement, "r", context)
    return api.CustomJob(message)


def test_a_run_without_key_and_network_says_nothing_of_them():
    job = custom_job(make_submission())
    assert "encryption_spec" not in job
    assert "psc_interface_config" not in job.job_spec
    assert not job.job_spec.network
    assert not job.job_spec.persistent_resource_id


def test_the_key_is_on_the_pipeline_and_on_its_training_job():
    submission = placed(key=KEY)
    pipeline = api.PipelineJob(pipeline_job(submission, 1))
    assert pipeline.encryption_spec.kms_key_name == KEY
    assert custom_job(submission).encryption_spec.kms_key_name == KEY


def test_a_network_attachment_is_a_field_of_the_job_and_not_of_its_worker_pool():
    submission = placed(network_attachment=ATTACHMENT)
    spec = custom_job(submission).job_spec
    assert spec.psc_interface_config.network_attachment == ATTACHMENT
    assert not spec.network
    pipeline = api.PipelineJob(pipeline_job(submission, 1))
    assert pipeline.psc_interface_config.network_attachment == ATTACHMENT


def test_a_peered_job_names_its_network_by_number_and_its_ranges_by_name():
    submission = placed(network=NETWORK, reserved_ranges=["ml-services"])
    for message in (
        custom_job(submission).job_spec,
        api.PipelineJob(pipeline_job(submission, 1)),
    ):
        assert message.network == NETWORK
        assert list(message.reserved_ip_ranges) == ["ml-services"]
        assert "psc_interface_config" not in message


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"network": NETWORK, "network_attachment": ATTACHMENT}, "not both"),
        ({"reserved_ranges": ["ml-services"]}, "there is none"),
        ({"network": NETWORK, "reserved_ranges": ["10.0.0.0/16"]}, "reserved_ranges"),
    ],
)
def test_two_ways_into_the_network_or_a_range_by_its_addresses_is_no_placement(changes, reason):
    with pytest.raises(ValidationError, match=reason):
        placed(**changes)


def test_a_training_in_a_warm_pool_names_it():
    spec = custom_job(placed(warm_pool="short-trainings-prod")).job_spec
    assert spec.persistent_resource_id == "short-trainings-prod"


@pytest.mark.parametrize(("machines", "counts"), [(1, [1]), (2, [1, 1]), (5, [1, 4])])
def test_the_first_machine_has_a_pool_of_its_own_and_the_others_are_like_it(
    machines: int, counts: list[int]
):
    training = make_submission().spec.training.model_copy(update={"replica_count": machines})
    pools = custom_job(make_submission(training=training)).job_spec.worker_pool_specs
    assert [pool.replica_count for pool in pools] == counts
    first = pools[0]
    for pool in pools:
        assert pool.machine_spec == first.machine_spec, "flex-start takes no other"
        assert pool.container_spec == first.container_spec


@pytest.mark.parametrize("strategy", ["STANDARD", "SPOT", "FLEX_START"])
def test_spot_is_a_strategy_of_the_job_and_only_flex_start_waits_by_demand(strategy: str):
    submission = make_submission()
    training = submission.spec.training.model_copy(update={"strategy": strategy})
    scheduling: Any = custom_job(make_submission(training=training)).job_spec.scheduling
    assert scheduling.strategy.name == strategy
    assert scheduling.timeout.total_seconds() == 3600
    waits = scheduling.max_wait_duration.total_seconds()
    assert waits == (train.QUEUE_SECONDS if strategy == "FLEX_START" else 0)
