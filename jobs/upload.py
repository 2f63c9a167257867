"""Brings files into a bucket: each once, and again only if it changed.

Compares what lies there by its digest, so that a repeated call sends nothing, and one that follows
a crash sends what is missing. An object appears whole or not at all. Deletes nothing: what has
gone from the folder stays in the bucket.
"""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from jobs import clients

if TYPE_CHECKING:
    from google.cloud.storage import Blob, Bucket

_CHUNK = 1 << 20
_REGION, _PAIR = "region", "dual-region"
_NOTHING_THERE = 0
"""The generation that an object must have so that only the first writer succeeds."""


class UploadError(RuntimeError):
    """Nothing was sent; the text says what to do instead."""


@dataclass(frozen=True, kw_only=True)
class Uploaded:
    """One file and what became of it."""

    uri: str
    state: Literal["sent", "unchanged"]
    generation: int
    """Which version of the object holds the file."""
    bytes: int


def upload(source: Path, uri: str, *, project_id: str, region: str) -> list[Uploaded]:
    """Bring a file, or every file below a folder, to `gs://bucket/folder`.

    `region` is where the data is used. Raises UploadError before anything is sent if the bucket is
    elsewhere or there is nothing to send, and if somebody else changes an object meanwhile.
    """
    name, _, folder = uri.removeprefix("gs://").rstrip("/").partition("/")
    found = dict(_files(source))
    if not found:
        raise UploadError(f"{source} holds no file to upload: name a file or a folder of files")
    bucket = clients.storage_client(project_id).get_bucket(name)
    _refuse_far_bucket(bucket, region)
    there = {blob.name: blob for blob in bucket.list_blobs(prefix=f"{folder}/")}
    return [
        _brought(file, bucket, there.get(f"{folder}/{relative}"), f"{folder}/{relative}")
        for relative, file in found.items()
    ]


def _files(source: Path) -> Iterator[tuple[str, Path]]:
    """Files by their path below `source`, sorted; hidden ones, such as of editors, are left out."""
    if source.is_file():
        yield source.name, source
        return
    for file in sorted(source.rglob("*")):
        relative = file.relative_to(source)
        if file.is_file() and not any(part.startswith(".") for part in relative.parts):
            yield relative.as_posix(), file


def _refuse_far_bucket(bucket: "Bucket", region: str) -> None:
    """A read from another region is slow and paid for, every epoch anew."""
    kind = bucket.location_type or _REGION
    places = [str(place).lower() for place in bucket.data_locations or [bucket.location]]
    near = kind in {_REGION, _PAIR}
    if near and region.lower() in places:
        return
    where = " and ".join(places) if near else f"the {kind} {bucket.location.lower()}"
    raise UploadError(
        f"bucket {bucket.name} is in {where}, but the data is used in {region}: nothing was "
        f"uploaded; name a bucket in {region}, or move mlplatform:project.region"
    )


def _brought(file: Path, bucket: "Bucket", present: "Blob | None", name: str) -> Uploaded:
    size = file.stat().st_size
    uri = f"gs://{bucket.name}/{name}"
    if present is not None and _same(file, present):
        return Uploaded(uri=uri, state="unchanged", generation=present.generation or 0, bytes=size)
    blob = bucket.blob(name)
    kept = _send(blob, file, present)
    state = "sent" if kept is blob else "unchanged"
    return Uploaded(uri=uri, state=state, generation=kept.generation or 0, bytes=size)


def _same(file: Path, present: "Blob") -> bool:
    """By size, then by the digest that the service has: composed objects have no MD5."""
    if present.size != file.stat().st_size:
        return False
    digests: list[tuple[str | None, Any]] = [
        (present.md5_hash, hashlib.md5(usedforsecurity=False)),
        (present.crc32c, _crc32c()),
    ]
    known, total = next(((text, total) for text, total in digests if text), (None, None))
    if total is None:
        return False
    with file.open("rb") as content:
        while chunk := content.read(_CHUNK):
            total.update(chunk)
    return base64.b64encode(total.digest()).decode() == known


def _crc32c() -> Any:
    import google_crc32c

    return google_crc32c.Checksum()


def _send(blob: "Blob", file: Path, present: "Blob | None") -> "Blob":
    """What is there afterwards: this, or the same that another sender was first with."""
    from google.api_core.exceptions import PreconditionFailed

    before = present.generation if present else _NOTHING_THERE
    try:
        # The service compares the digest of what arrived, and what it replaces with what was seen.
        blob.upload_from_filename(str(file), if_generation_match=before, checksum="crc32c")
    except PreconditionFailed as error:
        first = blob.bucket.get_blob(blob.name)
        if first is not None and _same(file, first):
            return first
        raise UploadError(
            f"gs://{blob.bucket.name}/{blob.name} was changed by somebody else meanwhile: "
            "look at it, and run the command again"
        ) from error
    return blob
