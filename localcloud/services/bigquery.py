"""BigQuery's REST API, as far as the platform's clients call it: streaming in, listing out.

Owns the routes below /bigquery/v2. Datasets and tables are the graph's; rows are documents. There
is no query engine.
"""

import json
import time
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from localcloud.services.bigquery_values import Field, InvalidValue, to_cells
from localcloud.services.context import Context
from localcloud.services.errors import invalid, not_found, not_implemented
from localcloud.services.storage import json_body
from localcloud.store import Document, Store

DATASETS = "gcp:bigquery/dataset:Dataset"
TABLES = "gcp:bigquery/table:Table"
ROWS = "bigquery/rows"  # named "<table id>/<number of 12 digits>"
_INSERTS = "bigquery/inserts"  # named "<table id>/<insertId>"

_DEDUPLICATION_SECONDS = 60  # the service promises about a minute
_PAGE = 10_000


def routes(context: Context) -> list[Route]:
    """The routes of tables and rows."""
    api = _Api(context.store)
    table = "/bigquery/v2/projects/{project}/datasets/{dataset}/tables/{table}"
    return [
        Route(table, api.get_table, methods=["GET"]),
        Route(table + "/insertAll", api.insert, methods=["POST"]),
        Route(table + "/data", api.list_rows, methods=["GET"]),
    ]


class _Api:
    def __init__(self, store: Store) -> None:
        self._store = store

    def get_table(self, request: Request) -> Response:
        return JSONResponse(_table(*self._table(request)))

    async def insert(self, request: Request) -> Response:
        name, inputs = self._table(request)
        body = await json_body(request)
        rows = body.get("rows") or []
        if not rows:
            raise invalid("No rows present in the request.")
        for option in ("ignoreUnknownValues", "skipInvalidRows", "templateSuffix"):
            if body.get(option):
                raise not_implemented(f"{option} of insertAll in BigQuery")
        errors = await run_in_threadpool(self._insert, name, _schema(inputs), rows)
        answer: Document = {"kind": "bigquery#tableDataInsertAllResponse"}
        return JSONResponse({**answer, "insertErrors": errors} if errors else answer)

    def list_rows(self, request: Request) -> Response:
        name, _ = self._table(request)
        query = request.query_params
        if query.get("formatOptions.useInt64Timestamp", "").lower() != "true":
            raise not_implemented("reading BigQuery rows without formatOptions.useInt64Timestamp")
        if query.get("selectedFields"):
            raise not_implemented("selectedFields of tabledata.list in BigQuery")
        limit = min(int(query.get("maxResults", _PAGE)), _PAGE)
        first = int(query.get("pageToken") or query.get("startIndex") or 0)
        found = self._store.list(ROWS, prefix=f"{name}/")
        page = found[first : first + limit]
        body: Document = {
            "kind": "bigquery#tableDataList",
            "totalRows": str(len(found)),
            "rows": [document for _, document in page],
        }
        if first + limit < len(found):
            body["pageToken"] = str(first + limit)
        return JSONResponse(body)

    def _insert(self, table: str, schema: list[Field], rows: list[Document]) -> list[Document]:
        accepted: list[tuple[str | None, Document]] = []
        errors: dict[int, Document] = {}
        for index, row in enumerate(rows):
            try:
                cells = to_cells(schema, row.get("json"))
            except InvalidValue as error:
                errors[index] = _error("invalid", error.location, str(error))
            else:
                accepted.append((row.get("insertId"), cells))
        if errors:
            # One bad row stops the request, and the answer says so of every other row.
            stopped = {index: _error("stopped", "", "") for index in range(len(rows))}
            errors, accepted = {**stopped, **errors}, []
        with self._store.transaction():
            for insert_id, cells in accepted:
                if not self._is_repeated(table, insert_id):
                    number = self._store.next_number(f"{ROWS}/{table}")
                    self._store.put(ROWS, f"{table}/{number:012}", cells)
        return [{"index": index, "errors": [error]} for index, error in errors.items()]

    def _is_repeated(self, table: str, insert_id: str | None) -> bool:
        if not insert_id:
            return False
        name, now = f"{table}/{insert_id}", time.time()
        seen = self._store.get(_INSERTS, name)
        if seen and now - seen["seconds"] < _DEDUPLICATION_SECONDS:
            return True
        self._store.put(_INSERTS, name, {"seconds": now})
        return False

    def _table(self, request: Request) -> tuple[str, Document]:
        path = request.path_params
        dataset = f"projects/{path['project']}/datasets/{path['dataset']}"
        name = f"{dataset}/tables/{path['table']}"
        document = self._store.get(TABLES, name)
        if self._store.get(DATASETS, dataset) is None or document is None:
            raise not_found(f"Not found: Table {path['project']}:{path['dataset']}.{path['table']}")
        return name, document["inputs"]


def _schema(inputs: Document) -> list[Field]:
    columns: Any = json.loads(inputs.get("schema") or "[]")
    # The provider takes the bare list of columns; exports of tables wrap it.
    return columns["fields"] if isinstance(columns, dict) else columns


def _table(name: str, inputs: Document) -> Document:
    _, project, _, dataset, _, table = name.split("/")
    return {
        "kind": "bigquery#table",
        "id": f"{project}:{dataset}.{table}",
        "tableReference": {"projectId": project, "datasetId": dataset, "tableId": table},
        "type": "TABLE",
        "schema": {"fields": _schema(inputs)},
        "labels": inputs.get("labels") or {},
    }


def _error(reason: str, location: str, message: str) -> Document:
    return {"reason": reason, "location": location, "debugInfo": "", "message": message}
