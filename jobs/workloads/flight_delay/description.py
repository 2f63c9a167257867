# pyright: reportOperatorIssue=false, reportAttributeAccessIssue=false, reportArgumentType=false
"""What preparation computes, said once: DuckDB runs it here, Spark runs its SQL in the cloud.

Nothing unknown one hour before the hour of departure enters a row. A flight scheduled for 15:20
is predicted at 14:00; the newest weather observation that is certainly published then belongs to
hour 13 (it is taken at minute 51), and so do the newest departures that can be counted. Both lie
`LEAD_HOURS` before the hour of departure. Does not read or write files: that is `prepare`.
"""

from typing import TYPE_CHECKING

from jobs.workloads.flight_delay.columns import LABEL, ORDER, prepared_columns

if TYPE_CHECKING:
    import ibis.expr.types as ir

LEAD_HOURS = 2
IMPOSSIBLE_WIND_MPH = 200
"""One observation claims 1,048 mph."""

TABLES: dict[str, dict[str, str]] = {
    "flights": {
        "year": "int32",
        "month": "int32",
        "day": "int32",
        "dep_time": "int32",
        "sched_dep_time": "int32",
        "dep_delay": "int32",
        "arr_time": "int32",
        "sched_arr_time": "int32",
        "arr_delay": "int32",
        "carrier": "string",
        "flight": "int32",
        "tailnum": "string",
        "origin": "string",
        "dest": "string",
        "air_time": "int32",
        "distance": "int32",
        "hour": "int32",
        "minute": "int32",
        "time_hour": "timestamp('UTC')",
    },
    "weather": {
        "origin": "string",
        "year": "int32",
        "month": "int32",
        "day": "int32",
        "hour": "int32",
        "temp": "float64",
        "dewp": "float64",
        "humid": "float64",
        "wind_dir": "float64",
        "wind_speed": "float64",
        "wind_gust": "float64",
        "precip": "float64",
        "pressure": "float64",
        "visib": "float64",
        "time_hour": "timestamp('UTC')",
    },
    "planes": {
        "tailnum": "string",
        "year": "int32",
        "type": "string",
        "manufacturer": "string",
        "model": "string",
        "engines": "int32",
        "seats": "int32",
        "speed": "int32",
        "engine": "string",
    },
}
"""Columns of the source tables, in the order of their CSV files (which Spark goes by)."""


def describe(delay_threshold_minutes: int) -> "ir.Table":
    """The prepared table over the unbound tables `flights`, `weather` and `planes`.

    One row per flight that arrived: 9,430 cancelled or diverted ones have no arrival to predict.
    """
    import ibis

    sources = {name: ibis.table(columns, name=name) for name, columns in TABLES.items()}
    flights = sources["flights"]
    flights = flights.mutate(
        hour_number=flights.time_hour.epoch_seconds() // 3600,  # hours since 1970, UTC
    )
    arrived = flights.filter(flights.arr_delay.notnull())
    joined = _with_weather(arrived, sources["weather"])
    joined = _with_departures(joined, flights)
    joined = _with_aircraft(joined, sources["planes"])
    scheduled = ibis.date(joined.year, joined.month, joined.day)
    table = joined.mutate(
        flight_number=joined.flight,
        destination=joined.dest,
        departure_hour=joined.hour,
        departure_minute=joined.minute,
        distance_miles=joined.distance.cast("float64"),
        day_of_week=scheduled.day_of_week.index() + 1,
        day_of_year=scheduled.day_of_year(),
        **{LABEL: (joined.arr_delay > delay_threshold_minutes).cast("int32")},
    )
    return table.select(list(prepared_columns())).order_by(list(ORDER))


def spark_sql(delay_threshold_minutes: int) -> str:
    """The same table as one query of Spark SQL over views named as in `TABLES`."""
    import ibis

    class SparkOptions(ibis.config.Config):
        treat_nan_as_null: bool = False

    # The compiler reads options that only its backend would register, and that needs pyspark.
    before, ibis.options.pyspark = ibis.options.pyspark, SparkOptions()
    try:
        return str(ibis.to_sql(describe(delay_threshold_minutes), dialect="pyspark"))
    finally:
        ibis.options.pyspark = before


def _with_weather(flights: "ir.Table", weather: "ir.Table") -> "ir.Table":
    import ibis

    newest_first = ibis.window(
        group_by=[weather.origin, weather.time_hour],
        order_by=[weather.temp.desc(), weather.humid.desc()],
    )
    # Joined on the UTC hour: on local hours the end of summer time gives three duplicates.
    once = weather.mutate(place=ibis.row_number().over(newest_first)).filter(ibis._.place == 0)
    observed = once.select(
        weather_origin=once.origin,
        known_at=once.time_hour.epoch_seconds() // 3600 + LEAD_HOURS,
        temperature_f=once.temp,
        dew_point_f=once.dewp,
        humidity_percent=once.humid,
        wind_direction_degrees=once.wind_dir,
        wind_speed_mph=(once.wind_speed < IMPOSSIBLE_WIND_MPH).ifelse(once.wind_speed, None),
        precipitation_inches=once.precip,
        pressure_millibars=once.pressure,
        visibility_miles=once.visib,
    )
    same = [
        flights.origin == observed.weather_origin,
        flights.hour_number == observed.known_at,
    ]
    return flights.left_join(observed, same).drop("weather_origin", "known_at")


def _with_departures(flights: "ir.Table", every_flight: "ir.Table") -> "ir.Table":
    """How late flights have just left the same airport, by the hour in which they really left."""
    left = every_flight.filter(every_flight.dep_delay.notnull())
    left_in_hour = left.hour_number + (((left.minute + left.dep_delay) / 60).floor().cast("int64"))
    board = (
        left.mutate(board_hour=left_in_hour + LEAD_HOURS)
        .group_by(board_origin="origin", board_known_at="board_hour")
        .agg(
            recent_departures=lambda rows: rows.count().cast("int32"),
            recent_delay_minutes=lambda rows: rows.dep_delay.mean(),
        )
    )
    same = [flights.origin == board.board_origin, flights.hour_number == board.board_known_at]
    return flights.left_join(board, same).drop("board_origin", "board_known_at")


def _with_aircraft(flights: "ir.Table", planes: "ir.Table") -> "ir.Table":
    import ibis

    by_tail = ibis.window(group_by=planes.tailnum, order_by=planes.year.desc())
    once = planes.mutate(place=ibis.row_number().over(by_tail)).filter(ibis._.place == 0)
    aircraft = once.select(
        aircraft_tail=once.tailnum,
        aircraft_manufacturer=once.manufacturer,
        aircraft_year=once.year,
        aircraft_seats=once.seats,
    )
    return flights.left_join(aircraft, flights.tailnum == aircraft.aircraft_tail).drop(
        "aircraft_tail"
    )
