"""Views as text: every name survives, none breaks the language."""

import json
import re
import subprocess
from typing import Any

import pytest
from graph_samples import bucket, component, fleet, graphs
from hypothesis import given

from ops.errors import CommandError
from ops.graph import drawing
from ops.graph.resources import Resource
from ops.graph.views import component_view, resource_view

NODE = re.compile(r'(\w+)\["([^"]*)"\]')
FRAME = re.compile(r'subgraph (\w+)\["([^"]*)"\]')
EDGE = re.compile(r"(\w+) --> (\w+)")
QUOTED = r'"((?:[^"\\]|\\.)*)"'
DOT_NODE = re.compile(rf"{QUOTED} \[label={QUOTED}\];")
DOT_EDGE = re.compile(rf"{QUOTED} -> {QUOTED};")


def parsed(text: str) -> tuple[dict[str, str], dict[str, str], list[tuple[str, str]], int]:
    """Nodes, frames, edges and how many frames stay open; refuses any other line."""
    nodes: dict[str, str] = {}
    frames: dict[str, str] = {}
    edges: list[tuple[str, str]] = []
    deep = 0
    first, *lines = text.split("\n")[:-1]
    assert first == "flowchart LR"
    for line in map(str.strip, lines):
        if found := NODE.fullmatch(line):
            assert found[1] not in nodes
            nodes[found[1]] = found[2]
        elif found := FRAME.fullmatch(line):
            frames[found[1]], deep = found[2], deep + 1
        elif found := EDGE.fullmatch(line):
            edges.append((found[1], found[2]))
        else:
            assert line == "end", line
            deep -= 1
    return nodes, frames, edges, deep


def meant(label: str) -> list[str]:
    """The lines of a Mermaid label as a reader sees them."""
    lines = label.split("<br/>")
    return [re.sub(r"#(\d+);", lambda found: chr(int(found[1])), line) for line in lines]


@given(graph=graphs())
def test_mermaid_says_the_whole_view_for_any_name(graph: list[Resource]) -> None:
    for view in (component_view(graph), resource_view(graph)):
        nodes, frames, edges, deep = parsed(drawing.mermaid(view))
        assert deep == 0
        assert {id_: meant(label)[0] for id_, label in nodes.items()} == {
            node.id: " ".join(node.title.split()) for node in view.nodes
        }
        assert frames.keys() == {each.id for each in view.clusters}
        assert edges == list(view.edges)


@given(graph=graphs())
def test_dot_says_the_whole_view_for_any_name(graph: list[Resource]) -> None:
    view = resource_view(graph)
    lines = [line.strip() for line in drawing.dot(view, "dev").split("\n")]
    labels = {
        found[1]: found[2].replace('\\"', '"')
        for line in lines
        if (found := DOT_NODE.fullmatch(line))
    }
    for node in view.nodes:
        title = " ".join(node.title.split()).replace("\\", "\\\\")
        assert labels[node.id].startswith(title)
    assert len(labels) == len(view.nodes)
    edges = [found.groups() for line in lines if (found := DOT_EDGE.fullmatch(line))]
    assert edges == list(view.edges)
    assert lines.count("}") == 1 + len(view.clusters)


def test_a_name_cannot_write_html_or_end_its_label() -> None:
    view = component_view([bucket('a"]<b>#1')])
    assert '["a#34;#93;#60;b#62;#35;1<br/>' in drawing.mermaid(view)
    assert '[label="a\\"]<b>#1\\ngcp' in drawing.dot(view, "dev")


def test_frames_hold_their_nodes() -> None:
    store = component("store")
    text = drawing.mermaid(resource_view([store, bucket("a", store), bucket("b")]))
    assert text == (
        "flowchart LR\n"
        '  b["b<br/>gcp:storage:Bucket"]\n'
        '  subgraph in_store["store"]\n'
        '    a["a<br/>gcp:storage:Bucket"]\n'
        "  end\n"
    )


def test_json_is_the_view() -> None:
    view = component_view(fleet(3))
    answer = json.loads(drawing.as_json(view, "dev"))
    assert answer["stack"] == "dev"
    assert [tuple(edge) for edge in answer["edges"]] == list(view.edges)
    assert [tuple(node["urns"]) for node in answer["nodes"]] == [node.urns for node in view.nodes]
    assert [each["id"] for each in answer["clusters"]] == ["in_model"]


def test_without_graphviz_a_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(CommandError, match=r"apt-get install graphviz.*--format mermaid"):
        drawing.svg(component_view(fleet(1)), "dev")


@pytest.mark.parametrize("status", [0, 1])
def test_graphviz_gets_the_dot_and_its_refusal_is_told(
    monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    asked: list[Any] = []

    def run(words: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        asked.append((words, options["input"]))
        return subprocess.CompletedProcess(words, status, "<svg/>", "warning\nno fonts\n")

    monkeypatch.setattr("shutil.which", lambda name: f"/bin/{name}")
    monkeypatch.setattr("subprocess.run", run)
    view = component_view(fleet(1))
    if status:
        with pytest.raises(CommandError, match="dot could not draw: no fonts"):
            drawing.svg(view, "dev")
    else:
        assert drawing.svg(view, "dev") == "<svg/>"
    assert asked == [(["/bin/dot", "-Tsvg"], drawing.dot(view, "dev"))]
