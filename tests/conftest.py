"""The fixture `cloud`: runs graph code under Pulumi's mocks, drains it, and lets tests ask.

Nothing is imported from Pulumi until a test asks for the fixture.
"""

import asyncio
import contextvars
import gc
import json
import os
import runpy
import signal
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import hypothesis
import pytest
from stack_files import ROOT, stack_config

# A graph is many objects and little garbage: collecting often took two fifths of a test's time.
gc.set_threshold(100_000, 20, 50)

STACKS = ("local", "dev", "staging", "prod")
PROJECT = "mlplatform"
AGENTS = {
    "gcp:bigquery/getDefaultServiceAccount:getDefaultServiceAccount": "bq-1@bigquery-encryption",
    "gcp:storage/getProjectServiceAccount:getProjectServiceAccount": "service-1@gs-accounts",
    "gcp:storage/getTransferProjectServiceAccount:getTransferProjectServiceAccount": (
        "project-1@storage-transfer-service"
    ),
}
"""Look-ups that the program may make: service agents whose address nothing else gives."""


@dataclass(frozen=True, kw_only=True)
class Registered:
    """One registration as the program sent it."""

    urn: str
    token: str
    name: str
    inputs: dict[str, Any]
    parent: str
    provider: str
    """URN and id; empty for a component."""
    protect: bool
    depends_on: frozenset[str]
    """URNs, of `depends_on` and of every input that is another resource's output."""
    ignored: tuple[str, ...]
    replaced_first: bool
    """A replacement is made after the old one has gone."""
    former_names: tuple[str, ...]
    """Logical names that it had in earlier versions; empty for one that moved otherwise."""
    hooks: dict[str, list[str]]


@dataclass
class Cloud:
    """What a program registered, and what it exported."""

    stack: str = "dev"
    registered: list[Registered] = field(default_factory=list)
    outputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What components registered as their outputs, by URN."""
    exports: dict[str, Any] = field(default_factory=dict)
    result: Any = None

    def all(self, token: str) -> list[Registered]:
        return [each for each in self.registered if each.token == token]

    def one(self, token: str) -> Registered:
        found = self.all(token)
        assert len(found) == 1, f"{token} was registered {len(found)} times"
        return found[0]

    def named(self, name: str) -> Registered:
        found = [each for each in self.registered if each.name == name]
        assert len(found) == 1, f"{name} was registered {len(found)} times"
        return found[0]

    @property
    def urns(self) -> list[str]:
        return [each.urn for each in self.registered]

    @property
    def components(self) -> list[Registered]:
        return [each for each in self.registered if each.token.startswith("mlplatform:")]

    def deploy(self, build: Callable[[], Any], *, config: dict[str, Any] | None = None) -> Any:
        """Run `build` to its end, registrations included; returns its result, outputs resolved."""
        return contextvars.copy_context().run(_deploy, self, build, config or {})


def _deploy(cloud: Cloud, build: Callable[[], Any], config: dict[str, Any]) -> Any:
    import pulumi
    from pulumi.runtime import settings

    from localcloud.engine import shortcuts

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    pulumi.runtime.set_mocks(_mocks(), project=PROJECT, stack=cloud.stack, monitor=_monitor(cloud))
    settings.set_root_resource(None)  # type: ignore[arg-type]  # run_in_stack makes its own
    root: list[Any] = []

    def body() -> None:
        cloud.result = build()
        root.append(pulumi.runtime.get_root_resource())

    def resolved(value: Any) -> Any:
        return loop.run_until_complete(pulumi.Output.from_input(value).future())

    with pytest.MonkeyPatch.context() as patch:
        texts = {k: v if isinstance(v, str) else json.dumps(v) for k, v in config.items()}
        patch.setenv("PULUMI_CONFIG", json.dumps(texts))
        try:
            with shortcuts.taken():
                loop.run_until_complete(pulumi.runtime.run_in_stack(body))
            cloud.exports = {name: resolved(value) for name, value in root[0].outputs.items()}
            if isinstance(cloud.result, pulumi.Output):
                cloud.result = resolved(cloud.result)
        finally:
            loop.close()
            asyncio.set_event_loop(None)
    return cloud.result


SERVED = {"gcp:cloudrunv2/service:Service": {"uri": "https://service.run.app"}}
"""Outputs that are the same whatever the inputs."""


def _computed(token: str, name: str, state: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Id and outputs of a resource, from its inputs."""
    state |= SERVED.get(token, {})
    if token == "gcp:iam/workloadIdentityPool:WorkloadIdentityPool":
        pools = "projects/1/locations/global/workloadIdentityPools"
        state["name"] = f"{pools}/{state['workloadIdentityPoolId']}"
    if token == "gcp:serviceaccount/account:Account":
        email = f"{state['accountId']}@p.iam.gserviceaccount.com"
        state |= {"email": email, "member": f"serviceAccount:{email}", "name": email}
    if token == "gcp:organizations/project:Project":
        state["number"] = "987"
    if token == "gcp:projects/serviceIdentity:ServiceIdentity":
        email = f"service-1@gcp-sa-{state['service'].partition('.')[0]}"
        state |= {"email": email, "member": f"serviceAccount:{email}"}
    if token == "gcp:workstations/workstationCluster:WorkstationCluster":
        state["privateClusterConfig"] = {
            **state["privateClusterConfig"],
            "clusterHostname": f"{name}.cloudworkstations.dev",
            "serviceAttachmentUri": f"attachment-of-{name}",
        }
    if token == "gcp:cloudfunctionsv2/function:Function":
        state["serviceConfig"] = {**state["serviceConfig"], "uri": f"https://{name}"}
    if token == "gcp:compute/address:Address":
        state = {"address": "10.0.0.9", "selfLink": f"{name}-link", **state}
    if token == "gcp:vertex/aiTensorboard:AiTensorboard":
        state["name"] = f"projects/1/locations/{state['region']}/tensorboards/7"
    if token == "gcp:vertex/aiEndpoint:AiEndpoint":
        path = f"projects/p/locations/{state['location']}/endpoints/{state['name']}"
        return path, state
    return f"{name}-id", state


