"""The console script `mlp`: which commands there are. What they do is in `ops.commands`.

Exit statuses: 0 done, 1 failed, 2 wrong usage, 3 the gate refused every model, 7 a preview that
expected no changes found some, 130 interrupted.
"""

import gc

from ops.commands import (
    check,
    cost,
    data,
    graph,
    image,
    jobs,
    models,
    runs,
    savings,
    shapes,
    stack,
)
from ops.commands.options import Commands, example, group

app = group(
    "Deploy the platform, run its models and look after them.\n\n"
    "On stack `local` everything happens on this machine. Other stacks are rehearsed here: "
    "nothing in Google Cloud is touched unless a command says --cloud.\n\n"
    "\b\n"
    "Exit status: 0 done, 1 failed, 2 wrong usage, 3 the gate refused every model,\n"
    "7 changes where none were expected, 130 interrupted.",
    cls=Commands,
)

app.command("up", epilog=example("mlp up", "mlp up --stack dev", "mlp up --json"))(stack.up)
app.command(
    "preview",
    epilog=example(
        "mlp preview",
        "mlp preview --stack prod --markdown",
        "mlp preview --expect-no-changes",
    ),
)(stack.preview)
app.command("drain", epilog=example("mlp drain", "mlp drain --stack dev --cloud"))(stack.drain)
app.command("down", epilog=example("mlp down"))(stack.down)
app.command("status", epilog=example("mlp status", "mlp status --json"))(stack.status)
app.command("outputs", epilog=example("mlp outputs", "mlp outputs --json"))(stack.outputs)
app.command(
    "logs",
    epilog=example("mlp logs", "mlp logs --follow", "mlp logs --step train --lines 100"),
)(runs.logs)
app.command(
    "predict",
    epilog=example(
        "mlp predict",
        "mlp predict flight-delay --sample 3",
        "mlp predict flight-delay --instances rows.json",
    ),
)(models.predict)
app.command(
    "graph",
    epilog=example(
        "mlp graph --stack prod",
        "mlp graph --stack prod --all --format svg --output prod.svg",
        "mlp graph --inventory",
    ),
)(graph.graph)
app.command(
    "check",
    epilog=example(
        "mlp check",
        "mlp check --stack prod --cloud",
        "mlp check --stack prod --cloud --only quotas",
        "mlp check --error 'Quota NVIDIA_H100_GPUS exceeded'",
    ),
)(check.check)
app.command(
    "cost",
    epilog=example(
        "mlp cost --stack prod",
        "mlp cost --stack prod --json",
        "mlp cost --stack prod --compare main.json --limit 500",
    ),
)(cost.cost)
app.command("bill", epilog=example("mlp bill rows.json", "mlp bill rows.json --least 100"))(
    cost.bill
)
app.command(
    "shapes",
    epilog=example(
        "mlp shapes --zone europe-west4-a",
        "mlp shapes --capacity flex-start --json",
        "mlp shapes --pick --parameters 7e9 --framework jax --batch 256 --tokens 2048",
    ),
)(shapes.shapes)
app.add_typer(savings.app, name="savings")
app.add_typer(jobs.app, name="jobs")
app.add_typer(models.app, name="models")
app.add_typer(data.app, name="data")
app.add_typer(image.app, name="image")


def main() -> None:
    """Entry point of the console script."""
    # A graph is many objects and little garbage; what is left at the end goes with the process.
    gc.set_threshold(100_000, 20, 50)
    try:
        app()
    finally:
        gc.freeze()
