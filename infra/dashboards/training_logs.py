"""Where the log of training and of automatic actions is kept, and for how long.

The project's own bucket keeps what it kept before, 30 days unless somebody changed it. This one is
never locked: a lock could not be undone, not even by its owner.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Output, ResourceOptions

from infra.naming import Names

ROUTED = (
    'resource.type="ml_job"',
    'resource.type="aiplatform.googleapis.com/PipelineJob"',
    'resource.type="cloud_dataproc_batch"',
    # What functions do by themselves, and why.
    '(resource.type="cloud_run_revision" AND jsonPayload.decision:*)',
)
NOISE = "severity=DEBUG"
"""Not `<=`: what a job prints plainly has the severity DEFAULT, which is below DEBUG."""


@dataclass(frozen=True, kw_only=True)
class TrainingLogsArgs:
    region: str
    days: int
    names: Names
    logging_api: pulumi.Resource


class TrainingLogs(pulumi.ComponentResource):
    """A log bucket in the region, and the sink that fills it."""

    bucket: Output[str]
    """`projects/P/locations/L/buckets/B`"""

    def __init__(
        self, name: str, args: TrainingLogsArgs, opts: ResourceOptions | None = None
    ) -> None:
        inputs = {"region": args.region, "days": args.days}
        super().__init__("mlplatform:training_logs:TrainingLogs", name, inputs, opts)
        bucket = gcp.logging.ProjectBucketConfig(
            f"{name}-bucket",
            project=args.names.project_id,
            location=args.region,
            bucket_id=args.names.machine("training"),
            description="Logs of training, pipelines, preparation and automatic actions",
            retention_days=args.days,
            opts=ResourceOptions(parent=self, depends_on=[args.logging_api]),
        )
        # Nobody is granted anything: a sink writes to a bucket of its own project as the service.
        gcp.logging.ProjectSink(
            f"{name}-sink",
            name=args.names.machine("training"),
            destination=Output.concat("logging.googleapis.com/", bucket.id),
            filter=" OR ".join(ROUTED),
            exclusions=[{"name": "noise", "filter": NOISE}],
            unique_writer_identity=True,
            opts=ResourceOptions(parent=self),
        )
        self.bucket = bucket.id
        self.register_outputs({"bucket": self.bucket})
