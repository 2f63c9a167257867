"""The part of the composition root that puts together data and what Vertex AI keeps about it.

    keys, identities ─┬─ features ─ online store
                      ├─ metastore ─ Spark ─ tables of others
                      └─ metadata store, TensorBoard, data sets ─ the first run

Makes no resource itself. What the settings do not list is not made, and neither is its component.
"""

from dataclasses import dataclass, replace

from pulumi import Output, Resource, ResourceOptions

from catalog import services as apis
from infra.data.experiments import Experiments, ExperimentsArgs
from infra.data.features import Features, FeaturesArgs
from infra.data.metastore import Metastore, MetastoreArgs
from infra.data.online_store import OnlineStore, OnlineStoreArgs, ServedGroup
from infra.data.sources import SourceTables, SourceTablesArgs
from infra.data.spark import Spark, SparkArgs, Tables
from infra.post_deploy import SparkPlacementArgs
from infra.settings import StackSettings
from infra.shared import Shared

_SECONDS_AN_HOUR = 3600


@dataclass(frozen=True, kw_only=True)
class Data:
    """What runs get from here."""

    tensorboard: Output[str] | None
    """Where training jobs send their curves."""
    spark: SparkPlacementArgs | None
    """As whom and where batches run; None where no model asks for one."""
    needed: list[Resource]
    """What must exist before the first run."""


def build(settings: StackSettings, shared: Shared, google: ResourceOptions) -> Data:
    """Register what the settings list."""
    if settings.features.groups and settings.vertex.enabled:
        _features(settings, shared, google)
    spark = _spark(settings, shared, google)
    if settings.warehouse.sources:
        readers = {"runner": shared.identities.pipeline_runner.member}
        sources = SourceTablesArgs(
            tables=settings.warehouse.sources,
            project_id=settings.project.id,
            reader_members={**readers, **({"spark": spark.account_member} if spark else {})},
            bigquery_api=shared.api(apis.BIGQUERY),
        )
        SourceTables("sources", sources, google)
    wanted = settings.experiments
    listed = wanted.metadata_store or wanted.tensorboard or wanted.datasets
    batches = spark if settings.prepares_on_spark else None
    prepared = Data(
        tensorboard=None,
        spark=_batches(batches, settings, shared) if batches else None,
        needed=[batches] if batches else [],
    )
    if not (listed and settings.vertex.enabled):
        return prepared
    experiments = _experiments(settings, shared, google)
    return replace(
        prepared,
        tensorboard=experiments.tensorboard,
        needed=[*prepared.needed, experiments],
    )


def _spark(settings: StackSettings, shared: Shared, google: ResourceOptions) -> Spark | None:
    if settings.spark.serverless is None:
        return None
    region, tables = settings.project.region, _metastore(settings, shared, google)
    runner = shared.identities.pipeline_runner.member
    args = SparkArgs(
        settings=settings.spark.serverless,
        protected=settings.protection.enabled,
        project_id=settings.project.id,
        region=region,
        names=shared.names,
        labels=shared.labels,
        subnet_id=shared.foundation.network.subnet_id,
        artifacts_bucket=shared.artifacts.bucket_name,
        iam_api=shared.api(apis.IAM),
        storage_api=shared.api(apis.STORAGE),
        dataproc_api=shared.api(apis.DATAPROC),
        storage_key=shared.key("storage", region),
        disk_key=shared.key("compute", region),
        submitter_member=runner if settings.prepares_on_spark else None,
        tables=tables and Tables(service_id=tables.service_id, bucket=tables.tables_bucket),
    )
    return Spark("spark", args, google)


def _batches(spark: Spark, settings: StackSettings, shared: Shared) -> SparkPlacementArgs | None:
    if (serverless := settings.spark.serverless) is None:
        return None
    key = shared.key("compute", settings.project.region)
    return SparkPlacementArgs(
        service_account=spark.account_email,
        subnet=shared.foundation.network.subnet_id,
        staging_bucket=spark.staging_bucket,
        runtime=serverless.runtime,
        max_executors=serverless.max_executors,
        timeout_seconds=serverless.session_hours * _SECONDS_AN_HOUR,
        key=key.id if key else None,
    )


def _metastore(
    settings: StackSettings, shared: Shared, google: ResourceOptions
) -> Metastore | None:
    if settings.spark.metastore is None:
        return None
    region, api = settings.project.region, shared.api(apis.METASTORE)
    args = MetastoreArgs(
        settings=settings.spark.metastore,
        artifacts=settings.artifacts,
        protected=settings.protection.enabled,
        region=region,
        names=shared.names,
        labels=shared.labels,
        subnet_id=shared.foundation.network.subnet_id,
        agent_member=shared.foundation.agents.of(apis.METASTORE, api),
        metastore_api=api,
        storage_api=shared.api(apis.STORAGE),
        key=shared.key("storage", region),
    )
    return Metastore("metastore", args, google)


def _experiments(settings: StackSettings, shared: Shared, google: ResourceOptions) -> Experiments:
    region = settings.project.region
    args = ExperimentsArgs(
        settings=settings.experiments,
        protected=settings.protection.enabled,
        project_id=settings.project.id,
        region=region,
        names=shared.names,
        labels=shared.labels,
        trainer_member=shared.identities.trainer.member,
        aiplatform_api=shared.api(apis.AI_PLATFORM),
        iam_api=shared.api(apis.IAM),
        key=shared.key("vertex", region),
    )
    return Experiments("experiments", args, google)


def _features(settings: StackSettings, shared: Shared, google: ResourceOptions) -> None:
    region, identities = settings.project.region, shared.identities
    args = FeaturesArgs(
        groups=settings.features.groups,
        protected=settings.protection.enabled,
        project_id=settings.project.id,
        region=region,
        names=shared.names,
        labels=shared.labels,
        writer_member=identities.pipeline_runner.member,
        reader_members={"trainer": identities.trainer.member},
        aiplatform_api=shared.api(apis.AI_PLATFORM),
        bigquery_api=shared.api(apis.BIGQUERY),
        key=shared.key("bigquery", region),
    )
    features = Features("features", args, google)
    if settings.features.online_store:
        online = OnlineStoreArgs(
            settings=settings.features.online_store,
            protected=settings.protection.enabled,
            region=region,
            names=shared.names,
            labels=shared.labels,
            groups=[
                ServedGroup(
                    view=group.name,
                    group=features.groups[group.name],
                    features=features.features[group.name],
                    sync_cron=group.sync_cron,
                )
                for group in settings.features.groups
                if group.sync_cron
            ],
            source_grants=features.grants,
            server_member=identities.predictor.member,
            aiplatform_api=shared.api(apis.AI_PLATFORM),
            iam_api=shared.api(apis.IAM),
            key=shared.key("vertex", region),
        )
        OnlineStore("online-store", online, google)
