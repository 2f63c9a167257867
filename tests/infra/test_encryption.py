"""What `docs/guardrails.md` lists about encryption is what the graph of prod does."""

import re
from pathlib import Path
from typing import Any

from graph_changes import texts
from sdk_schema import every_input_of

TEXT = (Path(__file__).parents[2] / "docs/guardrails.md").read_text()
KEY = re.compile(r"kms|encryption|cmek", re.IGNORECASE)


def short(token: str) -> str:
    module, _, name = token.removeprefix("gcp:").partition("/")
    return f"{module}.{name.partition(':')[2]}"


def listed() -> dict[str, str]:
    """Type → what the table says about its key."""
    table = TEXT.split("| type | key |")[1].split("\n\n")[0]
    rows = re.findall(r"^\| (`[^|]+`) \| ([^|]+) \|$", table, re.MULTILINE)
    return {name.strip("`"): says for names, says in rows for name in names.split(", ")}


def can_carry(token: str) -> bool:
    return any(KEY.search(each.name) for each in every_input_of(token))


def carries(value: Any) -> bool:
    """Whether something below names a key, or waits for one."""
    if isinstance(value, dict):
        return any((KEY.search(k) and v) or carries(v) for k, v in value.items())
    return isinstance(value, list) and any(carries(each) for each in value)


def test_each_type_that_can_carry_a_key_is_listed(prod):
    tokens = {each.token for each in prod.registered if each.token.startswith("gcp:")}
    able = {short(each) for each in tokens if can_carry(each)}
    assert set(listed()) == able


def test_what_is_listed_with_a_key_has_one_and_the_others_say_why_not(prod):
    for name, says in listed().items():
        found = [carries(e.inputs) for e in prod.registered if short(e.token) == name]
        if says.startswith("own"):
            assert all(found), name
        else:
            assert not any(found), f"{name} has a key: say so"
            assert ": " in says, f"{name}: why"


def test_nothing_is_asked_for_or_answered_without_tls(program):
    for each in program.registered:
        for text in texts(each.inputs):
            assert not re.match(r"(http|ftp|ws|redis)://", text), each.name
        if each.token == "gcp:compute/firewall:Firewall" and each.inputs["direction"] == "INGRESS":
            ports = {
                port for rule in each.inputs.get("allows", []) for port in rule.get("ports", [])
            }
            assert not ports & {"21", "23", "80", "8080"}, each.name
