"""What the training container does around a workload."""

from types import SimpleNamespace

import pytest
from job_fakes import make_submission

from jobs import trainer
from jobs.layout import RunLayout
from jobs.steps import record

RUN = "flight-delay-0123-1"
URI = "gs://acme-ml-artifacts/submission.json"


@pytest.mark.parametrize(("first", "told"), [(True, "SUCCEEDED"), (False, None)])
def test_of_several_hosts_all_train_and_the_first_reports(
    objects: dict[str, str], monkeypatch: pytest.MonkeyPatch, first: bool, told: str | None
) -> None:
    submission = make_submission()
    layout = RunLayout.of(submission.spec, submission.placement, RUN)
    record.Reporter(layout.step("prepare"), "prepare").succeed({"data_uri": "gs://data"})
    objects[URI] = submission.model_dump_json()
    trained: list[str] = []

    def train(arguments: object, data_uri: str, *_: object) -> dict[str, int]:
        trained.append(data_uri)
        return {"epochs": 2}

    monkeypatch.setattr(trainer, "load", lambda _: SimpleNamespace(train=train))
    monkeypatch.setattr(trainer, "is_first", lambda _: first)
    trainer.train(URI, RUN)
    found = record.read(layout.trainer)
    assert trained == ["gs://data"]
    assert (found and found.state) == told
