"""Registrations of the SDK as goals: from gRPC messages to the planner's plain data."""

import re

from pulumi.runtime.proto import alias_pb2, resource_pb2

from localcloud.engine import wire
from localcloud.engine.goal import Alias, Goal
from localcloud.engine.state import HOOK_KINDS, Options

Register = resource_pb2.RegisterResourceRequest

_DURATION = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)")
_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


def goal(request: Register, provider: str) -> Goal:
    """What a registration wants; `provider` is the reference of the provider that serves it."""
    dependencies = {key: list(found.urns) for key, found in request.propertyDependencies.items()}
    return Goal(
        type=request.type,
        name=request.name,
        custom=request.custom,
        inputs=wire.from_struct(request.object),
        parent=request.parent,
        aliases=_aliases(request),
        import_id=request.importId,
        delete_before_replace=request.deleteBeforeReplace
        if request.deleteBeforeReplaceDefined
        else None,
        options=Options(
            protect=request.protect,
            dependencies=sorted(request.dependencies),
            provider=provider,
            property_dependencies={
                key: sorted(found) for key, found in sorted(dependencies.items())
            },
            additional_secret_outputs=list(request.additionalSecretOutputs),
            retain_on_delete=request.retainOnDelete,
            deleted_with=request.deletedWith,
            ignore_changes=list(request.ignoreChanges),
            replace_on_changes=list(request.replaceOnChanges),
            custom_timeouts=_timeouts(request.customTimeouts),
            hooks={
                kind: list(names) for kind in HOOK_KINDS if (names := getattr(request.hooks, kind))
            },
        ),
    )


def read_goal(request: resource_pb2.ReadResourceRequest, provider: str) -> Goal:
    """A resource that is only read, in the same form."""
    return Goal(
        type=request.type,
        name=request.name,
        inputs=wire.from_struct(request.properties),
        parent=request.parent,
        options=Options(
            dependencies=sorted(request.dependencies),
            provider=provider,
            additional_secret_outputs=list(request.additionalSecretOutputs),
        ),
    )


def _aliases(request: Register) -> list[Alias]:
    whole = [Alias(urn=urn) for urn in request.aliasURNs]
    return whole + [_alias(alias) for alias in request.aliases]


def _alias(alias: alias_pb2.Alias) -> Alias:
    if alias.WhichOneof("alias") == "urn":
        return Alias(urn=alias.urn)
    spec = alias.spec
    return Alias(
        name=spec.name,
        type=spec.type,
        stack=spec.stack,
        project=spec.project,
        parent=spec.parentUrn,
        no_parent=spec.noParent,
    )


def _timeouts(timeouts: Register.CustomTimeouts) -> dict[str, float]:
    """Seconds by operation. Raises ValueError for a text that is no duration such as "1h30m"."""
    return {
        name: _seconds(name, text)
        for name in ("create", "update", "delete")
        if (text := getattr(timeouts, name))
    }


def _seconds(name: str, text: str) -> float:
    parts = _DURATION.findall(text)
    if "".join(number + unit for number, unit in parts) != text:
        message = f"custom_timeouts.{name} is {text!r}, no duration: write 90s, 10m or 1h30m"
        raise ValueError(message)
    return sum(float(number) * _UNITS[unit] for number, unit in parts)
