"""What the training container does around a workload."""

import json
import sys
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


@pytest.mark.parametrize(("others", "how"), [(0, RuntimeError), (1, SystemExit)])
def test_a_host_that_fails_beside_others_leaves_without_waiting_for_them(
    monkeypatch: pytest.MonkeyPatch, others: int, how: type[BaseException]
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no data")

    def leave(code: int) -> None:
        raise SystemExit(code)

    pools = {"workerpool0": ["a:2222"], "workerpool1": ["b:2222"] * others}
    task = {"type": "workerpool0", "index": 0}
    monkeypatch.setenv("CLUSTER_SPEC", json.dumps({"cluster": pools, "task": task}))
    monkeypatch.setattr(trainer, "train", fail)
    monkeypatch.setattr(trainer.os, "_exit", leave)
    monkeypatch.setattr(sys, "argv", ["trainer", "--submission", URI, "--run-id", RUN])
    with pytest.raises(how, match="1" if others else "no data"):
        trainer.main()
