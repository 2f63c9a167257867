"""Which resources `--target` means."""

import re
from collections.abc import Iterable, Sequence

from localcloud.engine import urn as urns


class Targets:
    """URNs, in which `*` stands for a part of a section and `**` for anything."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._literals = {text for text in texts if "*" not in text}
        self._patterns: list[re.Pattern[str]] = [
            urns.target_pattern(text) for text in texts if "*" in text
        ]

    def names(self, urn: str) -> bool:
        """Whether the URN itself is targeted."""
        return urn in self._literals or any(p.fullmatch(urn) for p in self._patterns)

    def covers(self, urn: str, type_: str) -> bool:
        """Targeted, or one of those that go with any target: providers and the stack."""
        return type_ == urns.STACK_TYPE or urns.is_provider(type_) or self.names(urn)

    def missing(self, known: Iterable[str]) -> list[str]:
        """Targets that no resource has."""
        return sorted(self._literals - set(known))
