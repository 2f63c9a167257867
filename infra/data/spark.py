"""What Spark needs to run without a cluster: an account, a bucket for its leavings, a template.

Does not run anything: batches are jobs. Machines of Spark talk to each other inside the subnet and
reach Google's APIs from it without public addresses: `infra.network` allows both; the owner of an
adopted network has to.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from catalog.roles import DATAPROC_WORKER, KEY_USER, OBJECT_USER, OBJECT_VIEWER
from catalog.spark import WRITING
from infra.encryption import Key, granted
from infra.labels import Labels
from infra.naming import Names
from infra.settings.spark import ServerlessSettings

_DATASETS = "datasets/"


@dataclass(frozen=True, kw_only=True)
class SparkArgs:
    settings: ServerlessSettings
    protected: bool
    project_id: str
    region: str
    names: Names
    labels: Labels
    subnet_id: Input[str]
    artifacts_bucket: Output[str]
    """Holds raw data, scripts and prepared data."""
    iam_api: pulumi.Resource
    storage_api: pulumi.Resource
    dataproc_api: pulumi.Resource
    storage_key: Key | None
    disk_key: Key | None


class Spark(pulumi.ComponentResource):
    """Account, staging bucket and session template."""

    account_email: Output[str]
    account_member: Output[str]
    staging_bucket: Output[str]
    template: Output[str]

    def __init__(self, name: str, args: SparkArgs, opts: ResourceOptions | None = None) -> None:
        inputs = {**args.settings.model_dump(), "protected": args.protected}
        super().__init__("mlplatform:spark:Spark", name, {"settings": inputs}, opts)
        account = gcp.serviceaccount.Account(
            f"{name}-account",
            account_id=args.names.account_id("spark"),
            display_name=args.names.title("spark"),
            description="Prepares data on Spark",
            opts=ResourceOptions(parent=self, depends_on=[args.iam_api]),
        )
        staging = self._staging(name, args)
        grants = self._grants(name, account, staging, args)
        self.account_email, self.account_member = account.email, account.member
        self.staging_bucket = staging.name
        self.template = self._template(name, account, staging, grants, args).name
        self.register_outputs(
            {
                "account": self.account_email,
                "staging_bucket": self.staging_bucket,
                "template": self.template,
            }
        )

    def _staging(self, name: str, args: SparkArgs) -> gcp.storage.Bucket:
        key = args.storage_key
        return gcp.storage.Bucket(
            f"{name}-staging",
            name=args.names.bucket("spark"),
            location=args.region.upper(),
            uniform_bucket_level_access=True,
            public_access_prevention="enforced",
            # What is deleted here is of no use to anybody: it is not kept, nor paid for.
            soft_delete_policy={"retention_duration_seconds": 0},
            versioning={"enabled": True},
            lifecycle_rules=[
                {
                    "action": {"type": "Delete"},
                    "condition": {"age": args.settings.staging_days, "with_state": "LIVE"},
                },
                {
                    "action": {"type": "Delete"},
                    "condition": {"days_since_noncurrent_time": 1, "with_state": "ARCHIVED"},
                },
                {
                    "action": {"type": "AbortIncompleteMultipartUpload"},
                    "condition": {"age": 1},
                },
            ],
            force_destroy=not args.protected,
            encryption={"default_kms_key_name": key.id} if key else None,
            labels=args.labels.of("spark"),
            opts=ResourceOptions(
                parent=self,
                depends_on=[args.storage_api, *granted(key)],
                protect=args.protected,
            ),
        )

    def _grants(
        self,
        name: str,
        account: gcp.serviceaccount.Account,
        staging: gcp.storage.Bucket,
        args: SparkArgs,
    ) -> list[pulumi.Resource]:
        child = ResourceOptions(parent=self)
        worker = gcp.projects.IAMMember(
            f"{name}-worker",
            project=args.project_id,
            role=DATAPROC_WORKER,
            member=account.member,
            opts=child,
        )
        stages = gcp.storage.BucketIAMMember(
            f"{name}-stages",
            bucket=staging.name,
            role=OBJECT_USER,
            member=account.member,
            opts=child,
        )
        reads = gcp.storage.BucketIAMMember(
            f"{name}-reads",
            bucket=args.artifacts_bucket,
            role=OBJECT_VIEWER,
            member=account.member,
            opts=child,
        )
        writes = gcp.storage.BucketIAMMember(
            f"{name}-writes",
            bucket=args.artifacts_bucket,
            role=OBJECT_USER,
            member=account.member,
            condition={
                "title": "prepared-data",
                "description": "Spark writes prepared data, and nothing that judges a model",
                "expression": args.artifacts_bucket.apply(_below_datasets),
            },
            opts=child,
        )
        return [worker, stages, reads, writes, *self._key_grants(name, args)]

    def _key_grants(self, name: str, args: SparkArgs) -> list[pulumi.Resource]:
        """The disks' key is granted to Compute Engine already; Dataproc asks for it, too."""
        if args.disk_key is None:
            return []
        agent = gcp.projects.ServiceIdentity(
            f"{name}-dataproc",
            project=args.project_id,
            service="dataproc.googleapis.com",
            opts=ResourceOptions(parent=self, depends_on=[args.dataproc_api]),
        )
        grant = gcp.kms.CryptoKeyIAMMember(
            f"{name}-dataproc-key",
            crypto_key_id=args.disk_key.id,
            role=KEY_USER,
            member=agent.member,
            opts=ResourceOptions(parent=self, depends_on=granted(args.disk_key)),
        )
        return [grant]

    def _template(
        self,
        name: str,
        account: gcp.serviceaccount.Account,
        staging: gcp.storage.Bucket,
        grants: list[pulumi.Resource],
        args: SparkArgs,
    ) -> gcp.dataproc.SessionTemplate:
        settings = args.settings
        template_id = args.names.repository("spark")
        return gcp.dataproc.SessionTemplate(
            f"{name}-sessions",
            name=f"projects/{args.project_id}/locations/{args.region}/sessionTemplates/{template_id}",
            location=args.region,
            jupyter_session={"kernel": "PYTHON", "display_name": f"Spark ({args.names.stack})"},
            runtime_config={
                "version": settings.runtime,
                "properties": {
                    **WRITING,
                    "spark.dynamicAllocation.maxExecutors": str(settings.max_executors),
                },
            },
            environment_config={
                "execution_config": {
                    "service_account": account.email,
                    "subnetwork_uri": args.subnet_id,
                    "staging_bucket": staging.name,
                    "kms_key": args.disk_key.id if args.disk_key else None,
                    "idle_ttl": f"{settings.idle_minutes * 60}s",
                    "ttl": f"{settings.session_hours * 3600}s",
                }
            },
            labels=args.labels.of("spark"),
            opts=ResourceOptions(
                parent=self, depends_on=[args.dataproc_api, *granted(args.disk_key), *grants]
            ),
        )


def _below_datasets(bucket: str) -> str:
    """The condition in CEL: the object's name begins with the folder of prepared data."""
    return f'resource.name.startsWith("projects/_/buckets/{bucket}/objects/{_DATASETS}")'
