"""A stack in a temporary folder whose programs run on the embedded engine with a tiny cloud."""

import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from localcloud import engine
from localcloud.engine.session import Session
from localcloud.provider.protocol import UNKNOWN, Checked, Difference, Properties, ProviderError

REPLACING = {
    "gcp:storage/bucket:Bucket": ["name", "location"],
    "gcp:storage/bucketIAMMember:BucketIAMMember": ["bucket"],
}


@dataclass
class TinyCloud:
    """Keeps inputs as outputs, and notes every call. What `refuses` names fails."""

    resources: dict[str, Properties] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    """"create NAME", "update NAME", "delete NAME" or "invoke TOKEN"."""

    def check(
        self, type_: str, urn: str, olds: Properties, news: Properties, seed: bytes
    ) -> Checked:
        name = urn.rpartition("::")[2]
        failures = []
        if "Table" in type_ and "tableId" not in news:
            failures.append(("tableId", "missing required property 'tableId'"))
        auto = olds.get("name") or f"{name}-{seed.hex()[:6]}"
        return Checked(inputs={"name": auto, **news}, failures=failures)

    def diff(
        self,
        type_: str,
        id_: str,
        old_inputs: Properties,
        old_outputs: Properties,
        news: Properties,
    ) -> Difference:
        keys = sorted(old_inputs.keys() | news.keys())
        changed = [key for key in keys if old_inputs.get(key) != news.get(key)]
        replaces = [key for key in changed if key in REPLACING.get(type_, [])]
        return Difference(changed=changed, replaces=replaces)

    def create(
        self, type_: str, urn: str, inputs: Properties, *, preview: bool
    ) -> tuple[str | None, Properties]:
        if preview:
            return None, {**inputs, "etag": UNKNOWN}
        self._note("create", urn)
        id_ = str(inputs["name"])
        self.resources[id_] = inputs
        return id_, {**inputs, "etag": "1"}

    def update(
        self,
        type_: str,
        urn: str,
        id_: str,
        old_outputs: Properties,
        news: Properties,
        *,
        preview: bool,
    ) -> Properties:
        if not preview:
            self._note("update", urn)
            self.resources[id_] = news
        return {**news, "etag": "1"}

    def delete(self, type_: str, urn: str, id_: str, outputs: Properties) -> None:
        self._note("delete", urn)
        self.resources.pop(id_, None)

    def read(
        self, type_: str, urn: str, id_: str, inputs: Properties
    ) -> tuple[Properties, Properties] | None:
        found = self.resources.get(id_)
        return None if found is None else (found, {**found, "etag": "1"})

    def invoke(self, token: str, arguments: Any) -> Properties:
        self._note("invoke", token)
        return {"echo": dict(arguments)}

    def _note(self, verb: str, urn: str) -> None:
        call = f"{verb} {urn.rpartition('::')[2]}"
        self.calls.append(call)
        if call in self.refuses:
            raise ProviderError(f"the cloud refuses: {call}")


PRELUDE = """\
import json, pulumi
import pulumi_gcp as gcp
from pulumi import ResourceOptions as Opts, ResourceHookBinding as Hooks

def bucket(label, location="EU", opts=None, **more):
    more.setdefault("name", label)
    return gcp.storage.Bucket(label, location=location, opts=opts, **more)

class Team(pulumi.ComponentResource):
    def __init__(self, name, props=None, opts=None):
        super().__init__("acme:index:Team", name, props, opts)
"""


@dataclass
class StackUnderTest:
    """Runs program texts as one stack named dev of a project named shop."""

    folder: Path
    cloud: TinyCloud
    events: list[engine.Event] = field(default_factory=list)

    def configure(self, text: str) -> None:
        (self.folder / "Pulumi.dev.yaml").write_text(textwrap.dedent(text), encoding="utf-8")

    def program(self, text: str) -> None:
        body = PRELUDE + textwrap.dedent(text)
        (self.folder / "__main__.py").write_text(body, encoding="utf-8")

    def run(self, command: Any, text: str | None = None, **options: Any) -> engine.Report:
        if text is not None:
            self.program(text)
        self.events.clear()
        self.cloud.calls.clear()
        return engine.run(command, self.folder, "dev", on_event=self.events.append, **options)

    def up(self, text: str | None = None, **options: Any) -> engine.Report:
        return self.run("up", text, **options)

    def preview(self, text: str | None = None, **options: Any) -> engine.Report:
        return self.run("preview", text, **options)

    def destroy(self, **options: Any) -> engine.Report:
        return self.run("destroy", **options)

    def said(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, engine.Message)]

    def urn(self, type_: str, name: str) -> str:
        return f"urn:pulumi:dev::shop::{type_}::{name}"

    def state(self) -> dict[str, dict[str, Any]]:
        return {
            entry["urn"].rpartition("::")[2]: entry
            for entry in engine.resources(self.folder, "dev")
        }


def operations(report: engine.Report) -> list[str]:
    """`op name` of each step, without the stack and the default providers."""
    hidden = ("pulumi:pulumi:Stack::", "::default")
    return [
        f"{step.op} {step.urn.rpartition('::')[2]}"
        for step in report.steps
        if not any(part in step.urn for part in hidden)
    ]


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StackUnderTest:
    cloud = TinyCloud()
    monkeypatch.setattr(Session, "create_provider", lambda _self, _config: cloud)
    monkeypatch.delenv("PULUMI_BACKEND_URL", raising=False)
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "")
    # The real number of rounds costs a quarter of a second for every stack.
    monkeypatch.setattr("localcloud.engine.secrets._ROUNDS", 1000)
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n", encoding="utf-8")
    under_test = StackUnderTest(tmp_path, cloud)
    under_test.configure("config:\n  gcp:project: shop-project\n")
    return under_test


@pytest.fixture
def ops() -> Callable[[engine.Report], list[str]]:
    """`op name` of each step, without the stack and the default providers."""
    return operations
