"""Who writes down what endpoints are asked: Vertex AI's own agent, into one dataset.

Does not make the dataset, which is the warehouse's, nor its tables: each endpoint makes its own,
with the deployed model and its version in every row.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from catalog.roles import TABLE_EDITOR


@dataclass(frozen=True, kw_only=True)
class RequestLogArgs:
    project_id: str
    dataset_id: Input[str]
    vertex_agent_member: Input[str]


class RequestLog(pulumi.ComponentResource):
    """The agent's grant on the dataset."""

    dataset_uri: Output[str]
    """`bq://project.dataset`, known once the agent may write there."""

    def __init__(
        self, name: str, args: RequestLogArgs, opts: ResourceOptions | None = None
    ) -> None:
        super().__init__(
            "mlplatform:request_log:RequestLog", name, {"project_id": args.project_id}, opts
        )
        grant = gcp.bigquery.DatasetIamMember(
            f"{name}-vertex-writes",
            dataset_id=args.dataset_id,
            role=TABLE_EDITOR,
            member=args.vertex_agent_member,
            opts=ResourceOptions(parent=self),
        )
        self.dataset_uri = Output.all(grant.dataset_id, grant.id).apply(
            lambda both: f"bq://{args.project_id}.{both[0]}"
        )
        self.register_outputs({"dataset_uri": self.dataset_uri})
