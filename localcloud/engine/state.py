"""One resource in state: its fields and their JSON form, which is the CLI's.

Owns the encoding of values in state. Does not know files; encryption is handed in.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from localcloud.engine.values import (
    SECRET_SIGNATURE,
    SIGNATURE,
    UNKNOWN,
    UNKNOWN_TEXT,
    Properties,
    Secret,
    Unknown,
    Value,
    mark_names,
)

Encrypt = Callable[[str], str]
Decrypt = Callable[[str], str]

HOOK_KINDS = {
    "before_create": "BeforeCreate",
    "after_create": "AfterCreate",
    "before_update": "BeforeUpdate",
    "after_update": "AfterUpdate",
    "before_delete": "BeforeDelete",
    "after_delete": "AfterDelete",
    "on_error": "OnError",
}


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a registration says about a resource besides its inputs, as far as state keeps it."""

    protect: bool = False
    dependencies: list[str] = field(default_factory=list)
    provider: str = ""
    property_dependencies: dict[str, list[str]] = field(default_factory=dict)
    additional_secret_outputs: list[str] = field(default_factory=list)
    retain_on_delete: bool = False
    deleted_with: str = ""
    ignore_changes: list[str] = field(default_factory=list)
    replace_on_changes: list[str] = field(default_factory=list)
    custom_timeouts: dict[str, float] = field(default_factory=dict)
    hooks: dict[str, list[str]] = field(default_factory=dict)
    """Hook names by kind (`before_create` ...)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ResourceState:
    """A resource as state knows it. Never changed in place: a new state replaces the old one.

    Two states are the same only if they are one object: a replacement leads to two with one URN.
    """

    urn: str
    type: str
    custom: bool
    id: str = ""
    inputs: Properties = field(default_factory=dict)
    outputs: Properties = field(default_factory=dict)
    parent: str = ""
    external: bool = False
    delete: bool = False
    pending_replacement: bool = False
    import_id: str = ""
    created: str = ""
    modified: str = ""
    options: Options = field(default_factory=Options)

    def depends_on(self, *, as_child: bool = True) -> set[str]:
        """URNs that must exist as long as this resource does; its parent's with `as_child`."""
        found = {*self.options.dependencies, self.options.deleted_with}
        if as_child:
            found.add(self.parent)
        found.update(*self.options.property_dependencies.values())
        found.add(self.options.provider.rpartition("::")[0])
        return found - {""}


def sealed(state: ResourceState) -> ResourceState:
    """The state with those outputs secret that the program names, or gave in as secrets."""
    names = [key for key, value in state.inputs.items() if isinstance(value, Secret)]
    names += state.options.additional_secret_outputs
    return replace(state, outputs=mark_names(state.outputs, names)) if names else state


def encode_value(value: Value, encrypt: Encrypt) -> Any:
    """The JSON form of a value; secrets become ciphertext of their JSON text."""
    if isinstance(value, dict):
        return {key: encode_value(item, encrypt) for key, item in value.items()}
    if isinstance(value, list):
        return [encode_value(item, encrypt) for item in value]
    if isinstance(value, Secret):
        text = value.ciphertext
        if text is None:
            inner = encode_value(value.value, encrypt)
            text = encrypt(json.dumps(inner, ensure_ascii=False, separators=(",", ":")))
        return {SIGNATURE: SECRET_SIGNATURE, "ciphertext": text}
    return UNKNOWN_TEXT if isinstance(value, Unknown) else value


def decode_value(value: Any, decrypt: Decrypt) -> Value:
    """The value behind its JSON form."""
    if isinstance(value, dict):
        if value.get(SIGNATURE) == SECRET_SIGNATURE:
            return _decode_secret(value, decrypt)
        return {key: decode_value(item, decrypt) for key, item in value.items()}
    if isinstance(value, list):
        return [decode_value(item, decrypt) for item in value]
    return UNKNOWN if value == UNKNOWN_TEXT else value


def _decode_secret(value: dict[str, Any], decrypt: Decrypt) -> Secret:
    if "ciphertext" not in value:
        text = value.get("plaintext", "null")
        return Secret(decode_value(json.loads(text), decrypt))
    text = decrypt(value["ciphertext"])
    return Secret(decode_value(json.loads(text), decrypt), ciphertext=value["ciphertext"])


def encode(state: ResourceState, encrypt: Encrypt) -> dict[str, Any]:
    """The JSON object of a resource, in the CLI's field names; what is empty is left out."""
    options = state.options
    fields: dict[str, Any] = {
        "urn": state.urn,
        "custom": state.custom,
        "delete": state.delete,
        "id": state.id,
        "type": state.type,
        "inputs": encode_value(state.inputs, encrypt),
        "outputs": encode_value(state.outputs, encrypt),
        "parent": state.parent,
        "protect": options.protect,
        "external": state.external,
        "dependencies": options.dependencies,
        "provider": options.provider,
        "propertyDependencies": options.property_dependencies,
        "pendingReplacement": state.pending_replacement,
        "additionalSecretOutputs": options.additional_secret_outputs,
        "customTimeouts": options.custom_timeouts,
        "importID": state.import_id,
        "retainOnDelete": options.retain_on_delete,
        "deletedWith": options.deleted_with,
        "created": state.created,
        "modified": state.modified,
        "ignoreChanges": options.ignore_changes,
        "replaceOnChanges": options.replace_on_changes,
        "resourceHooks": {
            HOOK_KINDS[kind]: names for kind, names in options.hooks.items() if names
        },
    }
    kept = {key: value for key, value in fields.items() if value}
    return {**kept, "urn": state.urn, "custom": state.custom, "type": state.type}


def decode(entry: dict[str, Any], decrypt: Decrypt) -> ResourceState:
    """The resource behind its JSON object."""
    kinds = {name: kind for kind, name in HOOK_KINDS.items()}
    dependencies = entry.get("propertyDependencies") or {}
    return ResourceState(
        urn=entry["urn"],
        type=entry["type"],
        custom=bool(entry.get("custom")),
        id=entry.get("id", ""),
        inputs=decode_value(entry.get("inputs") or {}, decrypt),
        outputs=decode_value(entry.get("outputs") or {}, decrypt),
        parent=entry.get("parent", ""),
        external=bool(entry.get("external")),
        delete=bool(entry.get("delete")),
        pending_replacement=bool(entry.get("pendingReplacement")),
        import_id=entry.get("importID", ""),
        created=entry.get("created", ""),
        modified=entry.get("modified", ""),
        options=Options(
            protect=bool(entry.get("protect")),
            dependencies=list(entry.get("dependencies") or []),
            provider=entry.get("provider", ""),
            property_dependencies={key: list(urns or []) for key, urns in dependencies.items()},
            additional_secret_outputs=list(entry.get("additionalSecretOutputs") or []),
            retain_on_delete=bool(entry.get("retainOnDelete")),
            deleted_with=entry.get("deletedWith", ""),
            ignore_changes=list(entry.get("ignoreChanges") or []),
            replace_on_changes=list(entry.get("replaceOnChanges") or []),
            custom_timeouts=dict(entry.get("customTimeouts") or {}),
            hooks={
                kinds[name]: list(names)
                for name, names in (entry.get("resourceHooks") or {}).items()
                if name in kinds
            },
        ),
    )
