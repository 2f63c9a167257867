"""Small graphs: one that a person can check, and any that a program could register."""

from typing import Any

from hypothesis import strategies as st

from ops.graph.resources import Resource

STACK = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev"


def urn(name: str, type_: str = "gcp:storage/bucket:Bucket") -> str:
    return f"urn:pulumi:dev::shop::{type_}::{name}"


def component(name: str, kind: str = "Store", concern: str = "store", parent: str = "") -> Resource:
    type_ = f"mlplatform:{concern}:{kind}"
    return Resource(urn=urn(name, type_), type=type_, custom=False, parent=parent)


def bucket(name: str, parent: Resource | None = None, **facts: Any) -> Resource:
    held = parent.urn if parent else ""
    return Resource(urn=urn(name), type="gcp:storage/bucket:Bucket", parent=held, **facts)


def needs(*resources: Resource) -> frozenset[str]:
    return frozenset(each.urn for each in resources)


def fleet(count: int) -> list[Resource]:
    """A store, and models that need it: the third model needs nothing."""
    store = component("store")
    shelf = bucket("shelf", store)
    found = [store, shelf]
    for number in range(count):
        model = component(f"model-{number}", "Model", "model")
        held = frozenset() if number == 2 else needs(shelf)
        found += [model, bucket(f"model-{number}-home", model, needs=held)]
    return found


@st.composite
def graphs(draw: st.DrawFn) -> list[Resource]:
    """Components in components, resources in either, anybody needs anybody; names of any text."""
    names = draw(st.lists(st.text(min_size=1, max_size=6), max_size=9, unique=True))
    made: list[Resource] = []
    for name in names:
        parent = draw(st.sampled_from(["", *(each.urn for each in made)]))
        if draw(st.booleans()):
            kind = draw(st.sampled_from(["Store", "Model"]))
            made.append(component(name, kind, kind.lower(), parent))
        else:
            type_ = draw(st.sampled_from(["gcp:storage/bucket:Bucket", "plain"]))
            made.append(Resource(urn=urn(name, type_), type=type_, parent=parent))
    urns = [each.urn for each in made]
    wanted = st.frozensets(st.sampled_from(urns), max_size=3) if urns else st.just(frozenset())
    return [
        Resource(
            urn=each.urn,
            type=each.type,
            custom=each.custom,
            parent=each.parent,
            needs=draw(wanted) - {each.urn},
        )
        for each in made
    ]
