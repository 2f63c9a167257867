"""What google-cloud-bigquery sees of the graph's tables."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from google.api_core import exceptions
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery
from hypothesis import given
from hypothesis import strategies as st

from localcloud.services.bigquery_values import InvalidValue, to_cells
from localcloud.services.errors import ApiError

PROJECT = "flights-local"
COLUMNS = [
    {"name": "run_id", "type": "STRING", "mode": "REQUIRED"},
    {"name": "rows", "type": "INTEGER"},
    {"name": "auc", "type": "FLOAT"},
    {"name": "passed", "type": "BOOLEAN"},
    {"name": "decided_at", "type": "TIMESTAMP"},
]


@pytest.fixture
def client(cloud):
    return bigquery.Client(
        project=PROJECT,
        credentials=AnonymousCredentials(),
        client_options={"api_endpoint": cloud.connection.url},
    )


@pytest.fixture
def table(cloud, client, request):
    """A table of the test's own, in the graph."""
    dataset = f"projects/{PROJECT}/datasets/evidence"
    name = request.node.name.partition("[")[0][-60:]
    inputs = {"datasetId": "evidence", "tableId": name, "schema": json.dumps(COLUMNS)}
    inputs_of_dataset = {"datasetId": "evidence", "location": "europe-west4"}
    cloud.store.put("gcp:bigquery/dataset:Dataset", dataset, {"inputs": inputs_of_dataset})
    cloud.store.put("gcp:bigquery/table:Table", f"{dataset}/tables/{name}", {"inputs": inputs})
    return client.get_table(f"{PROJECT}.evidence.{name}")


def test_rows_come_back_as_they_were_streamed(client, table):
    moment = datetime(2013, 10, 3, 5, 15, 0, 123456, tzinfo=UTC)
    row = {
        "run_id": "r1",
        "rows": 2**53 + 1,
        "auc": 0.1,
        "passed": True,
        "decided_at": moment,
    }
    assert client.insert_rows(table, [row, {"run_id": "r2"}]) == []
    first, second = client.list_rows(table)
    assert dict(first) == row
    assert dict(second) == dict.fromkeys(row, None) | {"run_id": "r2"}


def test_a_row_with_an_unknown_field_stops_the_request(client, table):
    rows = [{"run_id": "good"}, {"run_id": "bad", "aux": 1}]
    errors = client.insert_rows_json(table, rows)
    assert [(each["index"], each["errors"][0]["reason"]) for each in errors] == [
        (0, "stopped"),
        (1, "invalid"),
    ]
    assert errors[1]["errors"][0]["message"] == "no such field: aux."
    assert not list(client.list_rows(table)), "half a request was stored"


def test_an_option_that_is_not_implemented_is_refused_by_name(client, table):
    with pytest.raises(exceptions.MethodNotImplemented, match="skipInvalidRows"):
        client.insert_rows_json(table, [{"run_id": "1"}], skip_invalid_rows=True, retry=None)


def test_the_same_insert_id_is_stored_once(client, table):
    for _ in range(2):
        assert client.insert_rows_json(table, [{"run_id": "1"}], row_ids=["decision-1"]) == []
    client.insert_rows_json(table, [{"run_id": "1"}], row_ids=[None])
    assert len(list(client.list_rows(table))) == 2


def test_rows_are_listed_in_order_and_page_by_page(client, table):
    client.insert_rows_json(table, [{"run_id": str(number)} for number in range(25)])
    pages = client.list_rows(table, page_size=10).pages
    assert [[row.run_id for row in page] for page in pages] == [
        [str(number) for number in range(first, min(first + 10, 25))] for first in (0, 10, 20)
    ]
    assert [row.run_id for row in client.list_rows(table, max_results=3)] == ["0", "1", "2"]


def test_tables_are_those_of_the_graph(client, table):
    assert [field.name for field in table.schema] == [column["name"] for column in COLUMNS]
    for missing in (f"{PROJECT}.evidence.missing", f"{PROJECT}.missing.{table.table_id}"):
        with pytest.raises(exceptions.NotFound):
            client.get_table(missing)


def test_a_query_is_refused_by_name(client):
    with pytest.raises(exceptions.MethodNotImplemented, match="/bigquery/v2/projects"):
        client.query("SELECT 1", retry=None, job_retry=None)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("INTEGER", 1.5),
        ("INTEGER", True),
        ("INTEGER", 2**63),
        ("INTEGER", "x"),
        ("FLOAT", "x"),
        ("FLOAT", False),
        ("STRING", 1),
        ("BOOLEAN", 1),
        ("TIMESTAMP", "yesterday"),
    ],
)
def test_a_value_of_another_type_is_refused(column, value):
    with pytest.raises(InvalidValue):
        to_cells([{"name": "c", "type": column}], {"c": value})


@pytest.mark.parametrize(("kind", "mode"), [("GEOGRAPHY", None), ("STRING", "REPEATED")])
def test_a_column_that_is_not_implemented_is_named(kind, mode):
    with pytest.raises(ApiError, match=mode or kind):
        to_cells([{"name": "c", "type": kind, "mode": mode}], {"c": "x"})


@given(
    seconds=st.integers(-(10**10), 10**10),
    micros=st.integers(0, 999_999),
    zone=st.integers(-840, 840).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
def test_timestamps_keep_their_microseconds_in_any_zone(seconds, micros, zone):
    moment = datetime.fromtimestamp(seconds, UTC).replace(microsecond=micros)
    row = {"c": moment.astimezone(zone).isoformat()}
    cells = to_cells([{"name": "c", "type": "TIMESTAMP"}], row)
    assert cells == {"f": [{"v": str(seconds * 1_000_000 + micros)}]}
