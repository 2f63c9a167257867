"""A model on Cloud Run: the version that it serves, the size of an instance, and who may call."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from catalog.cloud_run import CPUS, LEAST_MEMORY_GIB, MOST_MEMORY_GIB, MOST_REQUESTS, cpus_for
from infra.settings.access import Member
from infra.settings.once import ONCE
from infra.settings.places import registry_exists
from infra.settings.problems import Problem, refuse
from infra.settings.section import Matching, Name, Section

_MOST_INSTANCES = 100

PinnedImage = Annotated[
    str,
    Matching(
        r"[a-z0-9-]+-docker\.pkg\.dev/[a-z0-9.:-]+/[a-z0-9-]+/[a-z0-9._/-]+@sha256:[0-9a-f]{64}",
        "HOST/PROJECT/REPOSITORY/NAME@sha256:<64 hex digits>, as `mlp image build` prints it",
    ),
    AfterValidator(registry_exists),
]
RunId = Annotated[
    str,
    Matching(
        r"[a-z]([-a-z0-9]{0,36}[a-z0-9])?-[0-9a-f]{20}-[1-9][0-9]{0,2}",
        "the id of a run, MODEL-<20 hex digits>-ATTEMPT, as `mlp jobs list` prints it",
    ),
]


class ServedVersion(Section):
    """One candidate of one run, and the image that serves it."""

    image: PinnedImage
    """The image that the run was made with; another may not read what it exported."""
    run: RunId
    """The run whose candidate is served; it passed its gate in some stack."""
    candidate: Name
    """The candidate's folder in that run, such as `network`."""


class CloudRunSettings(Section):
    """A service on Cloud Run: from inside only, and for named callers."""

    version: ServedVersion | None
    """What is served; another one is a new revision, which gets the traffic once it answers. Null:
    nothing is served yet, and the service's account and its grants are all that is made."""
    cpu: Literal[1, 2, 4, 6, 8]
    """Processors of one instance."""
    memory_gib: int = Field(ge=1, le=MOST_MEMORY_GIB[CPUS[-1]])
    """Memory of one instance; the model is held in it."""
    min_instances: int = Field(ge=0, le=_MOST_INSTANCES)
    """Instances that are always up; with 0 the first request waits for one to load the model."""
    max_instances: int = Field(ge=1, le=_MOST_INSTANCES)
    """Instances at most."""
    requests_at_once: int = Field(ge=1, le=MOST_REQUESTS)
    """So many requests share one instance before another is started."""
    callers: Annotated[list[Member], ONCE]
    """Who may call it, besides nobody: accounts of applications, groups or people."""

    @model_validator(mode="after")
    def _parts_agree(self) -> Self:
        refuse(self._bounds(), self._memory())
        return self

    def _bounds(self) -> Iterator[Problem]:
        if self.min_instances > self.max_instances:
            yield Problem(
                ("min_instances",),
                f" is {self.min_instances}, more than max_instances: write at most "
                f"{self.max_instances}, or raise max_instances",
            )

    def _memory(self) -> Iterator[Problem]:
        least, most = LEAST_MEMORY_GIB[self.cpu], MOST_MEMORY_GIB[self.cpu]
        if not least <= self.memory_gib <= most:
            yield Problem(
                ("memory_gib",),
                f" is {self.memory_gib}, but Cloud Run gives {self.cpu} CPU {least} to {most} GiB: "
                f"write that much, or cpu: {cpus_for(self.memory_gib)}",
            )
