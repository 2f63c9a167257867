"""Keys of our own for data at rest: one for each purpose and region, granted to who encrypts.

A bucket over two regions needs a key of the area of both, which is made besides.

Makes keys or takes those that the settings name. Does not encrypt anything: whoever makes a bucket,
a table, a registry or an endpoint is given its `Key`, and waits for the key's grant.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, ResourceOptions

from catalog.roles import KEY_USER
from infra.encryption import Key
from infra.labels import Labels
from infra.settings.keys import PURPOSES, KeySettings, Purpose

_SECONDS_A_DAY = 86_400


@dataclass(frozen=True, kw_only=True)
class KeysArgs:
    settings: KeySettings
    store_location: str
    """Where the key of the stack's buckets is: a region, or the area of two."""
    protected: bool
    labels: Labels
    agent_members: Mapping[Purpose, Input[str]]
    """Who encrypts, for each purpose."""
    kms_api: pulumi.Resource
    compute_api: pulumi.Resource
    """With it comes the agent that encrypts disks."""


class Keys(pulumi.ComponentResource):
    """Key rings, keys and the grants on them."""

    def __init__(self, name: str, args: KeysArgs, opts: ResourceOptions | None = None) -> None:
        inputs = {**args.settings.model_dump(), "protected": args.protected}
        super().__init__("mlplatform:keys:Keys", name, inputs, opts)
        self._keys: dict[tuple[Purpose, str], Key] = {}
        for region in args.settings.regions:
            self._place(name, region, PURPOSES, args)
        if args.store_location not in args.settings.regions:
            self._place(name, args.store_location, ("storage",), args)
        self.register_outputs(
            {"keys": {f"{purpose}-{region}": k.id for (purpose, region), k in self._keys.items()}}
        )

    def key(self, purpose: Purpose, region: str) -> Key:
        """The key for what is in a region; KeyError for a region without keys."""
        return self._keys[purpose, region]

    def _place(self, name: str, region: str, purposes: Sequence[Purpose], args: KeysArgs) -> None:
        existing: dict[Purpose, str | None] = {
            each: args.settings.existing_key(each, region) for each in purposes
        }
        ring = self._ring(name, region, args) if None in existing.values() else None
        for purpose, path in existing.items():
            label = f"{name}-{purpose}-{region}"
            if path is None and ring is not None:
                self._keys[purpose, region] = self._made(label, purpose, ring, args)
            elif path is not None:
                self._keys[purpose, region] = self._taken(label, purpose, path, args)

    def _ring(self, name: str, region: str, args: KeysArgs) -> gcp.kms.KeyRing:
        # Named by the provider: a ring is never deleted, and its name is never free again.
        return gcp.kms.KeyRing(
            f"{name}-{region}",
            location=region,
            opts=ResourceOptions(parent=self, depends_on=[args.kms_api]),
        )

    def _made(self, label: str, purpose: Purpose, ring: gcp.kms.KeyRing, args: KeysArgs) -> Key:
        # Named by the provider, as a ring is: under a name of ours the key that replaces this one
        # could not be made, and this one would be gone before anybody sees that.
        key = gcp.kms.CryptoKey(
            label,
            key_ring=ring.id,
            purpose="ENCRYPT_DECRYPT",
            rotation_period=f"{args.settings.rotation_days * _SECONDS_A_DAY}s",
            version_template={
                "algorithm": "GOOGLE_SYMMETRIC_ENCRYPTION",
                "protection_level": args.settings.protection_level,
            },
            # With its key, everything that was encrypted with it is lost.
            deletion_policy="PREVENT" if args.protected else "DELETE",
            labels=args.labels.of("keys"),
            opts=ResourceOptions(parent=self, protect=args.protected),
        )
        return Key(id=key.id, grant=self._grant(label, purpose, key.id, args))

    def _taken(self, label: str, purpose: Purpose, path: str, args: KeysArgs) -> Key:
        return Key(id=path, grant=self._grant(label, purpose, path, args))

    def _grant(
        self, label: str, purpose: Purpose, key_id: Input[str], args: KeysArgs
    ) -> gcp.kms.CryptoKeyIAMMember:
        return gcp.kms.CryptoKeyIAMMember(
            f"{label}-grant",
            crypto_key_id=key_id,
            role=KEY_USER,
            member=args.agent_members[purpose],
            opts=ResourceOptions(parent=self, depends_on=[args.kms_api, args.compute_api]),
        )
