"""Google's SDK, one resource type at a time: the same names, with fewer modules."""

import json
import subprocess
import sys
from typing import Any

import pytest

_FIRST = "from infra import sdk\nimport sys, json, pulumi_gcp as gcp\n"


def _answer(program: str) -> Any:
    """What a program in a process of its own prints, as JSON."""
    command = [sys.executable, "-W", "ignore", "-c", _FIRST + program]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    return json.loads(done.stdout)


def test_one_resource_imports_no_other() -> None:
    program = """
gcp.compute.Network
print(json.dumps(sorted(m for m in sys.modules if m.startswith("pulumi_gcp.compute."))))
"""
    loaded = [name.rpartition(".")[2] for name in _answer(program)]
    assert loaded == ["_inputs", "network", "outputs"]


@pytest.mark.parametrize("service", ["compute", "storage", "organizations"])
def test_every_name_of_a_service_is_what_its_module_has(service: str) -> None:
    program = f"""
import importlib, pathlib, pulumi
sparing = importlib.import_module("pulumi_gcp.{service}")
stems = [f.stem for f in pathlib.Path(sparing.__path__[0]).glob("*.py") if f.stem != "__init__"]
parts = {{stem: importlib.import_module(f"pulumi_gcp.{service}.{{stem}}") for stem in stems}}
names = {{n: getattr(part, n) for s, part in parts.items() if s != "outputs" for n in part.__all__}}
for name in [*stems, *names]:
    vars(sparing).pop(name, None)
base = pulumi.CustomResource
plain = [n for n, it in names.items() if getattr(it, "__base__", None) is base]
other = [n for n in plain if getattr(sparing, n) is not names[n]]
one_by_one = "__getattr__" in vars(sparing)
other += [n for n in names if getattr(sparing, n) is not names[n]]
print(json.dumps([len(plain) > 3, other, one_by_one]))
"""
    assert _answer(program) == [True, [], True], "and no resource needed the whole package"


def test_a_name_that_no_module_has_is_refused_as_python_does() -> None:
    program = """
try:
    gcp.compute.Netwrok
except AttributeError as error:
    print(json.dumps(str(error)))
"""
    assert _answer(program) == "module 'pulumi_gcp.compute' has no attribute 'Netwrok'"


def test_a_look_up_is_a_function_though_its_module_has_its_name() -> None:
    program = """
first = callable(gcp.bigquery.get_default_service_account_output)
print(json.dumps([first, callable(gcp.bigquery.get_default_service_account)]))
"""
    assert _answer(program) == [True, True]


def test_nothing_but_service_packages_is_touched() -> None:
    program = """
import json.tool
found = [gcp.Provider.__name__, gcp.config.__name__, type(sys.modules["json"].__loader__).__name__]
print(json.dumps(found))
"""
    assert _answer(program) == ["Provider", "pulumi_gcp.config", "SourceFileLoader"]
