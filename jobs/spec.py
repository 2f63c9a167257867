"""What to run (`JobSpec`) and where (`Placement`): plain values, canonical text, identity.

Everything that changes the result of a run is in the spec; everything that only says where it
happens is in the placement. Does not submit anything: that is `jobs.submit`.
"""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from catalog.images import JOBS

IDENTITY_LENGTH = 20
CODE_PATTERN = r"^sha256:[0-9a-f]{64}$"


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DataReference(_Value):
    """Which data: a name, a version and a digest over the files."""

    name: str
    version: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class MachineSpec(_Value):
    """The training machines, in Vertex's own words (`MachineSpec`, `Scheduling`)."""

    machine_type: str
    accelerator_type: str | None = None
    accelerator_count: int | None = Field(default=None, ge=1)
    tpu_topology: str | None = None
    strategy: Literal["STANDARD", "SPOT", "FLEX_START"] = "STANDARD"
    timeout_seconds: int = Field(ge=60)
    # One machine says nothing, so that runs from before several could train keep their identity.
    replica_count: int = Field(default=1, ge=1, exclude_if=lambda count: count == 1)
    """Such machines that train one model together."""


class GateBounds(_Value):
    """What a model must reach before it may be registered."""

    min_auc: float = Field(ge=0.5, le=1)
    max_log_loss: float = Field(gt=0)
    max_calibration_error: float = Field(gt=0, le=1)
    min_auc_gain: float = Field(ge=-1, le=1)
    """Low end of the 95 % interval of the network's gain in AUC over the baseline, at least; if
    short, the baseline is the candidate."""


class ServingSpec(_Value):
    """The machines behind the endpoint, in Vertex' own words (`DedicatedResources`)."""

    machine_type: str
    accelerator_type: str | None = None
    accelerator_count: int | None = Field(default=None, ge=1)
    min_replicas: int = Field(ge=1)
    max_replicas: int = Field(ge=1)
    scaling_metric: str | None = None
    """What more replicas are started by; None: by what Vertex takes."""
    target_percent: int | None = Field(default=None, ge=1, le=100)
    spot: bool = False


class JobSpec(_Value):
    """Everything that changes the result of a run."""

    stack: str
    """One run per identity and stack: two stacks may share a project."""
    model: str
    workload: str
    code: str = Field(pattern=CODE_PATTERN)
    arguments: dict[str, JsonValue]
    data: DataReference
    training: MachineSpec
    gate: GateBounds
    serving: ServingSpec | None
    """None: the machines of a pool, which its placement names."""


RangeName = Annotated[str, Field(pattern=r"^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$")]
"""Name of a reserved range; Vertex refuses the range itself."""


class SparkPlacement(_Value):
    """As whom and where batches of Spark run that prepare data."""

    service_account: str
    subnet: str
    """`projects/P/regions/R/subnetworks/N`: without public addresses."""
    staging_bucket: str
    runtime: str
    """Version of Dataproc Serverless, such as `2.3`."""
    max_executors: int = Field(ge=1)
    timeout_seconds: int = Field(ge=600, le=14 * 24 * 3600)
    """A batch ends after so long. The bounds are those of `ExecutionConfig.ttl`."""
    key: str | None = None
    """Encrypts the machines' disks; None: Google keeps the key."""


class Placement(_Value):
    """Where a run happens; may hold outputs of resources, never a secret."""

    project_id: str
    location: str
    bucket: str
    endpoint: str
    """Full resource name: `projects/P/locations/L/endpoints/N`."""
    image_uri: str
    """`HOST/PROJECT/REPOSITORY/NAME@sha256:...`"""
    pipeline_service_account: str
    trainer_service_account: str
    predictor_service_account: str
    runs_table: str
    """`project.dataset.table`"""
    gate_table: str
    tensorboard: str | None = None
    """Resource name of the TensorBoard that training sends its curves to."""
    labels: dict[str, str]
    key: str | None = None
    """Encrypts the run, its jobs and its model; None: Google keeps the key."""
    network_attachment: str | None = None
    """`projects/P/regions/R/networkAttachments/N`: jobs get an interface in its subnet."""
    network: str | None = None
    """`projects/NUMBER/global/networks/N`: jobs run in what is peered with it."""
    reserved_ranges: list[RangeName] = []
    """Names of the peered network's ranges that jobs take their addresses from."""
    serving_pool: str | None = None
    """`projects/P/locations/L/deploymentResourcePools/N`: the machines that serve, shared."""
    warm_pool: str | None = None
    """Id of the persistent resource that trains; None: a machine is started for the training."""
    templates: str | None = None
    """`https://REGION-kfp.pkg.dev/PROJECT/NAME`: where compiled pipelines are kept, if anywhere."""
    spark: SparkPlacement | None = None
    """Prepares the data, row for row as DuckDB does; None: the step prepares it on its machine."""

    @model_validator(mode="after")
    def _one_way_into_the_network(self) -> Self:
        if self.network and self.network_attachment:
            raise ValueError("a job has a network attachment or a peered network, not both")
        if self.reserved_ranges and not self.network:
            raise ValueError("reserved ranges are those of a peered network, and there is none")
        return self


class Submission(_Value):
    """What one Stash holds: the input of the post-deploy hook."""

    spec: JobSpec
    placement: Placement

    @model_validator(mode="after")
    def _served_by_one_kind_of_machines(self) -> Self:
        if (self.spec.serving is None) != (self.placement.serving_pool is not None):
            raise ValueError("a model is served by machines of its own or by a pool: one of them")
        return self


def canonical_json(value: BaseModel | dict[str, Any]) -> str:
    """One text per value: sorted keys, no spaces, no NaN."""
    plain = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), allow_nan=False)


def identity(spec: JobSpec) -> str:
    """First 20 hex digits of the SHA-256 over the canonical spec."""
    return hashlib.sha256(canonical_json(spec).encode()).hexdigest()[:IDENTITY_LENGTH]


Attempt = Annotated[int, Field(ge=1)]


def run_id(spec: JobSpec, attempt: Attempt) -> str:
    """Name of a run and of its Vertex pipeline job: `<model>-<identity>-<attempt>`."""
    return f"{spec.model}-{identity(spec)}-{attempt}"


def image_files(root: Path, content: Iterable[str] = JOBS.content) -> list[Path]:
    """The files that the image holds, sorted by their path relative to `root`."""
    found: list[Path] = []
    for name in content:
        place = root / name
        found += [place] if place.is_file() else place.rglob("*")
    files = (file for file in found if file.is_file() and "__pycache__" not in file.parts)
    return sorted(files, key=lambda file: file.relative_to(root).as_posix())


def tree_digest(root: Path) -> str:
    """`sha256:` over path and bytes of each file of the image: the local stand-in of its digest.

    Reads the working tree, not git: an uncommitted change is another identity.
    """
    total = hashlib.sha256()
    for file in image_files(root):
        total.update(file.relative_to(root).as_posix().encode() + b"\0")
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return f"sha256:{total.hexdigest()}"
