"""About 150 resources of many kinds in components."""

import pulumi
from pulumi_gcp import bigquery, monitoring, projects, serviceaccount, storage, vertex

GROUPS = 11


class Team(pulumi.ComponentResource):
    """Twelve resources of a team."""

    def __init__(self, name: str, number: int) -> None:
        super().__init__("bench:index:Team", name)
        own = pulumi.ResourceOptions(parent=self)
        bucket = storage.Bucket(f"{name}-data", name=f"bench-{name}", location="EU", opts=own)
        account = serviceaccount.Account(f"{name}-runner", account_id=f"{name}-runner", opts=own)
        dataset = bigquery.Dataset(
            f"{name}-set", dataset_id=f"set_{number}", location="EU", opts=own
        )
        for table in ("runs", "gates", "rows"):
            bigquery.Table(
                f"{name}-{table}",
                dataset_id=dataset.dataset_id,
                table_id=table,
                schema="[]",
                deletion_protection=False,
                opts=own,
            )
        for role in ("objectUser", "legacyBucketReader"):
            storage.BucketIAMMember(
                f"{name}-{role}",
                bucket=bucket.name,
                role=f"roles/storage.{role}",
                member=account.member,
                opts=own,
            )
        for role in ("aiplatform.user", "logging.logWriter"):
            projects.IAMMember(
                f"{name}-{role}",
                project="bench-project",
                role=f"roles/{role}",
                member=account.member,
                opts=own,
            )
        vertex.AiEndpoint(
            f"{name}-endpoint",
            name=str(100_000_000 + number),
            location="europe-west4",
            display_name=name,
            opts=own,
        )
        monitoring.AlertPolicy(
            f"{name}-alert",
            display_name=name,
            combiner="OR",
            conditions=[
                {
                    "display_name": "p99",
                    "condition_threshold": {
                        "filter": f'metric.type="a" AND resource.type="{name}"',
                        "comparison": "COMPARISON_GT",
                        "duration": "300s",
                        "threshold_value": 500,
                    },
                }
            ],
            opts=own,
        )
        self.register_outputs({"bucket": bucket.name})


for index in range(GROUPS):
    Team(f"team-{index}", index)
pulumi.Stash("spec", input="spec")
