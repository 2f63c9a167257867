"""Waiting ends: at the end, or at the deadline."""

import pytest

from jobs.waiting import CLOUD_SECONDS, DeadlineError, is_passing, wait_until


class Clock:
    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


def test_what_was_seen_last_is_returned() -> None:
    seen, clock = iter(["RUNNING", "RUNNING", "SUCCEEDED"]), Clock()
    end = wait_until(
        lambda: next(seen),
        lambda state: state == "SUCCEEDED",
        deadline_seconds=600,
        what="job",
        sleep=clock.sleep,
        clock=lambda: clock.now,
    )
    assert end == "SUCCEEDED"
    assert len(clock.pauses) == 2
    assert all(CLOUD_SECONDS <= pause <= 2 * CLOUD_SECONDS for pause in clock.pauses)
    assert len(set(clock.pauses)) == 2, "without jitter a fleet asks in step"


def test_a_look_that_fails_for_a_passing_reason_is_repeated() -> None:
    from google.api_core.exceptions import ServiceUnavailable

    answers, clock = (
        iter([ServiceUnavailable("busy"), ConnectionError("gone"), "SUCCEEDED"]),
        Clock(),
    )

    def look() -> str:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    end = wait_until(
        look,
        lambda state: state == "SUCCEEDED",
        deadline_seconds=600,
        what="job",
        sleep=clock.sleep,
        clock=lambda: clock.now,
    )
    assert end == "SUCCEEDED"


def test_a_look_that_can_never_succeed_ends_the_waiting() -> None:
    from google.api_core.exceptions import NotFound

    def look() -> str:
        raise NotFound("no such job")

    with pytest.raises(NotFound):
        wait_until(look, lambda _: True, deadline_seconds=600, what="job", sleep=lambda _: None)


def test_what_is_not_implemented_is_not_waited_for() -> None:
    from google.api_core.exceptions import MethodNotImplemented

    assert not is_passing(MethodNotImplemented("no such route"))


@pytest.mark.parametrize("kind", ["TransportError", "ChunkedEncodingError"])
def test_a_broken_connection_passes_wherever_it_breaks(kind: str) -> None:
    from google.auth.exceptions import TransportError
    from requests.exceptions import ChunkedEncodingError

    kinds = {"TransportError": TransportError, "ChunkedEncodingError": ChunkedEncodingError}
    assert is_passing(kinds[kind]("gone"))


def test_an_end_that_never_comes_is_an_error_at_the_deadline() -> None:
    clock = Clock()
    with pytest.raises(DeadlineError, match="custom job 7 did not end within 100 s"):
        wait_until(
            lambda: "EXPIRED",
            lambda _: False,
            deadline_seconds=100,
            what="custom job 7",
            sleep=clock.sleep,
            clock=lambda: clock.now,
        )
    assert 100 <= clock.now <= 160
