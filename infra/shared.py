"""What the parts of a platform get from each other: the result of its first, common part.

Makes no resource: `infra.platform` fills it, and each part's root takes what it needs from it.
"""

from dataclasses import dataclass

from pulumi import Resource

from infra.alerts import AlertChannel
from infra.artifacts import ArtifactStore
from infra.encryption import Key
from infra.foundation import Foundation
from infra.identities import Identities
from infra.labels import Labels
from infra.naming import Names
from infra.registry import Registry
from infra.settings.keys import Purpose
from infra.warehouse import Warehouse


@dataclass(frozen=True, kw_only=True)
class Shared:
    """What every other part of a stack may use."""

    names: Names
    labels: Labels
    foundation: Foundation
    identities: Identities
    artifacts: ArtifactStore
    registry: Registry
    warehouse: Warehouse
    alerts: AlertChannel

    def api(self, name: str) -> Resource:
        """What waits for an API of `catalog.services` depends on this."""
        return self.foundation.services.api(name)

    def key(self, purpose: Purpose, region: str) -> Key | None:
        """What to encrypt with in a region; None where Google keeps the keys."""
        return self.foundation.key(purpose, region)
