"""What the pack does with what the CLI sends, as pure functions: values, context, messages.

Imports nothing of `pulumi_policy`, so that the repository's tests need not install it.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.places import ZONES
from policy.registry import RULES, Rule, judge
from policy.values import UNKNOWN
from policy.verdicts import Context, Resource, Undecided, Violation

_PROJECT = "mlplatform"
_REGION = re.compile(r"[a-z]+-[a-z]+[0-9]+")
_MULTI_REGION = re.compile(r"\"(US|EU|ASIA|NAM4|EUR4|EUR5|EUR7|EUR8|ASIA1)\"")
_STRICTEST = "prod"

OPTIONS: dict[str, dict[str, Any]] = {
    "environment": {"type": "string"},
    "allowedRegions": {"type": "array", "items": {"type": "string"}},
    "customerManagedKeys": {"type": "boolean"},
    "privateEndpoints": {"type": "boolean"},
}
"""JSON Schema of what `--policy-pack-config` may say about each rule."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is told about one resource under one rule."""

    refused: tuple[str, ...]
    """At the level of the rule."""
    waiting: tuple[str, ...]
    """As advice: decided when the resources that this one waits for are deployed."""


def plain(value: Any, unknown: type[Exception]) -> Any:
    """The value without the CLI's wrappers; what raises `unknown` when read becomes `UNKNOWN`."""

    def inside(holder: Any, key: Any) -> Any:
        try:
            return plain(holder[key], unknown)
        except unknown:
            return UNKNOWN

    if isinstance(value, Mapping):
        return {key: inside(value, key) for key in value}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [inside(value, index) for index in range(len(value))]
    return value


def context(
    stack_config: Mapping[str, str],
    provider: Mapping[str, Any] | None,
    options: Mapping[str, Any],
) -> Context:
    """The stack as its configuration and its provider describe it; `options` win.

    A stack that does not say its environment is held to what holds in prod. Allowed are the regions
    that it says data may lie in; where it does not say so, those that the configuration names
    anywhere, and that of the provider.
    """
    texts = [f'"{value}"' for value in stack_config.values()]
    regions = {name for text in texts for name in _REGION.findall(text) if name in ZONES}
    regions |= {name.lower() for text in texts for name in _MULTI_REGION.findall(text)}
    known = provider or {}
    if isinstance(region := known.get("region"), str):
        regions.add(region)
    project = json.loads(stack_config.get(f"{_PROJECT}:project", "{}"))
    regions = set(project.get("allowed_regions", regions))
    return Context(
        environment=options.get("environment")
        or stack_config.get(f"{_PROJECT}:environment", _STRICTEST),
        allowed_regions=frozenset(options.get("allowedRegions") or regions),
        default_labels=_labels(known.get("defaultLabels")),
        customer_managed_keys=options.get("customerManagedKeys", _own_keys(stack_config)),
        private_endpoints=bool(options.get("privateEndpoints")),
    )


def _own_keys(stack_config: Mapping[str, str]) -> bool:
    """Whether the stack file wants its data encrypted with keys of its own."""
    keys = json.loads(stack_config.get(f"{_PROJECT}:keys", "{}"))
    return keys.get("customer_managed") is True


def _labels(value: Any) -> dict[str, str]:
    """Default labels as the provider has them: a mapping, or the same as JSON."""
    if isinstance(value, str):
        value = json.loads(value)
    return dict(value) if isinstance(value, Mapping) else {}


def answer(rule: Rule, resource: Resource, about: Context) -> Answer:
    """What to tell: undecided counts as refused, unless the value comes from another resource."""
    refused, waiting = [], []
    for verdict in judge(rule, resource, about):
        if isinstance(verdict, Violation):
            refused.append(verdict.sentence)
        elif verdict.late:
            waiting.append(f"{rule.name}: `{verdict.property}` is decided when it is deployed.")
        else:
            refused.append(_cannot_decide(verdict))
    return Answer(refused=tuple(refused), waiting=tuple(waiting))


def _cannot_decide(verdict: Undecided) -> str:
    return (
        f"`{verdict.property}` is not known yet, so nobody can tell whether the rule holds: write a"
        " value that the program knows."
    )


def all_waiting(resource: Resource, about: Context) -> Iterator[str]:
    """What every rule has to wait for."""
    for each in RULES.values():
        yield from answer(each, resource, about).waiting
