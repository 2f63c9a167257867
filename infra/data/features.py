"""Features that several models share: a table and a group for each kind of thing.

Of Vertex AI's kinds of feature store only the one with groups and views: the former one ends in
2027. Does not compute features: jobs write the rows. What serves them is `infra.data.online_store`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from catalog.roles import TABLE_EDITOR, TABLE_READER
from infra.encryption import Key, granted
from infra.labels import Labels
from infra.naming import Names
from infra.settings.features import TIMESTAMP, FeatureGroupSettings, Kind

_MILLISECONDS_A_DAY = 86_400_000
_TYPES: dict[Kind, str] = {"text": "STRING", "integer": "INTEGER", "number": "FLOAT"}


@dataclass(frozen=True, kw_only=True)
class FeaturesArgs:
    groups: Sequence[FeatureGroupSettings]
    protected: bool
    project_id: str
    region: str
    names: Names
    labels: Labels
    writer_member: Input[str]
    """Writes features: the pipelines."""
    reader_members: Mapping[str, Input[str]]
    """Train on them."""
    aiplatform_api: pulumi.Resource
    bigquery_api: pulumi.Resource
    key: Key | None


class Features(pulumi.ComponentResource):
    """Dataset, tables, groups and their features."""

    dataset_id: Output[str]
    groups: dict[str, Output[str]]
    """Each group as Vertex AI calls it, by its name in the settings."""
    features: dict[str, list[Output[str]]]
    """Registered features of each group."""
    grants: list[gcp.bigquery.DatasetIamMember]

    def __init__(self, name: str, args: FeaturesArgs, opts: ResourceOptions | None = None) -> None:
        inputs = {"settings": [g.model_dump() for g in args.groups], "protected": args.protected}
        super().__init__("mlplatform:features:Features", name, inputs, opts)
        dataset = self._dataset(name, args)
        self.grants = self._grant(name, dataset, args)
        self.groups, self.features = {}, {}
        for group in args.groups:
            label = f"{name}-{group.name.replace('_', '-')}"
            table = self._table(label, group, dataset, args)
            registered = self._group(label, group, table, args)
            self.groups[group.name] = registered.name
            self.features[group.name] = [
                self._feature(label, feature, registered, args).name for feature in group.features
            ]
        self.dataset_id = dataset.dataset_id
        self.register_outputs({"dataset_id": self.dataset_id, "groups": self.groups})

    def _dataset(self, name: str, args: FeaturesArgs) -> gcp.bigquery.Dataset:
        key = args.key
        return gcp.bigquery.Dataset(
            f"{name}-dataset",
            dataset_id=args.names.dataset("features"),
            location=args.region,
            description="Features that models share, one table for each kind of thing",
            delete_contents_on_destroy=not args.protected,
            default_encryption_configuration={"kms_key_name": key.id} if key else None,
            labels=args.labels.of("features"),
            opts=ResourceOptions(
                parent=self,
                depends_on=[args.bigquery_api, *granted(key)],
                protect=args.protected,
            ),
        )

    def _grant(
        self, name: str, dataset: gcp.bigquery.Dataset, args: FeaturesArgs
    ) -> list[gcp.bigquery.DatasetIamMember]:
        readers = {
            f"{role}-reads": (TABLE_READER, member) for role, member in args.reader_members.items()
        }
        grants = {"writer": (TABLE_EDITOR, args.writer_member), **readers}
        return [
            gcp.bigquery.DatasetIamMember(
                f"{name}-{label}",
                dataset_id=dataset.dataset_id,
                role=role,
                member=member,
                opts=ResourceOptions(parent=self),
            )
            for label, (role, member) in grants.items()
        ]

    def _table(
        self,
        label: str,
        group: FeatureGroupSettings,
        dataset: gcp.bigquery.Dataset,
        args: FeaturesArgs,
    ) -> gcp.bigquery.Table:
        key = args.key
        return gcp.bigquery.Table(
            f"{label}-table",
            dataset_id=dataset.dataset_id,
            table_id=group.name,
            description=group.about,
            schema=json.dumps(_columns(group)),
            time_partitioning={
                "type": "DAY",
                "field": TIMESTAMP,
                "expiration_ms": group.history_days * _MILLISECONDS_A_DAY,
            },
            clusterings=[group.entity],
            deletion_protection=args.protected,
            encryption_configuration={"kms_key_name": key.id} if key else None,
            labels=args.labels.of("features"),
            opts=ResourceOptions(parent=self, protect=args.protected),
        )

    def _group(
        self,
        label: str,
        group: FeatureGroupSettings,
        table: gcp.bigquery.Table,
        args: FeaturesArgs,
    ) -> gcp.vertex.AiFeatureGroup:
        source = Output.concat("bq://", args.project_id, ".", table.dataset_id, ".", table.table_id)
        return gcp.vertex.AiFeatureGroup(
            f"{label}-group",
            name=args.names.snake(group.name),
            description=group.about,
            region=args.region,
            big_query={
                "big_query_source": {"input_uri": source},
                "entity_id_columns": [group.entity],
            },
            labels=args.labels.of("features"),
            opts=ResourceOptions(
                parent=self,
                depends_on=[args.aiplatform_api],
                # Another table is another group, under the same name.
                delete_before_replace=True,
            ),
        )

    def _feature(
        self, label: str, feature: str, registered: gcp.vertex.AiFeatureGroup, args: FeaturesArgs
    ) -> gcp.vertex.AiFeatureGroupFeature:
        return gcp.vertex.AiFeatureGroupFeature(
            f"{label}-{feature.replace('_', '-')}",
            name=feature,
            feature_group=registered.name,
            region=args.region,
            version_column_name=feature,
            labels=args.labels.of("features"),
            opts=ResourceOptions(parent=self),
        )


def _columns(group: FeatureGroupSettings) -> list[dict[str, str]]:
    """Columns as BigQuery's JSON schema. Features are NULLABLE: one can be added."""
    fixed = [
        {"name": group.entity, "type": "STRING", "mode": "REQUIRED"},
        {"name": TIMESTAMP, "type": "TIMESTAMP", "mode": "REQUIRED"},
    ]
    features = [
        {"name": feature, "type": _TYPES[kind], "mode": "NULLABLE"}
        for feature, kind in group.features.items()
    ]
    return [*fixed, *features]
