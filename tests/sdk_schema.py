"""What the installed SDK documents about the inputs of a resource: names, kinds, allowed values.

Reads the docstrings and annotations of pulumi_gcp's `...Args` classes, which are made from the
provider's own schema. Knows nothing about this program.
"""

import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

_LIST = re.compile(
    r"(?:possible|valid|supported|allowed|accepted)\s+(?:values?|options)\b[^.`\"\n]{0,40}?[:.]?\s*"
    r"((?:\s*(?:[*-]\s+)?[\[(]?[`\"][\w.:/-]*[`\"][^`\"\n]{0,3}(?:,?\s*(?:and|or)\s+)?)+)",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^\s*[*-]\s+[`\"]?([A-Z][A-Z0-9_]{2,})[`\"]?\s*(?::|$)", re.MULTILINE)
_WORD = re.compile(r"[`\"]([\w.:/-]+)[`\"]")
_ONE_OF = re.compile(r"(?:[Oo]nly|[Ee]xactly) one of((?:\s*,?\s*(?:and|or|the)?\s*`\w+`)+)")
_CONFLICT = re.compile(r"[Cc]onflicts with((?:\s*,?\s*(?:and|or)?\s*`\w+`)+)")
_RFC1035 = re.compile(r"comply with\s+RFC1035|1-63 characters\s+long\s+and\s+match\s+the\s+regular")
_DURATION = re.compile(
    r"(?:ending|terminated|ends|suffix\w*) (?:in|with|by) (?:a |the )?(?:letter )?['\"`]s['\"`]"
)
_TIME = re.compile(r"RFC ?3339")
_SECONDS = re.compile(r"\d+(\.\d{1,9})?s")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")
_FORMS = (
    (_DURATION, _SECONDS, "duration in seconds such as 3600s"),
    (_TIME, _INSTANT, "time such as 2027-01-31T00:00:00Z"),
)
_LABEL = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")


@dataclass(frozen=True)
class Input:
    """One input of a resource, or of a block in it."""

    name: str
    """Its wire name, such as `storageClass`."""
    kind: str
    """The annotation, as the SDK writes it."""
    text: str
    """What the SDK says about it."""
    block: str | None
    """The class of the block that it holds, if it holds one."""
    deprecated: bool
    """The SDK warns about it at every preview."""

    @property
    def allowed(self) -> frozenset[str]:
        """The values that the text lists as the allowed ones; empty if it lists none.

        Every quoted word of the text counts once a list has begun: some lists explain each value.
        """
        if _LIST.search(self.text):
            return frozenset(_WORD.findall(self.text))
        announced = re.search(r"(?:[Pp]ossible|[Vv]alid|[Ss]upported) values", self.text)
        return frozenset(_BULLET.findall(self.text) if announced else [])

    @property
    def excluded(self) -> frozenset[str]:
        """Wire names of the inputs that may not stand beside this one."""
        found = [*_ONE_OF.findall(self.text), *_CONFLICT.findall(self.text)]
        named = {camel(word) for part in found for word in re.findall(r"`(\w+)`", part)}
        return frozenset(named - {self.name})

    def fits(self, value: Any) -> bool:
        """Whether a plain value is of the input's scalar kind; True for what is not scalar."""
        scalar = re.match(r"typing\.Union\[(str|int|bool|float),", self.kind)
        if not scalar:
            return True
        if scalar[1] == "bool":
            return isinstance(value, bool)
        if scalar[1] == "str":
            return isinstance(value, str)
        return isinstance(value, int | float) and not isinstance(value, bool)


def camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


@cache
def inputs_of(token: str) -> dict[str, Input]:
    """Every input of a resource type, by wire name."""
    _, place, name = token.split(":")
    module = f"pulumi_gcp.{place.partition('/')[0]}"
    return _inputs(module, f"{name}Args")


def every_input_of(token: str) -> Iterator[Input]:
    """Its inputs, and those of the blocks in it, each block once."""
    _, place, name = token.split(":")
    waiting, seen = [f"{name}Args"], set[str]()
    while waiting:
        block = waiting.pop()
        if block in seen:
            continue
        seen.add(block)
        for each in _inputs(f"pulumi_gcp.{place.partition('/')[0]}", block).values():
            yield each
            waiting += [each.block] if each.block else []


@cache
def required_of(token: str) -> frozenset[str]:
    """Wire names of the inputs that a resource type cannot do without."""
    _, place, name = token.split(":")
    return _required(f"pulumi_gcp.{place.partition('/')[0]}", f"{name}Args")


@cache
def _class(module: str, name: str) -> Any:
    return getattr(importlib.import_module(module), name)


@cache
def _inputs(module: str, name: str) -> dict[str, Input]:
    found = {}
    for attribute, value in vars(_class(module, name)).items():
        if not isinstance(value, property) or value.fget is None:
            continue
        kind = str(value.fget.__annotations__.get("return", ""))
        block = re.search(r"[\"'](\w+Args)[\"']", kind)
        wire = getattr(value.fget, "_pulumi_name", camel(attribute))
        text = " ".join((value.fget.__doc__ or "").split(" "))
        # How pulumi_gcp marks a getter that warns.
        deprecated = hasattr(value.fget, "_pulumi_deprecated_callable")
        found[wire] = Input(wire, kind, text, block[1] if block else None, deprecated)
    return found


@cache
def _required(module: str, name: str) -> frozenset[str]:
    import inspect

    known = inspect.signature(_class(module, name).__init__).parameters.values()
    needed = {each.name for each in known if each.default is inspect.Parameter.empty}
    return frozenset(camel(each) for each in needed - {"self", "__self__"})


def faults(token: str, given: dict[str, Any]) -> Iterator[str]:
    """What the SDK's own description refuses in the inputs of a resource, block by block."""
    _, place, name = token.split(":")
    yield from _faults(f"pulumi_gcp.{place.partition('/')[0]}", f"{name}Args", given, "")


def _faults(module: str, name: str, given: dict[str, Any], at: str) -> Iterator[str]:
    known = _inputs(module, name)
    for missing in sorted(_required(module, name) - given.keys()):
        yield f"{at}{missing} is required"
    for wire, value in given.items():
        if wire not in known:
            yield f"{at}{wire} is no input"
        elif value is not None:
            yield from _one(module, known[wire], value, given, at)


def _one(module: str, known: Input, value: Any, given: dict[str, Any], at: str) -> Iterator[str]:
    path = f"{at}{known.name}"
    if known.deprecated:
        yield f"{path} is deprecated"
    beside = [each for each in known.excluded & given.keys() if given[each] is not None]
    if beside:
        yield f"{path} may not stand beside {', '.join(sorted(beside))}"
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, dict) and known.block:
            yield from _faults(module, known.block, each, f"{path}.")
        elif not isinstance(each, dict):
            yield from _scalar(known, each, path)


def _scalar(known: Input, value: Any, path: str) -> Iterator[str]:
    if not known.fits(value):
        yield f"{path} is {value!r}, which is no {known.kind}"
    # Empty text is how some inputs say that there is none.
    if known.allowed and isinstance(value, str) and value and value not in known.allowed:
        yield f"{path} is {value!r}, not one of {', '.join(sorted(known.allowed))}"
    for said, form, wanted in _FORMS:
        given = isinstance(value, str) and value and said.search(known.text)
        if given and not form.fullmatch(value):
            yield f"{path} is {value!r}, which is no {wanted}"
    if known.name == "name" and _RFC1035.search(known.text) and not _LABEL.fullmatch(str(value)):
        yield f"{path} is {value!r}, which is no name of RFC 1035"
