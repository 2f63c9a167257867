"""Small files by URI: `gs://bucket/name`, or a path of this machine.

For texts, reports and models of a few megabytes. Large tables go through pyarrow, arrays through
TensorStore: both know `gs://` themselves.
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from google.cloud.storage import Blob


def read_bytes(uri: str) -> bytes:
    """Raises FileNotFoundError, naming the URI."""
    if not uri.startswith("gs://"):
        return Path(uri).read_bytes()
    from google.api_core.exceptions import NotFound

    try:
        return _blob(uri).download_as_bytes()
    except NotFound as error:
        raise FileNotFoundError(f"there is no object {uri}") from error


def read_text(uri: str) -> str:
    """UTF-8. Raises FileNotFoundError, naming the URI."""
    return read_bytes(uri).decode()


def write_bytes(uri: str, content: bytes, content_type: str = "application/octet-stream") -> None:
    """Replaces the file in one step: a reader sees the old or the new content."""
    if uri.startswith("gs://"):
        _blob(uri).upload_from_string(content, content_type=content_type)
        return
    path = Path(uri)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_bytes(content)
    partial.replace(path)


def write_text(uri: str, text: str, content_type: str = "text/plain; charset=utf-8") -> None:
    """UTF-8; replaces the file in one step."""
    write_bytes(uri, text.encode(), content_type)


def exists(uri: str) -> bool:
    """Whether there is a file under just this URI."""
    return _blob(uri).exists() if uri.startswith("gs://") else Path(uri).is_file()


def delete_folder(uri: str) -> None:
    """Deletes every object below `gs://bucket/folder`; harmless if there is none."""
    from google.api_core.exceptions import NotFound

    folder = _blob(f"{uri}/")
    for blob in folder.bucket.list_blobs(prefix=folder.name):
        with suppress(NotFound):
            blob.delete()


def _blob(uri: str) -> "Blob":
    from jobs.clients import storage_client

    bucket, _, name = uri.removeprefix("gs://").partition("/")
    # Objects are addressed by bucket alone; a project is needed only to create buckets.
    project_id = os.environ.get("GOOGLE_CLOUD_PROJECT", "unused")
    return storage_client(project_id).bucket(bucket).blob(name)
