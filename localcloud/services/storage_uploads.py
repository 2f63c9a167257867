"""Uploads to Cloud Storage: in one request, or resumable over several.

Owns how bytes arrive. What arrived of a resumable upload is kept across a restart; nothing becomes
an object before `Objects.commit`.
"""

import asyncio
import json
import re
import uuid
import weakref
from pathlib import Path
from typing import Any, BinaryIO

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from localcloud.services.context import Context
from localcloud.services.errors import invalid, not_found, not_implemented
from localcloud.services.storage import json_body, resource
from localcloud.services.storage_metadata import Document, Preconditions, checked_name, writable
from localcloud.services.storage_objects import UPLOADS, Objects, now

_HEAD_BYTES = 1 << 20  # most that may precede the data of a multipart upload
_TAIL_BYTES = 1 << 10
_BOUNDARY = re.compile(r'boundary="?([^";]+)"?')
_PART = re.compile(rb"(?s)(?:\r?\n)*--(.*?)(\r?\n)(.*?)\2\2(.*?)\2--\1\2(.*?)\2\2")
_PART_TYPE = re.compile(rb"(?im)^content-type:(.*)$")
_CONTENT_RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")


def routes(context: Context, objects: Objects) -> list[Route]:
    """The routes below /upload/storage/v1."""
    uploads = _Uploads(context, objects)
    path = "/upload/storage/v1/b/{bucket}/o"
    return [
        Route(path, uploads.post, methods=["POST"]),
        Route(path, uploads.resume, methods=["PUT"]),
    ]


class _Uploads:
    def __init__(self, context: Context, objects: Objects) -> None:
        self._url = context.url
        self._objects = objects
        # A client that gave up on a request may send the next one while the first still writes.
        self._locks: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()

    async def post(self, request: Request) -> Response:
        query = request.query_params
        if "upload_id" in query:  # gcsfs continues with POST, the others with PUT
            return await self.resume(request)
        bucket = request.path_params["bucket"]
        self._objects.bucket(bucket)
        match query.get("uploadType"):
            case "media":
                return await self._media(request, bucket)
            case "multipart":
                return await self._multipart(request, bucket)
            case "resumable":
                return await self._start(request, bucket)
        raise not_implemented(f"uploadType {query.get('uploadType')!r} of Cloud Storage")

    async def _media(self, request: Request, bucket: str) -> Response:
        metadata = {"name": request.query_params.get("name")}
        if "content-type" in request.headers:
            metadata["contentType"] = request.headers["content-type"]
        payload = self._objects.incoming()
        try:
            with payload.open("wb") as file:
                async for chunk in request.stream():
                    file.write(chunk)
            return await self._commit(request, bucket, metadata, payload)
        finally:
            payload.unlink(missing_ok=True)

    async def _multipart(self, request: Request, bucket: str) -> Response:
        found = _BOUNDARY.search(request.headers.get("content-type", ""))
        if not found:
            raise invalid("A multipart upload needs a Content-Type with a boundary.")
        payload = self._objects.incoming()
        try:
            with payload.open("w+b") as file:
                head, newline = b"", b""
                metadata: Document | None = None
                async for chunk in request.stream():
                    if metadata is not None:
                        file.write(chunk)
                        continue
                    head += chunk
                    parsed = _read_head(head, found[1].encode())
                    if parsed:
                        metadata, newline, rest = parsed
                        file.write(rest)
                    elif len(head) > _HEAD_BYTES:
                        break
                if metadata is None:
                    raise invalid("A multipart upload needs two parts: JSON metadata and the data.")
                _cut_tail(file, newline + b"--" + found[1].encode() + b"--")
            metadata.setdefault("name", request.query_params.get("name"))
            return await self._commit(request, bucket, metadata, payload)
        finally:
            payload.unlink(missing_ok=True)

    async def _start(self, request: Request, bucket: str) -> Response:
        metadata = await json_body(request)
        metadata.setdefault("name", request.query_params.get("name"))
        content_type = request.headers.get("x-upload-content-type")
        if content_type:
            metadata.setdefault("contentType", content_type)
        # Refuse what can be refused before the client sends gigabytes.
        name, _ = checked_name(metadata["name"]), writable(metadata)
        Preconditions.of(request.query_params).check(self._objects.find(bucket, name))
        upload = uuid.uuid4().hex
        self._objects.incoming(upload).touch()
        body = {
            "metadata": metadata,
            "query": dict(request.query_params),
            "created": now(),
        }
        self._objects.store.put(UPLOADS, f"{bucket}/{upload}", body)
        location = f"{self._url}{request.url.path}?uploadType=resumable&upload_id={upload}"
        return JSONResponse({}, headers={"location": location, "x-guploader-uploadid": upload})

    async def resume(self, request: Request) -> Response:
        """Takes the next bytes, or says how many there are."""
        upload, bucket = request.query_params.get("upload_id", ""), request.path_params["bucket"]
        async with self._locks.setdefault(upload, asyncio.Lock()):
            session = self._session(bucket, upload)
            if "done" in session:  # the client did not see our answer
                return JSONResponse(resource(self._url, bucket, session["done"]))
            payload = self._objects.incoming(upload)
            complete = await _receive(request, payload)
            if not complete:
                return _incomplete(payload)
            metadata = {**session["metadata"], **_header_digests(request)}
            document = await run_in_threadpool(
                self._objects.commit,
                bucket,
                metadata,
                payload,
                Preconditions.of(session["query"]),
                upload=upload,
            )
        return JSONResponse(resource(self._url, bucket, document))

    def _session(self, bucket: str, upload: str) -> Document:
        session = self._objects.store.get(UPLOADS, f"{bucket}/{upload}")
        if session is None:
            raise not_found(f"No such upload: {upload}.")
        return session

    async def _commit(
        self, request: Request, bucket: str, metadata: Document, payload: Path
    ) -> Response:
        conditions = Preconditions.of(request.query_params)
        expected = {**metadata, **_header_digests(request)}
        document = await run_in_threadpool(
            self._objects.commit, bucket, expected, payload, conditions
        )
        return JSONResponse(resource(self._url, bucket, document))


