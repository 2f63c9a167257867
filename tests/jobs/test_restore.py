"""Whether an earlier run's version still serves."""

from types import SimpleNamespace

import pytest
from job_fakes import make_submission

from jobs import clients
from jobs.layout import RunLayout
from jobs.restore import is_displaced
from jobs.steps import record

RUN = "flight-delay-x-1"


@pytest.mark.parametrize(
    ("deployed", "split", "displaced"),
    [
        ({"7": RUN}, {"7": 100}, False),
        ({"7": RUN, "8": "another"}, {"8": 100}, True),
        ({"8": "another"}, {"8": 100}, True),
        ({}, {}, True),
    ],
)
def test_a_run_is_displaced_if_its_version_gets_no_traffic(
    objects: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    deployed: dict[str, str],
    split: dict[str, int],
    displaced: bool,
) -> None:
    submission = make_submission()
    layout = RunLayout.of(submission.spec, submission.placement, RUN)
    record.Reporter(layout.step("rollout"), "rollout").succeed({})
    models = [SimpleNamespace(id=key, display_name=name) for key, name in deployed.items()]
    endpoint = SimpleNamespace(deployed_models=models, traffic_split=split)
    service = SimpleNamespace(get_endpoint=lambda name: endpoint)
    monkeypatch.setattr(clients, "vertex", lambda *_: service)
    assert is_displaced(submission, RUN) is displaced


def test_a_run_that_was_never_rolled_out_is_not_displaced(objects: dict[str, str]) -> None:
    assert is_displaced(make_submission(), RUN) is False
