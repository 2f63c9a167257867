"""What the stack may cost: its budget, caps on quotas, and when machines stop or are deleted."""

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, field_validator, model_validator

from catalog.currencies import CURRENCIES
from catalog.places import ZONES
from catalog.quotas import QUOTAS, Quota
from infra.settings.alerts import Email
from infra.settings.cron import Schedule
from infra.settings.nearest import choose
from infra.settings.problems import Problem, refuse, spelt
from infra.settings.section import Matching, Section

_HIGHEST_FRACTION = 2
_WHOLE = 1.0
_EUROS = ("EURO", "EUROS", "€")
_PLACEHOLDERS = {"Factory", "localtime", "posixrules"}
"""Time zones of one machine, which Google's do not know."""

BillingAccount = Annotated[
    str,
    Matching(
        r"[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}",
        "the account's id, three times six hex digits in capitals, such as '01AB23-45CD67-89EF01', "
        "without billingAccounts/",
    ),
]


def _currency(code: str) -> str:
    if code not in CURRENCIES:
        meant = "EUR" if code.upper() in _EUROS else None
        near = choose(code, CURRENCIES, meant)
        raise ValueError(f"write the currency of the billing account, such as 'EUR'; {near}")
    return code


Currency = Annotated[str, AfterValidator(_currency)]


def _fraction(value: float) -> float:
    if not 0 < value <= _HIGHEST_FRACTION:
        raise ValueError(
            "a threshold is a fraction of the budget, so that 50 would be fifty times it: write "
            "0.5 for half of it, 1.0 for all"
        )
    return value


@cache
def _time_zones() -> frozenset[str]:
    """Read once: it walks the files of all of them."""
    return frozenset(available_timezones() - _PLACEHOLDERS)


def _time_zone(name: str) -> str:
    known = _time_zones()
    if known and name not in known:
        raise ValueError(f"no time zone; {_near(name, known)}")
    return name


def _near(name: str, known: frozenset[str]) -> str:
    city = name.rpartition("/")[2].lower()
    alike = sorted(each for each in known if city and city[:4] in each.lower())[:5]
    return f"write a name such as {', '.join(alike or ['Europe/Amsterdam', 'Etc/UTC'])}"


Fraction = Annotated[float, AfterValidator(_fraction)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]


class BudgetSettings(Section):
    """How much a month may cost before somebody is told. A budget by itself stops nothing."""

    billing_account: BillingAccount
    """The account that pays for the project."""
    currency: Currency
    """Currency of that account; a budget in another one is refused."""
    monthly_amount: int = Field(gt=0)
    """Budget of the project for a calendar month, in that currency, before credits."""
    thresholds: list[Fraction] = Field(default=[0.5, 0.75, 0.9, 1.0])
    """Fractions of the budget; when the cost reaches one, the alert channel is told."""
    forecast_thresholds: list[Fraction]
    """Fractions of the budget that the month's cost is expected to reach; told as well."""
    spend_cap: bool
    """At the whole budget, what runs on Spot is stopped, and in environments other than prod all
    machines and training jobs; nothing that serves."""
    ahead_factor: float | None = Field(gt=1)
    """Somebody is told if the cost is so many times ahead of the part of the month that has gone
    by; null: nobody is."""

    @field_validator("thresholds", "forecast_thresholds")
    @classmethod
    def _rising(cls, values: list[float]) -> list[float]:
        if values != sorted(set(values)):
            raise ValueError("write each threshold once, the lowest first")
        return values

    @model_validator(mode="after")
    def _tells_in_time(self) -> "BudgetSettings":
        if not self.thresholds:
            refuse([Problem(("thresholds",), " is []: write [0.5, 0.75, 0.9, 1.0]")])
        if self.spend_cap and _WHOLE not in self.thresholds:
            refuse(
                [
                    Problem(
                        ("thresholds",),
                        " has no 1.0, but spend_cap stops machines there and nobody would be told: "
                        "add 1.0, or set spend_cap to false",
                    )
                ]
            )
        return self


