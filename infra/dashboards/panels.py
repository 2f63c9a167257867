"""Dashboards as data, and as the JSON that Cloud Monitoring takes. Pure.

A chart can only be made of catalogued metrics, aggregated as their kind allows: one that nobody
writes is an empty chart for ever. What is on which dashboard is `subjects`.
"""

from dataclasses import dataclass
from typing import Any

from catalog.metrics.metric import Metric, in_stack
from catalog.metrics.promql import Vector
from catalog.metrics.series import Aligned

COLUMNS = 48
_WIDTH, _HEIGHT = 24, 16
_PER_ROW = COLUMNS // _WIDTH


@dataclass(frozen=True, kw_only=True)
class Line:
    """One query of a chart: series at regular intervals, or PromQL where a ratio needs it."""

    query: Aligned | Vector
    legend: str = ""
    """With labels as `${metric.labels.x}`; empty: every label."""

    @property
    def metrics(self) -> tuple[Metric, ...]:
        return self.query.metrics if isinstance(self.query, Vector) else (self.query.series.metric,)


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One chart."""

    title: str
    lines: tuple[Line, ...]
    unit: str = ""
    """Of a PromQL chart, whose unit Cloud Monitoring cannot know."""
    threshold: float | None = None
    """Drawn across the chart, in the unit of its metric."""


@dataclass(frozen=True, kw_only=True)
class Board:
    """One dashboard: a subject, not a model; models are told apart by the filters on top."""

    subject: str
    title: str
    panels: tuple[Panel, ...]
    filters: tuple[str, ...] = ()
    """Labels that the reader may narrow all charts to: every metric of the board has them, or its
    chart would be empty."""

    @property
    def metrics(self) -> tuple[Metric, ...]:
        return tuple(m for panel in self.panels for line in panel.lines for m in line.metrics)


def board_json(board: Board, stack: str, labels: dict[str, str]) -> dict[str, Any]:
    """The body of `projects.dashboards`. `stack` as `Names.snake_stack` spells it.

    Without zeros and empty lists: the API drops them, and each refresh would find a change.
    """
    body: dict[str, Any] = {
        "displayName": f"{board.title} ({stack})",
        "labels": labels,
        "mosaicLayout": {
            "columns": COLUMNS,
            "tiles": [_tile(index, panel, stack) for index, panel in enumerate(board.panels)],
        },
    }
    if board.filters:
        body["dashboardFilters"] = [_filter(board, label) for label in board.filters]
    return body


def _tile(index: int, panel: Panel, stack: str) -> dict[str, Any]:
    row, column = divmod(index, _PER_ROW)
    corner = {"xPos": column * _WIDTH, "yPos": row * _HEIGHT}
    return {
        **{axis: place for axis, place in corner.items() if place},
        "width": _WIDTH,
        "height": _HEIGHT,
        "widget": _widget(panel, stack),
    }


def _filter(board: Board, label: str) -> dict[str, str]:
    """ValueError unless every metric of the board has the label, from the same place."""
    places = {metric.qualified(label).partition(".")[0] for metric in board.metrics}
    if len(places) != 1:
        raise ValueError(f"{label} is of the metric on one chart, of the resource on another")
    return {"labelKey": label, "filterType": f"{places.pop().upper()}_LABEL"}


def _widget(panel: Panel, stack: str) -> dict[str, Any]:
    chart: dict[str, Any] = {
        "chartOptions": {"mode": "COLOR"},
        "dataSets": [_data_set(line, panel, stack) for line in panel.lines],
        "yAxis": {"scale": "LINEAR"},
    }
    if panel.threshold is not None:
        chart["thresholds"] = [{"value": panel.threshold, "targetAxis": "Y1"}]
    return {"title": panel.title, "xyChart": chart}


def _data_set(line: Line, panel: Panel, stack: str) -> dict[str, Any]:
    query = line.query
    if isinstance(query, Vector):
        source: dict[str, Any] = {"prometheusQuery": in_stack(query.text, stack)}
        if panel.unit:
            source["unitOverride"] = panel.unit
    else:
        if not query.is_number:
            raise ValueError(f"{panel.title}: a distribution is no line; reduce it to a percentile")
        found = {"filter": in_stack(query.filter, stack), "aggregation": query.aggregation}
        source = {"timeSeriesFilter": found}
    drawn = {"plotType": "LINE", "targetAxis": "Y1", "timeSeriesQuery": source}
    return {**drawn, "legendTemplate": line.legend} if line.legend else drawn
