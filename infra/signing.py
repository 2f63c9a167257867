"""What a component gets that signs images, or that starts none without a signature.

Does not make it: that is `infra.guardrails.admission`.
"""

from dataclasses import dataclass

import pulumi
from pulumi import Input


@dataclass(frozen=True, kw_only=True)
class Signing:
    """Who vouches for an image, with what, and the policy that asks for it."""

    attestor: Input[str]
    """Short name of whose signatures count."""
    note: Input[str]
    """Short name of the note that signatures are kept below."""
    key: Input[str]
    """`projects/P/locations/L/keyRings/R/cryptoKeys/K`"""
    key_version: Input[str]
    """The version of it that signs."""
    policy: pulumi.Resource
    """In force before anything starts under it."""


def asked(signing: Signing | None) -> list[pulumi.Resource]:
    """What a resource that starts signed images only depends on."""
    return [signing.policy] if signing else []
