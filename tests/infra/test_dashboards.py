"""Dashboards: metrics that exist, in the shape that the API takes; logs that are kept."""

import json
from dataclasses import replace
from typing import Any, get_args

import pytest
from graph_changes import built, texts
from settings_changes import changed, refusal

from catalog.alerts.serving import SERVER_ERROR
from catalog.metrics import METRICS
from catalog.metrics.data import STORAGE_BYTES
from catalog.metrics.promql import Vector
from catalog.metrics.series import Series
from catalog.metrics.serving import ENDPOINT_LATENCY
from infra.dashboards.panels import COLUMNS, Board, Line, Panel, board_json
from infra.dashboards.subjects import BOARDS
from infra.settings import parse
from infra.settings.logs import Dashboard

DASHBOARD = "gcp:monitoring/dashboard:Dashboard"
BOARD = pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)


def bodies(program: Any) -> list[dict[str, Any]]:
    return [json.loads(each.inputs["dashboardJson"]) for each in program.all(DASHBOARD)]


def test_each_subject_that_a_stack_file_may_name_has_a_dashboard():
    assert set(BOARDS) == set(get_args(Dashboard))


@BOARD
def test_every_chart_is_of_a_metric_that_exists_and_not_of_a_made_up_one(board: Board):
    assert set(board.metrics) <= set(METRICS), "job/gpu_utilization and its like show nothing"


@BOARD
def test_charts_lie_beside_each_other_on_the_grid(board: Board):
    layout = board_json(board, "prod", {})["mosaicLayout"]
    taken: set[tuple[int, int]] = set()
    for tile in layout["tiles"]:
        left, top = tile.get("xPos", 0), tile.get("yPos", 0)
        assert 0 <= left <= left + tile["width"] <= layout["columns"] == COLUMNS
        cells = {(left + x, top + y) for x in range(tile["width"]) for y in range(tile["height"])}
        assert not cells & taken, "the API refuses tiles that overlap"
        taken |= cells


def empty_in(value: Any, at: str = "") -> list[str]:
    """Where there is a zero, an empty list or an empty text."""
    if isinstance(value, dict):
        return [found for key, each in value.items() for found in empty_in(each, f"{at}.{key}")]
    if isinstance(value, list) and value:
        return [
            found for index, each in enumerate(value) for found in empty_in(each, f"{at}[{index}]")
        ]
    return [] if value else [at]


def test_a_dashboard_holds_nothing_that_the_api_drops_and_that_would_differ_for_ever(program):
    assert not [at for body in bodies(program) for at in empty_in(body)]


@BOARD
def test_every_line_has_one_query_whose_filter_names_a_metric_and_a_resource(board: Board):
    for tile in board_json(board, "prod", {})["mosaicLayout"]["tiles"]:
        for drawn in tile["widget"]["xyChart"]["dataSets"]:
            query = drawn["timeSeriesQuery"]
            found = query.get("timeSeriesFilter")
            assert ("prometheusQuery" in query) != bool(found)
            if found:
                assert found["filter"].count("metric.type=") == 1
                assert found["filter"].count("resource.type=") == 1
                assert int(found["aggregation"]["alignmentPeriod"].removesuffix("s")) >= 60
            written = found["filter"] if found else query["prometheusQuery"]
            assert "{stack}" not in written, "the metric would be nobody's"


@BOARD
def test_no_chart_is_drawn_at_a_period_below_the_delay_of_its_metric(board: Board):
    for panel in board.panels:
        for line in panel.lines:
            if isinstance(line.query, Vector):
                continue
            metric = line.query.series.metric
            if metric == STORAGE_BYTES:
                assert line.query.period_seconds == 86_400, "measured once a day"


def test_serving_shows_latency_errors_and_traffic_by_version():
    written = texts(board_json(BOARDS["serving"], "prod", {}))
    assert {"REDUCE_PERCENTILE_99", "metric.labels.deployed_model_id"} <= set(written)
    assert any(f'response_code=~"{SERVER_ERROR}"' in each for each in written)


