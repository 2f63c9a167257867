"""The whole graph of a stack file that was changed, and what of it depends on what."""

from typing import Any

from infra import platform
from infra.settings import parse


def built(cloud: Any, config: dict[str, Any]) -> Any:
    """What the program registers for these settings."""
    each = type(cloud)(stack=config["mlplatform:environment"])
    each.deploy(lambda: platform.build(parse(config), each.stack) and None)
    return each


def resources(cloud: Any) -> set[tuple[str, str]]:
    """(type, logical name) of all that a provider makes."""
    return {(each.token, each.name) for each in cloud.registered if each.token.startswith("gcp:")}


def needs(cloud: Any, urn: str) -> set[str]:
    """Everything that exists before a resource, however many steps away."""
    by_urn = {each.urn: each for each in cloud.registered}
    found: set[str] = set()
    waiting = [urn]
    while waiting:
        for each in by_urn[waiting.pop()].depends_on - found:
            found.add(each)
            waiting.append(each)
    return found


def texts(value: Any) -> list[str]:
    """Every text within a value, at any depth."""
    if isinstance(value, dict):
        return [text for each in value.values() for text in texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in texts(each)]
    return [value] if isinstance(value, str) else []
