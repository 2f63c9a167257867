"""The APIs that everything else calls: enabled first, never disabled.

Pulumi cannot infer that a bucket needs the storage API. Whoever makes the first resource of an API
depends on `Services.api(...)`; what is built from that resource's outputs follows by itself.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import ResourceOptions

from catalog.services import FOUNDATION, PLATFORM


@dataclass(frozen=True, kw_only=True)
class ServicesArgs:
    project_id: str


class Services(pulumi.ComponentResource):
    """Enabled APIs of the project.

    Does not wait until an API answers: enabling can take minutes to spread; the next `up` goes on.
    """

    def __init__(self, name: str, args: ServicesArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__(
            "mlplatform:services:Services", name, {"project_id": args.project_id}, opts
        )
        foundation = {
            service: self._enabled(name, service, args.project_id, after=[])
            for service in FOUNDATION
        }
        rest = {
            service: self._enabled(name, service, args.project_id, after=[*foundation.values()])
            for service in PLATFORM
        }
        self._apis = {**foundation, **rest}
        self.register_outputs({"enabled": [api.service for api in self._apis.values()]})

    def api(self, service: str) -> gcp.projects.Service:
        """What the first resource of an API depends on; KeyError if the catalog lacks it."""
        return self._apis[service]

    def _enabled(
        self, name: str, service: str, project_id: str, after: list[pulumi.Resource]
    ) -> gcp.projects.Service:
        return gcp.projects.Service(
            f"{name}-{service.partition('.')[0]}",
            project=project_id,
            service=service,
            # Others may use the API of a shared project: a destroyed stack leaves it enabled.
            disable_on_destroy=False,
            opts=ResourceOptions(parent=self, depends_on=after),
        )
