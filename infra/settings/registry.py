"""How many images are kept."""

from pydantic import Field

from infra.settings.section import Section


class RegistrySettings(Section):
    """Clean-up of the image repository."""

    keep_recent_versions: int = Field(ge=1, le=100)
    """So many newest images stay, whatever their age or tags."""
    untagged_days: int = Field(ge=1)
    """An image without a tag is deleted after so many days."""
