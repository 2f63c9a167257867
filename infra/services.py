"""The APIs that everything else calls: enabled first, never disabled.

Pulumi cannot infer that a bucket needs the storage API. Whoever makes the first resource of an API
depends on `Services.api(...)`; what is built from that resource's outputs follows by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import ResourceOptions

from catalog.services import FOUNDATION, PLATFORM


@dataclass(frozen=True, kw_only=True)
class ServicesArgs:
    project_id: str
    beside: Sequence[str]
    """APIs that only this stack wants."""
    project: pulumi.Resource | None
    """Made first, where the stack makes it."""
    first: ResourceOptions
    """Provider of the APIs that other APIs are enabled with."""


class Services(pulumi.ComponentResource):
    """Enabled APIs of the project.

    Does not wait until an API answers: enabling can take minutes to spread; the next `up` goes on.
    """

    def __init__(self, name: str, args: ServicesArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__(
            "mlplatform:services:Services", name, {"project_id": args.project_id}, opts
        )
        made = [] if args.project is None else [args.project]
        first = ResourceOptions.merge(args.first, ResourceOptions(parent=self, depends_on=made))
        foundation = {
            service: self._enabled(name, service, args.project_id, first) for service in FOUNDATION
        }
        then = ResourceOptions(parent=self, depends_on=[*foundation.values()])
        rest = {
            service: self._enabled(name, service, args.project_id, then)
            for service in (*PLATFORM, *args.beside)
        }
        self._apis = {**foundation, **rest}
        self.register_outputs({"enabled": [api.service for api in self._apis.values()]})

    def api(self, service: str) -> gcp.projects.Service:
        """What the first resource of an API depends on; KeyError if the catalog lacks it."""
        return self._apis[service]

    def _enabled(
        self, name: str, service: str, project_id: str, opts: ResourceOptions
    ) -> gcp.projects.Service:
        return gcp.projects.Service(
            f"{name}-{service.partition('.')[0]}",
            project=project_id,
            service=service,
            # Others may use the API of a shared project: a destroyed stack leaves it enabled.
            disable_on_destroy=False,
            opts=opts,
        )
