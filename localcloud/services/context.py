"""What every local service is given: where its data lives and how it is reached.

Owns no state of its own and starts nothing.
"""

from dataclasses import dataclass, field
from pathlib import Path

from localcloud.store import Store


@dataclass(frozen=True, kw_only=True)
class Context:
    """One stack's local cloud, as its services see it."""

    folder: Path  # the stack's folder: payloads, job folders, images
    store: Store  # documents, shared with the provider
    url: str  # http://127.0.0.1:PORT, without a trailing slash
    token: str = field(repr=False)  # what the operator's calls below /-/ must present
    environment: dict[str, str]  # what a process needs to reach these services
