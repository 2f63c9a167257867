"""What a line of an inventory says of a resource, and what it leaves out."""

from pathlib import Path
from typing import Any

import pytest
from graph_samples import bucket, component, graphs, urn
from hypothesis import given
from hypothesis import strategies as st

from ops.graph import inventory
from ops.graph.resources import Resource

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def said(inputs: dict[str, Any], home: str | None = None, **facts: Any) -> list[str]:
    """The words of one bucket's line behind its name and type."""
    made = bucket("a", inputs=inputs, **facts)
    return inventory.line(made, {made.urn: made}, home).split(" ")[2:]


def test_a_line_names_path_and_type() -> None:
    store = component("store")
    made = bucket("a", store)
    line = inventory.line(made, {each.urn: each for each in (store, made)})
    assert line == "store/a gcp:storage:Bucket"


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"location": "EU", "name": "x"}, ["location=EU", "name=x"]),
        ({"forceDestroy": False, "softDelete": {"graceDays": 7}}, 2),
        ({"rules": [{"age": 3}, {"age": 5}]}, ["rules[0].age=3", "rules[1].age=5"]),
        ({"zones": {"acceleratorCount": 8}}, ["zones.acceleratorCount=8"]),
        ({"sourceRanges": ["10.0.0.0/8", "b"]}, ["sourceRanges=[10.0.0.0/8,b]"]),
        ({"sourceRanges": []}, ["sourceRanges=[]"]),
        ({"location": ""}, ['location=""']),
        ({"description": "long", "displayName": "x", "script": "y"}, []),
        ({"labels": {"name": "x"}, "userLabels": {"type": "y"}, "metadata": {"name": "z"}}, []),
        ({"a": {"labels": {"name": "x"}, "zone": "b"}}, ["a.zone=b"]),
    ],
)
def test_a_line_shows_key_properties_and_no_noise(inputs: dict[str, Any], words: Any) -> None:
    found = said(inputs)
    assert len(found) == words if isinstance(words, int) else found == words


def test_a_component_shows_its_type_alone() -> None:
    type_ = "mlplatform:store:Store"
    made = Resource(urn=urn("a", type_), type=type_, custom=False, inputs={"name": "x"})
    assert inventory.line(made, {made.urn: made}) == f"a {type_}"


def test_protection_is_the_last_word() -> None:
    assert said({"name": "x"}, protect=True) == ["name=x", "protect=true"]


def test_what_only_a_deployment_can_tell_is_named_by_where_it_comes_from() -> None:
    source = {"network": (urn("b"), urn("a"))}
    assert said({"network": UNKNOWN}, needed_for=source) == ["network={a,b}"]
    assert said({"networks": [UNKNOWN]}, needed_for=source) == ["networks=[{computed}]"]


def test_a_long_list_is_counted_and_any_change_of_it_shows() -> None:
    first, second = (" ".join(said({"permissions": [*text]})) for text in ("abcde", "abcdf"))
    assert first.startswith("permissions=[5 items #")
    assert said({"permissions": [*"abcd"]}) == ["permissions=[a,b,c,d]"], "a short one is not"
    assert first != second


def test_a_long_text_is_cut_and_any_change_of_it_shows() -> None:
    first, second = said({"name": "x" * 110 + "a"}), said({"name": "x" * 110 + "b"})
    assert len(first[0]) < 120
    assert said({"name": "x" * 100}) == ["name=" + "x" * 100]
    assert first != second


def test_the_project_and_its_accounts_are_everyones() -> None:
    member = "serviceAccount:trainer@{}.iam.gserviceaccount.com"
    assert said({"project": "p", "member": member.format("p")}, "p") == [
        "member=serviceAccount:trainer@"
    ]
    foreign = {"project": "q", "member": member.format("q")}
    assert said(foreign, "p") == [f"member={member.format('q')}", "project=q"]


def test_the_provider_says_its_project() -> None:
    type_ = "pulumi:providers:gcp"
    made = Resource(urn=urn("google", type_), type=type_, inputs={"project": "p"})
    assert inventory.line(made, {made.urn: made}, "p").endswith("project=p")


def test_random_digits_of_a_name_do_not_show() -> None:
    assert said({"name": "a-0a1b2c3"}) == ["name=a-*"]
    assert said({"name": "b-0a1b2c3"}) == ["name=b-0a1b2c3"], "only the engine's own names"


def test_the_text_of_a_run_is_left_out() -> None:
    run = '{"spec": {"code": "sha256:1"}}'
    assert said({"input": run}) == [], "a changed file of the image is no other architecture"
    assert said({"image": f"host/jobs@sha256:{'0a' * 32}"}) == ["image=host/jobs@sha256:*"]


@given(data=st.data())
def test_an_inventory_has_a_line_per_resource_in_any_order(data: st.DataObject) -> None:
    graph = data.draw(graphs())
    text = inventory.inventory(graph, "dev")
    assert inventory.inventory(data.draw(st.permutations(graph)), "dev") == text
    assert len(text.split("\n")) == 2 + len(graph) + 1


def test_the_lines_of_a_component_stay_together() -> None:
    store, other = component("store"), component("store-b")
    text = inventory.inventory([other, bucket("z", other), store, bucket("a", store)], "dev")
    paths = [line.split(" ")[0] for line in text.splitlines()[2:]]
    assert paths == ["store", "store/a", "store-b", "store-b/z"]
    assert "2 resources in 2 components" in text


@pytest.fixture
def golden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with two stacks that register the same bucket."""
    for name in ("a", "b"):
        (tmp_path / f"Pulumi.{name}.yaml").touch()
    monkeypatch.setattr(inventory, "plan", lambda stack: [bucket("x")])
    return tmp_path


def test_writing_makes_the_files_what_they_have_to_be(golden: Path) -> None:
    wanted = inventory.files(golden)
    names = ["docs/graph.md", "inventory/a.txt", "inventory/b.txt"]
    assert [str(p.relative_to(golden)) for p in inventory.write(wanted, golden)] == names
    assert inventory.write(wanted, golden) == []
    (golden / names[1]).write_text("old")
    (golden / "inventory" / "gone.txt").touch()
    changed = [golden / names[1], golden / "inventory" / "gone.txt"]
    assert inventory.outdated(wanted, golden) == changed
    assert inventory.write(wanted, golden) == changed
    assert not (golden / "inventory" / "gone.txt").exists(), "its stack is gone"
    assert inventory.outdated(wanted, golden) == []


def test_stacks_that_look_alike_share_a_diagram(golden: Path) -> None:
    document = inventory.files(golden)[golden / "docs" / "graph.md"]
    assert "## a, b\n" in document
    assert document.count("```mermaid\nflowchart LR\n") == 1
