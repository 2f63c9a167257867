"""What a diagram shows of a graph, for any graph."""

from collections import Counter
from typing import Any

import pytest
from graph_samples import STACK, bucket, component, fleet, graphs, needs, urn
from hypothesis import given
from hypothesis import strategies as st

from ops.graph.reduction import without_implied
from ops.graph.resources import Resource, read
from ops.graph.views import View, component_view, resource_view

VIEWS = pytest.mark.parametrize("make", [component_view, resource_view])


def titles(view: View) -> list[str]:
    return [node.title for node in view.nodes]


def named_edges(view: View) -> set[tuple[str, str]]:
    name = {node.id: node.title for node in view.nodes}
    return {(name[a], name[b]) for a, b in view.edges}


@VIEWS
@given(graph=graphs())
def test_every_resource_is_in_the_diagram_once(make: Any, graph: list[Resource]) -> None:
    view = make(graph)
    shown = Counter(urn for node in view.nodes for urn in node.urns)
    assert set(shown.values()) <= {1}
    left = {each.urn for each in graph} - shown.keys()
    holding = {each.parent for each in graph}
    framed = {each.urn for each in graph if not each.custom} & holding
    assert left == (framed if make is resource_view else set()), "what holds others is a frame"


@VIEWS
@given(graph=graphs())
def test_no_edge_and_no_frame_leads_nowhere(make: Any, graph: list[Resource]) -> None:
    view = make(graph)
    nodes, frames = {node.id for node in view.nodes}, {each.id for each in view.clusters}
    assert len(nodes) == len(view.nodes)
    assert len(frames) == len(view.clusters)
    assert nodes.isdisjoint(frames), "Mermaid keeps both in one table"
    assert {end for edge in view.edges for end in edge} <= nodes
    assert all(a != b for a, b in view.edges)
    assert {node.cluster for node in view.nodes} <= {*frames, ""}
    assert {each.parent for each in view.clusters} <= {*frames, ""}


@VIEWS
@given(data=st.data())
def test_the_order_of_registrations_does_not_show(make: Any, data: st.DataObject) -> None:
    graph = data.draw(graphs())
    assert make(data.draw(st.permutations(graph))) == make(graph), "threads register in any order"


@given(graph=graphs())
def test_without_implied_edges_the_same_can_be_reached(graph: list[Resource]) -> None:
    whole, less = resource_view(graph, implied=True), resource_view(graph)
    assert set(less.edges) <= set(whole.edges)
    assert closure(less.edges) == closure(whole.edges)


def closure(edges: Any) -> set[tuple[str, str]]:
    found = set(edges)
    while more := {(a, d) for a, b in found for c, d in found if b == c} - found:
        found |= more
    return found


def test_an_edge_that_a_longer_way_implies_is_left_out() -> None:
    assert without_implied({("a", "b"), ("b", "c"), ("a", "c")}) == {("a", "b"), ("b", "c")}


def test_of_a_circle_nothing_is_left_out() -> None:
    circle = {("a", "b"), ("b", "a"), ("a", "c"), ("b", "c")}
    assert without_implied(circle) == circle


def test_a_component_is_one_box_that_says_its_class_and_how_much_it_holds() -> None:
    store = component("store")
    view = component_view([store, bucket("a", store), bucket("b", store)])
    assert [(node.title, node.lines) for node in view.nodes] == [
        ("store", ("Store", "2 resources"))
    ]


def test_what_a_component_holds_deep_inside_counts_for_the_outermost() -> None:
    outer = component("outer")
    inner = component("inner", parent=outer.urn)
    view = component_view([outer, inner, bucket("a", inner)])
    assert titles(view) == ["outer"]
    assert view.nodes[0].lines == ("Store", "1 resource")


def test_a_resource_outside_components_is_a_box_with_its_type() -> None:
    assert component_view([bucket("lonely")]).nodes[0].lines == (
        "gcp:storage:Bucket",
        "1 resource",
    )


def test_a_fleet_is_one_box_with_a_count_and_its_first_names() -> None:
    view = component_view(fleet(9))
    box = next(node for node in view.nodes if node.title == "Model (8)")
    assert box.lines == ("model-0, model-1, model-3, …", "8 resources")
    assert named_edges(view) == {("Model (8)", "store")}


