"""The resources of a deployment as a live tree, in the columns that Pulumi users know."""

from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.table import Table
from rich.text import Text

from ops.display.rows import Row, Rows, describe, summarize

STYLES = {"+": "green", "~": "yellow", "-": "red", "+-": "magenta"}
_RESERVED_LINES = 4


class LiveDeployment:
    """A view of the rows that Rich redraws on its own clock."""

    def __init__(self, rows: Rows, planning: bool) -> None:
        self._rows = rows
        self._planning = planning

    def show(self, row: Row) -> None:
        """The next redraw shows it."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """What fits the screen: the rows that move, or were the last to."""
        room = (options.height or console.height) - _RESERVED_LINES
        tree = self._rows.tree()
        if len(tree) > room:
            done = sum(row.state == "done" for _, row in tree)
            yield Text(f"... {done} of {len(tree)} resources done", style="dim")
            tree = _moving(tree, room)
        yield self._table(tree)
        yield Text(f"    {summarize(self._rows.counts())}", style="dim")

    def whole(self) -> Group:
        """Every changed resource, and below the tree what changes field by field."""
        tree = self._rows.tree()
        details = [
            line
            for _, row in tree
            if row.op in ("update", "replace") and row.changes
            for line in _details(row)
        ]
        if not tree:
            return Group()
        return Group(self._table(tree), *([Text(), *details] if details else []))

    def _table(self, tree: list[tuple[str, Row]]) -> Table:
        table = Table(
            box=None, show_edge=False, pad_edge=False, header_style="bold", padding=(0, 1)
        )
        table.add_column("", justify="right", no_wrap=True)
        for heading in ("Type", "Name", "Plan" if self._planning else "Status", "Info"):
            table.add_column(heading, no_wrap=True, overflow="ellipsis")
        for guide, row in tree:
            style = "bold red" if row.state == "failed" else STYLES.get(row.sigil, "dim")
            table.add_row(
                Text(row.sigil, style=style),
                Text.assemble((guide, "dim"), (row.short_type, "" if row.changed else "dim")),
                Text(row.name),
                Text(row.status(self._planning), style=style),
                _info(row),
            )
        return table


def _info(row: Row) -> Text:
    if row.state == "failed":
        return Text(row.message.splitlines()[0] if row.message else "", style="red")
    if row.op in ("update", "replace") and row.changes:
        names = dict.fromkeys(change.path.split(".")[0].split("[")[0] for change in row.changes)
        return Text(f"[diff: ~{', ~'.join(names)}]", style="dim")
    return Text()


def _details(row: Row) -> list[Text]:
    head = Text.assemble(
        (f"{row.sigil:>2} ", STYLES.get(row.sigil, "")), (f"{row.short_type} {row.name}", "bold")
    )
    lines = [describe(change) for change in row.changes]
    return [head, *(Text(f"     {line}", style=STYLES.get(line[0], "")) for line in lines)]


def _moving(tree: list[tuple[str, Row]], room: int) -> list[tuple[str, Row]]:
    """At most `room` rows: those that run or failed first, then the latest that are done."""
    wanted = [index for index, (_, row) in enumerate(tree) if row.state != "done"][-room:]
    others = [index for index, (_, row) in enumerate(tree) if row.state == "done"]
    missing = room - len(wanted)
    kept = sorted(wanted + (others[-missing:] if missing > 0 else []))
    return [tree[index] for index in kept]
