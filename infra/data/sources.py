"""Tables of others that pipelines learn from: read, never written.

Makes no table and looks none up: the stack file names them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from catalog.roles import READ_SESSION_USER, TABLE_READER


@dataclass(frozen=True, kw_only=True)
class SourceTablesArgs:
    tables: list[str]
    """`project.dataset.table`"""
    project_id: str
    reader_members: Mapping[str, Input[str]]
    bigquery_api: pulumi.Resource


class SourceTables(pulumi.ComponentResource):
    """Grants on single tables, and the right to open a session that reads them."""

    tables: list[Output[str]]

    def __init__(
        self, name: str, args: SourceTablesArgs, opts: ResourceOptions | None = None
    ) -> None:
        super().__init__("mlplatform:sources:SourceTables", name, {"settings": args.tables}, opts)
        child = ResourceOptions(parent=self, depends_on=[args.bigquery_api])
        self.tables = []
        for role, member in args.reader_members.items():
            gcp.projects.IAMMember(
                f"{name}-{role}-sessions",
                project=args.project_id,
                role=READ_SESSION_USER,
                member=member,
                opts=child,
            )
            for table in args.tables:
                self._reader(f"{name}-{role}-{table}", table, member, child)
        self.tables = [Output.from_input(table) for table in args.tables]
        self.register_outputs({"tables": self.tables})

    def _reader(self, label: str, table: str, member: Input[str], opts: ResourceOptions) -> None:
        project_id, dataset_id, table_id = table.split(".")
        gcp.bigquery.IamMember(
            label,
            project=project_id,
            dataset_id=dataset_id,
            table_id=table_id,
            role=TABLE_READER,
            member=member,
            opts=opts,
        )
