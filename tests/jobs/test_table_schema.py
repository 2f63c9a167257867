"""A file of data that is not what was agreed fails, with the line and the column."""

from pathlib import Path

import pytest

from jobs import table_schema, workloads
from jobs.table_schema import Column, violations
from jobs.workloads.flight_delay.description import TABLES

COLUMNS = [
    Column(name="id", kind="text"),
    Column(name="seats", kind="integer", nullable=True, minimum=1, maximum=10),
    Column(name="share", kind="number", minimum=0),
    Column(name="at", kind="timestamp"),
]
GOOD = {"id": "a", "seats": "2", "share": "0.5", "at": "2013-01-01T05:00:00Z"}
KINDS = {
    "int32": "integer",
    "float64": "number",
    "string": "text",
    "timestamp('UTC')": "timestamp",
}


def judge(**changes: str | None) -> list[str]:
    return violations(list(GOOD), [{**GOOD, **changes}], COLUMNS, ["NA", ""])


def test_what_was_agreed_passes():
    assert judge() == judge(seats="NA") == judge(seats="1") == judge(seats="10") == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": "NA"}, "line 2, id: 'NA' says that it is absent"),
        ({"seats": "2.5"}, "line 2, seats: '2.5' is no integer"),
        ({"seats": "0"}, "line 2, seats: 0 is not at least 1"),
        ({"seats": "11"}, "line 2, seats: 11 is not at most 10"),
        ({"share": "much"}, "line 2, share: 'much' is no number"),
        ({"share": "nan"}, "line 2, share: nan is not at least 0"),
        ({"share": "-0.1"}, "line 2, share: -0.1 is not at least 0"),
        ({"at": "yesterday"}, "line 2, at: 'yesterday' is no timestamp"),
        ({"at": "2013-01-01T05:00:00"}, "has no time zone"),
        ({"at": None}, "line 2, at: the line is too short"),
    ],
)
def test_a_wrong_value_is_told_with_its_line_and_column(change, said):
    (found,) = judge(**change)
    assert said in found


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (["id", "seats", "share"], "missing at"),
        ([*GOOD, "colour"], "unknown colour"),
        (list(reversed(GOOD)), "in another order"),
        ([], "missing id, seats, share, at"),
    ],
)
def test_other_columns_are_told_before_any_row(header, said):
    (found,) = violations(header, [GOOD], COLUMNS, [])
    assert said in found
    assert "write id,seats,share,at" in found


def test_a_file_without_rows_is_not_what_was_agreed():
    assert violations(list(GOOD), [], COLUMNS, []) == ["there is no row"]


def test_a_file_that_is_wrong_throughout_is_not_told_line_by_line():
    found = violations(list(GOOD), [{**GOOD, "seats": "x"}] * 1000, COLUMNS, [])
    assert len(found) == 21
    assert "the rest is not read" in found[-1]


@pytest.mark.parametrize("name", workloads.names())
def test_every_workload_has_its_agreement(name):
    assert table_schema.load(workloads.tables_file(name)).tables


def test_the_agreement_on_flights_is_what_preparation_reads():
    agreed = table_schema.load(workloads.tables_file("flight-delay")).tables
    assert {
        table: {column.name: column.kind for column in columns} for table, columns in agreed.items()
    } == {
        table: {name: KINDS[kind] for name, kind in columns.items()}
        for table, columns in TABLES.items()
    }
    assert [list(columns) for columns in TABLES.values()] == [
        [column.name for column in columns] for columns in agreed.values()
    ], "readers go by the order"


@pytest.mark.parametrize("table", ["weather", "planes"])
def test_the_installed_data_is_what_was_agreed(table):
    from jobs.workloads.flight_delay import source

    agreed = table_schema.load(workloads.tables_file("flight-delay"))
    file: Path = source.data_folder() / f"{table}.csv"
    assert table_schema.check_csv(file, agreed.tables[table], agreed.absent) == []
