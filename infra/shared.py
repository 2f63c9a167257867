"""What the parts of a platform get from each other: the result of its first, common part.

Makes no resource: `infra.platform` fills it, and each part's root takes what it needs from it.
"""

from dataclasses import dataclass

from pulumi import Resource

from infra.encryption import Key
from infra.foundation import Foundation
from infra.identities import Identities
from infra.labels import Labels
from infra.naming import Names
from infra.observability.reach import Channels
from infra.settings.keys import Purpose
from infra.signing import Signing
from infra.stores.artifacts import ArtifactStore
from infra.stores.registry import Registry
from infra.stores.root import Stores
from infra.stores.warehouse import Warehouse


@dataclass(frozen=True, kw_only=True)
class Shared:
    """What every other part of a stack may use."""

    names: Names
    labels: Labels
    foundation: Foundation
    identities: Identities
    region: str
    """The project's own."""
    stores: Stores
    channels: Channels
    """Whom alerts reach."""
    signing: Signing | None
    """None where any image may start."""

    @property
    def artifacts(self) -> ArtifactStore:
        return self.stores.artifacts

    @property
    def registry(self) -> Registry:
        """That of the project's own region."""
        return self.stores.registries[self.region]

    @property
    def warehouse(self) -> Warehouse:
        return self.stores.warehouse

    def api(self, name: str) -> Resource:
        """What waits for an API of `catalog.services` depends on this."""
        return self.foundation.services.api(name)

    def key(self, purpose: Purpose, region: str) -> Key | None:
        """What to encrypt with in a region; None where Google keeps the keys."""
        return self.foundation.key(purpose, region)
