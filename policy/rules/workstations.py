"""Machines that developers work on: private, watched, and stopped when nobody does."""

from policy.registry import Finding, Findings, demand, rule
from policy.tokens import WORKBENCH, WORKSTATION_CLUSTER, WORKSTATION_CONFIG
from policy.values import UNKNOWN, find, get
from policy.verdicts import Context, Resource

_NEVER = ("0s", "0")


@rule("workstation-cluster-is-private", [WORKSTATION_CLUSTER])
def _private(resource: Resource, _: Context) -> Findings:
    """Workstations are reached through a private endpoint only."""
    yield from demand(
        resource,
        "privateClusterConfig.enablePrivateEndpoint",
        lambda value: value is True,
        'write `private_cluster_config={"enable_private_endpoint": True}`.',
    )


@rule("workstation-stops-by-itself", [WORKSTATION_CONFIG])
def _stops(resource: Resource, _: Context) -> Findings:
    """A workstation stops when it is idle, and after a working day in any case."""
    for path in ("idleTimeout", "runningTimeout"):
        yield from demand(
            resource,
            path,
            lambda value: bool(value) and value not in _NEVER,
            'write a duration in seconds, such as "3600s".',
        )


@rule("workstation-is-audited", [WORKSTATION_CONFIG], late=["host.gceInstance.serviceAccount"])
def _audited(resource: Resource, _: Context) -> Findings:
    """What happens on a workstation is logged, by an agent that has an account to log with."""
    yield from demand(
        resource,
        "enableAuditAgent",
        lambda value: value is True,
        "write `enable_audit_agent=True`.",
    )
    yield from demand(
        resource,
        "host.gceInstance.serviceAccount",
        bool,
        "name an account that may write logs; without one the agent is silent.",
    )


@rule("workstation-home-survives", [WORKSTATION_CONFIG])
def _home(resource: Resource, _: Context) -> Findings:
    """A deleted workstation leaves its home disk behind."""
    for where, directory in find(resource.inputs, "persistentDirectories[*]"):
        if directory is UNKNOWN:
            yield Finding(where, None)
            continue
        kind = "gcePd" if directory.get("gceHd") is None else "gceHd"
        path = f"{where}.{kind}.reclaimPolicy"
        policy = get(directory, f"{kind}.reclaimPolicy")
        if policy is UNKNOWN:
            yield Finding(path, None)
        elif policy != "RETAIN":
            yield Finding(path, f"`{path}` is {policy!r}: write RETAIN; the default is DELETE.")


@rule("workbench-stops-by-itself", [WORKBENCH])
def _workbench(resource: Resource, _: Context) -> Findings:
    """A notebook machine stops when it is idle."""
    yield from demand(
        resource,
        "gceSetup.metadata",
        lambda value: int((value or {}).get("idle-timeout-seconds", 0)) > 0,
        'write `metadata={"idle-timeout-seconds": "3600"}`.',
    )
