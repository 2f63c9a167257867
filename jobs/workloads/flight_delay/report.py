"""The report for people: one self-contained HTML page without scripts or outside references.

Lays out what `validate` found; computes nothing but differences. Drawings come from `plots`.
"""

from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.workloads.flight_delay import metrics, plots
from jobs.workloads.flight_delay.judgement import BASELINE, FEWEST_ROWS_OF_A_SLICE, PRIMARY

if TYPE_CHECKING:
    from jobs.workloads.flight_delay.validate import Findings

METRICS = (
    ("auc", "AUC", "higher is better, 0.5 is guessing", True),
    ("log_loss", "Log loss", "nats per flight, lower is better", False),
    (
        "calibration_error",
        "Calibration error",
        "mean distance to the truth, lower is better",
        False,
    ),
)


def page(findings: "Findings") -> str:
    """The whole page."""
    style = Path(__file__).with_name("report.css").read_text()
    parts = (
        _head(findings),
        _ranking(findings),
        _calibration(findings),
        _slices(findings),
        _drift(findings),
        _unknown(findings),
        _training(findings),
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Flight delay: validation</title>\n<style>\n{style}</style>\n</head>\n"
        f"<body>\n<main>\n{''.join(parts)}</main>\n</body>\n</html>\n"
    )


def _head(findings: "Findings") -> str:
    evaluation, card = findings.evaluation, findings.cards[PRIMARY]
    minutes = card["arguments"]["delay_threshold_minutes"]
    rate = findings.labels.mean()
    figures = "".join(_figure(findings, *metric) for metric in METRICS)
    return (
        "<header><h1>Will this flight arrive late?</h1>"
        f'<p class="lead">The chance that a flight leaving New York arrives more than {minutes} '
        "minutes late, asked an hour before its hour of departure. Measured once on "
        f"{evaluation['rows']:,} flights of {escape(evaluation['window'])} that no model was "
        f"fitted or tuned on; {rate:.1%} of them were late.</p>"
        f'<div class="figures">{figures}</div></header>'
    )


def _figure(findings: "Findings", key: str, name: str, about: str, higher: bool) -> str:
    candidates = findings.evaluation["candidates"]
    own, other = candidates[PRIMARY][key], candidates[BASELINE][key]
    better = (own > other) == higher
    word = "better" if better else "worse"
    return (
        f'<div class="figure"><span class="name">{name}</span><b>{own:.4f}</b>'
        f'<span>baseline {other:.4f}, <span class="{word}">{own - other:+.4f} {word}</span><br>'
        f"{about}</span></div>"
    )


def _ranking(findings: "Findings") -> str:
    gain, threshold = findings.gain, findings.cards[PRIMARY]["threshold"]
    network = findings.chances[PRIMARY]
    yes = network >= threshold
    found = findings.labels[yes].sum() / max(1, findings.labels.sum())
    right = findings.labels[yes].mean() if yes.any() else 0.0
    verdict = (
        "better than the baseline"
        if gain.low > 0
        else "worse than the baseline"
        if gain.high < 0
        else "about as well as the baseline"
    )
    text = (
        f"<p>The network ranks flights {verdict}: {gain.value:+.4f} AUC. Drawing whole days "
        f"again, 95% of the differences lie between {gain.low:+.4f} and {gain.high:+.4f}. From "
        f"{threshold:.2f} on (chosen on August and September) it says <em>delayed</em>: that finds "
        f"{found:.0%} of the delayed flights, and {right:.0%} of what it calls delayed is.</p>"
    )
    return _section(
        "How good it is",
        text,
        _pair(
            plots.roc(findings.labels, findings.chances),
            plots.histogram(findings.labels, network, threshold),
        ),
    )


def _calibration(findings: "Findings") -> str:
    text = (
        "<p>Each point holds equally many flights. On the dotted line a probability is what it "
        "says; below it, fewer flights were delayed than predicted. The calibration error is the "
        f"mean distance from that line over {metrics.CALIBRATION_BINS} points.</p>"
    )
    drawings = _pair(
        plots.calibration(findings.labels, findings.chances),
        plots.importance(findings.importance),
    )
    return _section("Calibration, and what it goes by", text, drawings)


