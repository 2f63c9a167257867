"""Default providers: the provider of a package that serves resources which name none."""

import importlib.metadata
import re
import threading

from localcloud.engine import urn as urns
from localcloud.engine.deployment import Deployment
from localcloud.engine.goal import Goal
from localcloud.engine.project import Configuration
from localcloud.engine.providers import KNOWN_PACKAGES
from localcloud.engine.state import Options, ResourceState
from localcloud.engine.steps import RefusedError
from localcloud.engine.values import UNKNOWN_TEXT


def reference(state: ResourceState) -> str:
    """How resources name their provider."""
    return f"{state.urn}::{state.id or UNKNOWN_TEXT}"


class DefaultProviders:
    """Registers the default provider of a package and version when it is first asked for."""

    def __init__(self, deployment: Deployment, config: Configuration) -> None:
        self._deployment = deployment
        self._config = config
        self._disabled = config.disabled_default_providers()
        self._known: dict[str, str] = {}
        self._lock = threading.Lock()

    def require_known(self, package: str, label: str) -> None:
        """Refuses packages that nothing here serves."""
        if package not in KNOWN_PACKAGES:
            raise RefusedError(
                "",
                f"{label} belongs to the package '{package}', which does not run here: "
                f"known are {', '.join(KNOWN_PACKAGES)}",
            )

    def reference(self, package: str, version: str, label: str) -> str:
        """The reference of the default provider. Raises `RefusedError` or `FailedError`."""
        self.require_known(package, label)
        if package != "pulumi" and {package, "*"} & set(self._disabled):
            raise RefusedError(
                "",
                f"Default provider for '{package}' disabled. '{label}' must use an explicit "
                "provider.",
            )
        version = version or _installed(package)
        name = "_".join(filter(None, ["default", re.sub(r"[^a-zA-Z0-9]", "_", version)]))
        with self._lock:
            if package + name not in self._known:
                self._known[package + name] = self._register(package, name, version)
            return self._known[package + name]

    def _register(self, package: str, name: str, version: str) -> str:
        inputs = {} if package == "pulumi" else self._config.of_package(package)
        if version:
            inputs["version"] = version
        state = self._deployment.register(
            Goal(type=urns.PROVIDER_PREFIX + package, name=name, inputs=inputs, options=Options())
        )
        return reference(state)


def _installed(package: str) -> str:
    if package == "pulumi":
        return ""
    try:
        return importlib.metadata.version(f"pulumi-{package}")
    except importlib.metadata.PackageNotFoundError:
        return ""
