"""Measure both candidates once on October to December, as they would be served.

Raw instances go through the server's own loader, checks and encoding. Writes `evaluation.json`,
`samples.json` and `report.html`. Does not decide: that is the gate.
"""

import argparse
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jobs import files
from jobs.progress import Progress
from jobs.serving.model import ServedModel, load
from jobs.workloads.flight_delay import dataset, encoding, judgement
from jobs.workloads.flight_delay.args import Arguments
from jobs.workloads.flight_delay.columns import LABEL
from jobs.workloads.flight_delay.judgement import BASELINE, PRIMARY, Interval

if TYPE_CHECKING:
    import pyarrow as pa

SAMPLES = 24


@dataclass(frozen=True, kw_only=True)
class Findings:
    """Everything that the report shows. Arrays are by held-out flight, in one order."""

    evaluation: dict[str, Any]
    cards: dict[str, dict[str, Any]]
    labels: NDArray[np.int32]
    chances: dict[str, NDArray[np.float32]]
    months: dict[str, Any]
    """`judgement.by_month` of the network over the whole year."""
    importance: list[tuple[str, float]]
    gain: Interval


def validate(
    arguments: Arguments, data_uri: str, model_uri: str, output_uri: str, progress: Progress
) -> dict[str, Any]:
    """Write evaluation, samples and report below `output_uri`; returns the evaluation.

    Raises `jobs.serving.model.ModelError` if a candidate is missing, ValueError if a candidate
    was trained with other arguments.
    """
    from jobs.workloads.flight_delay import report

    progress(0.02, "loading the candidates")
    models = {name: load(f"{model_uri}/{name}") for name in (PRIMARY, BASELINE)}
    _check_arguments(arguments, models)
    progress(0.1, "reading the held-out months")
    held_out = dataset.read(data_uri, dataset.TEST_MONTHS)
    chances = {name: _chances(model, held_out) for name, model in models.items()}
    progress(0.4, f"judging {len(held_out):,} flights")
    findings = _findings(data_uri, held_out, models, chances)
    progress(0.8, "writing the report")
    samples = _samples(models[PRIMARY], held_out)
    for name, value in (("evaluation", findings.evaluation), ("samples", samples)):
        files.write_text(f"{output_uri}/{name}.json", json.dumps(value, indent=1))
    page = report.page(findings)
    files.write_text(f"{output_uri}/report.html", page, "text/html; charset=utf-8")
    own = findings.evaluation["candidates"][PRIMARY]
    progress(1.0, f"AUC {own['auc']:.4f}, log loss {own['log_loss']:.4f} on {len(held_out):,} rows")
    return findings.evaluation


def _check_arguments(arguments: Arguments, models: dict[str, ServedModel]) -> None:
    for name, model in models.items():
        trained_with = Arguments.model_validate(model.card["arguments"])
        if trained_with != arguments:
            raise ValueError(
                f"candidate {name} was trained with other arguments than it is validated with "
                f"({trained_with!r}, not {arguments!r}); train it again"
            )


def _chances(model: ServedModel, table: "pa.Table") -> NDArray[np.float32]:
    instances = encoding.instances(model.spec, table)
    return model.probabilities(model.spec.columns_of(instances))


def _findings(
    data_uri: str,
    held_out: "pa.Table",
    models: dict[str, ServedModel],
    chances: dict[str, NDArray[np.float32]],
) -> Findings:
    labels = held_out[LABEL].to_numpy()
    gain = judgement.auc_gain(labels, held_out["day_of_year"].to_numpy(), chances)
    months = _whole_year(data_uri, models[PRIMARY], held_out, chances[PRIMARY])
    evaluation = {
        "primary": PRIMARY,
        "baseline": BASELINE,
        "rows": len(held_out),
        "window": dataset.TEST_WINDOW,
        "candidates": {name: judgement.figures(labels, values) for name, values in chances.items()},
        "auc_gain": asdict(gain),
        "slices": judgement.slices(held_out, chances),
        "caveats": _caveats(models[PRIMARY], gain, labels, chances[PRIMARY]),
    }
    return Findings(
        evaluation=evaluation,
        cards={name: model.card for name, model in models.items()},
        labels=labels,
        chances=chances,
        months=months,
        importance=_importance(models[PRIMARY], held_out),
        gain=gain,
    )


