"""The register of rules, and how one rule judges one resource.

Which rules there are is `policy.rules`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from policy.values import UNKNOWN, UnknownUsedError, find, first_unknown, without_elements
from policy.verdicts import Context, Level, Resource, Undecided, Verdict, Violation

_SHOWN = 60


@dataclass(frozen=True)
class Finding:
    """What a rule's function yields: a property, and what is wrong; None if it is unknown."""

    property: str
    sentence: str | None


Findings = Iterator[Finding]
Check = Callable[[Resource, Context], Findings]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule and what it applies to."""

    name: str
    description: str
    level: Level
    types: tuple[str, ...]
    """Type tokens, or patterns of them."""
    late: tuple[str, ...]
    """Properties that other resources produce, so that a preview need not know them."""
    check: Check

    def applies(self, token: str) -> bool:
        return any(fnmatchcase(token, pattern) for pattern in self.types)

    def waits_for(self, path: str) -> bool:
        """Whether an unknown at this path is no fault of whoever wrote the resource."""
        plain = without_elements(path)
        return any(
            plain == late or plain.startswith((f"{late}.", f"{late}[")) for late in self.late
        )


RULES: dict[str, Rule] = {}
"""Every rule by its name, in the order of the documentation."""


def rule(
    name: str, types: Iterable[str], *, level: Level = "mandatory", late: Iterable[str] = ()
) -> Callable[[Check], Check]:
    """Register a function; the first paragraph of its docstring describes the rule.

    Raises ValueError for a name that is taken and for a function without a docstring.
    """

    def register(check: Check) -> Check:
        if name in RULES:
            raise ValueError(f"two rules are called {name}")
        if not check.__doc__:
            raise ValueError(f"rule {name} does not say what it demands")
        RULES[name] = Rule(
            name=name,
            description=" ".join(check.__doc__.partition("\n\n")[0].split()),
            level=level,
            types=tuple(types),
            late=tuple(late),
            check=check,
        )
        return check

    return register


def demand(resource: Resource, path: str, holds: Callable[[Any], bool], instead: str) -> Findings:
    """Every value at the path must hold; `instead` says what to write."""
    for where, value in find(resource.inputs, path):
        if value is UNKNOWN:
            yield Finding(where, None)
            continue
        try:
            held = holds(value)
        except UnknownUsedError:
            yield Finding(where, None)
            continue
        if not held:
            yield Finding(where, f"`{where}` is {_shown(value)}: {instead}")


def judge(rule: Rule, resource: Resource, context: Context) -> list[Verdict]:
    """What one rule says about one resource; nothing if it holds or does not apply.

    A value that is neither known nor handled by the rule makes it undecided, never held.
    """
    if not rule.applies(resource.type):
        return []
    verdicts: list[Verdict] = []
    try:
        for finding in rule.check(resource, context):
            verdicts.append(_verdict(rule, finding))  # noqa: PERF401 - kept if the next one raises
    except UnknownUsedError:
        verdicts.append(_verdict(rule, Finding(first_unknown(resource.inputs), None)))
    return verdicts


def judge_all(resource: Resource, context: Context) -> list[Verdict]:
    """What all rules say about one resource."""
    import policy.rules  # noqa: F401 - registers them

    return [verdict for each in RULES.values() for verdict in judge(each, resource, context)]


def _verdict(rule: Rule, finding: Finding) -> Verdict:
    if finding.sentence is None:
        return Undecided(rule.name, finding.property, rule.waits_for(finding.property))
    return Violation(rule.name, finding.property, finding.sentence)


def _shown(value: Any) -> str:
    if value is None:
        return "missing"
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
