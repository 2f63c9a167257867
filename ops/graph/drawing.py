"""Writes a view as Mermaid, as Graphviz DOT, as SVG or as JSON.

Drawing SVG is the work of Graphviz; without it there is a sentence that says how to get it.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator

from ops.errors import CommandError
from ops.graph.views import Node, View

_SPECIAL = re.compile(r"[^\w ,.:;/()…+-]")
"""What may mean something to Mermaid within a label; all of it is written by its number."""


def mermaid(view: View) -> str:
    """A flowchart, as GitHub draws it in Markdown."""
    lines = ["flowchart LR"]
    lines += _mermaid_frame(view, "", "  ")
    lines += [f"  {a} --> {b}" for a, b in view.edges]
    return "\n".join(lines) + "\n"


def _mermaid_frame(view: View, frame: str, indent: str) -> Iterator[str]:
    for node in view.nodes:
        if node.cluster == frame:
            label = "<br/>".join(_mermaid_text(line) for line in (node.title, *node.lines))
            yield f'{indent}{node.id}["{label}"]'
    for cluster in view.clusters:
        if cluster.parent == frame:
            yield f'{indent}subgraph {cluster.id}["{_mermaid_text(cluster.title)}"]'
            yield from _mermaid_frame(view, cluster.id, indent + "  ")
            yield f"{indent}end"


def _mermaid_text(text: str) -> str:
    return _SPECIAL.sub(lambda found: f"#{ord(found[0])};", " ".join(text.split()))


def dot(view: View, name: str) -> str:
    """A directed graph for Graphviz."""
    lines = [
        f"digraph {_quoted(name)} {{",
        "  rankdir=LR;",
        '  node [shape=box, style=rounded, fontname="Helvetica", fontsize=11];',
        '  graph [fontname="Helvetica", fontsize=11, color=gray];',
        *_dot_frame(view, "", "  "),
        *(f"  {_quoted(a)} -> {_quoted(b)};" for a, b in view.edges),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _dot_frame(view: View, frame: str, indent: str) -> Iterator[str]:
    for node in view.nodes:
        if node.cluster == frame:
            yield f"{indent}{_quoted(node.id)} [label={_quoted(node.title, *node.lines)}];"
    for cluster in view.clusters:
        if cluster.parent == frame:
            yield f"{indent}subgraph {_quoted(f'cluster_{cluster.id}')} {{"
            yield f"{indent}  label={_quoted(cluster.title)};"
            yield from _dot_frame(view, cluster.id, indent + "  ")
            yield f"{indent}}}"


def _quoted(*lines: str) -> str:
    """Lines of text as one quoted word of DOT."""
    plain = (" ".join(line.split()) for line in lines)
    escaped = (line.replace("\\", "\\\\").replace('"', '\\"') for line in plain)
    return '"' + "\\n".join(escaped) + '"'


def svg(view: View, name: str) -> str:
    """A picture. Raises `CommandError` where there is no Graphviz."""
    program = shutil.which("dot")
    if program is None:
        raise CommandError(
            "an SVG is drawn by Graphviz, and there is no program dot on PATH: install Graphviz "
            "(apt-get install graphviz, brew install graphviz), or write --format mermaid, which "
            "GitHub draws by itself"
        )
    done = subprocess.run(
        [program, "-Tsvg"], input=dot(view, name), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        reason = done.stderr.strip().splitlines()
        raise CommandError(f"dot could not draw: {reason[-1] if reason else done.returncode}")
    return done.stdout


def as_json(view: View, name: str) -> str:
    """One JSON object: `nodes`, `clusters`, and `edges` as pairs of ids."""
    answer = {
        "stack": name,
        "nodes": [_node(node) for node in view.nodes],
        "clusters": [
            {"id": each.id, "title": each.title, "parent": each.parent} for each in view.clusters
        ],
        "edges": [list(edge) for edge in view.edges],
    }
    return json.dumps(answer, indent=2, ensure_ascii=False) + "\n"


def _node(node: Node) -> dict[str, object]:
    return {
        "id": node.id,
        "title": node.title,
        "lines": list(node.lines),
        "cluster": node.cluster,
        "urns": list(node.urns),
    }
