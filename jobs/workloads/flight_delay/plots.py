"""The report's drawings: one SVG text each, from findings to ink.

Matplotlib without a display. Owns colours and sizes of drawings; the page's are in `report.css`.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from io import StringIO
from typing import TYPE_CHECKING, Any, ParamSpec

import numpy as np
from numpy.typing import NDArray

from jobs.workloads.flight_delay import dataset, metrics
from jobs.workloads.flight_delay.judgement import BASELINE, PRIMARY, Chances

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_P = ParamSpec("_P")

COLOURS = {PRIMARY: "#1d5fa8", BASELINE: "#c0701f"}
INK, FAINT, GRID = "#24292f", "#8b949e", "#e3e6ea"
MONTH_NAMES = [
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
]
STYLE = {
    "svg.fonttype": "none",  # text stays text: sharp, searchable, in the page's own type
    "svg.hashsalt": "report",  # the same findings give the same file
    "font.size": 10,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "axes.axisbelow": True,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
}


def _styled(draw: Callable[_P, "Figure"]) -> Callable[_P, str]:
    """Draw and write under `STYLE`: some of it is read when text is set, some when it is saved."""

    @wraps(draw)
    def drawn(*args: _P.args, **kwargs: _P.kwargs) -> str:
        from matplotlib.style import context

        text = StringIO()
        with context(STYLE):
            draw(*args, **kwargs).savefig(
                text, format="svg", metadata={"Date": None}, transparent=True
            )
        return text.getvalue()[text.getvalue().index("<svg") :]

    return drawn


@_styled
def roc(labels: NDArray[Any], chances: Chances) -> "Figure":
    """True against false positive rate of each candidate."""
    figure, axes = _canvas(5.2, 4.4)
    axes.plot([0, 1], [0, 1], color=FAINT, linestyle=":", label="guessing")
    for name in (BASELINE, PRIMARY):
        false_rate, true_rate = metrics.roc_curve(labels, chances[name])
        kept = np.unique(np.linspace(0, false_rate.size - 1, 400).astype(int))
        label = f"{name}, AUC {metrics.auc(labels, chances[name]):.3f}"
        axes.plot(false_rate[kept], true_rate[kept], color=COLOURS[name], label=label)
    axes.set(xlabel="on-time flights called delayed", ylabel="delayed flights found")
    axes.set(xlim=(0, 1), ylim=(0, 1.01), title="Which flights are riskier (ROC)")
    axes.legend(loc="lower right")
    return figure


@_styled
def calibration(labels: NDArray[Any], chances: Chances) -> "Figure":
    """Observed against predicted rate, in bins of equally many flights."""
    figure, axes = _canvas(5.2, 4.4)
    highest = 0.0
    for name in (BASELINE, PRIMARY):
        found = metrics.calibration(labels, chances[name])
        axes.plot(
            found.predicted, found.observed, "o-", color=COLOURS[name], markersize=4, label=name
        )
        highest = max(highest, float(found.predicted.max()), float(found.observed.max()))
    axes.plot([0, highest], [0, highest], color=FAINT, linestyle=":", label="perfect")
    axes.set(xlabel="predicted probability of delay", ylabel="share that was delayed")
    axes.set(title=f"Do probabilities mean what they say ({metrics.CALIBRATION_BINS} bins)")
    axes.set(xlim=(0, highest * 1.03), ylim=(0, highest * 1.03))
    axes.legend(loc="upper left")
    return figure


@_styled
def histogram(labels: NDArray[Any], chances: NDArray[Any], threshold: float) -> "Figure":
    """How the network's probabilities are spread, for delayed and for other flights."""
    figure, axes = _canvas(5.2, 3.4)
    edges = np.linspace(0, 1, 41).tolist()
    for wanted, colour, name in ((0, FAINT, "arrived in time"), (1, COLOURS[PRIMARY], "delayed")):
        axes.hist(
            chances[labels == wanted], edges, density=True, color=colour, alpha=0.65, label=name
        )
    axes.axvline(threshold, color=INK, linewidth=1, linestyle="--")
    axes.annotate(
        f"says delayed from {threshold:.2f}",
        (threshold, 0.92),
        (6, 0),
        color=INK,
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
    )
    axes.set(xlabel="predicted probability of delay", ylabel="density", xlim=(0, 1))
    axes.set(title="How sure the network is")
    axes.legend(loc="center right")
    return figure


