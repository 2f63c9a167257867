"""Data reaches the bucket once, goes on after a crash, and is refused far from where it is used."""

from pathlib import Path
from typing import Any

import pytest

from jobs import clients
from jobs import upload as uploads
from jobs.upload import UploadError, upload

REGION = "europe-west4"


@pytest.fixture
def near(cloud: Any, storage_client: Any, monkeypatch: pytest.MonkeyPatch, bucket: str) -> str:
    """A bucket where the data is used, and the real client in front of the local service."""
    monkeypatch.setattr(clients, "storage_client", lambda _: storage_client)
    return cloud.bucket(bucket, location="EUROPE-WEST4")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "year=2013").mkdir()
    (tmp_path / "planes.csv").write_text("tailnum\nN1\n")
    (tmp_path / "year=2013" / "flights.csv").write_text("flight\n1\n")
    (tmp_path / ".DS_Store").write_text("an editor's")
    return tmp_path


def bring(source: Path, bucket: str) -> dict[str, str]:
    sent = upload(source, f"gs://{bucket}/raw-data/f", project_id="p", region=REGION)
    return {each.uri.removeprefix(f"gs://{bucket}/raw-data/f/"): each.state for each in sent}


def test_every_file_is_sent_with_its_path_and_hidden_ones_are_not(near, folder, handle):
    assert bring(folder, near) == {"planes.csv": "sent", "year=2013/flights.csv": "sent"}
    assert handle.blob("raw-data/f/year=2013/flights.csv").download_as_text() == "flight\n1\n"


def test_what_is_there_unchanged_is_not_sent_again(near, folder, handle):
    bring(folder, near)
    before = handle.get_blob("raw-data/f/planes.csv").generation
    assert set(bring(folder, near).values()) == {"unchanged"}
    assert handle.get_blob("raw-data/f/planes.csv").generation == before


def test_a_changed_script_is_sent_even_if_it_is_as_long_as_before(near, folder):
    bring(folder / "planes.csv", near)
    (folder / "planes.csv").write_text("tailnum\nN2\n")
    assert bring(folder / "planes.csv", near) == {"planes.csv": "sent"}


def test_after_a_crash_only_what_is_missing_is_sent(near, folder, monkeypatch):
    send = uploads._send

    def crash(blob: Any, file: Path, present: Any) -> Any:
        if file.name == "flights.csv":
            raise KeyboardInterrupt
        return send(blob, file, present)

    with monkeypatch.context() as broken:
        broken.setattr(uploads, "_send", crash)
        with pytest.raises(KeyboardInterrupt):
            bring(folder, near)
    assert bring(folder, near) == {"planes.csv": "unchanged", "year=2013/flights.csv": "sent"}


def test_what_somebody_else_wrote_meanwhile_is_not_overwritten(near, folder, handle, monkeypatch):
    send = uploads._send

    def late(blob: Any, file: Path, present: Any) -> None:
        handle.blob(blob.name).upload_from_string("of somebody else")
        send(blob, file, present)

    monkeypatch.setattr(uploads, "_send", late)
    with pytest.raises(UploadError, match="changed by somebody else"):
        bring(folder / "planes.csv", near)
    assert handle.blob("raw-data/f/planes.csv").download_as_text() == "of somebody else"


def test_who_sends_the_same_at_the_same_time_finds_it_there(near, folder, handle, monkeypatch):
    send = uploads._send

    def late(blob: Any, file: Path, present: Any) -> Any:
        handle.blob(blob.name).upload_from_filename(str(file))
        return send(blob, file, present)

    monkeypatch.setattr(uploads, "_send", late)
    assert bring(folder / "planes.csv", near) == {"planes.csv": "unchanged"}


def test_a_bucket_in_another_region_is_refused_before_anything_is_sent(near, folder, cloud, handle):
    cloud.bucket(near, location="US-EAST5")
    with pytest.raises(UploadError, match="is in us-east5, but the data is used in europe-west4"):
        bring(folder, near)
    assert list(handle.list_blobs()) == []


@pytest.mark.parametrize(
    ("kind", "places", "said"),
    [
        ("dual-region", ["US-EAST5", "US-CENTRAL1"], "us-east5 and us-central1"),
        ("multi-region", None, "the multi-region eu"),
    ],
)
def test_only_a_region_or_a_pair_that_holds_it_is_near(storage_client, kind, places, said):
    bucket = storage_client.bucket("b")
    bucket._properties |= {"location": "EU", "locationType": kind}
    if places:
        bucket._properties["customPlacementConfig"] = {"dataLocations": places}
    with pytest.raises(UploadError, match=said):
        uploads._refuse_far_bucket(bucket, REGION)
    if places:
        pair = {"dataLocations": ["EUROPE-WEST1", "EUROPE-WEST4"]}
        bucket._properties["customPlacementConfig"] = pair
        uploads._refuse_far_bucket(bucket, REGION)


def test_an_empty_folder_is_refused(near, tmp_path):
    with pytest.raises(UploadError, match="holds no file"):
        bring(tmp_path, near)
