"""What one accelerator chip can do: the ceiling that a training's utilisation is measured against.

Sources: Google's TPU v5e, v6e and v5p pages (2026-08) and NVIDIA's data sheets as quoted in
2026-08; H200, A100 and L4 from third-party tables. Peaks are of dense arithmetic: NVIDIA prints
twice as much "with sparsity". What a machine of several chips is called is in `catalog.machines`.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
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


# Name and kind; TFLOP/s; GB of memory, and GB/s to it; GB/s between chips.
_ROWS = (
    Chip("TPU v5e", "tpu", 197, 16, 819, 400),
    Chip("TPU v6e", "tpu", 918, 32, 1638, 800),
    Chip("TPU v5p", "tpu", 459, 95, 2765, 1200),
    Chip("H100", "gpu", 989, 80, 3350, 900),
    Chip("H100 Mega", "gpu", 989, 80, 3350, 900),
    Chip("H200", "gpu", 989, 141, 4800, 900),
    Chip("A100 40GB", "gpu", 312, 40, 1555, 600),
    Chip("A100 80GB", "gpu", 312, 80, 2039, 600),
    Chip("L4", "gpu", 121, 24, 300, None),
)
CHIPS: dict[str, Chip] = {chip.name: chip for chip in _ROWS}
"""Every chip by the name that `catalog.accelerators` and `catalog.machines` give its family."""
