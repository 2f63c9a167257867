"""The embedded `gcp` provider: one core for all types of the installed SDK.

Keeps resources as documents of the stack's store: kind = type token, name = id. What differs from
type to type is data in the modules around this one. Does not run anything that a resource stands
for: that is the services' part.
"""
# ruff: noqa: ARG002 - the protocol hands over more than every method needs

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from localcloud.provider import functions, guards, identity, naming, rules, validation
from localcloud.provider.difference import changed_paths
from localcloud.provider.protocol import (
    UNKNOWN,
    Checked,
    Difference,
    Properties,
    ProviderError,
    Unknown,
)
from localcloud.provider.replacement import DELETE_BEFORE_REPLACE, replacing
from localcloud.provider.schema import ResourceSchema, label, resource_schema
from localcloud.provider.settings import provider_settings, unknown_keys
from localcloud.store import Store


class GoogleProvider:
    """One configured instance, bound to one stack's store. Thread-safe, as its store is."""

    def __init__(self, folder: Path, config: Mapping[str, Any]) -> None:
        self._store = Store(folder)
        self._config = config
        self._settings = provider_settings(config)
        self._config_refusal: str | None = None
        self._config_checked = False

    def check(
        self, type_: str, urn: str, olds: Properties, news: Properties, seed: bytes
    ) -> Checked:
        """Fills in the automatic name and refuses what the SDK or Google's APIs refuse."""
        self._check_configuration()
        try:
            schema = resource_schema(type_)
        except ProviderError as error:
            return Checked(inputs=news, failures=[("", str(error))])
        inputs = {name: value for name, value in news.items() if not name.startswith("__")}
        failures = list(validation.refusals(schema, inputs))
        named = naming.automatic_name(schema, urn, olds, inputs, seed)
        if named is not None and named.refusal:
            failures.append((named.property, named.refusal))
        elif named is not None:
            inputs[named.property] = named.value
        if not failures:
            failures.extend(rules.refusals(schema, inputs))
        return Checked(inputs=inputs, failures=failures)

    def diff(
        self,
        type_: str,
        id_: str,
        old_inputs: Properties,
        old_outputs: Properties,
        news: Properties,
    ) -> Difference:
        """Compares inputs with inputs: outputs and the provider's own settings cause no change."""
        if old_inputs == news:
            return Difference()
        schema = resource_schema(type_)
        changed = changed_paths(
            rules.normalised(schema, old_inputs), rules.normalised(schema, news)
        )
        return Difference(
            changed=changed,
            replaces=replacing(schema, changed, old_inputs, news),
            delete_before_replace=schema.label in DELETE_BEFORE_REPLACE,
        )

    def create(
        self, type_: str, urn: str, inputs: Properties, *, preview: bool
    ) -> tuple[str | None, Properties]:
        """Creates, or takes over what an interrupted create of the same resource left behind."""
        schema = resource_schema(type_)
        if preview:
            return None, identity.outputs(schema, UNKNOWN, inputs, self._settings)
        with self._store.transaction():
            id_ = self._free_id(type_, schema, urn, inputs)
            outputs = identity.outputs(schema, id_, inputs, self._settings)
            self._put(type_, id_, urn, inputs, outputs)
        return id_, outputs

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
        """Replaces the inputs; computed outputs follow from them and the id."""
        outputs = identity.outputs(resource_schema(type_), id_, news, self._settings)
        if not preview:
            self._put(type_, id_, urn, news, outputs)
        return outputs

    def delete(self, type_: str, urn: str, id_: str, outputs: Properties) -> None:
        """Removes the resource, unless a guard refuses; what is gone already is no error."""
        with self._store.transaction():
            if guards.permits_deletion(self._store, label(type_), id_, outputs):
                self._store.delete(type_, id_)

    def read(
        self, type_: str, urn: str, id_: str, inputs: Properties
    ) -> tuple[Properties, Properties] | None:
        """What exists under the id."""
        document = self._store.get(type_, id_)
        return None if document is None else (document["inputs"], document["outputs"])

    def invoke(self, token: str, arguments: Mapping[str, Any]) -> Properties:
        """Answers a data source of the small table in `functions`."""
        self._check_configuration()
        return functions.answer(token, arguments, self._settings, self._store)

    def _check_configuration(self) -> None:
        # Not when the provider is made: deleting needs no SDK, and importing it is slow.
        if not self._config_checked:
            self._config_refusal = unknown_keys(self._config)
            self._config_checked = True
        if self._config_refusal:
            raise ProviderError(self._config_refusal)

    def _put(self, type_: str, id_: str, urn: str, inputs: Properties, outputs: Properties) -> None:
        self._store.put(type_, id_, {"inputs": inputs, "outputs": outputs, "urn": urn})

    def _free_id(self, type_: str, schema: ResourceSchema, urn: str, inputs: Properties) -> str:
        """An id under which nothing exists but what this same create may have left behind."""
        refused: list[str] = []
        for attempt in itertools.count():
            id_ = identity.resource_id(schema, inputs, self._settings, urn, attempt)
            if isinstance(id_, Unknown):
                raise ProviderError(f"{schema.label} cannot be created: its name is not known")
            if id_ in refused and identity.has_certain_id(schema):
                break
            if id_ in refused:
                id_ = f"{id_}~{attempt}"
            existing = self._store.get(type_, id_)
            if existing is None or _is_same(existing, urn, inputs):
                return id_
            if identity.is_iam_member(schema.label):
                return id_
            refused.append(id_)
        raise ProviderError(
            f"googleapi: Error 409: {schema.label} '{refused[0]}' already exists: import it, or "
            "write another name (a replacement that keeps its name needs "
            "delete_before_replace=True)"
        )


def _is_same(existing: Mapping[str, Any], urn: str, inputs: Properties) -> bool:
    return existing["urn"] == urn and not changed_paths(existing["inputs"], inputs)