async def _receive(request: Request, payload: Path) -> bool:
    """Appends the request's bytes to `payload`; returns whether the upload is complete."""
    header = request.headers.get("content-range")
    match = _CONTENT_RANGE.fullmatch(header or "bytes 0-0/*")
    if not match:
        raise invalid(f"Content-Range {header!r} is not of the form 'bytes 0-99/100'.")
    first, last, total = match.groups()
    with payload.open("ab") as file:
        stored = file.tell()
        if first is not None:
            if int(first) > stored:
                raise invalid(f"Content-Range {header!r} leaves a gap: {stored} bytes are stored.")
            skip = stored - int(first)  # sent again: the client did not see our answer
            async for chunk in request.stream():
                file.write(chunk[skip:])
                skip = max(skip - len(chunk), 0)
        stored = file.tell()
    if header is None:
        return True
    if last is not None and stored < int(last) + 1:
        return False
    return total != "*" and stored == int(total)


def _incomplete(payload: Path) -> Response:
    stored = payload.stat().st_size
    headers = {"range": f"bytes=0-{stored - 1}"} if stored else {}
    return Response(status_code=308, headers=headers)


def _header_digests(request: Request) -> Document:
    """Digests that the client computed, from `X-Goog-Hash: crc32c=...,md5=...`."""
    names = {"crc32c": "crc32c", "md5": "md5Hash"}
    pairs = (
        part.strip().partition("=") for part in request.headers.get("x-goog-hash", "").split(",")
    )
    return {names[name]: value for name, _, value in pairs if name in names}


def _read_head(head: bytes, boundary: bytes) -> tuple[Document, bytes, bytes] | None:
    """Metadata, the line ending in use, and the first of the data; None while incomplete."""
    match = _PART.match(head)
    if not match:
        return None
    delimiter, newline, _, metadata, headers = match.groups()
    if delimiter != boundary:
        raise invalid("The multipart body does not begin with the boundary of its Content-Type.")
    try:
        parsed: Any = json.loads(metadata)
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict):
        raise invalid("The first part of a multipart upload must be a JSON object.")
    content_type = _PART_TYPE.search(headers)
    if content_type:
        parsed.setdefault("contentType", content_type[1].decode("latin-1").strip())
    return parsed, newline, head[match.end() :]


def _cut_tail(file: BinaryIO, closing: bytes) -> None:
    """Cuts off the closing boundary, which nothing but a line ending may follow."""
    size = file.tell()
    file.seek(max(size - _TAIL_BYTES, 0))
    offset, tail = file.tell(), file.read()
    at = tail.rfind(closing)
    if at < 0 or tail[at + len(closing) :].strip():
        raise invalid("The multipart body does not end with its closing boundary.")
    file.truncate(offset + at)
