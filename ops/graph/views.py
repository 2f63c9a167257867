"""What a diagram shows: the whole graph, or one node per component.

Owns which boxes, frames and edges there are, and their ids. Does not write a diagram: that is
`ops.graph.drawing`.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ops.display.rows import leaf
from ops.graph import reduction
from ops.graph.resources import Resource, above

_NAMES_SHOWN = 3
_KEYWORDS = frozenset(
    [
        *("call", "class", "classdef", "click", "default", "digraph", "direction", "edge", "end"),
        *("flowchart", "graph", "href", "interpolate", "linkstyle", "node", "strict", "style"),
        "subgraph",
    ]
)
"""Words that Mermaid or Graphviz would not read as the name of a node."""


@dataclass(frozen=True, kw_only=True)
class Node:
    """One box of a diagram."""

    id: str
    title: str
    lines: tuple[str, ...]
    cluster: str
    """Id of the frame around it, or ""."""
    urns: tuple[str, ...]
    """The resources that it stands for."""


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """A frame around nodes; `parent` is the id of the frame around it, or ""."""

    id: str
    title: str
    parent: str = ""


@dataclass(frozen=True, kw_only=True)
class View:
    """What a diagram shows, in a stable order; an edge leads from an id to what it needs."""

    nodes: tuple[Node, ...]
    clusters: tuple[Cluster, ...]
    edges: tuple[tuple[str, str], ...]


def component_view(resources: Sequence[Resource], *, implied: bool = False) -> View:
    """One node per outermost component, without what only a path implies.

    Components of one type whose neighbours are of the same types share a node, so that a thousand
    models are one. `implied` keeps the edges that longer paths imply.
    """
    by_urn = {each.urn: each for each in resources}
    drawn = [each for each in resources if not each.is_provider]
    top = {each.urn: [*above(each, by_urn), each][0].urn for each in drawn}
    below: dict[str, list[Resource]] = defaultdict(list)
    for each in drawn:
        below[top[each.urn]].append(each)
    pairs = _pairs(drawn, {urn: [owner] for urn, owner in top.items()})
    group = _alike({urn: by_urn[urn].type for urn in below}, pairs)

    members: dict[str, list[str]] = defaultdict(list)
    for urn in sorted(below):
        members[group[urn]].append(urn)
    ids = _ids({first: by_urn[first].name for first in members})
    concern = {first: _concern(by_urn[first].type) for first in members}
    shared = sorted(name for name, count in Counter(concern.values()).items() if count > 1)
    frames = _ids({name: f"in_{name}" for name in shared}, taken=set(ids.values()))
    nodes = [
        Node(
            id=ids[first],
            title=_title([by_urn[urn] for urn in urns]),
            lines=_lines([by_urn[urn] for urn in urns], [r for urn in urns for r in below[urn]]),
            cluster=frames.get(concern[first], ""),
            urns=tuple(sorted(each.urn for urn in urns for each in below[urn])),
        )
        for first, urns in members.items()
    ]
    edges = {(ids[group[a]], ids[group[b]]) for a, b in pairs if group[a] != group[b]}
    return _view(nodes, [Cluster(id=frames[c], title=c) for c in shared], edges, implied=implied)


def resource_view(resources: Sequence[Resource], *, implied: bool = False) -> View:
    """One node per resource, framed by the components that hold it.

    To need a component is to need everything in it, which is how Pulumi takes it.
    """
    by_urn = {each.urn: each for each in resources}
    drawn = [each for each in resources if not each.is_provider]
    framing = {each.parent for each in drawn} & {each.urn for each in drawn if not each.custom}
    boxes = [each for each in drawn if each.urn not in framing]
    within: dict[str, list[str]] = {each.urn: [each.urn] for each in boxes}
    frame: dict[str, str] = {}
    for each in drawn:
        frames = [up.urn for up in above(each, by_urn) if up.urn in framing]
        frame[each.urn] = frames[-1] if frames else ""
        if each.urn not in framing:
            for urn in frames:
                within.setdefault(urn, []).append(each.urn)
    ids = _ids({each.urn: each.name for each in boxes})
    frame_ids = _ids({urn: f"in_{leaf(urn)}" for urn in framing}, taken=set(ids.values()))
    nodes = [
        Node(
            id=ids[each.urn],
            title=each.name,
            lines=(each.short_type,),
            cluster=frame_ids.get(frame[each.urn], ""),
            urns=(each.urn,),
        )
        for each in boxes
    ]
    clusters = [
        Cluster(id=id_, title=leaf(urn), parent=frame_ids.get(frame[urn], ""))
        for urn, id_ in frame_ids.items()
    ]
    edges = {(ids[a], ids[b]) for a, b in _pairs(drawn, within)}
    return _view(nodes, clusters, edges, implied=implied)


def _pairs(drawn: Sequence[Resource], stands: Mapping[str, list[str]]) -> set[tuple[str, str]]:
    """Who needs whom among what stands in the diagram for each resource."""
    return {
        (a, b)
        for each in drawn
        for need in each.needs & stands.keys()
        for a in stands[each.urn]
        for b in stands[need]
        if a != b
    }


def _alike(types: Mapping[str, str], pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The first URN with the same type and the same types around it, for every URN."""
    needs: dict[str, set[str]] = {urn: set() for urn in types}
    needed: dict[str, set[str]] = {urn: set() for urn in types}
    for a, b in pairs:
        needs[a].add(types[b])
        needed[b].add(types[a])
    first: dict[tuple[str, frozenset[str], frozenset[str]], str] = {}
    return {
        urn: first.setdefault((types[urn], frozenset(needs[urn]), frozenset(needed[urn])), urn)
        for urn in sorted(types)
    }


