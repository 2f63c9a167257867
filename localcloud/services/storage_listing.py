"""Pages of object names.

Owns prefix, delimiter, offsets and page tokens. Does not know where the names come from.
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from localcloud.services.errors import invalid, not_implemented
from localcloud.services.storage_metadata import Document
from localcloud.store import after_prefix

# (first name, end or "", most names) -> objects in [first, end) in order of their names.
Scan = Callable[[str, str, int], list[tuple[str, Document]]]

_PAGE = 1000
_BATCH = 500
_UNSUPPORTED = ("filter", "includeFoldersAsPrefixes", "matchGlob", "softDeleted", "versions")


@dataclass(kw_only=True)
class Page:
    items: list[Document] = field(default_factory=list)
    prefixes: list[str] = field(default_factory=list)
    next_token: str | None = None


def list_page(scan: Scan, query: Mapping[str, str]) -> Page:
    """The page that the request's parameters ask for; objects and prefixes count alike."""
    for name in _UNSUPPORTED:
        if query.get(name, "false") != "false":
            raise not_implemented(f"the parameter {name!r} of a listing in Cloud Storage")
    prefix, delimiter = query.get("prefix", ""), query.get("delimiter", "")
    limit = _limit(query.get("maxResults"))
    position = max(prefix, query.get("startOffset", ""), _read_token(query.get("pageToken")))
    end = min(filter(None, (after_prefix(prefix), query.get("endOffset"))), default="")
    page = Page()
    while not end or position < end:
        batch = scan(position, end, min(_BATCH, limit + 1))
        for name, document in batch:
            if name < position:  # in a group that is on the page already
                continue
            if len(page.items) + len(page.prefixes) == limit:
                page.next_token = base64.urlsafe_b64encode(position.encode()).decode()
                return page
            cut = name.find(delimiter, len(prefix)) if delimiter else -1
            if cut < 0:
                page.items.append(document)
                position = name + "\0"
            else:
                group = name[: cut + len(delimiter)]
                page.prefixes.append(group)
                position = after_prefix(group)
                if not position:  # no name comes after this group
                    return page
        if len(batch) < min(_BATCH, limit + 1):
            return page
    return page


def _limit(value: str | None) -> int:
    if value is None:
        return _PAGE
    if not value.isdigit() or int(value) < 1:
        raise invalid(f"maxResults is {value!r}: write a number from 1 to {_PAGE}.")
    return min(int(value), _PAGE)


def _read_token(token: str | None) -> str:
    try:
        return base64.b64decode(token or "", altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise invalid(f"pageToken {token!r} is not one that a listing returned.") from None
