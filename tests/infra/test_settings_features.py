"""Settings of features and of tables that are read: what cannot be is refused, with what can."""

import pytest
from settings_changes import changed, refusal, refusals

from infra.settings import parse

STORE, GROUP = "features.online_store", "features.groups.0"


# The key of prod's file that is set, its value, and words that the refusal must hold.
MISTAKES = [
    (f"{STORE}.min_nodes", 0, ["min_nodes", "1 or more"]),
    (f"{STORE}.min_nodes", -2, ["min_nodes", "1 or more"]),
    (f"{STORE}.max_nodes", 1, ["max_nodes is 1", "min_nodes is 2", "write 2 to 20"]),
    (f"{STORE}.max_nodes", 21, ["max_nodes is 21", "write 2 to 20"]),
    (f"{STORE}.cpu_percent", 9, ["cpu_percent", "10 or more"]),
    (f"{STORE}.cpu_percent", 81, ["cpu_percent", "80 or less"]),
    (STORE, None, ["groups.0.sync_cron", "online_store is null", "write null"]),
    (f"{STORE}.engine", "optimized", ["engine"]),
    (f"{GROUP}.name", "airport-conditions", ["groups.0.name", "hyphens are refused"]),
    (f"{GROUP}.name", "Airport", ["lower-case"]),
    (f"{GROUP}.name", "x" * 41, ["groups.0.name", "40"]),
    (f"{GROUP}.name", "aircraft", ["groups.1.name is 'aircraft' a second time"]),
    (f"{GROUP}.about", "", ["groups.0.about"]),
    (f"{GROUP}.entity", "tail-number", ["groups.0.entity", "hyphens are refused"]),
    (f"{GROUP}.entity", "temperature_f", ["features.temperature_f", "another name"]),
    (f"{GROUP}.entity", "feature_timestamp", ["groups.0.entity", "when the values held"]),
    (f"{GROUP}.features", {}, ["groups.0.features"]),
    (f"{GROUP}.features", {"feature_timestamp": "integer"}, ["when the values held"]),
    (f"{GROUP}.features", {"wind": "float"}, ["'text', 'integer' or 'number'"]),
    (f"{GROUP}.features", {"wind-speed": "number"}, ["hyphens are refused"]),
    (f"{GROUP}.history_days", 0, ["history_days", "1 or more"]),
    (f"{GROUP}.history_days", -1, ["history_days", "1 or more"]),
    (f"{GROUP}.sync_cron", "hourly", ["sync_cron", "five fields"]),
    (f"{GROUP}.sync_cron", "60 * * * *", ["sync_cron", "'60' is no minute"]),
    (f"{GROUP}.sync_cron", "0  * * *", ["sync_cron", "'' is no hour"]),
    (f"{GROUP}.sync_cron", None, ["online_store has nodes to pay for", "give a group"]),
    ("spark.serverless.runtime", "3.0", ["acts as whoever submits", "write 2.3"]),
    ("spark.serverless.runtime", "2.2", ["support ended on 2026-09-30", "write 2.3"]),
    ("spark.serverless.runtime", "2.3.11", ["patch number", "write 2.3"]),
    ("spark.serverless.max_executors", 1, ["max_executors", "2 or more"]),
    ("spark.serverless.max_executors", -1, ["max_executors", "2 or more"]),
    ("spark.serverless.max_executors", 2001, ["max_executors", "2000 or less"]),
    ("spark.serverless.session_hours", 0, ["session_hours", "1 or more"]),
    ("spark.serverless.idle_minutes", 0, ["idle_minutes", "10 or more"]),
    ("spark.serverless.staging_days", 0, ["staging_days", "1 or more"]),
    ("experiments.metadata_store", False, ["keys.customer_managed is true", "write true"]),
    ("experiments.datasets.0.kind", "csv", ["'tabular', 'image'"]),
    ("experiments.datasets.0.name", "Flights", ["lower-case"]),
    ("experiments.datasets.0.name", "f" * 61, ["60"]),
    (
        "experiments.datasets",
        [{"name": "a", "kind": "text"}, {"name": "a", "kind": "image"}],
        ["datasets.1.name is 'a' a second time"],
    ),
    ("warehouse.requests_days", 0, ["requests_days", "1 or more"]),
    ("warehouse.requests_days", -7, ["requests_days", "1 or more"]),
    ("warehouse.requests_days", 10_001, ["requests_days", "10000 or less"]),
    ("warehouse.history_days", 10_001, ["history_days", "10000 or less"]),
    ("registry.untagged_days", 3651, ["untagged_days", "3650 or less"]),
    ("warehouse.sources", ["sales.orders"], ["PROJECT.DATASET.TABLE"]),
    ("warehouse.sources", ["acme-data.sales-eu.orders"], ["a dataset holds", "no hyphen"]),
    ("warehouse.sources", ["acme-data.sales.orders"] * 2, ["sources.1", "a second time"]),
]


@pytest.mark.parametrize(("path", "value", "words"), MISTAKES)
def test_what_cannot_be_is_refused_with_what_can(prod_config, path, value, words):
    said = refusal(changed(prod_config, path, value))
    assert all(word in said for word in words), said


def test_everything_wrong_about_features_is_said_at_once(prod_config):
    config = changed(prod_config, f"{STORE}.min_nodes", 0)
    config = changed(config, f"{GROUP}.history_days", 0)
    assert len(refusals(config)) == 2


def test_groups_need_no_store(prod_config):
    config = changed(prod_config, f"{GROUP}.sync_cron", None)
    settings = parse(changed(config, STORE, None))
    assert len(settings.features.groups) == 2