def _concern(type_: str) -> str:
    """The file or folder of a component: the middle of its token."""
    return type_.split(":")[1].partition("/")[0] if type_.count(":") > 1 else type_


def _title(members: Sequence[Resource]) -> str:
    if len(members) == 1:
        return members[0].name
    return f"{members[0].type.rpartition(':')[2]} ({len(members)})"


def _lines(members: Sequence[Resource], resources: Sequence[Resource]) -> tuple[str, ...]:
    """What stands below the title: the class or the first names, and how many resources."""
    first = members[0]
    if len(members) > 1:
        names = [each.name for each in members[:_NAMES_SHOWN]]
        what = ", ".join([*names, "…"] if len(members) > _NAMES_SHOWN else names)
    else:
        what = first.short_type if first.custom else first.type.rpartition(":")[2]
    count = sum(each.custom for each in resources)
    return (what, f"{count} resource" if count == 1 else f"{count} resources")


def _ids(names: Mapping[str, str], taken: set[str] | None = None) -> dict[str, str]:
    """A word of its own for every key, made from its name; the same for any order of the keys."""
    used = set(taken or ())
    ids: dict[str, str] = {}
    for key in sorted(names, key=lambda key: (names[key], key)):
        word = re.sub(r"[^A-Za-z0-9_]", "_", names[key])
        plain = word[:1].isalpha() and word.lower() not in _KEYWORDS
        base = word if plain else f"n_{word}"
        number = 1
        word = base
        while word in used:
            number += 1
            word = f"{base}_{number}"
        used.add(word)
        ids[key] = word
    return ids


def _view(
    nodes: Iterable[Node],
    clusters: Iterable[Cluster],
    edges: set[tuple[str, str]],
    *,
    implied: bool,
) -> View:
    return View(
        nodes=tuple(sorted(nodes, key=lambda node: node.id)),
        clusters=tuple(sorted(clusters, key=lambda cluster: cluster.id)),
        edges=tuple(sorted(edges if implied else reduction.without_implied(edges))),
    )
