"""One model service: what is trained, where, what it must reach, and how it is served."""

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    Field,
    JsonValue,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from catalog.accelerators import (
    FLEX_START_MAX_HOURS,
    MOST_REPLICAS,
    SHAPES,
    Capacity,
    Shape,
)
from catalog.tiers import TierName
from infra.settings.explain import explain
from infra.settings.nearest import choose
from infra.settings.places import registry_exists
from infra.settings.problems import Problem, refuse
from infra.settings.section import Matching, Name, Section
from infra.settings.serving import ServingSettings
from infra.settings.shapes import TrainingShapeName
from jobs import workloads
from jobs.spec import GateBounds

_HIGHEST_AIM = 99.99
"""Percent. The objective of a higher one is refused by Cloud Monitoring."""
TREE = "tree"
"""Instead of an image: what this checkout would put into it. Local stacks only."""

ModelName = Annotated[
    str,
    Matching(
        r"[a-z]([-a-z0-9]{0,36}[a-z0-9])?",
        "a model name of 1 to 38 lower-case letters, digits and hyphens, first a letter, last no "
        "hyphen (a run is labelled with MODEL-DIGEST-ATTEMPT, and 38 + 1 + 20 + 1 + 3 are the 63 "
        "characters of a label)",
    ),
]

_IMAGE = re.compile(
    r"[a-z0-9-]+-docker\.pkg\.dev/[a-z0-9.:-]+/[a-z0-9-]+/[a-z0-9._/-]+@sha256:[0-9a-f]{64}"
)


def _percentage(value: float) -> float:
    if 0 < value <= 1:
        raise ValueError(f"it is counted in percent: write {100 * value:g}")
    return value


Percentage = Annotated[float, AfterValidator(_percentage)]


class TrainingSettings(Section):
    """The machines that train, how they are obtained, and when to give up."""

    shape: TrainingShapeName
    """Such as `cpu`, `v5litepod-8`, `v6e-8` or `a3-highgpu-8g`."""
    replica_count: int = Field(default=1, ge=1, le=MOST_REPLICAS)
    """Machines of this shape that train the model together; not for TPUs, whose shape says it."""
    capacity: Capacity
    """How the machines are obtained."""
    timeout_hours: int = Field(ge=1, le=28 * 24)
    """A training that takes longer is cancelled."""
    warm_pool: Name | None = None
    """A pool of `accelerators.warm_pools` whose machines train; null: one is started for it."""

    @property
    def machine(self) -> Shape:
        return SHAPES[self.shape]

    @model_validator(mode="after")
    def _can_be_had(self) -> "TrainingSettings":
        refuse(self._capacity_fits(), self._one_machine(), self._in_time(), self._from_a_pool())
        return self

    def _capacity_fits(self) -> Iterator[Problem]:
        shape = self.machine
        if self.capacity not in shape.capacities:
            yield Problem(
                ("capacity",),
                f" is {self.capacity!r}, which {_why_not(shape, self.capacity)}: "
                f"write {' or '.join(shape.capacities)} for {self.shape}",
            )

    def _one_machine(self) -> Iterator[Problem]:
        if self.replica_count > 1 and self.machine.family.kind == "tpu":
            yield Problem(
                ("replica_count",),
                f" is {self.replica_count}, but a slice of {self.shape} is one machine to "
                "Vertex AI, whose topology says its hosts: leave the key out, and take a "
                "larger shape for more chips",
            )

    def _in_time(self) -> Iterator[Problem]:
        if self.capacity == "flex-start" and self.timeout_hours > FLEX_START_MAX_HOURS:
            yield Problem(
                ("timeout_hours",),
                f" is {self.timeout_hours}, but a flex-start run ends after "
                f"{FLEX_START_MAX_HOURS} hours: write at most {FLEX_START_MAX_HOURS}",
            )

    def _from_a_pool(self) -> Iterator[Problem]:
        offered = self.capacity in self.machine.capacities
        if self.warm_pool and offered and self.capacity != "on-demand":
            yield Problem(
                ("capacity",),
                f" is {self.capacity!r}, but machines of the pool {self.warm_pool} are there "
                "already: write on-demand, or warm_pool: null",
            )


