"""Which provider serves a resource, and secrets on the way to it and back.

Owns the provider instances of a run. A provider instance is itself a resource of type
`pulumi:providers:PACKAGE`; its inputs are its configuration.
"""

import json
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from localcloud.engine import urn as urns
from localcloud.engine import values
from localcloud.engine.builtin import Builtin
from localcloud.engine.state import ResourceState
from localcloud.engine.values import Properties
from localcloud.provider.protocol import Checked, Difference, Provider, ProviderError

T = TypeVar("T")
CreateProvider = Callable[[dict[str, Any]], Provider]

KNOWN_PACKAGES = ("gcp", "pulumi")
_WORKERS = 8
_ENGINE_KEYS = {"version", "__internal", "pluginDownloadURL"}


class Registry:
    """Calls providers for resources. Plugins get plain values; the builtin one sees secrets."""

    def __init__(self, create_provider: CreateProvider, builtin: Builtin) -> None:
        self._create_provider = create_provider
        self._builtin = builtin
        self._configurations: dict[str, Properties] = {}
        self._instances: dict[str, Provider] = {}
        self._lock = threading.Lock()
        # Registrations come on many threads; a provider has one connection per thread.
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="provider")

    def configure(self, state: ResourceState) -> None:
        """Takes over the configuration of a provider resource."""
        with self._lock:
            if values.equal(self._configurations.get(state.urn), state.inputs):
                return
            self._configurations[state.urn] = state.inputs
            self._instances.pop(state.urn, None)

    def close(self) -> None:
        self._pool.shutdown(wait=True)

    def check(self, new: ResourceState, olds: Properties, seed: bytes) -> Checked:
        if urns.is_provider(new.type):
            return Checked(inputs=new.inputs)
        if _is_builtin(new.type):
            return self._builtin.check(new)
        plain, olds = values.unwrap(new.inputs), values.unwrap(olds)
        checked = self._plugin(new).check(new.type, new.urn, olds, plain, seed)
        inputs = values.mark_secrets(checked.inputs, new.inputs)
        return Checked(inputs=inputs, failures=checked.failures)

    def diff(self, old: ResourceState, news: Properties) -> Difference:
        if urns.is_provider(old.type):
            keys = sorted((old.inputs.keys() | news.keys()) - _ENGINE_KEYS)
            pairs = ((key, old.inputs.get(key), news.get(key)) for key in keys)
            return Difference(
                changed=[key for key, was, is_ in pairs if not values.equal(was, is_)]
            )
        if _is_builtin(old.type):
            return self._builtin.diff(old, news)
        return self._plugin(old).diff(
            old.type,
            old.id,
            values.unwrap(old.inputs),
            values.unwrap(old.outputs),
            values.unwrap(news),
        )

    def create(self, new: ResourceState, *, preview: bool) -> tuple[str, Properties]:
        """Id ("" if it is not known yet) and outputs."""
        if urns.is_provider(new.type):
            return "" if preview else str(uuid.uuid4()), new.inputs
        if _is_builtin(new.type):
            return self._builtin.create(new, preview=preview)
        plugin, inputs = self._plugin(new), values.unwrap(new.inputs)
        id_, outputs = self._call(
            lambda: plugin.create(new.type, new.urn, inputs, preview=preview), preview
        )
        return id_ or "", values.mark_secrets(outputs, new.inputs)

    def update(self, old: ResourceState, new: ResourceState, *, preview: bool) -> Properties:
        if urns.is_provider(new.type):
            return new.inputs
        if _is_builtin(new.type):
            return self._builtin.update(old, new)
        plugin, inputs = self._plugin(new), values.unwrap(new.inputs)
        was = values.unwrap(old.outputs)
        outputs = self._call(
            lambda: plugin.update(new.type, new.urn, old.id, was, inputs, preview=preview), preview
        )
        return values.mark_secrets(outputs, new.inputs)

    def delete(self, state: ResourceState) -> None:
        if urns.is_provider(state.type) or _is_builtin(state.type):
            return
        plugin, outputs = self._plugin(state), values.unwrap(state.outputs)
        self._call(lambda: plugin.delete(state.type, state.urn, state.id, outputs), False)

    def read(self, state: ResourceState) -> tuple[Properties, Properties] | None:
        """Inputs and outputs of what exists under the state's id, None if there is nothing."""
        if _is_builtin(state.type):
            return self._builtin.read(state.type, state.id, state.inputs, state.outputs)
        plugin, inputs = self._plugin(state), values.unwrap(state.inputs)
        found = self._call(lambda: plugin.read(state.type, state.urn, state.id, inputs), False)
        if found is None:
            return None
        return values.mark_secrets(found[0], state.inputs), values.mark_secrets(
            found[1], state.inputs
        )

    def invoke(self, token: str, arguments: Properties, provider: str) -> Properties:
        plugin = self._instance(urns.provider_urn(provider))
        return self._call(lambda: plugin.invoke(token, values.unwrap(arguments)), False)

    def _plugin(self, state: ResourceState) -> Provider:
        return self._instance(urns.provider_urn(state.options.provider))

    def _instance(self, urn: str) -> Provider:
        with self._lock:
            found = self._instances.get(urn)
            if found is None:
                if urn not in self._configurations:
                    raise ProviderError(f"the provider '{urn}' is not part of this stack")
                configuration = _plain(self._configurations[urn])
                found = self._instances[urn] = self._create_provider(configuration)
            return found

    def _call(self, call: Callable[[], T], preview: bool) -> T:
        return call() if preview else self._pool.submit(call).result()


def _is_builtin(type_: str) -> bool:
    return type_.startswith("pulumi:")


def _plain(inputs: Properties) -> dict[str, Any]:
    """A provider's configuration: objects and lists arrive as JSON text and leave as values."""
    plain = values.unwrap({key: item for key, item in inputs.items() if key not in _ENGINE_KEYS})
    for key, value in plain.items():
        if isinstance(value, str) and value[:1] in ("{", "["):
            try:
                plain[key] = json.loads(value)
            except ValueError:
                continue
    return plain
