"""Every stack file: valid, alike, and a program that builds."""

import runpy
from ipaddress import IPv4Network
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from infra.settings import load_file

ROOT = Path(__file__).parents[1]
STACKS = ("local", "dev", "staging", "prod")
NAMED = (".mlplatform:models", ".mlplatform:serving_pools", ".mlplatform:alerts.changes")
"""Mappings whose keys are names that each stack chooses."""


def unlike(value: Any, other: Any, path: str = "") -> list[str]:
    """Where two mappings differ in their keys or in the order of them.

    What is switched off (null, {} or []) has nothing to compare below it. Neither has
    `arguments`: all of them may be left out, and stacks train differently.
    """
    if not (isinstance(value, dict) and isinstance(other, dict) and value and other):
        return []
    if path.endswith(".arguments"):
        return []
    # Entries with names of their own are not the same in two stacks.
    if not path.endswith(NAMED) and list(value) != list(other):
        return [f"{path}: {list(value)} against {list(other)}"]
    both = [name for name in value if name in other]
    return [found for name in both for found in unlike(value[name], other[name], f"{path}.{name}")]


def raw(stack: str) -> dict[str, Any]:
    import yaml

    return yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())


def test_there_is_a_test_for_every_stack_file():
    found = {file.name.split(".")[1] for file in ROOT.glob("Pulumi.*.yaml")}
    assert found == set(STACKS), "a stack file that no test reads rots"


@pytest.mark.parametrize("stack", STACKS)
def test_the_stack_file_is_valid_and_says_what_it_is_for(stack: str):
    assert load_file(ROOT / f"Pulumi.{stack}.yaml").environment == stack


@pytest.mark.parametrize("stack", STACKS)
def test_the_stack_file_has_the_keys_of_the_others_in_their_order(stack: str):
    assert not unlike(raw(stack), raw("dev")), "two files are compared by eye, line by line"


@pytest.mark.parametrize("stack", STACKS)
def test_the_editor_finds_the_schema_of_the_stack_file(stack: str):
    first = (ROOT / f"Pulumi.{stack}.yaml").read_text().splitlines()[0]
    place = first.partition("$schema=")[2]
    assert place
    assert (ROOT / place).is_file()


def test_subnets_of_stacks_do_not_overlap():
    networks = [load_file(ROOT / f"Pulumi.{stack}.yaml").network for stack in STACKS]
    ranges = [
        IPv4Network(text)
        for network in networks
        for text in (*(each.cidr for each in network.subnets), network.private_services_range)
        if text
    ]
    for one, other in combinations(ranges, 2):
        assert not one.overlaps(other), "networks that may be peered one day need their own"


def test_the_program_exports_what_the_commands_read(program):
    assert sorted(program.exports) == [
        "artifacts_bucket",
        "dashboards",
        "dataset",
        "endpoints",
        "image_builds",
        "lake_bucket",
        "project_id",
        "region",
        "registries",
        "registry",
        "services",
        "standby_endpoints",
        "submissions",
        "tpus",
        "without_image",
        "workstation_cluster",
        "workstation_configs",
    ]


def test_every_model_either_has_a_submission_or_is_named_as_without_image(program):
    waiting, submitted = program.exports["without_image"], program.exports["submissions"]
    assert sorted([*waiting, *submitted]) == sorted(program.exports["endpoints"])


def test_the_local_stack_submits_its_model_and_the_others_wait_for_an_image(programs):
    assert list(programs["local"].exports["submissions"]) == ["flight-delay"]
    assert programs["dev"].exports["without_image"] == ["flight-delay"]
    assert not programs["dev"].all("pulumi:index:Stash"), "nothing can run without an image"


def test_the_submission_is_the_text_that_the_stash_holds(programs):
    from jobs.spec import Submission, canonical_json

    text = programs["local"].one("pulumi:index:Stash").inputs["input"]
    assert programs["local"].exports["submissions"]["flight-delay"] == text
    assert canonical_json(Submission.model_validate_json(text)) == text, "one text per value"


DATA = {
    "gcp:secretmanager/secret:Secret": ("deletionProtection", True),
    "gcp:storage/bucket:Bucket": ("forceDestroy", False),
    "gcp:bigquery/dataset:Dataset": ("deleteContentsOnDestroy", False),
    "gcp:bigquery/table:Table": ("deletionProtection", True),
    "gcp:artifactregistry/repository:Repository": (None, None),
    "gcp:kms/cryptoKey:CryptoKey": (None, None),
    "gcp:vertex/aiFeatureOnlineStore:AiFeatureOnlineStore": ("forceDestroy", False),
    "gcp:vertex/aiMetadataStore:AiMetadataStore": (None, None),
    "gcp:vertex/aiTensorboard:AiTensorboard": (None, None),
    # With it go the home disks of everybody.
    "gcp:workstations/workstationCluster:WorkstationCluster": (None, None),
    "gcp:dataproc/metastoreService:MetastoreService": ("deletionProtection", True),
}


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("token", DATA)
def test_all_locks_on_data_agree_with_the_stack_files_one_switch(programs, stack: str, token: str):
    on = load_file(ROOT / f"Pulumi.{stack}.yaml").protection.enabled
    flag, locked = DATA[token]
    for resource in programs[stack].all(token):
        assert resource.protect is on
        if flag:
            assert resource.inputs[flag] is (locked if on else not locked)


def test_prod_is_protected(programs):
    protected = [each for each in programs["prod"].registered if each.protect]
    assert {each.token for each in protected} == set(DATA), "data, and nothing that holds none"


def test_a_mistake_in_a_stack_file_ends_the_program_in_words_before_any_resource(cloud):
    import pulumi

    config = raw("dev")["config"]
    config["mlplatform:alerts"] = {"emial": "ml@example.com"}
    with pytest.raises(pulumi.RunError, match="did you mean 'email'"):
        cloud.deploy(lambda: runpy.run_path(str(ROOT / "__main__.py")), config=config)
    assert cloud.registered == []


def test_the_entry_point_fits_on_a_screen():
    assert len((ROOT / "__main__.py").read_text().splitlines()) <= 60
