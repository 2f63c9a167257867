"""Waiting for something in the cloud: an explicit end, a deadline, and jitter between looks."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from jobs.clients import is_local

Seen = TypeVar("Seen")

CLOUD_SECONDS = 30.0
LOCAL_SECONDS = 0.5


class DeadlineError(Exception):
    """The end did not come in time."""


def wait_until(
    look: Callable[[], Seen],
    ended: Callable[[Seen], bool],
    *,
    deadline_seconds: float,
    what: str,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Seen:
    """Looks until `ended` says so and returns what was seen last.

    The pause is 30 s (half a second locally) plus up to as much again, so that a fleet of waiting
    jobs does not ask in step. A look that fails for a passing reason is repeated: hours of work
    must not be lost to one unanswered question. Raises DeadlineError.
    """
    base = LOCAL_SECONDS if is_local() else CLOUD_SECONDS
    end = clock() + deadline_seconds
    while True:
        trouble = ""
        try:
            seen = look()
            if ended(seen):
                return seen
        except Exception as error:
            if not is_passing(error):
                raise
            trouble = f"; the last look failed: {error}"
        if clock() >= end:
            raise DeadlineError(f"{what} did not end within {deadline_seconds:.0f} s{trouble}")
        sleep(base * (1 + random.random()))  # noqa: S311  # jitter, not a secret


def is_passing(error: Exception) -> bool:
    """Whether the same question may be answered later: no connection, too many, server errors."""
    from google.api_core import exceptions
    from google.auth.exceptions import TransportError
    from requests.exceptions import ChunkedEncodingError, Timeout
    from requests.exceptions import ConnectionError as NoConnection

    if isinstance(error, exceptions.MethodNotImplemented):
        return False  # a server error by its number, but waiting does not implement it
    return isinstance(
        error,
        exceptions.ServerError
        | exceptions.TooManyRequests
        | exceptions.RetryError
        | TransportError  # a token that could not be fetched just now
        | NoConnection
        | ChunkedEncodingError
        | Timeout
        | ConnectionError,
    )
