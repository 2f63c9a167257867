"""A section that a stack file writes as null: the same answer from the file and from the engine."""

import json
from typing import Any

import pytest
import yaml

from infra.settings import SettingsError, StackSettings, loader

NAME = "Pulumi.nulls.yaml"


@pytest.fixture(params=["file", "engine"])
def loaded(request, tmp_path, monkeypatch, config):
    """Loads dev with one section changed, from a file or as the engine hands it over."""

    def load(section: str, value: Any) -> StackSettings:
        changed = config | {f"mlplatform:{section}": value}
        if request.param == "file":
            (tmp_path / NAME).write_text(yaml.safe_dump({"config": changed}))
            return loader.load_file(tmp_path / NAME)
        texts = {k: v if isinstance(v, str) else json.dumps(v) for k, v in changed.items()}
        monkeypatch.setenv("PULUMI_CONFIG", json.dumps(texts))
        monkeypatch.setenv("PULUMI_CONFIG_SECRET_KEYS", "[]")
        return loader.load()

    return load


def test_a_section_that_can_be_absent_can_be_null(loaded):
    assert loaded("workstations", None).workstations.teams == []
    assert loaded("accelerators", None).accelerators.machines == []


@pytest.mark.parametrize("section", ["lake", "project", "environment"])
@pytest.mark.parametrize("value", [None, ""])
def test_a_section_that_must_be_there_is_asked_for_with_what_belongs_in_it(loaded, section, value):
    with pytest.raises(SettingsError) as refused:
        loaded(section, value)
    assert f"mlplatform:{section} is missing: write " in str(refused.value)
    assert str(refused.value).count("mlplatform:") == 1, "one mistake, one sentence"


def test_a_variable_can_fill_a_section_that_is_null(loaded, monkeypatch):
    monkeypatch.setenv("MLPLATFORM_SUBMISSION__MAX_SUBMISSIONS", "3")
    assert loaded("submission", None).submission.max_submissions == 3


def test_a_misspelt_section_is_found_though_it_is_null(loaded):
    with pytest.raises(SettingsError, match="lakes"):
        loaded("lakes", None)
