"""What one accelerator chip can do: the ceiling that a training's utilisation is measured against.

Sources: Google's TPU v5e, v6e and v5p pages (2026-08) and NVIDIA's data sheets as quoted in
2026-08; H200, A100 and L4 from third-party tables. Peaks are of dense arithmetic: NVIDIA prints
twice as much "with sparsity". What a machine of several chips is called is in `catalog.machines`.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Chip:
    """One TPU chip or one GPU."""

    name: str
    kind: Literal["tpu", "gpu"]
    bf16_tflops: int
    """Peak of dense bfloat16 arithmetic, in 10**12 operations a second."""
    memory_gb: int
    memory_gb_per_second: int
    link_gb_per_second: int | None
    """Between chips of one slice or host; None where they meet on PCIe only."""


CHIPS: dict[str, Chip] = {
    chip.name: chip
    for chip in [
        Chip(
            name="TPU v5e",
            kind="tpu",
            bf16_tflops=197,
            memory_gb=16,
            memory_gb_per_second=819,
            link_gb_per_second=400,
        ),
        Chip(
            name="TPU v6e",
            kind="tpu",
            bf16_tflops=918,
            memory_gb=32,
            memory_gb_per_second=1638,
            link_gb_per_second=800,
        ),
        Chip(
            name="TPU v5p",
            kind="tpu",
            bf16_tflops=459,
            memory_gb=95,
            memory_gb_per_second=2765,
            link_gb_per_second=1200,
        ),
        Chip(
            name="H100",
            kind="gpu",
            bf16_tflops=989,
            memory_gb=80,
            memory_gb_per_second=3350,
            link_gb_per_second=900,
        ),
        Chip(
            name="H100 Mega",
            kind="gpu",
            bf16_tflops=989,
            memory_gb=80,
            memory_gb_per_second=3350,
            link_gb_per_second=900,
        ),
        Chip(
            name="H200",
            kind="gpu",
            bf16_tflops=989,
            memory_gb=141,
            memory_gb_per_second=4800,
            link_gb_per_second=900,
        ),
        Chip(
            name="A100 40GB",
            kind="gpu",
            bf16_tflops=312,
            memory_gb=40,
            memory_gb_per_second=1555,
            link_gb_per_second=600,
        ),
        Chip(
            name="A100 80GB",
            kind="gpu",
            bf16_tflops=312,
            memory_gb=80,
            memory_gb_per_second=2039,
            link_gb_per_second=600,
        ),
        Chip(
            name="L4",
            kind="gpu",
            bf16_tflops=121,
            memory_gb=24,
            memory_gb_per_second=300,
            link_gb_per_second=None,
        ),
    ]
}
"""Every chip by the name that `catalog.accelerators` and `catalog.machines` give its family."""
