"""Objects of Cloud Storage: documents in the store, payloads in files.

Owns generations, preconditions and the order of writes: the payload is complete and on disk under
its generation before the document that names it is committed, so that a crash leaves at worst a
file nobody refers to (`sweep` removes those). Does not speak HTTP.
"""

import threading
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from localcloud.services.context import Context
from localcloud.services.errors import not_found
from localcloud.services.storage_metadata import (
    CHUNK,
    Document,
    Preconditions,
    checked_name,
    compare_digests,
    digests_on_disk,
    without_nulls,
    writable,
)

BUCKETS = "gcp:storage/bucket:Bucket"
OBJECTS = "storage/objects"  # named "<bucket>/<object>"
NONCURRENT = "storage/noncurrent"  # named "<bucket>/<object>#<generation>"
UPLOADS = "storage/uploads"  # named `<bucket>/<upload id>`
_NO_CONDITIONS = Preconditions()
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

    def find(self, bucket: str, name: str, generation: str | None = None) -> Document | None:
        """The current object, or the given generation of it."""
        document = self.store.get(OBJECTS, f"{bucket}/{name}")
        if generation is None or (document and document["generation"] == generation):
            return document
        return self.store.get(NONCURRENT, f"{bucket}/{name}#{generation}")

    def require(self, bucket: str, name: str, generation: str | None = None) -> Document:
        """Like `find`; 404 if there is none."""
        document = self.find(bucket, name, generation)
        if document is None:
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
                if self.find(bucket, name, generation) == document:
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
        components: int = 0,
    ) -> Document:
        """Makes the complete file `payload` the object `metadata["name"]`; takes the file away.

        `upload` is the resumable upload that thereby ends; `components` counts composed parts,
        whose objects have no MD5.
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
        if components:
            del document["md5Hash"]
            document["componentCount"] = components
        with self._writing, self.store.transaction():
            versioned = _is_versioned(self.bucket(bucket))
            old = self.find(bucket, name)
            preconditions.check(old)
            document["generation"] = str(self.store.next_number(OBJECTS))
            payload.replace(self._payload(document["generation"]))
            self.store.put(OBJECTS, f"{bucket}/{name}", document)
            if old and versioned:
                self._retire(bucket, old)
            if upload:
                self.store.put(UPLOADS, f"{bucket}/{upload}", {"done": document, "created": now()})
        if old and not versioned:
            self._payload(old["generation"]).unlink(missing_ok=True)
        return document

    def compose(
        self,
        bucket: str,
        metadata: Document,
        sources: Iterable[tuple[Document, BinaryIO]],
        preconditions: Preconditions,
    ) -> Document:
        """A new object from the payloads of others, in order."""
        target = self.incoming()
        components = 0
        try:
            with target.open("wb") as output:
                for source, payload in sources:
                    components += source.get("componentCount", 1)
                    with payload:
                        while chunk := payload.read(CHUNK):
                            output.write(chunk)
            return self.commit(bucket, metadata, target, preconditions, components=components)
        finally:
            target.unlink(missing_ok=True)

    def copy(
        self,
        source: tuple[Document, BinaryIO],
        bucket: str,
        name: str,
        overrides: Document,
        preconditions: Preconditions,
    ) -> Document:
        """A new object with the payload of another and, unless given, its metadata."""
        document, payload = source
        target = self.incoming()
        metadata = {**(writable(overrides) or writable(document, strict=False)), "name": name}
        try:
            with payload, target.open("wb") as output:
                while chunk := payload.read(CHUNK):
                    output.write(chunk)
            return self.commit(
                bucket,
                metadata,
                target,
                preconditions,
                components=document.get("componentCount", 0),
            )
        finally:
            target.unlink(missing_ok=True)

    def patch(
        self, bucket: str, name: str, changes: Document, preconditions: Preconditions
    ) -> Document:
        """Changes metadata; null removes a field or a key of `metadata`."""
        with self._writing, self.store.transaction():
            document = self.require(bucket, name)
            preconditions.check(document)
            updated = {**document, **writable(changes)}
            if changes.get("metadata"):
                updated["metadata"] = {**document.get("metadata", {}), **changes["metadata"]}
                updated["metadata"] = without_nulls(updated["metadata"])
            updated["metageneration"] = str(int(document["metageneration"]) + 1)
            updated["updated"] = now()
            updated = without_nulls(updated)
            self.store.put(OBJECTS, f"{bucket}/{name}", updated)
        return updated

    def delete(
        self,
        bucket: str,
        name: str,
        generation: str | None = None,
        preconditions: Preconditions = _NO_CONDITIONS,
    ) -> None:
        """Deletes the current object, or the given generation of it for good."""
        with self._writing, self.store.transaction():
            document = self.require(bucket, name, generation)
            preconditions.check(document)
            retired = generation is None and _is_versioned(self.bucket(bucket))
            if retired:
                self._retire(bucket, document)
            if not self.store.delete(NONCURRENT, f"{bucket}/{name}#{generation}"):
                self.store.delete(OBJECTS, f"{bucket}/{name}")
        if not retired:
            self._payload(document["generation"]).unlink(missing_ok=True)

    def sweep(self) -> None:
        """Removes files that no document names. Only before any request is served."""
        kept = {document["generation"] for _, document in self.store.list(OBJECTS)}
        for key, document in self.store.list(NONCURRENT):
            if self.store.get(BUCKETS, key.partition("/")[0]) is None:
                self.store.delete(NONCURRENT, key)
            else:
                kept.add(document["generation"])
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

    def _retire(self, bucket: str, document: Document) -> None:
        key = f"{bucket}/{document['name']}#{document['generation']}"
        self.store.put(NONCURRENT, key, {**document, "timeDeleted": now()})

    def _payload(self, generation: str) -> Path:
        return self._folder / generation


def _is_versioned(bucket: Document) -> bool:
    return bool((bucket.get("versioning") or {}).get("enabled"))
