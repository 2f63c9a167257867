"""Where in the world something is."""

from typing import Annotated

from pydantic import AfterValidator

from catalog.places import ZONES
from infra.settings.nearest import choose


def _known(region: str) -> str:
    if region not in ZONES:
        raise ValueError(f"no known region; {choose(region, ZONES)}")
    return region


RegionName = Annotated[str, AfterValidator(_known)]
"""A region of Google Cloud, such as `europe-west4`."""
