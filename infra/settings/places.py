"""Where in the world something is."""

from typing import Annotated

from pydantic import AfterValidator

from catalog.places import ZONES
from infra.settings.nearest import choose
from infra.settings.section import Matching


def _known(region: str) -> str:
    if region not in ZONES:
        raise ValueError(f"no known region; {choose(region, ZONES)}")
    return region


_WIDER = ("asia", "europe", "us")
"""Places of Artifact Registry that span regions."""


def registry_exists(image: str) -> str:
    """Raises ValueError for an image of Artifact Registry in no place that it has."""
    place, sign, _ = image.partition("-docker.pkg.dev/")
    if sign and place not in ZONES and place not in _WIDER:
        known = [*ZONES, *_WIDER]
        raise ValueError(
            f"no place of Artifact Registry is called {place!r}; {choose(place, known)}"
        )
    return image


RegionName = Annotated[str, AfterValidator(_known)]
"""A region of Google Cloud, such as `europe-west4`."""

ReservationName = Annotated[
    str,
    Matching(
        r"(projects/[a-z][-a-z0-9]{4,28}[a-z0-9]/reservations/)?[a-z]([-a-z0-9]{0,61}[a-z0-9])?",
        "the name of a listed reservation, or projects/PROJECT/reservations/NAME",
    ),
]
"""Kept places for machines: those of the stack file, or of somebody else."""
