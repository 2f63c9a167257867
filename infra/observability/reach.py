"""Whom alerts reach, as a plain record: policies need it, and have nothing to do with channels."""

from dataclasses import dataclass, field

from pulumi import Input

from catalog.alerts.alert import Severity


@dataclass(frozen=True, kw_only=True)
class Channels:
    """Resource names of channels, as policies refer to them; none where alerts are off."""

    warning: list[Input[str]] = field(default_factory=list)
    critical: list[Input[str]] = field(default_factory=list)

    def of(self, severity: Severity) -> list[Input[str]]:
        return {"warning": self.warning, "critical": self.critical}[severity]
