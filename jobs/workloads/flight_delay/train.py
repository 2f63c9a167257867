"""Train both candidates on January to July and export them: the network and its baseline.

August and September decide (the log, the decision thresholds); October to December are not read.
Does not judge: that is `validate`.
"""

import argparse
import json
import os
import sys
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobs import files
from jobs.progress import Progress
from jobs.serving.features import FeatureSpec
from jobs.workloads.flight_delay import dataset, encoding, export, metrics
from jobs.workloads.flight_delay.args import Arguments
from jobs.workloads.flight_delay.encoding import Rows

PACKAGES = ("flax", "jax", "optax", "orbax-checkpoint", "scikit-learn")


@dataclass(frozen=True, kw_only=True)
class Material:
    """What both candidates are made from. `facts` go into their cards."""

    arguments: Arguments
    spec: FeatureSpec
    rows: Rows
    tuning: Rows
    facts: dict[str, Any]


def train(
    arguments: Arguments, data_uri: str, checkpoint_uri: str, model_uri: str, progress: Progress
) -> dict[str, Any]:
    """Write `network/` and `baseline/` below `model_uri`; returns their cards by name.

    Resumes from the newest checkpoint below `checkpoint_uri`, with the same result as an
    uninterrupted run. Raises SystemExit(143) after a save if SIGTERM came.
    """
    from jobs.workloads.flight_delay import devices

    devices.join()
    progress(0.01, "reading the training months")
    material = _material(arguments, data_uri)
    candidates: list[export.Candidate] = []
    if devices.is_first_host():  # which exports: the others need none, and begin to wait for it
        progress(0.05, f"fitting the baseline on {len(material.rows):,} flights")
        candidates.append(_baseline(material))
    candidates.append(_network(material, checkpoint_uri, progress))
    cards = {}
    if devices.is_first_host():
        progress(0.95, "exporting both candidates")
        for candidate in candidates:
            cards[candidate.name] = export.write(
                candidate, material.spec, material.facts, model_uri
            )
    devices.wait_for_all("exported")
    progress(1.0, "exported network and baseline")
    return {"candidates": cards}


def _material(arguments: Arguments, data_uri: str) -> Material:
    manifest = json.loads(files.read_text(f"{data_uri}/manifest.json"))
    fitted_on = dataset.read(data_uri, dataset.TRAIN_MONTHS)
    spec = encoding.fit(fitted_on, calendar=arguments.calendar_features)
    rows = encoding.encode(spec, fitted_on)
    tuning = encoding.encode(spec, dataset.read(data_uri, dataset.TUNE_MONTHS))
    return Material(
        arguments=arguments,
        spec=spec,
        rows=rows,
        tuning=tuning,
        facts=_facts(arguments, manifest, rows, tuning),
    )


def _baseline(material: Material) -> export.Candidate:
    import jax

    from jobs.workloads.flight_delay.baseline import fit_baseline

    predict = fit_baseline(material.rows, material.spec.category_sizes)
    tuning = material.tuning
    chances = np.asarray(jax.jit(predict)(tuning.categories, tuning.numbers))
    figures = _figures(tuning, chances)
    _say("baseline", figures)
    return export.Candidate(
        name="baseline",
        about="Logistic regression over one-hot categories and standardised numbers.",
        predict=predict,
        tuning=figures,
        threshold=metrics.best_f1_threshold(tuning.labels, chances),
    )


