"""Repositories of pipeline templates, as far as KFP's registry client calls them here.

Owns the routes below /REGION-kfp.pkg.dev: upload, download, versions to get, tags to get, list,
create and move. Repositories are the graph's. Deletes nothing: that goes with the repository.
"""

import email.parser
import email.policy
import hashlib
import re
from typing import Any

import yaml
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from localcloud.services.context import Context
from localcloud.services.errors import ApiError, invalid, not_found, not_implemented
from localcloud.services.storage import json_body
from localcloud.services.storage_objects import now
from localcloud.store import Document, Store

REPOSITORIES = "gcp:artifactregistry/repository:Repository"
VERSIONS = "templates/versions"  # named "<repository>/<package>/<version>"
TAGS = "templates/tags"  # named "<repository>/<package>/<tag>"
_PACKAGE = re.compile(r"[a-z0-9][a-z0-9-]{3,127}")
_TAG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_URI = re.compile(r"https://([a-z0-9-]+)-kfp\.pkg\.dev/([^/]+)/([^/]+)/([^/]+)/([^/]+)")


def routes(context: Context) -> list[Route]:
    """The routes of every repository."""
    api = _Api(context.store)
    root = "/{location}-kfp.pkg.dev/{project}/{repository}"
    package = root + "/packages/{package}"
    return [
        Route(root, api.upload, methods=["POST"]),
        Route(package + "/versions/{version}", api.get_version, methods=["GET"]),
        Route(package + "/tags", api.list_tags, methods=["GET"]),
        Route(package + "/tags", api.create_tag, methods=["POST"]),
        Route(package + "/tags/{tag}", api.get_tag, methods=["GET"]),
        Route(package + "/tags/{tag}", api.move_tag, methods=["PATCH"]),
        Route(root + "/{package}/{which}", api.download, methods=["GET"]),
    ]


def resolve(store: Store, uri: str) -> tuple[str, Document]:
    """Version and content of the template at `https://REGION-kfp.pkg.dev/.../VERSION-or-TAG`."""
    match = _URI.fullmatch(uri)
    if match is None:
        raise invalid(f"templateUri {uri!r} does not match {_URI.pattern}.")
    location, project, repository, package, which = match.groups()
    place = f"projects/{project}/locations/{location}/repositories/{repository}/{package}"
    version = (store.get(TAGS, f"{place}/{which}") or {}).get("version", which)
    document = store.get(VERSIONS, f"{place}/{version}")
    if document is None:
        raise not_found(f"There is no pipeline template {uri}.")
    return version, yaml.safe_load(document["content"])


