"""Templates of ids and outputs: `{name}`, `{first|second}`, `{name!lower}`.

Knows nothing of resources: it fills in what it is given, and says UNKNOWN if a part is unknown.
"""

from collections.abc import Mapping
from typing import Any

from localcloud.provider.protocol import UNKNOWN, Unknown


def filled(template: str, variables: Mapping[str, Any]) -> str | Unknown:
    """The template with its variables; one that is not given is left out."""
    parts = template.split("{")
    text = parts[0]
    for part in parts[1:]:
        name, _, rest = part.partition("}")
        value = _value(name, variables)
        if isinstance(value, Unknown):
            return UNKNOWN
        text += f"{value}{rest}"
    return text


def constants(templates: Mapping[str, str]) -> dict[str, str]:
    """The templates without variables: defaults of inputs."""
    return {name: text for name, text in templates.items() if "{" not in text and "." not in name}


def converted(value: str | Unknown, sort: str) -> Any:
    """The text as the kind of value that an output has."""
    if isinstance(value, Unknown):
        return value
    match sort:
        case "flag":
            return value == "true"
        case "integer":
            return int(value)
        case "number":
            return float(value)
        case _:
            return value


def _value(name: str, variables: Mapping[str, Any]) -> Any:
    alternatives, _, change = name.partition("!")
    for alternative in alternatives.split("|"):
        value = variables.get(alternative)
        if isinstance(value, Unknown):
            return value
        if value not in (None, ""):
            return str(value).lower() if change == "lower" else value
    return ""