def test_the_reader_narrows_a_board_by_a_label_that_all_its_metrics_have():
    found = board_json(BOARDS["serving"], "prod", {})["dashboardFilters"]
    assert found == [{"labelKey": "endpoint_id", "filterType": "RESOURCE_LABEL"}]
    with pytest.raises(ValueError, match="has no label 'worker_id'"):
        board_json(replace(BOARDS["serving"], filters=("worker_id",)), "prod", {})


def test_a_distribution_is_not_drawn_as_a_line():
    line = Line(query=Series(ENDPOINT_LATENCY).aligned("ALIGN_DELTA", 60))
    board = Board(subject="x", title="x", panels=(Panel(title="x", lines=(line,)),))
    with pytest.raises(ValueError, match="reduce it to a percentile"):
        board_json(board, "prod", {})


def test_a_threshold_is_drawn_where_a_panel_has_one():
    line = Line(query=Series(STORAGE_BYTES).aligned("ALIGN_MEAN", 86_400))
    panel = Panel(title="x", lines=(line,), threshold=5.0)
    board = Board(subject="x", title="x", panels=(panel,))
    (tile,) = board_json(board, "prod", {})["mosaicLayout"]["tiles"]
    assert tile["widget"]["xyChart"]["thresholds"] == [{"value": 5.0, "targetAxis": "Y1"}]


def test_a_stack_has_the_dashboards_of_its_file_and_says_where_they_are(program):
    shown = parse(program_config(program)).logs.dashboards
    made = sorted(each.name for each in program.all(DASHBOARD))
    assert made == sorted(f"dashboard-{e}" for e in shown), "registered in whatever order"
    assert sorted(program.exports["dashboards"]) == sorted(shown)
    for address in program.exports["dashboards"].values():
        assert address.startswith("https://console.cloud.google.com/monitoring/dashboards/")
        assert "?project=" in address


def program_config(program: Any) -> dict[str, Any]:
    from pathlib import Path

    import yaml

    file = Path(__file__).parents[2] / f"Pulumi.{program.stack}.yaml"
    return yaml.safe_load(file.read_text())["config"]


def test_own_metrics_are_of_the_stack_alone(programs):
    loss = 'metric.type="custom.googleapis.com/mlplatform/prod/training/loss"'
    assert any(loss in each for each in texts(bodies(programs["prod"])))


def test_logs_of_training_are_kept_as_long_as_the_stack_file_says_and_never_locked(programs):
    prod = programs["prod"]
    bucket = prod.one("gcp:logging/projectBucketConfig:ProjectBucketConfig")
    assert bucket.inputs["retentionDays"] == 400
    assert "locked" not in bucket.inputs, "a lock cannot be undone"
    sink = prod.one("gcp:logging/projectSink:ProjectSink")
    assert sink.inputs["destination"] == f"logging.googleapis.com/{bucket.name}-id"
    assert 'resource.type="ml_job"' in sink.inputs["filter"]
    assert sink.inputs["exclusions"] == [{"name": "noise", "filter": "severity=DEBUG"}]


def test_what_is_switched_off_is_not_there(cloud, prod_config):
    off = changed(changed(prod_config, "logs.training_days", None), "logs.dashboards", [])
    names = {each.name for each in built(cloud, off).registered}
    assert not {each for each in names if each.startswith(("dashboard-", "training-logs"))}


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("training_days", 0, "write 1 or more"),
        ("training_days", -1, "write 1 or more"),
        ("training_days", 3651, "write 3650 or less"),
        ("dashboards", ["serving", "serving"], "is 'serving' a second time"),
        ("dashboards", ["servng"], "serving"),
    ],
)
def test_a_mistake_about_logs_is_told(prod_config, key: str, value: Any, said: str):
    assert said in refusal(changed(prod_config, f"logs.{key}", value))
