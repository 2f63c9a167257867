"""The keys that data at rest is encrypted with."""

from collections.abc import Iterator
from typing import Annotated, Literal, get_args

from pydantic import Field, model_validator

from catalog.dual_regions import KEY_LOCATIONS
from infra.settings.once import ONCE
from infra.settings.places import RegionName
from infra.settings.problems import Problem, refuse
from infra.settings.section import Matching, Section

Purpose = Literal[
    "storage",
    "bigquery",
    "registry",
    "vertex",
    "compute",
    "workstations",
    "pubsub",
    "secrets",
    "run",
]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
"""One key for each, so that one can be revoked without the others."""

_KEY = (
    r"projects/[a-z][-a-z0-9]{4,28}[a-z0-9]/locations/([a-z0-9-]+)"
    r"/keyRings/[a-zA-Z0-9_-]{1,63}/cryptoKeys/[a-zA-Z0-9_-]{1,63}"
)
KeyPath = Annotated[
    str,
    Matching(
        _KEY,
        "a whole key path without a version, such as "
        "projects/PROJECT/locations/REGION/keyRings/RING/cryptoKeys/KEY",
    ),
]


class ExistingKey(Section):
    """A key that somebody else made; here it is only granted to the service that uses it."""

    purpose: Purpose
    """What it encrypts."""
    key: KeyPath
    """Whole path of the key, without a version."""

    @property
    def region(self) -> str:
        return self.key.split("/")[3]


class KeySettings(Section):
    """Keys of one's own, or Google's."""

    customer_managed: bool
    """Encrypt buckets, datasets, registries and endpoints with the keys below; false: with keys
    that Google keeps, and none is made. Switching it replaces tables, registries and endpoints."""
    regions: Annotated[list[RegionName], ONCE] = Field(min_length=1)
    """Regions that have keys; a key encrypts only what is in its region. The key of a bucket over
    two regions is made besides, in the area of both."""
    rotation_days: int = Field(ge=2, le=3650)
    """A new version of each key after so many days."""
    protection_level: Literal["SOFTWARE", "HSM"]
    """Where keys are made. Another level is other keys: a protected stack refuses that, elsewhere
    the old ones are destroyed with what only they decrypt."""
    existing: list[ExistingKey]
    """Keys to use instead of making one, for the purpose and region that each is for."""

    def existing_key(self, purpose: Purpose, region: str) -> str | None:
        """The path of the existing key for this, if there is one."""
        found = (e.key for e in self.existing if (e.purpose, e.region) == (purpose, region))
        return next(found, None)

    @model_validator(mode="after")
    def _parts_agree(self) -> "KeySettings":
        refuse(
            self._misplaced(),
            self._repeated_keys(),
            self._unused(),
        )
        return self

    def _misplaced(self) -> Iterator[Problem]:
        for index, existing in enumerate(self.existing):
            over_two = existing.purpose == "storage" and existing.region in KEY_LOCATIONS
            if existing.region not in self.regions and not over_two:
                yield Problem(
                    ("existing", index, "key"),
                    f" is in {existing.region}, but mlplatform:keys.regions is "
                    f"{', '.join(self.regions)}: write a key of one of these, or add its region",
                )

    def _repeated_keys(self) -> Iterator[Problem]:
        taken: set[tuple[str, str]] = set()
        for index, each in enumerate(self.existing):
            if (each.purpose, each.region) in taken:
                yield Problem(
                    ("existing", index, "key"),
                    f" is a second key for {each.purpose} in {each.region}: write one for each "
                    "purpose and region",
                )
            taken.add((each.purpose, each.region))

    def _unused(self) -> Iterator[Problem]:
        if self.existing and not self.customer_managed:
            yield Problem(
                ("existing",),
                " names keys, but customer_managed is false and nothing would use them: "
                "write [], or set customer_managed to true",
            )