def _mocks() -> Any:
    import pulumi

    class Google(pulumi.runtime.Mocks):
        """Outputs that the graph reads, as the provider would compute them."""

        def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict]:
            return _computed(args.typ, args.name, dict(args.inputs))

        def call(self, args: pulumi.runtime.MockCallArgs) -> Any:
            if args.token == "gcp:organizations/getProject:getProject":
                return {"id": "projects/p", "number": "1", **args.args}
            if args.token == "gcp:kms/getKMSCryptoKeyVersion:getKMSCryptoKeyVersion":
                key = {"pem": f"key {args.args['version']:g}", "algorithm": "EC_SIGN_P256_SHA256"}
                return {"id": "any", "publicKeys": [key], **args.args}
            agent = AGENTS.get(args.token)
            if agent is None:
                raise AssertionError(f"nobody expected the look-up {args.token}")
            return {"id": agent, "member": f"serviceAccount:{agent}", **args.args}

    return Google()


def _monitor(cloud: Cloud) -> Any:
    from pulumi.runtime import rpc
    from pulumi.runtime.mocks import MockMonitor

    class Monitor(MockMonitor):
        def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
            answer = super().RegisterResource(request)
            if request.type != "pulumi:pulumi:Stack":
                hooks = {when.name: list(names) for when, names in request.hooks.ListFields()}
                cloud.registered.append(
                    Registered(
                        urn=answer.urn,
                        token=request.type,
                        name=request.name,
                        inputs=dict(rpc.deserialize_properties(request.object)),
                        parent=request.parent,
                        provider=request.provider,
                        protect=request.protect,
                        depends_on=frozenset(request.dependencies),
                        ignored=tuple(request.ignoreChanges),
                        replaced_first=request.deleteBeforeReplace,
                        former_names=tuple(alias.spec.name for alias in request.aliases),
                        hooks=hooks,
                    )
                )
            return answer

        def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802
            cloud.outputs[request.urn] = dict(rpc.deserialize_properties(request.outputs))
            return super().RegisterResourceOutputs(request)

    return Monitor(_mocks())


def pytest_configure(config: pytest.Config) -> None:
    # What a shell starts in the background ignores it, and so would every process of a test.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # Importing modules of the SDK raises these for names of its own that it renamed.
    config.addinivalue_line("filterwarnings", "ignore::DeprecationWarning:pulumi_gcp")
    # A busy machine is slow; that is no failure of the code. What the suite says of a change must
    # not depend on luck: other examples are drawn by `make search`.
    hypothesis.settings.register_profile("suite", deadline=None, derandomize=True)
    hypothesis.settings.register_profile("search", deadline=None, max_examples=1000)
    hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


@pytest.fixture
def cloud() -> Cloud:
    """An empty cloud, for `cloud.deploy(...)`."""
    return Cloud()


class Programs(Mapping[str, Cloud]):
    """The whole program for every stack file, each built once, when it is asked for."""

    def __init__(self) -> None:
        self._built: dict[str, Cloud] = {}

    def __getitem__(self, stack: str) -> Cloud:
        if stack not in self._built:
            cloud = Cloud(stack=stack)
            run = lambda: runpy.run_path(str(ROOT / "__main__.py"), run_name="__main__")  # noqa: E731
            cloud.deploy(run, config=stack_config(stack))
            self._built[stack] = cloud
        return self._built[stack]

    def __iter__(self) -> Iterator[str]:
        return iter(STACKS)

    def __len__(self) -> int:
        return len(STACKS)


@pytest.fixture(scope="session")
def programs() -> Programs:
    return Programs()


@pytest.fixture(params=STACKS)
def program(request: pytest.FixtureRequest, programs: Mapping[str, Cloud]) -> Cloud:
    """Each stack's program in turn."""
    return programs[request.param]


@pytest.fixture
def config() -> dict[str, Any]:
    """A stack file's mapping to change: that of dev."""
    return stack_config("dev")
