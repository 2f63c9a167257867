"""Quotas by the name that a stack file uses: whose they are, their id, and what they count.

A quota of Cloud TPU is a zone's and a generation's, under a service of its own; Compute Engine's
count GPUs and processors of a region; Vertex AI has its own again. Having one says nothing about
the others, and none of them says that there is a machine. What is asked for on Spot or flex-start
is taken from the quotas named preemptible.

Sources, 2026-11: error texts and replies of the Cloud Quotas API as published by many users (C);
the quota helper of Google's own Vertex AI samples (A); `D` follows their pattern and was not seen
itself. Ids move: `gcloud beta quotas info list` is the truth.
"""

from dataclasses import dataclass
from typing import Literal

COMPUTE = "compute.googleapis.com"
CLOUD_TPU = "tpu.googleapis.com"
VERTEX = "aiplatform.googleapis.com"

Scope = Literal["zone", "region", "global"]
Unit = Literal["chips", "GPUs", "vCPUs"]
Mark = Literal["A", "C", "D"]

SERVING_SLICES = (1, 4, 8)
"""Chips of v5e slices that may be taken from the quota of the serving class: error texts differ,
so room is needed in both."""


@dataclass(frozen=True, kw_only=True)
class Quota:
    """One quota; its place is a zone, a region, or nothing."""

    name: str
    service: str
    quota_id: str
    scope: Scope
    unit: Unit
    family: tuple[str, str] | None = None
    """Dimension and value, such as `gpu_family` and NVIDIA_H100, for quotas that have one."""
    mark: Mark = "C"

    def dimensions(self, place: str | None) -> dict[str, str]:
        """As the Cloud Quotas API takes them."""
        where = {} if self.scope == "global" or place is None else {self.scope: place}
        return where | (dict([self.family]) if self.family else {})


def _tpu(name: str, generation: str) -> Quota:
    return Quota(
        name=name,
        service=CLOUD_TPU,
        quota_id=f"TPU{generation}PerProjectPerZoneForTPUAPI",
        scope="zone",
        unit="chips",
    )


def _compute(
    name: str,
    quota_id: str,
    unit: Unit,
    *,
    family: tuple[str, str] | None = None,
    mark: Mark = "C",
) -> Quota:
    scope: Scope = "global" if "ALL-REGIONS" in quota_id else "region"
    return Quota(
        name=name,
        service=COMPUTE,
        quota_id=quota_id,
        scope=scope,
        unit=unit,
        family=family,
        mark=mark,
    )


def _vertex(name: str, what: str, unit: Unit, mark: Mark = "A") -> Quota:
    return Quota(
        name=name,
        service=VERTEX,
        quota_id=f"Custom{what}PerProjectPerRegion",
        scope="region",
        unit=unit,
        mark=mark,
    )


_PER_FAMILY = "GPUS-PER-GPU-FAMILY-per-project-region"

