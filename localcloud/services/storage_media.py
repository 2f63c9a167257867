"""Downloads from Cloud Storage: an object's bytes, whole or in part, and their headers.

Owns ranges. Does not find or open the object.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime
from typing import BinaryIO

from starlette.responses import Response, StreamingResponse

from localcloud.services.errors import ApiError
from localcloud.services.storage_metadata import CHUNK, Document

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def media(document: Document, payload: BinaryIO, wanted: str | None) -> Response:
    """The payload, or the range of it that the header `wanted` names; closes the payload."""
    size = int(document["size"])
    try:
        window = _window(wanted, size)
    except ApiError:
        payload.close()
        raise
    first, last = window or (0, size - 1)
    count = last - first + 1
    payload.seek(first)
    headers = _headers(document)
    headers["content-length"] = str(count)
    if window:
        headers["content-range"] = f"bytes {first}-{last}/{size}"
    code = 206 if window else 200
    if count <= CHUNK:
        return Response(b"".join(_chunks(payload, count)), code, headers)
    return StreamingResponse(_chunks(payload, count), code, headers)


def _headers(document: Document) -> dict[str, str]:
    digests = [("crc32c", document["crc32c"]), ("md5", document.get("md5Hash"))]
    updated = datetime.fromisoformat(document["updated"])
    headers = {
        "content-type": document["contentType"],
        "accept-ranges": "bytes",
        "etag": f'"{document["generation"]}"',
        "last-modified": format_datetime(updated, usegmt=True),
        "x-goog-generation": document["generation"],
        "x-goog-metageneration": document["metageneration"],
        "x-goog-hash": ",".join(f"{name}={value}" for name, value in digests if value),
        "x-goog-stored-content-length": document["size"],
        "x-goog-stored-content-encoding": document.get("contentEncoding", "identity"),
    }
    for field in ("contentEncoding", "contentDisposition", "contentLanguage", "cacheControl"):
        if document.get(field):
            headers[re.sub("([A-Z])", r"-\1", field).lower()] = document[field]
    return headers


def _window(wanted: str | None, size: int) -> tuple[int, int] | None:
    """First and last byte; None for the whole object, as for a header that is not understood."""
    match = _RANGE.fullmatch(wanted or "")
    if not match or match.groups() == ("", ""):
        return None
    start, end = match.groups()
    if not start:
        first, last = max(size - int(end), 0), size - 1
    else:
        first, last = int(start), min(int(end or size), size - 1)
    if end and start and int(end) < int(start):
        return None
    if first >= size or first > last:
        raise ApiError(416, "OUT_OF_RANGE", f"The range {wanted!r} is outside of {size} bytes.")
    return first, last


def _chunks(payload: BinaryIO, count: int) -> Iterator[bytes]:
    with payload:
        while count > 0 and (chunk := payload.read(min(CHUNK, count))):
            count -= len(chunk)
            yield chunk
