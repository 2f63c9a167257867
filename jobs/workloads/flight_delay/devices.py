"""The devices a training runs on: joined into one mesh, each holding its share of a batch.

One axis, `data`. Works alike on one CPU, eight TPU chips or several hosts.
"""

import os
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobs.hosts import hosts_of
from jobs.workloads.flight_delay.args import Arguments

JOIN_SECONDS = 900
"""How long a host waits for the others: their machines start, and load the image, by themselves."""
_LOOPBACK = "127.0.0.1:"


def join(environment: Mapping[str, str] = os.environ) -> None:
    """Join the other hosts of this job, if there are any; once, before any other use of JAX."""
    import jax

    hosts = hosts_of(environment)
    if hosts is not None:
        address = hosts.coordinator_address
        jax.distributed.initialize(
            address,
            hosts.num_processes,
            hosts.process_id,
            initialization_timeout=JOIN_SECONDS,
            cluster_detection_method="deactivate",  # all is said: nothing may be guessed
            # Processes of one machine meet where no other machine can come in.
            coordinator_bind_address=address if address.startswith(_LOOPBACK) else None,
        )
    elif "," in environment.get("TPU_WORKER_HOSTNAMES", ""):
        jax.distributed.initialize()  # a TPU slice of several hosts knows its own members


def data_mesh(arguments: Arguments) -> Any:
    """A mesh over all devices. Raises ValueError if they cannot train by these arguments."""
    import jax

    devices = jax.device_count()
    if problem := arguments.device_problem(devices):
        raise ValueError(" ".join(problem))
    # Explicit axes, the default, are refused by ordinary model code.
    return jax.make_mesh((devices,), ("data",), axis_types=(jax.sharding.AxisType.Auto,))


def share(mesh: Any, rows: NDArray[Any]) -> Any:
    """Spread a batch, of which every host holds all rows, over the devices of the mesh."""
    import jax
    from jax.sharding import NamedSharding, PartitionSpec

    here = np.array_split(rows, jax.process_count())[jax.process_index()]
    sharding = NamedSharding(mesh, PartitionSpec("data"))
    return jax.make_array_from_process_local_data(sharding, here, rows.shape)


def is_first_host() -> bool:
    """Whether this process is the one that writes what is written once."""
    import jax

    return jax.process_index() == 0


def wait_for_all(name: str) -> None:
    """Let no host leave early: Vertex ends the others with the first."""
    import jax

    if jax.process_count() > 1:
        from jax.experimental.multihost_utils import sync_global_devices

        sync_global_devices(name)