@_styled
def slice_bars(slices: Sequence[dict[str, Any]], title: str) -> "Figure":
    """AUC of both candidates on each slice, best first; the axis starts at guessing."""
    ranked = sorted(slices, key=lambda item: item[PRIMARY]["auc"])
    figure, axes = _canvas(5.2, 1.1 + 0.32 * len(ranked))
    places = np.arange(len(ranked))
    network = [item[PRIMARY]["auc"] for item in ranked]
    baseline = [item[BASELINE]["auc"] for item in ranked]
    axes.hlines(places, baseline, network, color=GRID, linewidth=4)
    axes.plot(baseline, places, "o", color=COLOURS[BASELINE], markersize=6, label=BASELINE)
    axes.plot(network, places, "o", color=COLOURS[PRIMARY], markersize=6, label=PRIMARY)
    axes.set_yticks(places, [item["slice"].partition("=")[2] for item in ranked])
    axes.set(xlabel="AUC", title=title, ylim=(-0.7, len(ranked) - 0.3))
    axes.legend(loc="lower right", handletextpad=0.1)
    return figure


@_styled
def months(found: dict[str, Any]) -> "Figure":
    """Observed and predicted rate of delay over the year, and AUC below."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10.8, 5), layout="constrained")
    rate, rank = figure.subplots(2, 1, sharex=True, height_ratios=[3, 2])
    places = found["month"]
    rate.plot(places, found["observed"], "o-", color=INK, markersize=4, label="were delayed")
    rate.plot(
        places,
        found["predicted"],
        "o-",
        color=COLOURS[PRIMARY],
        markersize=4,
        label="network predicts",
    )
    rank.plot(places, found["auc"], "o-", color=COLOURS[PRIMARY], markersize=4)
    windows = (
        ("fitted", dataset.TRAIN_MONTHS, "#f4f6f8"),
        ("tuned", dataset.TUNE_MONTHS, "#e9eef4"),
        ("held out", dataset.TEST_MONTHS, "#fdf3e3"),
    )
    for axes in (rate, rank):
        for _, span, colour in windows:
            axes.axvspan(span[0] - 0.5, span[-1] + 0.5, color=colour, zorder=-5, linewidth=0)
    top = 1.12 * max(*found["observed"], *found["predicted"])
    for name, span, _ in windows:
        rate.annotate(name, (span[0] - 0.42, top * 0.95), color=FAINT)
    rate.set(title="Rate of delay by month", ylim=(0, top), xlim=(0.5, 12.5))
    rate.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    rate.legend(loc="lower left")
    rank.set(title="AUC by month", xticks=places)
    rank.set_xticklabels([MONTH_NAMES[month - 1] for month in places])
    return figure


@_styled
def importance(ranked: Sequence[tuple[str, float]], most: int = 12) -> "Figure":
    """AUC lost when one input is shuffled, the largest losses first."""
    shown = list(ranked[:most])[::-1]
    figure, axes = _canvas(5.2, 1.1 + 0.27 * len(shown))
    names = [name.replace("_", " ") for name, _ in shown]
    axes.barh(names, [lost for _, lost in shown], color=COLOURS[PRIMARY], height=0.62)
    axes.set(xlabel="AUC lost when shuffled", title="What the network goes by")
    axes.grid(visible=False, axis="y")
    return figure


def _canvas(width: float, height: float) -> "tuple[Figure, Axes]":
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots()
