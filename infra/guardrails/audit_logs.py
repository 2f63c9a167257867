"""Who read and wrote what: logs of accesses to data, for the services that hold some.

Owns the configuration of each service in the whole project: two stacks in one project would take it
from each other. Alerts on what is logged are with the other alerts.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Output, ResourceOptions

from catalog.watched import AUDITED


@dataclass(frozen=True, kw_only=True)
class AuditLogsArgs:
    project_id: str
    apis: dict[str, pulumi.Resource]
    """Each audited service, enabled."""


class AuditLogs(pulumi.ComponentResource):
    """What is logged is `catalog.watched.AUDITED`; nobody is exempt."""

    services: list[Output[str]]

    def __init__(self, name: str, args: AuditLogsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__(
            "mlplatform:audit_logs:AuditLogs", name, {"project_id": args.project_id}, opts
        )
        self.services = [
            gcp.projects.IAMAuditConfig(
                f"{name}-{service.partition('.')[0]}",
                project=args.project_id,
                service=service,
                audit_log_configs=[{"log_type": kind} for kind in kinds],
                opts=ResourceOptions(parent=self, depends_on=[args.apis[service]]),
            ).service
            for service, kinds in AUDITED.items()
        ]
        self.register_outputs({"services": self.services})
