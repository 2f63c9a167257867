"""What a component gets when its data is encrypted with a key of our own.

Does not make keys: that is `infra.keys`.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, ResourceOptions

from catalog.roles import KEY_USER


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


def let_encrypt(
    logical_name: str, key: Key, member: Input[str], parent: pulumi.Resource
) -> gcp.kms.CryptoKeyIAMMember:
    """Let a further service use a key, beside the one that it was made for."""
    return gcp.kms.CryptoKeyIAMMember(
        logical_name,
        crypto_key_id=key.id,
        role=KEY_USER,
        member=member,
        opts=ResourceOptions(parent=parent, depends_on=granted(key)),
    )
