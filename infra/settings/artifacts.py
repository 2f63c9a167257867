"""How long what jobs write is kept. Which folder is of which class: `catalog.prefixes`."""

from typing import Annotated

from pydantic import Field

from infra.settings.section import Section

Days = Annotated[int, Field(ge=1, le=36_500)]
"""A hundred years at most."""


class EvidenceSettings(Section):
    """Records that must stay as they were written, such as what was decided about a model."""

    retention_days: Days
    """Nobody can delete or overwrite a record before it is so old."""
    locked: bool
    """Whether that holds for ever, for owners too: nothing can unlock it, and the bucket stays
    until its last record is old enough."""


class ArtifactSettings(Section):
    """Days after which objects of a class are deleted. Objects of durable folders never are."""

    reproducible_days: Days
    """Prepared data, pipeline roots: what a run can make again."""
    scratch_days: Days
    """Checkpoints and temporary files; longer than any training may take."""
    noncurrent_days: Days
    """Overwritten or deleted versions of any object."""
    soft_delete_days: int = Field(ge=7, le=90)
    """How long a deleted object can be brought back; you pay for it meanwhile."""
    incomplete_upload_days: int = Field(ge=1, le=30)
    """Parts of uploads that never ended."""
    evidence: EvidenceSettings | None
    """A bucket of its own for evidence; null: there is none."""
