"""Google's SDK, one resource type at a time.

A service package of `pulumi_gcp` imports every resource of its service: of `compute` three hundred
modules, of which a platform uses thirty. Here the first use of a name imports the module of that
name, and everything else is left on the disk; a name that no module is called after imports the
whole package, as without this.

Knows the layout of the generated package only: a module per resource, named like its class.
"""

import importlib
import pkgutil
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

SDK = "pulumi_gcp"
_BLOCKS = "_inputs"
"""The module of a service that holds the classes of nested inputs."""


def import_sparingly() -> None:
    """From now on: service packages that are imported already stay as they are."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder(MetaPathFinder):
    """Finds the service packages of the SDK, and nothing else."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        package, _, service = fullname.rpartition(".")
        spec = PathFinder.find_spec(fullname, path) if package == SDK and service else None
        if spec and spec.loader and spec.submodule_search_locations:
            spec.loader = _Sparing(spec.loader)
            return spec
        return None


class _Sparing(Loader):
    """Loads a service package without what it imports."""

    def __init__(self, whole: Loader) -> None:
        self._whole = whole

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._whole.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        modules = {
            each.name.replace("_", ""): each.name for each in pkgutil.iter_modules(module.__path__)
        }

        def find(name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")
            for own in _modules_of(name, modules):
                found = importlib.import_module(f"{module.__name__}.{own}")
                if name in getattr(found, "__all__", ()):
                    # What `from .own import *` does, which is what the package itself does.
                    vars(module).update({each: getattr(found, each) for each in found.__all__})
                    return vars(module)[name]
                if name == own:
                    return found
            vars(module).pop("__getattr__", None)
            self._whole.exec_module(module)
            return getattr(module, name)

        vars(module)["__getattr__"] = find


def _modules_of(name: str, modules: dict[str, str]) -> list[str]:
    """Where a public name may be: in `network` for Network, NetworkArgs and get_network_output."""
    stem = name.removesuffix("Dict").removesuffix("Args").removesuffix("_output")
    own = modules.get(stem.replace("_", "").lower())
    blocks = [_BLOCKS] if stem != name else []
    return [*([own] if own else []), *blocks]
