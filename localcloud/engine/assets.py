"""Content hashes of assets and archives, so that a changed file is a changed property.

Assets stay the objects that the SDK sends; only their `hash` is added.
"""

import hashlib
from pathlib import Path
from typing import Any

from localcloud.engine.values import SIGNATURE


def with_hash(asset: dict[str, Any]) -> dict[str, Any]:
    """The asset or archive with a `hash` over what it holds; a URI is hashed as text."""
    return {**asset, "hash": asset.get("hash") or _hash(asset)}


def _hash(asset: dict[str, Any]) -> str:
    if "text" in asset:
        return _digest(str(asset["text"]).encode())
    if "path" in asset:
        return _path_hash(Path(str(asset["path"])))
    if "uri" in asset:
        return _digest(str(asset["uri"]).encode())
    parts = [
        f"{name} {_part_hash(item)}" for name, item in sorted((asset.get("assets") or {}).items())
    ]
    return _digest("\n".join(parts).encode())


def _part_hash(item: Any) -> str:
    known = isinstance(item, dict) and SIGNATURE in item
    return str(item.get("hash") or _hash(item)) if known else _digest(repr(item).encode())


def _path_hash(path: Path) -> str:
    if path.is_dir():
        lines = [
            f"{file.relative_to(path).as_posix()} {_digest(file.read_bytes())}"
            for file in sorted(path.rglob("*"))
            if file.is_file()
        ]
        return _digest("\n".join(lines).encode())
    return _digest(path.read_bytes()) if path.exists() else _digest(str(path).encode())


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
