"""Who is told when something is wrong, and from which point on.

What can be wrong at all, with bounds that suit most, is `catalog.alerts`. Bounds of one model are
in `infra.settings.models`.
"""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, model_validator

from catalog.alerts import ALERTS
from catalog.alerts.alert import Alert, LogMatch, Severity
from infra.settings.nearest import choose
from infra.settings.once import ONCE
from infra.settings.problems import Path, Problem, refuse
from infra.settings.section import Matching, Section

Email = Annotated[
    str,
    Matching(
        r"[A-Za-z0-9._%+-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}",
        "one e-mail address, such as 'ml-oncall@example.com'",
    ),
]
ChannelName = Annotated[
    str,
    Matching(
        r"projects/[a-z][-a-z0-9:.]{4,}/notificationChannels/[0-9]+",
        "a channel as `gcloud beta monitoring channels list` prints it: "
        "projects/PROJECT/notificationChannels/NUMBER",
    ),
]


class CriticalSettings(Section):
    """Where alerts go that cannot wait."""

    email: Email
    """Read by whoever is on call."""
    channels: Annotated[list[ChannelName], ONCE] = Field(max_length=10)
    """Pagers and webhooks. They hold a secret, which would lie in this program's state: make the
    channel by hand, with the secret from where you keep it, and name it here."""


class AlertChange(Section):
    """What a stack does differently with one alert of the catalogue."""

    enabled: bool = True
    severity: Severity | None = None
    """Null: as in the catalogue."""
    bound: float | None = None
    """In the unit of the catalogue, shares from 0 to 1; null: as in the catalogue."""
    for_minutes: int | None = Field(default=None, ge=0, le=1380)
    """How long it must hold before anybody is told; null: as in the catalogue."""


class AlertSettings(Section):
    """Channels, and changes to the catalogue."""

    enabled: bool
    """False: no alert, no channel, no metric of ours and no dashboard is there."""
    email: Email
    """For warnings, and for everything where `critical` is null. A list outlives a person."""
    critical: CriticalSettings | None
    """Null: as warnings."""
    repeat_minutes: int = Field(ge=30, le=1440)
    """How often an incident that stays open is told again."""
    readers: Annotated[list[Email], ONCE]
    """People whose reading of data is usual; an account of the project always is."""
    changes: dict[str, AlertChange]
    """By the alert's name in `catalog.alerts`."""

    def change(self, name: str) -> AlertChange:
        """What the stack does differently with an alert, if anything."""
        return self.changes.get(name, AlertChange())

    @model_validator(mode="after")
    def _changes_fit(self) -> "AlertSettings":
        refuse(self._channel_problems(), self._change_problems())
        return self

    def _channel_problems(self) -> Iterator[Problem]:
        if self.critical and self.critical.email.lower() == self.email.lower():
            yield Problem(
                ("critical", "email"),
                f" is {self.critical.email!r}, where warnings go already: write the address "
                "of whoever is on call, or critical: null",
            )

    def _change_problems(self) -> Iterator[Problem]:
        for name, change in self.changes.items():
            if name not in ALERTS:
                yield Problem(("changes", name), f" is no alert: {choose(name, ALERTS)}")
            else:
                yield from _problems(ALERTS[name], change, ("changes", name))


def _problems(alert: Alert, change: AlertChange, path: Path) -> Iterator[Problem]:
    for key, value in (("bound", change.bound), ("for_minutes", change.for_minutes)):
        if value is None:
            continue
        if isinstance(alert.condition, LogMatch):
            yield Problem(
                (*path, key),
                f" is {value}, but {alert.name} tells of each line that it finds: write null",
            )
            continue
        try:
            if key == "bound":
                alert.check_bound(value)
            else:
                alert.check_minutes(int(value))
        except ValueError as error:
            yield Problem((*path, key), f" is {value}: {error}")
