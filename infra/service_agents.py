"""Google's own identities in the project: who acts when a service touches what is ours.

Made before they are granted anything; an agent that no service has used yet does not exist. Does
not grant: that is done where the resource is.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import InvokeOutputOptions, Output, ResourceOptions

_COMPUTE = "serviceAccount:service-{number}@compute-system.iam.gserviceaccount.com"


@dataclass(frozen=True, kw_only=True)
class ServiceAgentsArgs:
    project_id: str
    aiplatform_api: pulumi.Resource
    artifactregistry_api: pulumi.Resource
    bigquery_api: pulumi.Resource
    pubsub_api: pulumi.Resource
    storage_api: pulumi.Resource
    storagetransfer_api: pulumi.Resource


class ServiceAgents(pulumi.ComponentResource):
    """Members of the agents, as grants take them."""

    vertex: Output[str]
    registry: Output[str]
    pubsub: Output[str]
    compute: Output[str]
    """Nothing makes it: it exists as soon as the API does."""
    project_number: Output[str]

    def __init__(
        self, name: str, args: ServiceAgentsArgs, opts: ResourceOptions | None = None
    ) -> None:
        super().__init__(
            "mlplatform:service_agents:ServiceAgents", name, {"project_id": args.project_id}, opts
        )
        self._name, self._args = name, args
        self._asked: dict[str, Output[str]] = {}
        self.vertex = self._agent(name, "aiplatform", args.aiplatform_api)
        self.registry = self._agent(name, "artifactregistry", args.artifactregistry_api)
        self.project_number = self.vertex.apply(_project_number)
        self.compute = Output.format(_COMPUTE, number=self.project_number)
        self.pubsub = self._agent(name, "pubsub", args.pubsub_api)
        self.register_outputs(
            {"vertex": self.vertex, "registry": self.registry, "pubsub": self.pubsub}
        )

    # The APIs of these do not say whom they made: they are looked up, and only when needed.

    def storage(self) -> Output[str]:
        """The agent of Cloud Storage."""
        return gcp.storage.get_project_service_account_output(
            project=self._args.project_id, opts=self._after(self._args.storage_api)
        ).member

    def transfer(self) -> Output[str]:
        """The agent of Storage Transfer; looking it up makes it."""
        return gcp.storage.get_transfer_project_service_account_output(
            project=self._args.project_id, opts=self._after(self._args.storagetransfer_api)
        ).member

    def bigquery(self) -> Output[str]:
        """The agent of BigQuery."""
        return gcp.bigquery.get_default_service_account_output(
            project=self._args.project_id, opts=self._after(self._args.bigquery_api)
        ).member

    def of(self, service: str, enabled: pulumi.Resource) -> Output[str]:
        """The agent of a service that only some stacks use; made once."""
        api = service.partition(".")[0]
        if api not in self._asked:
            self._asked[api] = self._agent(self._name, api, enabled)
        return self._asked[api]

    def _agent(self, name: str, api: str, enabled: pulumi.Resource) -> Output[str]:
        return gcp.projects.ServiceIdentity(
            f"{name}-{api}",
            project=self._args.project_id,
            service=f"{api}.googleapis.com",
            opts=ResourceOptions(parent=self, depends_on=[enabled]),
        ).member

    def _after(self, api: pulumi.Resource) -> InvokeOutputOptions:
        return InvokeOutputOptions(parent=self, depends_on=[api])


def _project_number(member: str) -> str:
    """Every agent's address holds it: a look-up less that a preview without a login would need."""
    return member.partition("service-")[2].partition("@")[0]
