"""What a component gets when its data is encrypted with a key of our own.

Does not make keys: that is `infra.keys`.
"""

from dataclasses import dataclass

import pulumi
from pulumi import Input


@dataclass(frozen=True, kw_only=True)
class Key:
    """One key, and the grant without which nothing can be encrypted with it."""

    id: Input[str]
    """`projects/P/locations/L/keyRings/R/cryptoKeys/K`"""
    grant: pulumi.Resource
    """The service that encrypts may use the key."""


def granted(key: Key | None) -> list[pulumi.Resource]:
    """What a resource that is encrypted with the key depends on."""
    return [key.grant] if key else []