class _Api:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def upload(self, request: Request) -> Response:
        place = self._repository(request)
        content = _file(request.headers.get("content-type", ""), await request.body())
        package = await run_in_threadpool(_package, content)
        version = f"sha256:{hashlib.sha256(content).hexdigest()}"
        document = {"content": content.decode(), "createTime": now()}
        self._store.put(VERSIONS, f"{place}/{package}/{version}", document, if_absent=True)
        return PlainTextResponse(f"{package}/{version}")

    def download(self, request: Request) -> Response:
        place, which = self._package(request), request.path_params["which"]
        version = (self._store.get(TAGS, f"{place}/{which}") or {}).get("version", which)
        return PlainTextResponse(self._version(place, version)["content"])

    def get_version(self, request: Request) -> Response:
        place, version = self._package(request), request.path_params["version"]
        made = self._version(place, version)["createTime"]
        return JSONResponse({"name": _name(place, "versions", version), "createTime": made})

    def list_tags(self, request: Request) -> Response:
        place = self._package(request)
        found = self._store.list(TAGS, prefix=f"{place}/")
        return JSONResponse({"tags": [_tag(place, name, body) for name, body in found]})

    def get_tag(self, request: Request) -> Response:
        place, tag = self._package(request), request.path_params["tag"]
        name = f"{place}/{tag}"
        return JSONResponse(_tag(place, name, self._required(name)))

    async def create_tag(self, request: Request) -> Response:
        place, tag = self._package(request), request.query_params.get("tagId", "")
        if not _TAG.fullmatch(tag):
            raise invalid(f"tagId {tag!r} does not match {_TAG.pattern}.")
        name, body = f"{place}/{tag}", await self._pointer(request, place)
        if not self._store.put(TAGS, name, body, if_absent=True):
            raise ApiError(409, "ALREADY_EXISTS", f"Tag {tag} exists already: update it.")
        return JSONResponse(_tag(place, name, body))

    async def move_tag(self, request: Request) -> Response:
        if request.query_params.get("updateMask") != "version":
            raise not_implemented("changing more than the version of a tag in Artifact Registry")
        place, tag = self._package(request), request.path_params["tag"]
        name, body = f"{place}/{tag}", await self._pointer(request, place)
        self._required(name)
        self._store.put(TAGS, name, body)
        return JSONResponse(_tag(place, name, body))

    async def _pointer(self, request: Request, place: str) -> Document:
        """What a tag holds: a version that exists in the same package."""
        given = str((await json_body(request)).get("version", ""))
        version = given.rpartition("/")[2]
        if not given.endswith(f"packages/{request.path_params['package']}/versions/{version}"):
            raise invalid(f"version {given!r} is none of the package of the tag.")
        self._version(place, version)
        return {"version": version}

    def _repository(self, request: Request) -> str:
        path = request.path_params
        name = (
            f"projects/{path['project']}/locations/{path['location']}"
            f"/repositories/{path['repository']}"
        )
        document = self._store.get(REPOSITORIES, name)
        if document is None:
            raise not_found(f"Repository {name} does not exist.")
        if document["inputs"]["format"] != "KFP":
            raise invalid(f"Repository {name} has format {document['inputs']['format']}, not KFP.")
        return name

    def _package(self, request: Request) -> str:
        return f"{self._repository(request)}/{request.path_params['package']}"

    def _version(self, place: str, version: str) -> Document:
        document = self._store.get(VERSIONS, f"{place}/{version}")
        if document is None:
            raise not_found(f"There is no {version} of {place}.")
        return document

    def _required(self, tag: str) -> Document:
        document = self._store.get(TAGS, tag)
        if document is None:
            raise not_found(f"There is no tag {tag}.")
        return document


def _file(content_type: str, body: bytes) -> bytes:
    """The uploaded file; a form that says more is refused."""
    parser = email.parser.BytesParser(policy=email.policy.HTTP)
    message = parser.parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    parts = {part.get_param("name", header="content-disposition"): part for part in message.walk()}
    parts.pop(None, None)
    if unknown := sorted(str(name) for name in parts.keys() - {"content"}):
        raise not_implemented(f"{', '.join(unknown)} of an upload of a pipeline template")
    if "content" not in parts:
        raise invalid("The form holds no file named content.")
    content: Any = parts["content"].get_payload(decode=True)
    return content


def _package(content: bytes) -> str:
    """The name of the pipeline, which is that of its package."""
    try:
        name = yaml.safe_load(content)["pipelineInfo"]["name"]
    except (yaml.YAMLError, KeyError, TypeError, UnicodeDecodeError) as error:
        raise invalid("The file is no compiled pipeline with a pipelineInfo.name.") from error
    if not _PACKAGE.fullmatch(str(name)):
        raise invalid(f"The pipeline's name {name!r} does not match {_PACKAGE.pattern}.")
    return name


def _name(place: str, collection: str, last: str) -> str:
    repository, _, package = place.rpartition("/")
    return f"{repository}/packages/{package}/{collection}/{last}"


def _tag(place: str, name: str, body: Document) -> Document:
    tag = name.rpartition("/")[2]
    return {
        "name": _name(place, "tags", tag),
        "version": _name(place, "versions", body["version"]),
    }