def _why_not(shape: Shape, capacity: Capacity) -> str:
    if capacity == "flex-start":
        return f"Vertex AI does not offer for {shape.family.name}"
    if capacity == "spot":
        return f"Vertex AI does not offer for a slice of {shape.hosts} hosts"
    return "Compute Engine does not offer for fewer than eight H100"


class GateSettings(GateBounds, Section):
    """What a model must reach before it may be registered and served."""


class ModelAlertSettings(Section):
    """Bounds of this model's own; null: that of the stack, from `mlplatform:alerts`."""

    latency_p99_ms: float | None = Field(default=None, gt=0)
    """The slowest hundredth of the answers may take so long."""
    error_ratio: float | None = Field(default=None, gt=0, lt=1)
    """Share of answers with a status of 500 and above; 0.01 is one in a hundred."""
    performance: float | None = Field(default=None, gt=0, lt=1)
    """Accuracy, or area under the curve, that predictions with known outcomes must reach."""


class ModelSettings(Section):
    """One entry of `models`."""

    workload: str
    """A folder of `jobs/workloads`."""
    image: str | None = None
    """`HOST/PROJECT/REPOSITORY/NAME@sha256:…`, which `mlp image build` writes here; `tree` on a
    local stack. Without one, the infrastructure is made and nothing is submitted."""
    tier: TierName | None = None
    """What survives the loss of a region; null: what mlplatform:recovery.tier says."""
    availability_percent: Percentage | None = Field(default=None, gt=0, le=_HIGHEST_AIM)
    """Share of the month in which the endpoint shall answer, such as 99.5; null: no target."""
    prepared_on: Literal["duckdb", "spark"] = "duckdb"
    """What prepares the data, row for row the same: duckdb in the step itself, or spark in a batch
    of mlplatform:spark.serverless, for data that is too large for one machine."""
    arguments: dict[str, JsonValue]
    """How the workload trains; its keys are those of the workload's `Arguments`."""
    training: TrainingSettings
    gate: GateSettings
    serving: ServingSettings
    alerts: ModelAlertSettings

    @property
    def may_have_image(self) -> bool:
        """Whether a rollout can bring a run's version to where the model is served."""
        return self.serving.platform == "vertex" and self.serving.access != "private"

    # Each key is checked by itself, so that one mistake does not hide the next.

    @field_validator("workload")
    @classmethod
    def _workload_exists(cls, workload: str) -> str:
        known = workloads.names()
        if workload not in known:
            raise ValueError(f"no folder of jobs/workloads; {choose(workload, known)}")
        return workload

    @field_validator("image")
    @classmethod
    def _image_is_pinned(cls, image: str | None) -> str | None:
        if image is None or image == TREE:
            return image
        if _IMAGE.fullmatch(image):
            return registry_exists(image)
        raise ValueError(
            "write HOST/PROJECT/REPOSITORY/NAME@sha256:<64 hex digits> (`mlp image build` does), "
            "'tree' on a local stack, or nothing"
        )

    @field_validator("arguments")
    @classmethod
    def _workload_takes_them(
        cls, arguments: dict[str, JsonValue], info: ValidationInfo
    ) -> dict[str, JsonValue]:
        if "workload" in info.data:
            model = workloads.arguments_model(info.data["workload"])
            try:
                model.model_validate(arguments)
            except ValidationError as error:
                refuse(explain(error, model))
        return arguments

    @model_validator(mode="after")
    def _devices_share_the_work(self) -> "ModelSettings":
        # Found out by the training itself, its machines would have been obtained and paid for.
        training = self.training
        devices = training.replica_count * training.machine.devices
        if problem := workloads.device_problem(self.workload, self.arguments, devices):
            key, reason = problem
            where = f"its training has {training.replica_count} x {training.shape}"
            refuse([Problem(("arguments", key), f" {reason} ({where})")])
        return self
