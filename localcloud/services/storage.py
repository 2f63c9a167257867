"""Cloud Storage's JSON API, as far as the platform's clients call it.

Owns the routes below /storage/v1 and /download/storage/v1 and the shape of their answers. Buckets
are the graph's: nothing here creates one. Uploads are in `storage_uploads`.
"""

from typing import Any
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from localcloud.services.context import Context
from localcloud.services.errors import invalid, not_implemented
from localcloud.services.storage_listing import list_page
from localcloud.services.storage_media import media
from localcloud.services.storage_metadata import Document, Preconditions
from localcloud.services.storage_objects import OBJECTS, Objects
from localcloud.store import after_prefix


def routes(context: Context, objects: Objects) -> list[Route]:
    """The routes of buckets and objects."""
    api = _Api(context, objects)
    return [
        Route("/storage/v1/b/{bucket}", api.get_bucket, methods=["GET"]),
        Route("/storage/v1/b/{bucket}/o", api.list_objects, methods=["GET"]),
        Route("/storage/v1/b/{bucket}/o/{rest:path}", api.get, methods=["GET"]),
        Route("/download/storage/v1/b/{bucket}/o/{rest:path}", api.get, methods=["GET"]),
        Route("/storage/v1/b/{bucket}/o/{rest:path}", api.delete, methods=["DELETE"]),
    ]


def resource(url: str, bucket: str, document: Document) -> Document:
    """An object as the API returns it."""
    path = f"b/{bucket}/o/{quote(document['name'], safe='')}"
    generation = document["generation"]
    return {
        "kind": "storage#object",
        "id": f"{bucket}/{document['name']}/{generation}",
        "bucket": bucket,
        "selfLink": f"{url}/storage/v1/{path}",
        "mediaLink": f"{url}/download/storage/v1/{path}?generation={generation}&alt=media",
        "etag": f"{generation}/{document['metageneration']}",
        **document,
    }


class _Api:
    def __init__(self, context: Context, objects: Objects) -> None:
        self._url = context.url
        self._objects = objects

    def get_bucket(self, request: Request) -> Response:
        name = request.path_params["bucket"]
        inputs = self._objects.bucket(name)
        return JSONResponse(
            {
                "kind": "storage#bucket",
                "id": name,
                "name": name,
                "selfLink": f"{self._url}/storage/v1/b/{name}",
                "location": inputs.get("location", "US"),
                "storageClass": inputs.get("storageClass", "STANDARD"),
                "labels": inputs.get("labels") or {},
                "metageneration": "1",
            }
        )

    def list_objects(self, request: Request) -> Response:
        bucket = request.path_params["bucket"]
        self._objects.bucket(bucket)
        base = f"{bucket}/"

        def scan(first: str, end: str, limit: int) -> list[tuple[str, Document]]:
            found = self._objects.store.list(
                OBJECTS,
                start=base + first,
                end=base + end if end else after_prefix(base),
                limit=limit,
            )
            return [(name.removeprefix(base), document) for name, document in found]

        page = list_page(scan, request.query_params)
        body: Document = {"kind": "storage#objects"}
        if page.items:
            body["items"] = [resource(self._url, bucket, item) for item in page.items]
        if page.prefixes:
            body["prefixes"] = page.prefixes
        if page.next_token:
            body["nextPageToken"] = page.next_token
        return JSONResponse(body)

    def get(self, request: Request) -> Response:
        bucket, name = _object_path(request)
        generation = request.query_params.get("generation")
        preconditions = Preconditions.of(request.query_params)
        if request.query_params.get("alt") == "media":
            document, payload = self._objects.open(bucket, name, generation, preconditions)
            return media(document, payload, request.headers.get("range"))
        document = self._objects.require(bucket, name, generation)
        preconditions.check(document, reading=True)
        return JSONResponse(resource(self._url, bucket, document))

    def delete(self, request: Request) -> Response:
        bucket, name = _object_path(request)
        query = request.query_params
        self._objects.delete(bucket, name, query.get("generation"), Preconditions.of(query))
        return Response(status_code=204)


async def json_body(request: Request) -> Document:
    """The request's JSON object; {} if it sends nothing."""
    content = await request.body()
    if not content:
        return {}
    try:
        body: Any = await request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise invalid(f"The body of {request.method} {request.url.path} is not a JSON object.")
    return body


def _object_path(request: Request) -> tuple[str, str]:
    """Bucket and object. An object's own slashes arrive as %2F; others are calls of their own."""
    raw: bytes = request.scope["raw_path"]
    parts = [unquote(part) for part in raw.decode("ascii").split("/")]
    at = parts.index("b")
    if len(parts) > at + 4:
        raise not_implemented(f"{request.method} {request.url.path}")
    return parts[at + 1], parts[at + 3]
