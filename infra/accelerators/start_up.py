"""What a machine of one's own does when it starts: files of `startup/`, as its metadata.

The files hold no value of a stack: what they need they ask the machine's metadata for. A file that
changes is no new machine: a machine runs it at its next start. Makes no resource.
"""

from collections.abc import Mapping
from pathlib import Path

from pulumi import Input

from catalog import start_up as versions
from catalog.machines import MACHINES
from catalog.own_shapes import OWN_SHAPES

_FOLDER = Path(__file__).parent / "startup"


def parts(shape: str) -> list[str]:
    """Names of the files that a shape needs, in the order in which they run."""
    own = OWN_SHAPES[shape]
    kinds = {"gpu": ["gpus.sh"], "tpu": ["jax_tpu.sh"], "cpu": []}
    disks = [] if own.cloud_tpu or not MACHINES[shape].local_ssds else ["scratch_disks.sh"]
    # Google's Cloud TPU has its agents already.
    agent = [] if own.cloud_tpu else ["ops_agent.sh"]
    return ["prelude.sh", *disks, *kinds[own.family.kind], *agent, "artifacts.sh"]


def script(shape: str) -> str:
    """All of them as one script."""
    return "\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in parts(shape))


def metadata(shape: str, bucket_name: Input[str]) -> Mapping[str, Input[str]]:
    """The script, and the values that it asks for."""
    machine = MACHINES.get(shape)
    values: dict[str, Input[str]] = {
        "startup-script": script(shape),
        "mlplatform-bucket": bucket_name,
        "mlplatform-chips": str(machine.chips if machine else 0),
    }
    if "jax_tpu.sh" in parts(shape):
        values |= {
            "mlplatform-jax": versions.JAX,
            "mlplatform-uv": versions.UV,
            "mlplatform-python": versions.PYTHON,
        }
    return values
