"""The embedded `gcp` provider; `create` is its only entry."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from localcloud.provider.protocol import Provider


def create(folder: Path, config: Mapping[str, Any]) -> Provider:
    """A provider that keeps its resources in `folder` (one stack's), configured as `gcp:` keys say.

    Raises:
        ProviderError: A configuration value that the provider refuses.
    """
    from localcloud.provider.core import GoogleProvider

    return GoogleProvider(folder, config)
