"""`python -m benchmarks`: measures everything and writes `docs/benchmarks.md`.

Takes some minutes. Figures are medians of whole processes; compare ratios, which were measured in
one run on one machine, rather than seconds.
"""

import argparse
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import fleet, mixed, previews, workload
from benchmarks.measure import ROOT, machine, median, once, python

TARGET = ROOT / "docs" / "benchmarks.md"
SIZES = (1, 10, 100)
Table = list[str]


def table(heads: list[str], rows: list[list[str]]) -> Table:
    lines = [heads, ["---"] * len(heads), *rows]
    return ["| " + " | ".join(cells) + " |" for cells in lines]


def of_engine(folder: Path) -> Table:
    runs = mixed.measure(folder / "mixed")
    bound = mixed.bound_seconds(runs["bare"])
    rows = [
        [
            phase,
            f"{run.seconds:.2f}",
            f"{1000 * (run.seconds - runs['bare'].seconds) / mixed.RESOURCES:.1f}",
            "" if phase == "bare" else f"{run.seconds / bound:.2f}",
            f"{run.peak_mb:.0f}",
        ]
        for phase, run in runs.items()
    ]
    return [
        f"## Embedded engine: {mixed.RESOURCES} mixed resources",
        "",
        "`bare` starts Python, imports the SDK modules that the program uses, and ends. The bound",
        "is 1.2 times that plus 8 ms per resource.",
        "",
        *table(["phase", "seconds", "ms per resource over bare", "of the bound", "peak MB"], rows),
    ]


def of_fleets(folder: Path) -> Table:
    rows = []
    for models in SIZES:
        found = fleet.measure(models, folder)
        for phase, ours in found.ours.items():
            flat = found.flat[phase]
            rows.append(
                [
                    str(models),
                    str(found.resources),
                    phase,
                    f"{ours.seconds:.2f}",
                    f"{flat.seconds:.2f}",
                    f"{ours.seconds / flat.seconds:.2f}",
                    f"{ours.peak_mb:.0f}",
                    f"{flat.peak_mb:.0f}",
                ]
            )
    heads = ["models", "resources", "phase", "ours s", "flat s", "ratio", "ours MB", "flat MB"]
    return [
        "## A fleet of models, beside a flat program with the same resources",
        "",
        *table(heads, rows),
    ]


def of_previews(folder: Path) -> Table:
    rows = []
    for each in [*previews.of_stacks(folder / "stacks"), *previews.of_fleets(folder)]:
        figures = [f"{each.run.seconds:.2f}", f"{each.run.peak_mb:.0f}"]
        share = 1000 * each.run.seconds / each.resources
        rows.append([each.what, str(each.resources), *figures, f"{share:.1f}"])
    return [
        "## Previews of every stack, and of a thousand models",
        "",
        "From nothing, as the check of a pull request does.",
        "",
        *table(["what", "resources", "seconds", "peak MB", "ms per resource"], rows),
    ]


def of_cli(_: Path) -> Table:
    help_runs = [once(python("-m", "ops", "--help")) for _ in range(10)]
    bare = median([once(python("-c", "pass")) for _ in range(10)])
    found = median(help_runs)
    figures = [f"{value:.3f}" for value in (found.seconds, bare.seconds)]
    rows = [["mlp --help", *figures, f"{found.peak_mb:.0f}"]]
    return ["## Command line", "", *table(["command", "s", "bare Python s", "peak MB"], rows)]


def of_workload(folder: Path) -> Table:
    done = workload.work(folder)
    rows = [
        ["prepare", f"{done.prepare_seconds:.1f}", f"{done.prepared_rows} rows"],
        [
            "train",
            f"{done.train_seconds:.1f}",
            f"{done.training_rows_per_second:,.0f} rows/s after the first epoch",
        ],
        ["validate", f"{done.validate_seconds:.1f}", ""],
    ]
    loads = [
        [
            str(load.rows),
            str(load.clients),
            f"{load.p50_ms:.2f}",
            f"{load.p99_ms:.2f}",
            f"{load.rows_per_second:,.0f}",
        ]
        for load in workload.serve(folder)
    ]
    return [
        "## Workload flight-delay, settings of stack local",
        "",
        *table(["step", "seconds", ""], rows),
        "",
        "One server process; the clients share its cores; instances are raw flight records.",
        "",
        *table(["rows per request", "clients", "p50 ms", "p99 ms", "rows/s"], loads),
    ]


SECTIONS: dict[str, Callable[[Path], Table]] = {
    "engine": of_engine,
    "fleets": of_fleets,
    "previews": of_previews,
    "cli": of_cli,
    "workload": of_workload,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=SECTIONS, help="print these, write nothing")
    chosen = parser.parse_args().only
    lines = [
        "# Benchmarks",
        "",
        f"Written by `make bench` on {datetime.now(UTC):%Y-%m-%d}: {machine()}.",
    ]
    with tempfile.TemporaryDirectory(prefix="mlplatform-bench-") as folder:
        for name in chosen or SECTIONS:
            section = SECTIONS[name](Path(folder))
            print("\n".join(section), flush=True)
            lines += ["", *section]
    if not chosen:
        TARGET.parent.mkdir(exist_ok=True)
        TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
