"""How long what jobs write is kept. Which folder is of which class: `catalog.prefixes`."""

from pydantic import Field

from infra.settings.section import Section


class ArtifactSettings(Section):
    """Days after which objects of a class are deleted. Objects of durable folders never are."""

    reproducible_days: int = Field(ge=1)
    """Prepared data, pipeline roots: what a run can make again."""
    scratch_days: int = Field(ge=1)
    """Checkpoints and temporary files; longer than any training may take."""
    noncurrent_days: int = Field(ge=1)
    """Overwritten or deleted versions of any object."""
    soft_delete_days: int = Field(ge=7, le=90)
    """How long a deleted object can be brought back; you pay for it meanwhile."""
    incomplete_upload_days: int = Field(ge=1, le=30)
    """Parts of uploads that never ended."""
