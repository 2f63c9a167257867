"""What Vertex AI keeps about experiments and data: lineage, curves, data sets."""

from typing import Annotated

from pydantic import model_validator

from catalog.vertex import DatasetKind
from infra.settings.once import names_repeated
from infra.settings.problems import refuse
from infra.settings.section import Section, a_name


class DatasetSettings(Section):
    """One data set of Vertex AI: a name that data is imported under."""

    name: Annotated[str, a_name(60)]
    """Name of the data set; the stack's is added."""
    kind: DatasetKind
    """What its items are; cannot be changed afterwards."""


class ExperimentSettings(Section):
    """Each is made only if it is asked for."""

    metadata_store: bool
    """Make the region's store of lineage, `default`, which a project has once: before the first
    pipeline makes it without a key of one's own, and nobody can add one."""
    tensorboard: bool
    """Training jobs send their curves to a TensorBoard of the stack's."""
    datasets: list[DatasetSettings]
    """Data sets of Vertex AI."""

    @model_validator(mode="after")
    def _names_differ(self) -> "ExperimentSettings":
        refuse(names_repeated(("datasets",), self.datasets))
        return self
