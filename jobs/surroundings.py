"""What all messages of a run say about where it runs: its key and its network.

Both are fields of the job itself; a worker pool has neither.
"""

from typing import Any

from jobs.spec import Placement


def encryption(placement: Placement) -> dict[str, Any]:
    """The key, for `CustomJob`, `PipelineJob` and `Model`."""
    return {"encryption_spec": {"kms_key_name": placement.key}} if placement.key else {}


def network(placement: Placement) -> dict[str, Any]:
    """The way into the network, for `CustomJobSpec` and `PipelineJob`."""
    if placement.network_attachment:
        return {"psc_interface_config": {"network_attachment": placement.network_attachment}}
    if placement.network:
        return {"network": placement.network, "reserved_ip_ranges": placement.reserved_ranges}
    return {}
