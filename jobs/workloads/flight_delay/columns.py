"""The prepared table's columns and what each is for.

Three roles: which flight it is (never an input of a model), what is known before departure, and
the label. Does not compute them: that is `description`. Vocabularies and means stay empty here:
training learns them (`encoding`).
"""

from typing import Literal

from jobs.serving.features import Answer, Field
from jobs.workloads import Interface

Kind = Literal["text", "integer", "number"]

IDENTITY: dict[str, Kind] = {
    "year": "integer",
    "month": "integer",
    "day": "integer",
    "flight_number": "integer",
}
"""Which flight a row is, together with `carrier` and `origin`."""

LABEL = "delayed"

ANSWER = Answer(probability="delay_probability", decision="delayed", threshold=0.5)
"""How a prediction is worded; training finds the threshold."""

ORDER = (
    *("month", "day", "departure_hour", "departure_minute"),
    *("carrier", "flight_number", "origin"),
)
"""Rows are sorted by these; no two rows agree on all."""

INPUTS = (  # known one hour before the hour of departure; `about` completes "write ..."
    Field(
        name="carrier", kind="text", encoding="category", about="the two-letter code of the airline"
    ),
    Field(name="origin", kind="text", encoding="category", about="EWR, JFK or LGA"),
    Field(
        name="destination",
        kind="text",
        encoding="category",
        about="the code of the destination's airport",
    ),
    Field(
        name="day_of_week",
        kind="integer",
        encoding="category",
        about="the day of the scheduled departure, 1 for Monday to 7 for Sunday",
        minimum=1,
        maximum=7,
    ),
    Field(
        name="departure_hour",
        kind="integer",
        encoding="category",
        about="the hour of the scheduled departure, New York time",
        minimum=0,
        maximum=23,
    ),
    Field(
        name="aircraft_manufacturer",
        kind="text",
        encoding="category",
        about="the manufacturer as registered, in capitals",
        nullable=True,
    ),
    Field(
        name="departure_minute",
        kind="integer",
        encoding="linear",
        about="the minute of the scheduled departure",
        minimum=0,
        maximum=59,
    ),
    Field(
        name="distance_miles",
        kind="number",
        encoding="linear",
        about="the distance between the airports in miles",
        minimum=0,
        maximum=12_000,
    ),
    Field(
        name="aircraft_year",
        kind="integer",
        encoding="linear",
        about="the year in which the aircraft was made",
        nullable=True,
        minimum=1903,
        maximum=2100,
    ),
    Field(
        name="aircraft_seats",
        kind="integer",
        encoding="linear",
        about="the number of seats",
        nullable=True,
        minimum=1,
        maximum=1000,
    ),
    Field(
        name="temperature_f",
        kind="number",
        encoding="linear",
        about="degrees Fahrenheit at the origin two hours before the hour of departure",
        nullable=True,
        minimum=-80,
        maximum=140,
    ),
    Field(
        name="dew_point_f",
        kind="number",
        encoding="linear",
        about="degrees Fahrenheit at the origin two hours before the hour of departure",
        nullable=True,
        minimum=-100,
        maximum=110,
    ),
    Field(
        name="humidity_percent",
        kind="number",
        encoding="linear",
        about="percent at the origin two hours before the hour of departure",
        nullable=True,
        minimum=0,
        maximum=100,
    ),
    Field(
        name="wind_direction_degrees",
        kind="number",
        encoding="circle",
        about="the direction it blew from two hours before the hour of departure, in degrees",
        nullable=True,
        minimum=0,
        maximum=360,
    ),
    Field(
        name="wind_speed_mph",
        kind="number",
        encoding="linear",
        about="miles per hour at the origin two hours before the hour of departure",
        nullable=True,
        minimum=0,
        maximum=200,
    ),
    Field(
        name="precipitation_inches",
        kind="number",
        encoding="asinh",
        scale=0.02,
        about="inches within one hour, two hours before the hour of departure",
        nullable=True,
        minimum=0,
        maximum=20,
    ),
    Field(
        name="pressure_millibars",
        kind="number",
        encoding="linear",
        about="millibars at sea level two hours before the hour of departure",
        nullable=True,
        minimum=800,
        maximum=1100,
    ),
    Field(
        name="visibility_miles",
        kind="number",
        encoding="linear",
        about="miles at the origin two hours before the hour of departure",
        nullable=True,
        minimum=0,
        maximum=100,
    ),
    Field(
        name="recent_departures",
        kind="integer",
        encoding="linear",
        about="how many flights left the origin in the hour two before the hour of departure",
        nullable=True,
        minimum=0,
        maximum=1000,
    ),
    Field(
        name="recent_delay_minutes",
        kind="number",
        encoding="asinh",
        scale=10.0,
        about="the mean departure delay of the flights that recent_departures counts, in minutes",
        nullable=True,
        minimum=-120,
        maximum=3000,
    ),
)

CALENDAR = (
    Field(
        name="month",
        kind="integer",
        encoding="category",
        about="the month of the scheduled departure",
        minimum=1,
        maximum=12,
    ),
    Field(
        name="day_of_year",
        kind="integer",
        encoding="linear",
        about="the day of the year of the scheduled departure",
        minimum=1,
        maximum=366,
    ),
)
"""Inputs only when `calendar_features` is set."""


def inputs(*, calendar: bool) -> tuple[Field, ...]:
    """The fields of an instance."""
    return INPUTS + (CALENDAR if calendar else ())


def prepared_columns() -> dict[str, Kind]:
    """Every column of the prepared table in its order; the last one is the label."""
    known: dict[str, Kind] = {field.name: field.kind for field in INPUTS + CALENDAR}
    return {**IDENTITY, **known, LABEL: "integer"}


def interface() -> Interface:
    """How a model of this workload is asked, by what it was trained with."""
    kinds = {"as usual": False, "trained with calendar_features": True}
    return Interface(
        instances={kind: inputs(calendar=calendar) for kind, calendar in kinds.items()},
        answer=ANSWER,
    )
