"""What is said about an object: its fields, its digests, and what a request expects of it.

Owns which fields a client may set and how preconditions are judged. Stores nothing.
"""

import base64
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import google_crc32c

from localcloud.services.errors import ApiError, invalid, not_implemented

Document = dict[str, Any]

CHUNK = 1 << 20  # bytes read or sent at once
_NAME_BYTES = 1024
_WRITABLE = (
    "cacheControl",
    "contentDisposition",
    "contentEncoding",
    "contentLanguage",
    "contentType",
    "customTime",
    "metadata",
    "storageClass",
)
# Sent along by clients, derived here.
_DERIVED = ("bucket", "crc32c", "generation", "id", "kind", "md5Hash", "metageneration", "name")


@dataclass(frozen=True, kw_only=True)
class Preconditions:
    """What must hold of the current object for a request to go ahead."""

    generation_match: str | None = None
    generation_not_match: str | None = None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Preconditions":
        """From query parameters; one that is not known here is refused, not ignored."""
        given = {name: value for name, value in query.items() if name.startswith("if")}
        for name, value in given.items():
            if name not in ("ifGenerationMatch", "ifGenerationNotMatch"):
                raise not_implemented(f"the precondition {name!r} of Cloud Storage")
            if not value.isdigit():
                raise invalid(f"Precondition {name} is {value!r}: write a number.")
        return cls(
            generation_match=given.get("ifGenerationMatch"),
            generation_not_match=given.get("ifGenerationNotMatch"),
        )

    def check(self, current: Document | None, *, reading: bool = False) -> None:
        """412 if the object differs from what was expected; 304 to a reader who has it already."""
        # An object that does not exist has generation 0: that is how clients say "create only".
        generation = current["generation"] if current else "0"
        message = f"A precondition did not hold: the object's generation is {generation}."
        if self.generation_match not in (None, generation):
            raise ApiError(412, "FAILED_PRECONDITION", message)
        if generation == self.generation_not_match:
            raise ApiError(304 if reading else 412, "FAILED_PRECONDITION", message)


def writable(metadata: Mapping[str, Any]) -> Document:
    """The fields a client may set; anything else it sends is refused, not dropped."""
    unknown = [key for key in metadata if key not in _WRITABLE and key not in _DERIVED]
    if unknown:
        raise not_implemented(f"the object field {unknown[0]!r} of Cloud Storage")
    return {key: metadata[key] for key in _WRITABLE if key in metadata}


def checked_name(name: object) -> str:
    if not isinstance(name, str) or not name:
        raise invalid("An object needs a name: set the query parameter or the field 'name'.")
    if len(name.encode()) > _NAME_BYTES or name in (".", "..") or set("\r\n") & set(name):
        raise invalid(
            f"Object name {name[:60]!r} is not allowed: at most 1,024 bytes of UTF-8, "
            "no line breaks, not '.' or '..'."
        )
    return name


def digests_on_disk(payload: Path) -> Document:
    """Size and digests of a file, which is on disk afterwards."""
    md5, crc32c = hashlib.md5(usedforsecurity=False), google_crc32c.Checksum()
    with payload.open("rb") as file:
        while chunk := file.read(CHUNK):
            md5.update(chunk)
            crc32c.update(chunk)
        os.fsync(file.fileno())
        return {
            "size": str(file.tell()),
            "md5Hash": base64.b64encode(md5.digest()).decode(),
            "crc32c": base64.b64encode(crc32c.digest()).decode(),
        }


def compare_digests(metadata: Document, digests: Document) -> None:
    for key in ("md5Hash", "crc32c"):
        if metadata.get(key) not in (None, digests[key]):
            raise invalid(f"Provided {key} {metadata[key]!r} is not that of the data received.")