QUOTAS: dict[str, Quota] = {
    quota.name: quota
    for quota in [
        _tpu("cloud-tpu-v5e", "V5sLitepod"),
        _tpu("cloud-tpu-v5e-spot", "V5sPreemptibleLitepod"),
        _tpu("cloud-tpu-v5e-serving", "V5sLitepodServing"),
        _tpu("cloud-tpu-v5e-serving-spot", "V5sPreemptibleLitepodServing"),
        _tpu("cloud-tpu-v6e", "V6E"),
        _tpu("cloud-tpu-v6e-spot", "V6EPreemptible"),
        _compute("gpus-everywhere", "GPUS-ALL-REGIONS-per-project", "GPUs"),
        _compute("h100", _PER_FAMILY, "GPUs", family=("gpu_family", "NVIDIA_H100")),
        _compute("h100-spot", "PREEMPTIBLE-NVIDIA-H100-GPUS-per-project-region", "GPUs"),
        _compute("h100-mega", _PER_FAMILY, "GPUs", family=("gpu_family", "NVIDIA_H100_MEGA")),
        _compute("h100-mega-spot", "PREEMPTIBLE-NVIDIA-H100-MEGA-GPUS-per-project-region", "GPUs"),
        _compute("h200", _PER_FAMILY, "GPUs", family=("gpu_family", "NVIDIA_H200")),
        _compute("h200-spot", "PREEMPTIBLE-NVIDIA-H200-GPUS-per-project-region", "GPUs", mark="D"),
        _compute(
            "machine-tpu-v6e",
            "TPUS-PER-TPU-FAMILY-per-project-region",
            "chips",
            family=("tpu_family", "CT6E"),
        ),
        _compute("machine-tpu-v6e-spot", "PREEMPTIBLE-TPU-V6E-per-project-region", "chips"),
        _compute("t4", "NVIDIA-T4-GPUS-per-project-region", "GPUs"),
        _compute("cpus-everywhere", "CPUS-ALL-REGIONS-per-project", "vCPUs"),
        _compute("cpus", "CPUS-per-project-region", "vCPUs"),
        _compute("cpus-n2", "N2-CPUS-per-project-region", "vCPUs"),
        _compute("cpus-c3", "C3-CPUS-per-project-region", "vCPUs"),
        _compute("cpus-spot", "PREEMPTIBLE-CPUS-per-project-region", "vCPUs"),
        _vertex("training-tpu-v5e", "ModelTrainingV5ETPU", "chips"),
        _vertex("training-tpu-v5e-spot", "ModelTrainingPreemptibleV5ETPU", "chips"),
        _vertex("training-tpu-v6e", "ModelTrainingV6ETPU", "chips"),
        _vertex("training-tpu-v6e-spot", "ModelTrainingPreemptibleV6ETPU", "chips"),
        _vertex("training-h100", "ModelTrainingH100GPUs", "GPUs"),
        _vertex("training-h100-spot", "ModelTrainingPreemptibleH100GPUs", "GPUs"),
        _vertex("training-cpus", "ModelTrainingCPUs", "vCPUs", "D"),
        _vertex("training-cpus-spot", "ModelTrainingPreemptibleCPUs", "vCPUs", "C"),
        _vertex("serving-cpus", "ModelServingCPUs", "vCPUs", "C"),
    ]
}
"""Every quota by its name."""

_TPU = {"TPU v5e": "tpu-v5e", "TPU v6e": "tpu-v6e"}
_GPU = {"H100": "h100", "H100 Mega": "h100-mega", "H200": "h200"}
_CPU = {"N2": "cpus-n2", "C3": "cpus-c3"}


def tpu_quotas(family: str, chips: int, *, spot: bool) -> list[Quota]:
    """What a Cloud TPU of so many chips is taken from."""
    end = "-spot" if spot else ""
    names = [f"cloud-{_TPU[family]}{end}"]
    if family == "TPU v5e" and chips in SERVING_SLICES:
        names.append(f"cloud-tpu-v5e-serving{end}")
    return [QUOTAS[name] for name in names]


def machine_tpu_quotas(*, spot: bool) -> list[Quota]:
    """What the chips of a machine of Compute Engine are taken from; only v6e has such machines."""
    return [QUOTAS["machine-tpu-v6e-spot" if spot else "machine-tpu-v6e"]]


def gpu_quotas(family: str, *, spot: bool) -> list[Quota]:
    """What the GPUs of a machine of one's own are taken from: a family's, and everybody's."""
    if spot:
        return [QUOTAS[f"{_GPU[family]}-spot"]]
    return [QUOTAS[_GPU[family]], QUOTAS["gpus-everywhere"]]


def cpu_quotas(family: str, *, spot: bool) -> list[Quota]:
    """What the processors of a machine without accelerators are taken from."""
    if spot:
        return [QUOTAS["cpus-spot"]]
    return [QUOTAS[_CPU.get(family, "cpus")], QUOTAS["cpus-everywhere"]]


def training_quotas(family: str, *, preemptible: bool) -> list[Quota]:
    """What a training job of Vertex AI is taken from; Spot and flex-start are preemptible."""
    end = "-spot" if preemptible else ""
    name = _TPU.get(family) or _GPU.get(family) or "cpus"
    found = [QUOTAS[f"training-{name}{end}"]]
    if family in _GPU and preemptible:
        # A new project may have one such processor, which no host of a GPU fits into.
        found.append(QUOTAS["training-cpus-spot"])
    return found
