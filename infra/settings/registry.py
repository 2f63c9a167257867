"""How many images are kept, and what the repositories take in."""

from typing import Literal

from pydantic import Field

from infra.settings.section import Section


class RegistrySettings(Section):
    """The image repositories, one in each region, and that of pipeline templates."""

    keep_recent_versions: int = Field(ge=1, le=100)
    """So many newest images stay, whatever their age or tags."""
    untagged_days: int = Field(ge=1, le=3650)
    """An image without a tag is deleted after so many days."""
    pipeline_templates: bool
    """A repository for compiled pipelines, beside those for images."""
    image_streaming: bool
    """Let machines start from an image before all of it has arrived, where Google can do so:
    docs/operations.md says where."""
    upstreams_in_perimeter: Literal["ALLOW", "DENY"] | None
    """Within a service perimeter, whether repositories may fetch from outside of it; null: there is
    no perimeter, and Google's own default stays."""
