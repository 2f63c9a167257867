"""Objects of Cloud Storage: documents in the store, payloads in files.

Owns generations, preconditions and the order of writes: the payload is complete and on disk under
its generation before the document that names it is committed, so that a crash leaves at worst a
file nobody refers to (`sweep` removes those). Keeps the current generation alone, whatever the
bucket says of versions. Does not speak HTTP.
"""

import threading
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from localcloud.services.context import Context
from localcloud.services.errors import not_found
from localcloud.services.storage_metadata import (
    Document,
    Preconditions,
    checked_name,
    compare_digests,
    digests_on_disk,
    writable,
)

BUCKETS = "gcp:storage/bucket:Bucket"
OBJECTS = "storage/objects"  # named "<bucket>/<object>"
UPLOADS = "storage/uploads"  # named `<bucket>/<upload id>`
_UPLOAD_LIFE = timedelta(days=7)  # as in the real service


def now() -> str:
    """This moment as the API writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Objects:
    """The objects of every bucket of one stack."""

    def __init__(self, context: Context) -> None:
        self.store = context.store
        self._folder = context.folder / "objects"
        self._incoming = self._folder / "incoming"
        self._incoming.mkdir(parents=True, exist_ok=True)
        self._writing = threading.Lock()  # spares SQLite's polling among our own threads

    def bucket(self, name: str) -> Document:
        """Inputs of the graph's bucket; 404 if the graph has none."""
        document = self.store.get(BUCKETS, name)
        if document is None:
            raise not_found(f"The specified bucket does not exist: {name}.")
        return document["inputs"]

    def find(self, bucket: str, name: str) -> Document | None:
        """The object, or None."""
        return self.store.get(OBJECTS, f"{bucket}/{name}")

    def require(self, bucket: str, name: str, generation: str | None = None) -> Document:
        """Like `find`; 404 if there is none, or none of the given generation."""
        document = self.find(bucket, name)
        if document is None or generation not in (None, document["generation"]):
            self.bucket(bucket)
            raise not_found(f"No such object: {bucket}/{name}")
        return document

    def open(
        self, bucket: str, name: str, generation: str | None, preconditions: Preconditions
    ) -> tuple[Document, BinaryIO]:
        """The object and its payload. An open payload survives its replacement."""
        while True:
            document = self.require(bucket, name, generation)
            preconditions.check(document, reading=True)
            try:
                return document, self._payload(document["generation"]).open("rb")
            except FileNotFoundError:
                # Replaced between the two reads; if not, the payload is really missing.
                if self.find(bucket, name) == document:
                    raise

    def incoming(self, upload: str | None = None) -> Path:
        """Where a payload is collected until `commit`."""
        return self._incoming / (upload or uuid.uuid4().hex)

    def commit(
        self,
        bucket: str,
        metadata: Document,
        payload: Path,
        preconditions: Preconditions,
        *,
        upload: str | None = None,
    ) -> Document:
        """Makes the complete file `payload` the object `metadata["name"]`; takes the file away.

        `upload` is the resumable upload that thereby ends.
        """
        name = checked_name(metadata.get("name"))
        digests = digests_on_disk(payload)
        compare_digests(metadata, digests)
        document = {
            "name": name,
            "contentType": "application/octet-stream",
            "storageClass": "STANDARD",
            **writable(metadata),
            **digests,
            "metageneration": "1",
            "timeCreated": now(),
            "updated": now(),
        }
        with self._writing, self.store.transaction():
            self.bucket(bucket)
            old = self.find(bucket, name)
            preconditions.check(old)
            document["generation"] = str(self.store.next_number(OBJECTS))
            payload.replace(self._payload(document["generation"]))
            self.store.put(OBJECTS, f"{bucket}/{name}", document)
            if upload:
                self.store.put(UPLOADS, f"{bucket}/{upload}", {"done": document, "created": now()})
        if old:
            self._payload(old["generation"]).unlink(missing_ok=True)
        return document

    def delete(
        self, bucket: str, name: str, generation: str | None, preconditions: Preconditions
    ) -> None:
        """Deletes the object; 404 if it is not there in the given generation."""
        with self._writing, self.store.transaction():
            document = self.require(bucket, name, generation)
            preconditions.check(document)
            self.store.delete(OBJECTS, f"{bucket}/{name}")
        self._payload(document["generation"]).unlink(missing_ok=True)

    def sweep(self) -> None:
        """Removes files that no document names. Only before any request is served."""
        kept = {document["generation"] for _, document in self.store.list(OBJECTS)}
        expired = (datetime.now(UTC) - _UPLOAD_LIFE).isoformat()
        uploads = set()
        for key, document in self.store.list(UPLOADS):
            if document["created"] < expired:
                self.store.delete(UPLOADS, key)
            else:
                uploads.add(key.rpartition("/")[2])
        for folder, names in ((self._folder, kept), (self._incoming, uploads)):
            for path in folder.iterdir():
                if path.is_file() and path.name not in names:
                    path.unlink()

    def _payload(self, generation: str) -> Path:
        return self._folder / generation
