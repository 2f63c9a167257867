"""`mlp data`: files are checked without a cloud, and sent to the stack's own bucket."""

import json
from pathlib import Path
from typing import Any

import pytest
from ops_fakes import World

from jobs import upload as uploads
from jobs.upload import Uploaded

PLANES = "tailnum,year,type,manufacturer,model,engines,seats,speed,engine"
GOOD = "N1,2004,Fixed wing multi engine,EMBRAER,EMB-145XR,2,55,NA,Turbo-fan"


@pytest.fixture
def planes(tmp_path: Path) -> Path:
    file = tmp_path / "planes.csv"
    file.write_text(f"{PLANES}\n{GOOD}\n")
    return file


def check(mlp: Any, file: Path, *more: str) -> Any:
    return mlp("data", "check", str(file), *more)


def test_a_file_that_was_agreed_passes(mlp: Any, planes: Path) -> None:
    done = check(mlp, planes, "--table", "planes")
    assert done.exit_code == 0
    assert "is as agreed for planes" in done.stdout


def test_a_bad_file_fails_a_check_of_a_pull_request(mlp: Any, planes: Path) -> None:
    planes.write_text(f"{PLANES}\n{GOOD.replace('55', 'many')}\n")
    done = check(mlp, planes, "--table", "planes", "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["violations"] == ["line 2, seats: 'many' is no integer"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--table", "plane"), "choose one of flights, weather, planes"),
        (("flight", "--table", "planes"), "choose one of flight-delay"),
    ],
)
def test_an_unknown_table_or_model_is_told_with_what_there_is(
    mlp: Any, planes: Path, options: Any, said: str
) -> None:
    done = check(mlp, planes, *options)
    assert done.exit_code == 2
    assert said in " ".join(done.output.split())


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the command asks to upload, and where to."""
    seen: list[Any] = []

    def upload(source: Path, uri: str, *, project_id: str, region: str) -> list[Uploaded]:
        seen.append((uri, project_id, region))
        return [Uploaded(uri=f"{uri}/a", state="sent", generation=7, bytes=1)]

    monkeypatch.setattr(uploads, "upload", upload)
    return seen


@pytest.mark.parametrize(("options", "folder"), [((), "raw-data"), (("--scripts",), "scripts")])
def test_data_and_scripts_go_to_their_own_folders_of_the_stacks_bucket(
    mlp: Any, asked: list[Any], planes: Path, options: Any, folder: str
) -> None:
    done = mlp("data", "upload", str(planes), "--name", "f", *options)
    assert done.exit_code == 0, done.output
    ((uri, project_id, region),) = asked
    assert uri.endswith(f"/{folder}/f")
    assert (project_id, region) == ("mlplatform-local", "europe-west4")
    assert "1 sent, 0 unchanged" in done.output


def test_a_stack_with_a_lake_gets_its_data_there(
    world: World, mlp: Any, asked: list[Any], planes: Path
) -> None:
    assert mlp("data", "upload", str(planes), "--name", "f").exit_code == 0
    world.outputs["lake_bucket"] = "lake"
    assert mlp("data", "upload", str(planes), "--name", "f").exit_code == 0
    assert mlp("data", "upload", str(planes), "--name", "f", "--scripts").exit_code == 0
    places = [uri for uri, *_ in asked]
    assert places == ["gs://artifacts/raw-data/f", "gs://lake/raw-data/f", "gs://lake/scripts/f"]


def test_a_name_that_would_leave_its_folder_is_refused(
    mlp: Any, asked: list[Any], planes: Path
) -> None:
    assert mlp("data", "upload", str(planes), "--name", "../models").exit_code == 2
    assert asked == []