def _network(material: Material, checkpoint_uri: str, progress: Progress) -> export.Candidate:
    import jax

    from jobs.workloads.flight_delay import loop
    from jobs.workloads.flight_delay.checkpoints import Checkpoints, digest

    predict = jax.jit(loop.predict, static_argnums=0)
    tuning, epochs = material.tuning, material.arguments.epochs

    def after_epoch(epoch: loop.Epoch) -> None:
        chances = predict(epoch.graph, epoch.parameters, tuning.categories, tuning.numbers)
        figures = _figures(tuning, np.asarray(chances))
        name = f"epoch {epoch.number}/{epochs}"
        _say(name, figures, f"{epoch.rows_per_second:,.0f} rows/s, loss {epoch.loss:.4f}, ")
        progress(0.1 + 0.85 * epoch.done, f"{name}: tuning AUC {figures['auc']:.4f}")

    plan = loop.Plan(
        arguments=material.arguments,
        rows=material.rows,
        category_sizes=material.spec.category_sizes,
    )
    identity = {key: material.facts[key] for key in ("arguments", "data", "sql_sha256")}
    with Checkpoints(checkpoint_uri, identity) as checkpoints:
        graph, parameters = loop.train_network(plan, checkpoints, after_epoch)
    parameters = jax.device_get(parameters)  # the exported model holds them as constants
    chances = np.asarray(predict(graph, parameters, tuning.categories, tuning.numbers))
    sha256 = digest(parameters)
    print(f"parameters sha256:{sha256}", flush=True)
    return export.Candidate(
        name="network",
        about=_about_network(material.arguments, parameters),
        predict=partial(loop.predict, graph, parameters),
        tuning=_figures(tuning, chances),
        threshold=metrics.best_f1_threshold(tuning.labels, chances),
        facts={"parameters_sha256": sha256},
    )


def _about_network(arguments: Arguments, parameters: Any) -> str:
    import jax

    count = sum(leaf.size for leaf in jax.tree.leaves(parameters))
    layers = " x ".join(str(units) for units in arguments.hidden_units)
    return (
        f"Neural network: embeddings of {arguments.embedding_dim} numbers per category, dense "
        f"layers {layers}, {count:,} parameters, computed in {arguments.precision}."
    )


def _facts(
    arguments: Arguments, manifest: dict[str, Any], rows: Rows, tuning: Rows
) -> dict[str, Any]:
    return {
        "workload": "flight-delay",
        "arguments": arguments.model_dump(mode="json"),
        "data": manifest["data"],
        "sql_sha256": manifest["sql_sha256"],
        "lead_hours": manifest["lead_hours"],
        "trained_on": {"months": list(dataset.TRAIN_MONTHS), "rows": len(rows)},
        "tuned_on": {"months": list(dataset.TUNE_MONTHS), "rows": len(tuning)},
        "packages": {name: version(name) for name in PACKAGES},
    }


def _figures(rows: Rows, chances: NDArray[Any]) -> dict[str, float]:
    return {
        "auc": metrics.auc(rows.labels, chances),
        "log_loss": metrics.log_loss(rows.labels, chances),
        "calibration_error": metrics.calibration_error(rows.labels, chances),
    }


def _say(name: str, figures: dict[str, float], before: str = "") -> None:
    print(
        f"{name}: {before}tuning AUC {figures['auc']:.4f}, log loss {figures['log_loss']:.4f}, "
        f"calibration error {figures['calibration_error']:.4f}",
        flush=True,
    )


def main() -> None:
    """Train from the command line; folders default to those that Vertex gives a training job."""
    parser = argparse.ArgumentParser(prog="jobs.workloads.flight_delay.train")
    parser.add_argument("--arguments", default="{}", help="Arguments as JSON")
    parser.add_argument("--data-uri", required=True)
    parser.add_argument("--checkpoint-uri", default=os.environ.get("AIP_CHECKPOINT_DIR"))
    parser.add_argument("--model-uri", default=os.environ.get("AIP_MODEL_DIR"))
    given = parser.parse_args()
    for option in ("checkpoint_uri", "model_uri"):
        if not getattr(given, option):
            name = option.replace("_", "-")
            parser.error(f"--{name} is missing; write where to put it, or run as a Vertex job")
    train(
        Arguments.model_validate_json(given.arguments),
        given.data_uri.rstrip("/"),
        given.checkpoint_uri.rstrip("/"),
        given.model_uri.rstrip("/"),
        lambda fraction, message: print(f"{fraction:4.0%} {message}", flush=True),
    )


if __name__ == "__main__":
    sys.exit(main())
