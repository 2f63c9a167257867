"""Labels of everything that the graph makes, in one place: bills and searches rely on them."""

from dataclasses import dataclass

from catalog.labels import distinct_value
from infra.settings.project import ProjectSettings

PROGRAM = "mlplatform"


@dataclass(frozen=True, kw_only=True)
class Labels:
    """Labels of one stack."""

    defaults: dict[str, str]
    """On everything, by the provider."""

    @classmethod
    def of_stack(cls, project: ProjectSettings, environment: str, stack: str) -> "Labels":
        own = {
            "environment": environment,
            "managed-by": "pulumi",
            "project": PROGRAM,
            "stack": distinct_value(stack),
        }
        return cls(defaults={**project.labels, **own})

    def of(self, component: str, model: str | None = None) -> dict[str, str]:
        """Labels that a resource sets itself; the provider adds the defaults."""
        return {"component": component} | ({"model": model} if model else {})

    def user(self, component: str, model: str | None = None) -> dict[str, str]:
        """Labels for `user_labels`, which the provider's defaults do not reach."""
        return {**self.defaults, **self.of(component, model)}
