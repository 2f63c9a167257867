"""The history of runs and gate verdicts, and the dataset for what endpoints are asked.

The tables of the latter are the endpoints' own: Vertex AI makes each and changes its columns.
"""

import json
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from catalog.roles import TABLE_EDITOR, TABLE_READER
from catalog.tables import ACTIONS, GATE_RESULTS, RUNS, TABLES, Table
from infra.encryption import Key, granted
from infra.labels import Labels
from infra.naming import Names
from infra.settings.warehouse import WarehouseSettings

_MILLISECONDS_A_DAY = 86_400_000


@dataclass(frozen=True, kw_only=True)
class WarehouseArgs:
    settings: WarehouseSettings
    protected: bool
    region: str
    names: Names
    labels: Labels
    writer_member: Input[str]
    bigquery_api: pulumi.Resource
    key: Key | None


class Warehouse(pulumi.ComponentResource):
    """Dataset and tables; the columns are `catalog.tables`."""

    dataset_id: Output[str]
    runs_table: Output[str]
    """`project.dataset.table`"""
    gate_table: Output[str]
    actions_table: Output[str]
    requests_dataset: Output[str] | None
    """Where endpoints record what they are asked; None if the settings want no record."""

    def __init__(self, name: str, args: WarehouseArgs, opts: ResourceOptions | None = None) -> None:
        inputs = {**args.settings.model_dump(), "protected": args.protected}
        super().__init__("mlplatform:warehouse:Warehouse", name, inputs, opts)
        dataset = self._dataset(
            f"{name}-dataset",
            "mlplatform",
            "Runs of the ML platform and what its gate decided",
            args,
        )
        tables = {table.name: self._table(name, table, dataset, args) for table in TABLES}
        gcp.bigquery.DatasetIamMember(
            f"{name}-writer",
            dataset_id=dataset.dataset_id,
            role=TABLE_EDITOR,
            member=args.writer_member,
            opts=ResourceOptions(parent=self),
        )
        days = args.settings.requests_days
        self.requests_dataset = self._requests(name, days, args) if days else None
        prefix = Output.concat(args.names.project_id, ".", dataset.dataset_id, ".")
        self.dataset_id = dataset.dataset_id
        self.runs_table = Output.concat(prefix, tables[RUNS.name].table_id)
        self.gate_table = Output.concat(prefix, tables[GATE_RESULTS.name].table_id)
        self.actions_table = Output.concat(prefix, tables[ACTIONS.name].table_id)
        self.register_outputs(
            {
                "dataset_id": self.dataset_id,
                "actions_table": self.actions_table,
                "runs_table": self.runs_table,
                "gate_table": self.gate_table,
                "requests_dataset": self.requests_dataset,
            }
        )

    def _dataset(
        self,
        label: str,
        dataset: str,
        description: str,
        args: WarehouseArgs,
        *,
        partition_days: int | None = None,
    ) -> gcp.bigquery.Dataset:
        lasts = partition_days * _MILLISECONDS_A_DAY if partition_days else None
        return gcp.bigquery.Dataset(
            label,
            dataset_id=args.names.dataset(dataset),
            location=args.region,
            description=description,
            default_partition_expiration_ms=lasts,
            delete_contents_on_destroy=not args.protected,
            default_encryption_configuration={"kms_key_name": args.key.id} if args.key else None,
            labels=args.labels.of("warehouse"),
            opts=ResourceOptions(
                parent=self,
                depends_on=[args.bigquery_api, *granted(args.key)],
                protect=args.protected,
            ),
        )

    def _requests(self, name: str, days: int, args: WarehouseArgs) -> Output[str]:
        dataset = self._dataset(
            f"{name}-requests",
            "mlplatform_requests",
            "What endpoints were asked and answered: may hold personal data",
            args,
            # Endpoints make the tables: only the dataset can say how long rows last.
            partition_days=days,
        )
        gcp.bigquery.DatasetIamMember(
            f"{name}-requests-reader",
            dataset_id=dataset.dataset_id,
            role=TABLE_READER,
            member=args.writer_member,
            opts=ResourceOptions(parent=self),
        )
        return dataset.dataset_id

    def _table(
        self, name: str, table: Table, dataset: gcp.bigquery.Dataset, args: WarehouseArgs
    ) -> gcp.bigquery.Table:
        return gcp.bigquery.Table(
            f"{name}-{table.name.replace('_', '-')}",
            dataset_id=dataset.dataset_id,
            table_id=table.name,
            description=table.description,
            schema=json.dumps(table.schema()),
            time_partitioning={
                "type": "DAY",
                "field": table.partitioned_by,
                "expiration_ms": args.settings.history_days * _MILLISECONDS_A_DAY,
            },
            clusterings=list(table.clustered_by),
            deletion_protection=args.protected,
            encryption_configuration={"kms_key_name": args.key.id} if args.key else None,
            labels=args.labels.of("warehouse"),
            opts=ResourceOptions(parent=self, protect=args.protected),
        )
