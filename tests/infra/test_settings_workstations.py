"""Settings of workstations: what cannot be had is refused with what can."""

import pytest
from settings_changes import changed, problem_with, refusal

from infra.settings import parse

TEAM = "workstations.teams.0"
KEY = "projects/acme-keys/locations/{}/keyRings/people/cryptoKeys/disks"
IMAGE = "europe-docker.pkg.dev/acme/editors/research"


# The key of prod's file that is set, its value, and words that the refusal must hold.
MISTAKES = [
    ("workstations.disk_key", "disks", ["whole key path"]),
    ("workstations.disk_key", KEY.format("us-east5"), ["is in us-east5", "a key of europe-west4"]),
    ("workstations.teams", "research", ["write a list"]),
    (f"{TEAM}.name", "Research", ["lower-case"]),
    (f"{TEAM}.image", "code-oss", ["HOST-docker.pkg.dev/PROJECT/REPOSITORY/NAME"]),
    (f"{TEAM}.image", IMAGE, ["with @sha256:<64 hex digits>, or with a tag"]),
    (f"{TEAM}.image", f"{IMAGE}:latest", ["may be another image tomorrow", "@sha256:"]),
    (f"{TEAM}.image", f"{IMAGE}:v1.2", ["the environment is prod"]),
    (f"{TEAM}.machine_type", "n1-standard-9", ["did you mean 'n1-standard-"]),
    (f"{TEAM}.machine_type", "a3-highgpu-8g", ["no workstation runs on"]),
    (f"{TEAM}.machine_type", "n2-standard-8", ["takes no GPU", "n1-standard-8"]),
    (f"{TEAM}.t4_gpus", 3, ["t4_gpus is 3", "write 0, 1, 2 or 4"]),
    (f"{TEAM}.t4_gpus", -1, ["write 0, 1, 2 or 4"]),
    (f"{TEAM}.home_disk_gb", 0, ["write 10, 50, 100, 200, 500 or 1000"]),
    (f"{TEAM}.home_disk_gb", 300, ["write 10, 50, 100, 200, 500 or 1000"]),
    (f"{TEAM}.home_reclaim_policy", "KEEP", ["write 'RETAIN' or 'DELETE'"]),
    (f"{TEAM}.home_reclaim_policy", "DELETE", ["protection.enabled is true", "write RETAIN"]),
    (f"{TEAM}.idle_minutes", 0, ["write 5 or more"]),
    (f"{TEAM}.idle_minutes", -5, ["write 5 or more"]),
    (f"{TEAM}.idle_minutes", 721, ["longer than running_hours", "at most 720"]),
    (f"{TEAM}.running_hours", 0, ["write 1 or more"]),
    (
        f"{TEAM}.running_hours",
        24,
        ["keys.customer_managed is true", "less than a day", "at most 23"],
    ),
    (f"{TEAM}.repository", "git@github.com:a/b.git", ["an https address"]),
    (f"{TEAM}.developers", ["ada"], ["developers.0 is 'ada'", "one e-mail address"]),
    (f"{TEAM}.developers", ["ada@a.org", "Ada@b.org"], ["called ada", "ada@a.org"]),
    ("workstations.teams.1.name", "research", ["a second time"]),
    (f"{TEAM}.developer", [], ["no key", "did you mean 'developers'"]),
]


@pytest.mark.parametrize(("path", "value", "words"), MISTAKES)
def test_a_wrong_team_is_refused_by_its_key_with_what_to_write(prod_config, path, value, words):
    problem = problem_with(prod_config, path, value, words)
    assert problem.startswith(f"mlplatform:{path.rpartition('.')[0]}")


def test_a_tag_a_deleted_home_and_googles_keys_will_do_where_nothing_is_at_stake(config):
    team = {"name": "t", "image": f"{IMAGE}:v1", "machine_type": "e2-standard-4", "t4_gpus": 0}
    team |= {"home_disk_gb": 200, "home_disk_type": "pd-standard", "developers": ["a@b.org"]}
    team |= {"home_reclaim_policy": "DELETE", "idle_minutes": 5, "running_hours": 168}
    config = changed(config, "workstations.teams", [team])
    assert parse(config).workstations.teams[0].workstations() == {"a": "a@b.org"}
    small = refusal(changed(config, f"{TEAM}.home_disk_gb", 100))
    assert "which a disk of 100 GB cannot be" in small


def test_a_workstation_with_somebody_elses_key_stops_within_a_day_as_well(prod_config):
    config = changed(prod_config, "workstations.disk_key", KEY.format("europe-west4"))
    assert parse(config)
    problem = refusal(changed(config, f"{TEAM}.running_hours", 24))
    assert "with a disk_key runs less than a day" in problem


@pytest.mark.parametrize(
    ("email", "id_"),
    [("ada.l@b.org", "ada-l"), ("7of9@b.org", "dev-7of9"), ("x" * 64 + "@b.org", "x" * 63)],
)
def test_a_workstation_is_named_after_its_developer(prod_config, email, id_):
    teams = parse(changed(prod_config, f"{TEAM}.developers", [email])).workstations.teams
    assert teams[0].workstations() == {id_: email}
