"""Values that belong into a stack file or into `catalog` stand nowhere else in the code.

A text with a space in it is for people and may show an example; so may docstrings. The sections of
settings say what a value may be, and so name ranges: they are not read here.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from ipaddress import ip_interface
from pathlib import Path

import pytest
import yaml

from catalog.places import ZONES

ROOT = Path(__file__).parents[1]
ROOMS = ("automation", "infra", "jobs", "localcloud", "ops", "policy")
PLACES = {*ZONES, *(zone for zones in ZONES.values() for zone in zones)}
ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}(?:/\d+)?")
MAIL = re.compile(r"(?:\w+:)?\w[\w.+-]*@[\w-]+(?:\.[\w-]+)+")
PROJECT = re.compile(r"(?:^|\.com/)projects/[a-z][-a-z0-9]{4,28}[a-z0-9](?:/|$)")
MONEY = re.compile(r"(?:^|_)(?:usd|eur|price|prices|dollars)(?:_|$)", re.IGNORECASE)
EXCUSED = {
    ("localcloud/provider/settings.py", "us-central1"): "of a local stack that names no region",
}


@cache
def project_ids() -> frozenset[str]:
    files = [yaml.safe_load(file.read_text()) for file in ROOT.glob("Pulumi.*.yaml")]
    return frozenset(each["config"]["mlplatform:project"]["id"] for each in files)


def kind_of(text: str) -> str | None:
    """What a text is that should stand elsewhere."""
    if " " in text:
        return None
    if any(word in PLACES for word in re.split(r"[/:]", text)):
        return "a place"
    if MAIL.fullmatch(text):
        return "a mail address"
    if PROJECT.search(text) or any(each in text for each in project_ids()):
        return "a project"
    for found in ADDRESS.findall(text):
        address = ip_interface(found).ip
        if not (address.is_loopback or address.is_unspecified):
            return "an address"
    return None


def named_values(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Names and what is given to them."""
    if isinstance(node, ast.keyword) and node.arg:
        yield node.arg, node.value
    elif isinstance(node, ast.Assign):
        yield from ((ast.unparse(target), node.value) for target in node.targets)
    elif isinstance(node, ast.AnnAssign) and node.value:
        yield ast.unparse(node.target), node.value
    elif isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        yield from ((ast.unparse(key).strip("'"), value) for key, value in pairs if key)
    elif isinstance(node, ast.arguments):
        last = node.args[len(node.args) - len(node.defaults) :]
        yield from ((each.arg, value) for each, value in zip(last, node.defaults, strict=True))
        pairs = zip(node.kwonlyargs, node.kw_defaults, strict=True)
        yield from ((each.arg, value) for each, value in pairs if value)


def prices_in(node: ast.AST) -> Iterator[str]:
    """Numbers that are given to something named after money; 0 and 1 are no prices."""
    for name, value in named_values(node):
        if MONEY.search(name):
            for each in ast.walk(value):
                number = each.value if isinstance(each, ast.Constant) else None
                if isinstance(number, (int, float)) and number not in (0, 1):
                    yield f"{number} is a price: {name}"


def findings(source: str) -> list[str]:
    """What a file of code says that it should read."""
    tree = ast.parse(source)
    prose = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    found = []
    for node in ast.walk(tree):
        found += prices_in(node)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            kind = kind_of(node.value)
            found += [f"{node.value} is {kind}"] if kind else []
    return found


def test_no_place_address_project_or_price_is_written_into_code():
    files = [each for room in ROOMS for each in (ROOT / room).rglob("*.py")]
    wrong = []
    for file in [ROOT / "__main__.py", *files]:
        path = file.relative_to(ROOT).as_posix()
        if not path.startswith("infra/settings/"):
            excused = {f"{text} is {kind_of(text)}" for where, text in EXCUSED if where == path}
            wrong += [f"{path}: {each}" for each in set(findings(file.read_text())) - excused]
    assert len(files) > 300, "the rooms were not found"
    assert not wrong, "write it into the stack file, or with its source into catalog/"


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ('region = "europe-west4"', "a place"),
        ('ask(zone="us-central1-a")', "a place"),
        ('f"{host}/us-east5/x"', "a place"),
        ('NET = "10.0.0.0/8"', "an address"),
        ('url = f"http://10.1.2.3:{port}"', "an address"),
        ('to = "user:ada@example.com"', "a mail address"),
        ('name = "projects/acme-prod/topics/x"', "a project"),
        ('"artifacts-mlplatform-prod"', None),
        ('bucket = "artifacts-mlplatform-prod"', "a project"),
        ("HOUR_USD = 3.67", "a price"),
        ("def cost(*, price=0.1): ...", "a price"),
        ("def cost(list_usd=2): ...", "a price"),
        ("rows = {'usd_an_hour': 12}", "a price"),
        ('HOST = "127.0.0.1"', None),
        ('EVERYWHERE = "0.0.0.0/0"', None),
        ('say("write a region, such as europe-west4")', None),
        ('host = f"{region}-aiplatform.googleapis.com"', None),
        ("total_usd = 0", None),
    ],
)
def test_a_literal_of_each_kind_is_found_and_nothing_else(source: str, kind: str | None):
    found = findings(source)
    assert bool(found) == bool(kind), found
    assert all(f" is {kind}" in each for each in found)


def test_what_is_excused_is_still_there():
    for path, text in EXCUSED:
        assert any(each.startswith(f"{text} is ") for each in findings((ROOT / path).read_text()))
