"""Every key of a stack file that a text names is one that a stack file may have."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.settings import StackSettings
from infra.settings.explain import keys_at

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("automation", "catalog", "docs", "infra", "jobs", "ops", "policy", "workstations")
ENDINGS = {".md", ".py", ".sh", ".yaml"}
KEY = re.compile(r"\bmlplatform:(?P<path>[a-z_]+(?:\.[a-z_]+)*)(?![a-z_]|[-.]?[A-Z]|:[A-Z])")
SHOWN_MISTAKES = ROOT / "docs" / "mistakes.md"


def named() -> Iterator[tuple[Path, str]]:
    below = (file for folder in FOLDERS for file in (ROOT / folder).rglob("*"))
    for file in [ROOT / "README.md", *ROOT.glob("Pulumi.*.yaml"), *below]:
        if file.suffix in ENDINGS and file != SHOWN_MISTAKES:
            text = file.read_text(encoding="utf-8")
            yield from ((file, found["path"]) for found in KEY.finditer(text))


def unknown(path: str) -> str | None:
    """The first part that no stack file has; parts below names of one's own are not looked at."""
    above: list[str] = []
    for part in path.split("."):
        known = keys_at(StackSettings, above)
        if not known:
            return None
        if part not in known:
            return part
        above.append(part)
    return None


def test_every_setting_that_a_text_names_exists():
    found = list(named())
    wrong = {f"{file.relative_to(ROOT)}: {path}" for file, path in found if unknown(path)}
    assert len(found) > 100, "the texts name settings all over"
    assert not wrong


@pytest.mark.parametrize("path", ["quotas", "cost.quota", "recovery.tier_name"])
def test_a_setting_that_does_not_exist_is_noticed(path):
    assert unknown(path) == path.rsplit(".", maxsplit=1)[-1]


@pytest.mark.parametrize("path", ["cost.quotas", "models.flight.anything", "network.subnets"])
def test_a_setting_that_exists_is_not(path):
    assert unknown(path) is None