def _whole_year(
    data_uri: str, model: ServedModel, held_out: "pa.Table", chances: NDArray[np.float32]
) -> dict[str, Any]:
    """Month by month, so that the held-out ones are seen beside those the model knew."""
    before = dataset.read(data_uri, (*dataset.TRAIN_MONTHS, *dataset.TUNE_MONTHS))
    columns = {
        field.name: before[field.name].to_numpy(zero_copy_only=False) for field in model.spec.fields
    }
    all_chances = np.concatenate([model.probabilities(columns), chances])
    tables = (before, held_out)
    labels = np.concatenate([table[LABEL].to_numpy() for table in tables])
    months = np.concatenate([table["month"].to_numpy() for table in tables])
    return judgement.by_month(labels, months, all_chances)


def _importance(model: ServedModel, table: "pa.Table") -> list[tuple[str, float]]:
    every = max(1, len(table) // judgement.IMPORTANCE_ROWS)
    rows = table.take(list(range(0, len(table), every)))
    columns = model.spec.columns_of(encoding.instances(model.spec, rows))
    return judgement.importance(rows[LABEL].to_numpy(), columns, model.probabilities)


def _caveats(
    model: ServedModel, gain: Interval, labels: NDArray[Any], chances: NDArray[Any]
) -> list[str]:
    observed, predicted = float(labels.mean()), float(chances.mean())
    side = "above" if predicted > observed else "below"
    clear = "it is not clear which ranks better" if gain.low <= 0 <= gain.high else "that is clear"
    return [
        "Cancelled and diverted flights (9,430 of 336,776) have no arrival and are left out: the "
        "model says nothing about the chance of cancellation.",
        f"Weather and recent departures are those known {model.card['lead_hours']} hours before "
        "the hour of departure; a prediction asked for earlier, from a forecast, was not measured.",
        "There is one year of data: the autumn it is judged on was never in its training, and "
        "no season has been seen twice.",
        f"It predicts {predicted:.1%} of the held-out flights to be delayed and {observed:.1%} "
        f"were: read its probabilities as {side} the truth for these months.",
        f"Its AUC differs from the baseline's by {gain.value:+.4f}; drawing the days again gives "
        f"{gain.low:+.4f} to {gain.high:+.4f} (95%): {clear}.",
        "Only departures from Newark, Kennedy and LaGuardia in 2013 are covered. Carriers, "
        "airports and aircraft seen rarely or never share one category named other.",
        "What an inbound aircraft is doing, crew limits and traffic control programmes are "
        "not in the data, and they cause many delays.",
    ]


def _samples(model: ServedModel, table: "pa.Table") -> list[dict[str, Any]]:
    """Held-out flights spread evenly over the window, as a client would send them."""
    places = np.linspace(0, len(table) - 1, SAMPLES).astype(int).tolist()
    rows = table.take(places)
    instances = encoding.instances(model.spec, rows)
    return [
        {"instance": instance, "label": row[LABEL], "description": _description(row)}
        for instance, row in zip(instances, rows.to_pylist(), strict=True)
    ]


def _description(row: dict[str, Any]) -> str:
    return (
        f"{row['carrier']} {row['flight_number']} {row['origin']}→{row['destination']}, "
        f"{row['year']}-{row['month']:02d}-{row['day']:02d} "
        f"{row['departure_hour']:02d}:{row['departure_minute']:02d}"
    )


def main() -> None:
    """Validate from the command line."""
    parser = argparse.ArgumentParser(prog="jobs.workloads.flight_delay.validate")
    parser.add_argument("--arguments", default="{}", help="Arguments as JSON")
    for option in ("--data-uri", "--model-uri", "--output-uri"):
        parser.add_argument(option, required=True)
    given = parser.parse_args()
    evaluation = validate(
        Arguments.model_validate_json(given.arguments),
        given.data_uri.rstrip("/"),
        given.model_uri.rstrip("/"),
        given.output_uri.rstrip("/"),
        lambda fraction, message: print(f"{fraction:4.0%} {message}", flush=True),
    )
    print(json.dumps(evaluation["candidates"], indent=1))


if __name__ == "__main__":
    main()