def _slices(findings: "Findings") -> str:
    slices = findings.evaluation["slices"]
    carriers = [item for item in slices if item["slice"].startswith("carrier=")]
    others = [item for item in slices if not item["slice"].startswith("carrier=")]
    rows = (
        (
            escape(item["slice"].replace("=", " ")),
            f"{item['rows']:,}",
            f"{item['positive_rate']:.1%}",
            f"{item[PRIMARY]['auc']:.3f}",
            f"{item[BASELINE]['auc']:.3f}",
            f"{item[PRIMARY]['log_loss']:.3f}",
            f"{item[PRIMARY]['calibration_error']:.3f}",
        )
        for item in slices
    )
    head = ("Slice", "Flights", "Delayed", "AUC", "AUC, baseline", "Log loss", "Calibration error")
    text = (
        f"<p>Slices with at least {FEWEST_ROWS_OF_A_SLICE} flights. Where the two lie close, the "
        "network adds little; a slice far to the left is one that it ranks poorly.</p>"
    )
    drawings = _pair(
        plots.slice_bars(carriers, "AUC by carrier"),
        plots.slice_bars(others, "AUC by origin and month"),
    )
    return _section("Who it serves well, and whom less", text, drawings + _table(head, rows))


def _drift(findings: "Findings") -> str:
    text = (
        "<p>How often flights are late swings from month to month. Drift of the inputs alone does "
        "not show it: the weather of December looks like that of January, its delays do not. "
        "Watch the rate and the AUC as well.</p>"
    )
    return _section("Over the year", text, plots.months(findings.months))


def _unknown(findings: "Findings") -> str:
    items = "".join(f"<li>{escape(text)}</li>" for text in findings.evaluation["caveats"])
    return _section("What it does not know", f"<ul>{items}</ul>")


def _training(findings: "Findings") -> str:
    card = findings.cards[PRIMARY]
    data, fitted, tuned = card["data"], card["trained_on"], card["tuned_on"]
    facts = [
        ("network", escape(card["about"])),
        ("baseline", escape(findings.cards[BASELINE]["about"])),
        ("data", escape(f"{data['name']} {data['version']}") + _code(data["sha256"])),
        ("preparation", "SHA-256 of its Spark SQL" + _code(card["sql_sha256"])),
        ("fitted on", f"January to July, {fitted['rows']:,} flights"),
        ("tuned on", f"August and September, {tuned['rows']:,} flights: {_tuning(findings)}"),
        ("parameters", "SHA-256 of the network's" + _code(card["parameters_sha256"])),
        ("inputs", "SHA-256 of their encoding" + _code(card["features_sha256"])),
        ("arguments", _code(_pairs(card["arguments"]))),
        ("packages", _code(_pairs(card["packages"]))),
    ]
    return _section("How it was made", _table(("What", "Value"), facts, numbers_from=2))


def _tuning(findings: "Findings") -> str:
    return "; ".join(
        f"{name} AUC {findings.cards[name]['tuning']['auc']:.4f}, "
        f"log loss {findings.cards[name]['tuning']['log_loss']:.4f}"
        for name in (PRIMARY, BASELINE)
    )


def _pairs(values: dict[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in values.items())


def _code(text: str) -> str:
    return f" <code>{escape(text)}</code>"


def _section(title: str, *content: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{''.join(content)}</section>\n"


def _pair(*drawings: str) -> str:
    return f'<div class="pair">{"".join(f"<div>{drawing}</div>" for drawing in drawings)}</div>'


def _table(head: Iterable[str], rows: Iterable[Iterable[str]], numbers_from: int = 1) -> str:
    """Cells are HTML already; columns from `numbers_from` on are set right."""

    def row(cells: Iterable[str], tag: str) -> str:
        marks = (' class="number"' if place >= numbers_from else "" for place in range(99))
        joined = "".join(
            f"<{tag}{mark}>{cell}</{tag}>" for mark, cell in zip(marks, cells, strict=False)
        )
        return f"<tr>{joined}</tr>"

    body = "".join(row(cells, "td") for cells in rows)
    return f'<div class="scroll"><table>{row(head, "th")}{body}</table></div>'
