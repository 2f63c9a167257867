"""The embedded engine on about 150 mixed resources, beside the bare cost of Python and the SDK.

The bare cost is a process that imports what the program imports and ends.
"""

import shutil
from pathlib import Path

from benchmarks.measure import Run, median, once, python

REPEATS = 5

PROGRAM = Path(__file__).parent / "programs" / "mixed.py"
IMPORTS = (
    "import grpc, pulumi\n"
    "from pulumi_gcp import bigquery, monitoring, projects, serviceaccount, storage, vertex\n"
    # The modules of the SDK load at the first use of a name.
    "bigquery.Table, monitoring.AlertPolicy, projects.IAMMember, serviceaccount.Account\n"
    "storage.Bucket, vertex.AiEndpoint\n"
)
RESOURCES = 11 * 13 + 1
"""Eleven components of twelve resources, and a Stash."""


def measure(folder: Path) -> dict[str, Run]:
    """Medians by phase: `bare`, `preview`, `up`, `no-change up`."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(PROGRAM, folder / "__main__.py")
    (folder / "Pulumi.yaml").write_text("name: bench\nruntime: python\n", encoding="utf-8")
    config = "config:\n  gcp:project: bench-project\n"
    (folder / "Pulumi.dev.yaml").write_text(config, encoding="utf-8")

    def run(command: str) -> Run:
        return once(python("-m", "localcloud", command, "--cwd", str(folder), "--stack", "dev"))

    runs: dict[str, list[Run]] = {"bare": [], "preview": [], "up": [], "no-change up": []}
    for _ in range(REPEATS):
        shutil.rmtree(folder / ".mlplatform", ignore_errors=True)
        runs["bare"].append(once(python("-c", IMPORTS)))
        runs["preview"].append(run("preview"))
        runs["up"].append(run("up"))
        runs["no-change up"].append(run("up"))
    return {phase: median(found) for phase, found in runs.items()}


def bound_seconds(bare: Run) -> float:
    """The promise: 1.2 times the bare cost plus 8 ms per resource."""
    return 1.2 * bare.seconds + 0.008 * RESOURCES
