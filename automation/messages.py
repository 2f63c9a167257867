"""What reaches a function: a message that Pub/Sub pushes, and Cloud Monitoring's alert in it.

The alert is schema 1.2 of https://cloud.google.com/monitoring/support/notification-options#pubsub
(2026-11). Does not decide what an alert is about: that is the function's.
"""

import base64
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError


class UnreadableError(Exception):
    """The message can never be understood, however often it comes. One sentence."""


class _Read(BaseModel):
    """Fields that Google adds tomorrow are no mistake."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Labelled(_Read):
    """A metric or a monitored resource, and the labels of the series that the alert is about."""

    type: str = ""
    labels: dict[str, str] = {}


class Incident(_Read):
    """One incident of one alert policy."""

    incident_id: str
    state: Literal["open", "closed"]
    scoping_project_id: str = ""
    policy_name: str = ""
    condition_name: str = ""
    summary: str = ""
    url: str = ""
    resource: Labelled = Labelled()
    metric: Labelled = Labelled()
    policy_user_labels: dict[str, str] = {}


class _Notice(_Read):
    version: str
    incident: Incident


class _Message(_Read):
    data: str = ""
    messageId: str = ""  # noqa: N815 - the envelope's own word


class _Envelope(_Read):
    message: _Message


def payload(envelope: Any) -> bytes:
    """What the publisher sent. Raises UnreadableError."""
    try:
        return base64.b64decode(_Envelope.model_validate(envelope).message.data, validate=True)
    except (ValidationError, ValueError) as error:
        raise UnreadableError(f"this is no message that Pub/Sub pushes: {_first(error)}") from None


def incident(envelope: Any) -> Incident:
    """The incident in a pushed message. Raises UnreadableError."""
    data = payload(envelope)
    try:
        notice = _Notice.model_validate_json(data)
    except ValidationError as error:
        raise UnreadableError(f"this is no alert of Cloud Monitoring: {_first(error)}") from None
    if not notice.version.startswith("1."):
        raise UnreadableError(f"the alert has schema {notice.version}, but this reads schema 1")
    return notice.incident


def _first(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    found = error.errors()[0]
    return f"{'.'.join(map(str, found['loc']))}: {found['msg']}"
