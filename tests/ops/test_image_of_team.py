"""`mlp image build --team`: the image of workstations, pinned for one team."""

from typing import Any

import pytest
import yaml
from ops_fakes import World
from test_image_regions import AWAY, DIGEST, HOME, tools  # noqa: F401 - a fixture

from ops.errors import CommandError
from ops.stack_file import set_team_image

BUILD = ("image", "build", "--stack", "prod", "--cloud", "--team")
TEXT = """\
config:
  mlplatform:workstations:
    teams:
      - name: first  # of all
        image: old # why
        developers: [a@example.com]
      - image: odd
        name: "second"
      - machine_type: x
        name: third
        image: old
    notebooks:
      - name: first
        image: mine
"""


def test_one_team_gets_the_digest_that_every_region_has(
    world: World,
    mlp: Any,
    tools: Any,  # noqa: F811
) -> None:
    before = yaml.safe_load((world.root / "Pulumi.prod.yaml").read_text())
    done = mlp(*BUILD, "research")
    assert done.exit_code == 0, done.output + done.stderr
    after = yaml.safe_load((world.root / "Pulumi.prod.yaml").read_text())
    teams = after["config"]["mlplatform:workstations"]["teams"]
    assert teams[0]["image"] == f"{HOME}/mlplatform-workstation@{DIGEST}"
    before["config"]["mlplatform:workstations"]["teams"][0]["image"] = teams[0]["image"]
    assert after == before, "nothing else has changed"
    built, looked = (tools / "asked").read_text().splitlines()
    assert "_DOCKERFILE=workstations/Dockerfile,_JAX_EXTRA=," in built
    assert looked.endswith(f"{AWAY}/mlplatform-workstation@{DIGEST}")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["nope"], "choose one of research, operations"),
        (["research", "--model", "flight-delay"], "leave --model and --accelerator away"),
        (["research", "--accelerator", "cpu"], "leave --model and --accelerator away"),
    ],
)
def test_what_no_team_can_have_is_refused(world: World, mlp: Any, more: Any, said: str) -> None:
    done = mlp(*BUILD, *more, "--print")
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.split())


def test_a_stack_without_teams_says_so(world: World, mlp: Any) -> None:
    done = mlp("image", "build", "--stack", "dev", "--cloud", "--team", "research")
    assert done.exit_code == 2
    assert "this stack has none" in done.stderr


@pytest.mark.parametrize(("team", "old"), [("first", "old # why"), ("third", "old")])
def test_a_teams_line_changes_and_no_other(team: str, old: str) -> None:
    edited = set_team_image(TEXT, team, "new").splitlines()
    (line,) = [(b, a) for b, a in zip(TEXT.splitlines(), edited, strict=True) if a != b]
    assert line == (f"        image: {old}", f"        image: {old.replace('old', 'new')}")


@pytest.mark.parametrize("team", ["second", "fourth"])
def test_an_entry_that_cannot_be_edited_is_left_to_its_author(team: str) -> None:
    with pytest.raises(CommandError, match="by hand"):
        set_team_image(TEXT, team, "new")
