"""The record of a step: reports cost little and never cost the work."""

import pytest
from google.api_core.exceptions import Forbidden, TooManyRequests

from jobs import files
from jobs.steps import record
from jobs.steps.record import Reporter, read

URI = "gs://bucket/steps/train.json"


def test_progress_is_written_no_oftener_than_the_store_takes_it(
    objects: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    monkeypatch.setattr(files, "write_text", lambda uri, text, *_: written.append(text))
    reporter = Reporter(URI, "train")
    for epoch in range(100):
        reporter.progress(epoch / 100, f"epoch {epoch}")
    reporter.succeed({})
    assert len(written) == 2, "its beginning and its end"


@pytest.mark.parametrize(("local", "times"), [(True, 3), (False, 2)])
def test_progress_is_told_more_often_on_this_machine_than_in_the_cloud(
    objects: dict[str, str], monkeypatch: pytest.MonkeyPatch, local: bool, times: int
) -> None:
    written: list[str] = []
    clock = iter([10.0, 12.0, 12.0, 13.0])
    monkeypatch.setattr(files, "write_text", lambda uri, text, *_: written.append(text))
    monkeypatch.setattr(record, "is_local", lambda: local)
    monkeypatch.setattr(record.time, "monotonic", lambda: next(clock))
    reporter = Reporter(URI, "train")
    reporter.progress(0.5, "two seconds later")
    reporter.succeed({})
    assert len(written) == times


def test_a_report_that_cannot_be_written_just_now_does_not_end_the_work(
    objects: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    reporter = Reporter(URI, "train")
    reporter._pause = 0.0
    with monkeypatch.context() as patch:
        patch.setattr(files, "write_text", raising(TooManyRequests("slow down")))
        reporter.progress(0.5, "half way")
        patch.setattr(files, "write_text", raising(Forbidden("no")))
        with pytest.raises(Forbidden):
            reporter.progress(0.6, "a bit more")
    reporter.progress(0.7, "going on")
    found = read(URI)
    assert found is not None
    assert found.message == "going on"


def raising(error: Exception):
    def write(*_: object) -> None:
        raise error

    return write