class QuotaSettings(Section):
    """How much of one thing the project may have at once: a cap downward, or a request upward."""

    quota: str
    """Such as `cloud-tpu-v6e-spot`, `h100` or `training-cpus`."""
    place: str | None
    """The zone, for quotas of Cloud TPU; the region, for others; null for those of all regions."""
    limit: int = Field(ge=0)
    """Chips, GPUs or vCPUs at most."""
    purpose: Literal["cap", "request"]
    """`cap` protects against cost and is applied at once; a `request` is decided by Google, and
    until then the old limit holds."""
    reason: str = Field(min_length=10)
    """What Google and the next reader are told."""

    @property
    def what(self) -> Quota:
        return QUOTAS[self.quota]

    @property
    def scope(self) -> str:
        """The quota and its place, of which a project can ask for one limit alone."""
        return f"{self.quota}-{self.place or 'all'}"

    @property
    def preference(self) -> str:
        """Name of what is asked for."""
        return f"mlplatform-{self.scope}"

    @model_validator(mode="after")
    def _exists(self) -> "QuotaSettings":
        if self.quota not in QUOTAS:
            sentence = f" is {self.quota!r}, no known quota: {choose(self.quota, QUOTAS)}"
            refuse([Problem(("quota",), sentence)])
        refuse(self._place())
        return self

    def _place(self) -> Iterator[Problem]:
        zones = [zone for zones in ZONES.values() for zone in zones]
        scope = self.what.scope
        valid: list[str | None] = {"zone": [*zones], "region": [*ZONES], "global": [None]}[scope]
        if self.place in valid:
            return
        if scope == "global":
            instead = "write null"
        else:
            known = [each for each in valid if each is not None]
            near = [each for each in known if self.place and each.startswith(self.place)]
            instead = f"write {' or '.join(near)}" if near else choose(str(self.place), known)
        yield Problem(
            ("place",),
            f" is {spelt(self.place)}, but {self.quota} is a quota of "
            f"{'all regions' if scope == 'global' else f'a {scope}'}: {instead}",
        )


class ScheduleSettings(Section):
    """When machines of Compute Engine that nobody needs at night stop, whatever they do."""

    time_zone: TimeZone
    """Such as `Europe/Amsterdam`."""
    stop: Schedule
    """Cron: minute, hour, day, month, weekday; `0 19 * * *` is every evening at seven."""
    start: Schedule | None
    """When they start again; null: when somebody starts them."""

    @model_validator(mode="after")
    def _differ(self) -> "ScheduleSettings":
        if self.start == self.stop:
            refuse([Problem(("start",), f" is {self.start!r}, as stop is: write null, or later")])
        return self


class ReaperSettings(Section):
    """What deletes slices of Cloud TPU and warm pools whose time is over; nothing else does.

    Where the stack lists none, it is not made. One with `keep: true` is left to people."""

    cron: Schedule
    """When it looks, such as `15 * * * *`: every hour. What is over its time goes at the next."""
    time_zone: TimeZone
    """Of `cron`."""
    dry_run: bool
    """True: it only records what it would delete."""


class CostSettings(Section):
    """What keeps the bill in its bounds."""

    budget: BudgetSettings | None
    """null: nobody is told what the project costs."""
    quota_contact: Email | None
    """Who asks for quotas: an account that may change them. Demanded by `quotas`."""
    quotas: list[QuotaSettings]
    """Caps and requests; one that is left out later stays as it was last."""
    schedule: ScheduleSettings | None
    """null: machines stop at the end of their `max_run_hours` only."""
    reaper: ReaperSettings | None
    """null: what `ttl-hours` says of slices of Cloud TPU and warm pools is left to people."""

    @model_validator(mode="after")
    def _parts_agree(self) -> "CostSettings":
        refuse(self._contact(), self._repeated())
        return self

    def _contact(self) -> Iterator[Problem]:
        if self.quotas and self.quota_contact is None:
            yield Problem(
                ("quota_contact",),
                " is null, but quotas are asked for in somebody's name: write an e-mail address",
            )

    def _repeated(self) -> Iterator[Problem]:
        seen: set[tuple[str, str | None]] = set()
        for index, each in enumerate(self.quotas):
            if (each.quota, each.place) in seen:
                yield Problem(
                    ("quotas", index),
                    f" is {each.quota} in {each.place} a second time: write one limit for each",
                )
            seen.add((each.quota, each.place))
