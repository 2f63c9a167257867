"""Metrics of TPUs, GPUs and machines that we own, outside of Vertex AI's jobs.

Source: Google's metric reference, sections tpu and compute, as of 2026-04-10, and the Ops Agent's
own list. TPUs and agents write percent from 0 to 100, where Vertex AI writes shares from 0 to 1.
"""

from functools import partial

from catalog.metrics.metric import Metric

_tpu = partial(
    Metric,
    kind="GAUGE",
    resource_type="tpu.googleapis.com/GceTpuWorker",
    labels=("accelerator_id",),
)
_tpu_share = partial(_tpu, value_type="DOUBLE", unit="%")
_tpu_memory = partial(_tpu, value_type="INT64", unit="By")

TPU_DUTY_CYCLE = _tpu_share(type="tpu.googleapis.com/accelerator/duty_cycle")
TPU_TENSORCORE = _tpu_share(type="tpu.googleapis.com/accelerator/tensorcore_utilization")
TPU_MEMORY_BANDWIDTH = _tpu_share(
    type="tpu.googleapis.com/accelerator/memory_bandwidth_utilization"
)
TPU_MEMORY_USED = _tpu_memory(type="tpu.googleapis.com/accelerator/memory_used")
TPU_MEMORY_TOTAL = _tpu_memory(type="tpu.googleapis.com/accelerator/memory_total")
TPU_UPTIME = _tpu(
    type="tpu.googleapis.com/instance/uptime_total", value_type="INT64", unit="s", labels=()
)
TPU_INTERRUPTIONS = _tpu(
    # Often undefined where the count is zero.
    type="tpu.googleapis.com/instance/interruption_count",
    value_type="INT64",
    unit="1",
    labels=("instance_name", "interruption_type", "interruption_reason"),
    stage="BETA",
)

_multislice = partial(_tpu, kind="CUMULATIVE", value_type="DISTRIBUTION", unit="us", labels=())
TPU_NETWORK_TRANSFER = _multislice(
    type="tpu.googleapis.com/multislice/network/dcn_transfer_latencies"
)
TPU_COLLECTIVES = _multislice(
    type="tpu.googleapis.com/multislice/network/collective_end_to_end_latencies"
)
TPU_DEVICE_TO_HOST = _multislice(
    type="tpu.googleapis.com/multislice/accelerator/device_to_host_transfer_latencies"
)
TPU_HOST_TO_DEVICE = _multislice(
    type="tpu.googleapis.com/multislice/accelerator/host_to_device_transfer_latencies"
)

_machine = partial(Metric, resource_type="gce_instance")
_state = partial(_machine, kind="GAUGE", value_type="INT64", unit="1", stage="BETA")
_level = partial(_machine, kind="GAUGE", value_type="DOUBLE")
_NVML = ("model", "uuid", "gpu_number")

TPU_HEALTH = _state(
    type="compute.googleapis.com/instance/tpu/infra_health",
    # HEALTHY, UNHEALTHY, DEGRADED or UNKNOWN.
    labels=("health_status", "machine_type"),
)
MACHINE_UPTIME = _machine(
    type="compute.googleapis.com/instance/uptime", kind="DELTA", value_type="DOUBLE", unit="s"
)
MACHINE_CPU = _level(type="compute.googleapis.com/instance/cpu/utilization", unit="10^2.%")
MACHINE_INTERRUPTIONS = _state(
    type="compute.googleapis.com/instance/interruption_count",
    labels=("interruption_type", "interruption_reason"),
)
# Without an agent, from A3 on and never for Spot machines.
GPU_SM_UTILIZATION = _level(
    type="compute.googleapis.com/instance/gpu/sm_utilization",
    unit="%",
    labels=("gpu_id", "gpu_uuid", "gpu_model", "reservation_id", "machine_id"),
    ingest_delay_seconds=540,
    stage="BETA",
)
# By the Ops Agent, wherever a GPU is present.
GPU_UTILIZATION = _level(type="agent.googleapis.com/gpu/utilization", unit="%", labels=_NVML)
GPU_MEMORY = _level(
    # Its share is used / (used + free): there is no metric of it.
    type="agent.googleapis.com/gpu/memory/bytes_used",
    unit="By",
    labels=(*_NVML, "memory_state"),
)

_reservation = partial(
    Metric,
    kind="GAUGE",
    value_type="INT64",
    unit="1",
    resource_type="compute.googleapis.com/Reservation",
)
RESERVED = _reservation(type="compute.googleapis.com/reservation/reserved")
RESERVED_USED = _reservation(type="compute.googleapis.com/reservation/used")
