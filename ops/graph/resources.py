"""What the program registers for a stack, as the engine plans it."""

import contextlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ops.display.rows import is_default_provider, leaf
from ops.errors import CommandError
from ops.stacks import Stack

_STACK = "pulumi:pulumi:Stack"
_PROVIDER = "pulumi:providers:"
_BACKEND = "PULUMI_BACKEND_URL"
_MODULE_MEMBER = re.compile(r"/[^:/]+:")


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource as the program registers it."""

    urn: str
    type: str
    parent: str = ""
    """URN of the component or resource that it belongs to; "" directly below the stack."""
    custom: bool = True
    """False for a component, which exists in the program only."""
    protect: bool = False
    inputs: Mapping[str, Any] = field(default_factory=dict)
    needs: frozenset[str] = frozenset()
    """URNs, of `depends_on` and of every input that is another resource's output."""
    needed_for: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """URNs by the name of the input that holds their outputs."""

    @property
    def name(self) -> str:
        return leaf(self.urn)

    @property
    def short_type(self) -> str:
        """The type as Pulumi's own display writes it: `gcp:storage:Bucket`."""
        return _MODULE_MEMBER.sub(":", self.type)

    @property
    def is_provider(self) -> bool:
        return self.type.startswith(_PROVIDER)


def plan(stack: Stack) -> list[Resource]:
    """What the program registers for a stack that does not exist yet.

    The same for every checkout, whatever is deployed: the stored state is not looked at. Raises
    `CommandError` with what the program or the engine refused.
    """
    import localcloud

    with _no_state():
        report = localcloud.preview(stack.root, stack.name)
    if not report.succeeded:
        said = "\n".join(report.errors)
        raise CommandError(f"the program of stack {stack.name} cannot be planned: {said}")
    return read(report.resources)


@contextlib.contextmanager
def _no_state() -> Iterator[None]:
    """An empty backend, as long as it lasts."""
    before = os.environ.get(_BACKEND)
    with tempfile.TemporaryDirectory(prefix="mlp-graph-") as folder:
        os.environ[_BACKEND] = f"file://{folder}"
        try:
            yield
        finally:
            del os.environ[_BACKEND]
            if before is not None:
                os.environ[_BACKEND] = before


def read(entries: Iterable[Mapping[str, Any]]) -> list[Resource]:
    """Resources from the engine's entries, by URN; without the stack and default providers."""
    kept = [e for e in entries if e["type"] != _STACK and not is_default_provider(e["urn"])]
    known = {entry["urn"] for entry in kept}
    return sorted((_resource(entry, known) for entry in kept), key=lambda each: each.urn)


def _resource(entry: Mapping[str, Any], known: set[str]) -> Resource:
    by_input = {
        name: tuple(urn for urn in urns if urn in known)
        for name, urns in entry["property_dependencies"].items()
    }
    needs = {urn for urns in by_input.values() for urn in urns}
    needs |= {urn for urn in entry["dependencies"] if urn in known}
    return Resource(
        urn=entry["urn"],
        type=entry["type"],
        parent=entry["parent"] if entry["parent"] in known else "",
        custom=entry["custom"],
        protect=entry["protect"],
        inputs=entry["inputs"],
        needs=frozenset(needs - {entry["urn"]}),
        needed_for=by_input,
    )


def above(resource: Resource, by_urn: Mapping[str, Resource]) -> list[Resource]:
    """The parents of a resource, outermost first."""
    found: list[Resource] = []
    while resource.parent:
        resource = by_urn[resource.parent]
        found.insert(0, resource)
    return found
