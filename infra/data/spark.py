"""What Spark needs to run without a cluster: an account, a bucket for its leavings, a template.

Does not run anything: batches are made by runs, which are told as whom and where. Machines of
Spark talk to each other inside the subnet and reach Google's APIs from it without public addresses:
`infra.network` allows both; the owner of an adopted network has to.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from catalog.prefixes import DATASETS
from catalog.roles import (
    ACT_AS,
    DATAPROC_WORKER,
    OBJECT_USER,
    OBJECT_VIEWER,
    SPARK_SUBMITTER_PERMISSIONS,
)
from catalog.spark import properties
from infra.encryption import Key, granted, let_encrypt
from infra.labels import Labels
from infra.naming import Names
from infra.settings.recovery import one_region
from infra.settings.spark import ServerlessSettings
from infra.stores.buckets import BucketArgs, below, bucket, delete_after, grant, tidy


@dataclass(frozen=True, kw_only=True)
class Tables:
    """A metastore that sessions use."""

    service_id: Input[str]
    bucket: Input[str]
    """Where the files of its tables are."""


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
    submitter_member: Input[str] | None
    """Who has batches run; None: nobody."""
    tables: Tables | None
    """Where sessions find tables; None: each knows its own."""


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
        if args.submitter_member is not None:
            self._let_submit(name, account, args.submitter_member, args)
        self.register_outputs(
            {
                "account": self.account_email,
                "staging_bucket": self.staging_bucket,
                "template": self.template,
            }
        )

    def _staging(self, name: str, args: SparkArgs) -> gcp.storage.Bucket:
        inputs = BucketArgs(
            name=args.names.bucket("spark"),
            place=one_region(args.region),
            lifecycle_rules=[delete_after(args.settings.staging_days), *tidy(1, 1)],
            # What is deleted here is of no use to anybody: it is not kept, nor paid for.
            soft_delete_days=0,
            protected=args.protected,
            labels=args.labels.of("spark"),
            storage_api=args.storage_api,
            key=args.storage_key,
        )
        return bucket(f"{name}-staging", inputs, self)

    def _grants(
        self,
        name: str,
        account: gcp.serviceaccount.Account,
        staging: gcp.storage.Bucket,
        args: SparkArgs,
    ) -> list[pulumi.Resource]:
        data, member = args.artifacts_bucket, account.member
        worker = gcp.projects.IAMMember(
            f"{name}-worker",
            project=args.project_id,
            role=DATAPROC_WORKER,
            member=member,
            opts=ResourceOptions(parent=self),
        )
        writes: gcp.storage.BucketIAMMemberConditionArgsDict = {
            "title": "prepared-data",
            "description": "Spark writes prepared data, and nothing that judges a model",
            "expression": below(data, [DATASETS]),
        }
        return [
            worker,
            grant(f"{name}-stages", staging.name, OBJECT_USER, member, self),
            grant(f"{name}-reads", data, OBJECT_VIEWER, member, self),
            grant(f"{name}-writes", data, OBJECT_USER, member, self, condition=writes),
            *self._keeps_tables(name, member, args.tables),
            *self._key_grants(name, args),
        ]

    def _keeps_tables(
        self, name: str, member: Input[str], tables: Tables | None
    ) -> list[pulumi.Resource]:
        if tables is None:
            return []
        return [grant(f"{name}-keeps-tables", tables.bucket, OBJECT_USER, member, self)]

    def _let_submit(
        self,
        name: str,
        account: gcp.serviceaccount.Account,
        member: Input[str],
        args: SparkArgs,
    ) -> None:
        role = gcp.projects.IAMCustomRole(
            f"{name}-submitter-role",
            role_id=args.names.role_id("spark_submitter"),
            title=args.names.title("Has Spark prepare data"),
            permissions=list(SPARK_SUBMITTER_PERMISSIONS),
            opts=ResourceOptions(parent=self, depends_on=[args.iam_api]),
        )
        gcp.projects.IAMMember(
            f"{name}-submitter",
            project=args.project_id,
            role=role.id,
            member=member,
            opts=ResourceOptions(parent=self),
        )
        gcp.serviceaccount.IAMMember(
            f"{name}-submitter-acts",
            service_account_id=account.name,
            role=ACT_AS,
            member=member,
            opts=ResourceOptions(parent=self),
        )

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
        return [let_encrypt(f"{name}-dataproc-key", args.disk_key, agent.member, self)]

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
                "properties": properties(settings.max_executors),
            },
            environment_config={
                "execution_config": {
                    "service_account": account.email,
                    "subnetwork_uri": args.subnet_id,
                    "staging_bucket": staging.name,
                    "kms_key": args.disk_key.id if args.disk_key else None,
                    "idle_ttl": f"{settings.idle_minutes * 60}s",
                    "ttl": f"{settings.session_hours * 3600}s",
                },
                **_peripherals(args.tables),
            },
            labels=args.labels.of("spark"),
            opts=ResourceOptions(
                parent=self, depends_on=[args.dataproc_api, *granted(args.disk_key), *grants]
            ),
        )


def _peripherals(
    tables: Tables | None,
) -> gcp.dataproc.SessionTemplateEnvironmentConfigArgsDict:
    """No history server: it would be a cluster, which is paid for at all hours."""
    return {"peripherals_config": {"metastore_service": tables.service_id}} if tables else {}