def test_a_model_with_other_neighbours_keeps_its_own_box() -> None:
    assert titles(component_view(fleet(9))) == ["Model (8)", "model-2", "store"]


def test_a_store_with_other_users_keeps_its_own_box() -> None:
    used, spare = component("used"), component("spare")
    model = component("model", "Model", "model")
    held = bucket("a", used)
    graph = [used, held, spare, bucket("b", spare), model, bucket("c", model, needs=needs(held))]
    assert titles(component_view(graph)) == ["model", "spare", "used"]


def test_a_small_group_names_all_its_members() -> None:
    box = next(node for node in component_view(fleet(4)).nodes if node.title == "Model (3)")
    assert box.lines[0] == "model-0, model-1, model-3"


def test_boxes_of_one_concern_stand_in_one_frame() -> None:
    view = component_view(fleet(4))
    frames = {each.id: each.title for each in view.clusters}
    assert frames == {"in_model": "model"}, "a frame around a single box says nothing"
    assert {node.title for node in view.nodes if node.cluster} == {"Model (3)", "model-2"}


def test_three_hundred_resources_of_fifty_models_stay_readable() -> None:
    graph = [
        item
        for base in range(50)
        for model in [component(f"m{base}", "Model", "model")]
        for item in [model, *(bucket(f"m{base}-{n}", model) for n in range(6))]
    ]
    assert len(component_view(graph).nodes) == 1


def test_to_need_a_component_is_to_need_everything_in_it() -> None:
    store = component("store")
    inner = component("inner", parent=store.urn)
    held = [bucket("a", store), bucket("b", inner)]
    view = resource_view([store, inner, *held, bucket("user", needs=needs(store))])
    assert named_edges(view) == {("user", "a"), ("user", "b")}


def test_frames_stand_in_the_frames_of_their_parents() -> None:
    store = component("store")
    inner = component("inner", parent=store.urn)
    view = resource_view([store, inner, bucket("b", inner)])
    assert {each.id: each.parent for each in view.clusters} == {
        "in_store": "",
        "in_inner": "in_store",
    }
    assert view.nodes[0].cluster == "in_inner"


def test_a_provider_is_no_box() -> None:
    google = Resource(urn=urn("google", "pulumi:providers:gcp"), type="pulumi:providers:gcp")
    for make in (component_view, resource_view):
        assert titles(make([google, bucket("a", needs=needs(google))])) == ["a"]


def test_ids_are_made_from_names_and_are_words_that_no_language_reserves() -> None:
    names = ["flight-delay", "flight.delay", "end", "9lives", "Graph"]
    ids = {node.title: node.id for node in resource_view([bucket(n) for n in names]).nodes}
    assert ids["flight-delay"] == "flight_delay"
    assert ids["flight.delay"] == "flight_delay_2"
    assert (ids["end"], ids["9lives"], ids["Graph"]) == ("n_end", "n_9lives", "n_Graph")


def test_a_frame_never_shares_its_id_with_a_box() -> None:
    store = component("store")
    view = resource_view([store, bucket("a", store), bucket("in_store")])
    assert [each.id for each in view.clusters] == ["in_store_2"]


def entry(name: str, type_: str = "t:t:T", **facts: Any) -> dict[str, Any]:
    plain = {"parent": "", "custom": True, "inputs": {}, "protect": False, "dependencies": []}
    return {
        **plain,
        "urn": urn(name, type_),
        "type": type_,
        "property_dependencies": {},
        **facts,
    }


def test_reading_leaves_out_the_stack_and_what_is_not_there() -> None:
    gone, other = urn("gone", "t:t:T"), urn("other", "t:t:T")
    entries = [
        {**entry("shop-dev"), "urn": STACK, "type": "pulumi:pulumi:Stack"},
        entry("default", "pulumi:providers:gcp", urn=urn("default_1", "pulumi:providers:gcp")),
        entry("a", parent=STACK, dependencies=[gone], property_dependencies={"x": [other, gone]}),
        entry("other", parent=urn("a", "t:t:T"), dependencies=[urn("other", "t:t:T")]),
    ]
    a, found = read(entries)
    assert (a.name, a.parent, a.needs) == ("a", "", {other})
    assert a.needed_for == {"x": (other,)}
    assert (found.parent, found.needs) == (a.urn, frozenset()), "nothing needs itself"
