"""What validation hands on: figures for the gate, real flights for the endpoint, a page."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from schema_reading import fits

from jobs.progress import silent
from jobs.serving.model import load
from jobs.workloads.flight_delay import report
from jobs.workloads.flight_delay.args import Arguments
from jobs.workloads.flight_delay.judgement import BASELINE, PRIMARY
from jobs.workloads.flight_delay.validate import validate

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def judged(trained, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("judged")
    validate(trained.arguments, trained.data_uri, trained.model_uri, str(folder), silent)
    return folder


@pytest.fixture(scope="module")
def evaluation(judged: Path) -> dict[str, Any]:
    return json.loads((judged / "evaluation.json").read_text())


def test_the_evaluation_has_what_the_gate_reads(evaluation: dict[str, Any]):
    assert (evaluation["primary"], evaluation["baseline"]) == ("network", "baseline")
    assert (evaluation["rows"], evaluation["window"]) == (3600, "2013-10..2013-12")
    for figures in evaluation["candidates"].values():
        assert set(figures) == {"auc", "log_loss", "calibration_error"}
        assert 0.65 < figures["auc"] < 1


def test_slices_name_rows_rate_and_both_candidates(evaluation: dict[str, Any]):
    names = [item["slice"] for item in evaluation["slices"]]
    assert {"carrier=B6", "origin=JFK", "month=2013-11"} <= set(names)
    for item in evaluation["slices"]:
        assert set(item) == {"slice", "rows", "positive_rate", "network", "baseline"}


def test_caveats_are_sentences(evaluation: dict[str, Any]):
    assert len(evaluation["caveats"]) >= 5
    assert all(text.endswith(".") for text in evaluation["caveats"])


def test_held_out_samples_are_as_the_endpoint_is_described(judged: Path, trained):
    schema = json.loads((ROOT / "schema/prediction.schema.json").read_text())["$defs"]
    samples = json.loads((judged / "samples.json").read_text())
    instances = [sample["instance"] for sample in samples]
    assert fits({"instances": instances}, schema["flight-delay request"])
    predictions = load(f"{trained.model_uri}/network").predict(instances)
    assert fits({"predictions": predictions}, schema["flight-delay response"])
    wrong = [{**instances[0], "carrier": None}]
    assert not fits({"instances": wrong}, schema["flight-delay request"])


def test_samples_are_held_out_flights_that_the_server_takes(judged: Path, trained):
    samples = json.loads((judged / "samples.json").read_text())
    model = load(f"{trained.model_uri}/network")
    predictions = model.predict([sample["instance"] for sample in samples])
    assert len(predictions) == len(samples) >= 20
    assert {sample["label"] for sample in samples} == {0, 1}
    for sample in samples:
        assert re.fullmatch(
            r"\w\w \d+ \w{3}→\w{3}, 2013-1[0-2]-\d\d \d\d:\d\d", sample["description"]
        )


def test_candidates_of_other_arguments_are_not_judged(trained, tmp_path: Path):
    with pytest.raises(ValueError, match="network was trained with other arguments"):
        validate(Arguments(), trained.data_uri, trained.model_uri, str(tmp_path), silent)


def test_the_report_needs_nothing_but_itself(judged: Path):
    page = (judged / "report.html").read_text()
    loads = re.findall(r'(?:src|href)="(?!#)[^"]*"|url\((?!#)[^)]*\)|<script|@import', page)
    assert loads == [], "the report must open from a bucket, offline and without scripts"
    assert page.count("<svg") == 7


def test_the_report_escapes_what_it_did_not_write(judged: Path, trained):
    page = (judged / "report.html").read_text()
    assert trained.result["candidates"]["network"]["parameters_sha256"] in page
    assert "&#x27;" in page, "the caveats hold an apostrophe"


def test_carriers_have_a_drawing_of_their_own_beside_that_of_origins_and_months(
    evaluation: dict[str, Any], monkeypatch: pytest.MonkeyPatch
):
    drawn: list[set[str]] = []
    kinds = lambda items, _: drawn.append({each["slice"].partition("=")[0] for each in items}) or ""  # noqa: E731
    monkeypatch.setattr(report.plots, "slice_bars", kinds)
    findings: Any = SimpleNamespace(evaluation=evaluation)
    report._slices(findings)
    assert drawn == [{"carrier"}, {"origin", "month"}]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs chromium")
def test_a_browser_shows_every_section(judged: Path, tmp_path: Path):
    done = subprocess.run(
        [
            *("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"),
            *("--disable-background-networking", "--disable-component-update"),
            *(f"--user-data-dir={tmp_path}", "--dump-dom", (judged / "report.html").as_uri()),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert re.findall(r"<h2>([^<]+)", done.stdout) == [
        "How good it is",
        "Calibration, and what it goes by",
        "Who it serves well, and whom less",
        "Over the year",
        "What it does not know",
        "How it was made",
    ]


@pytest.mark.parametrize(
    ("network", "baseline", "higher_is_better", "word"),
    [(0.7, 0.6, True, "better"), (0.6, 0.7, True, "worse"), (0.7, 0.6, False, "worse")],
)
def test_the_page_says_better_of_what_is_better(network, baseline, higher_is_better, word):
    candidates = {PRIMARY: {"auc": network}, BASELINE: {"auc": baseline}}
    findings: Any = SimpleNamespace(evaluation={"candidates": candidates})
    shown = report._figure(findings, "auc", "AUC", "about", higher_is_better)
    assert re.findall("better|worse", shown) == [word, word], "as a style and in words"
