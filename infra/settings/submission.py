"""How much one deployment may start."""

from pydantic import Field

from infra.settings.section import Section


class SubmissionSettings(Section):
    """Bounds on what follows a deployment."""

    max_submissions: int = Field(ge=0)
    """A deployment that would start more runs than this is refused with the list; 0 starts none."""
