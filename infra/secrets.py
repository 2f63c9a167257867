"""Secrets without their values: names that jobs are given, and who may read what is behind them.

A value is added by hand, with `gcloud secrets versions add`: what a program sets, its state holds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from catalog.roles import SECRET_READER, IdentityName
from infra.encryption import Key, granted
from infra.labels import Labels
from infra.naming import Names
from infra.settings.secrets import SecretSettings, SecretsSettings


@dataclass(frozen=True, kw_only=True)
class SecretsArgs:
    settings: SecretsSettings
    protected: bool
    regions: Sequence[str]
    names: Names
    labels: Labels
    members: Mapping[IdentityName, Input[str]]
    keys: Mapping[str, Key | None]
    """What to encrypt with, by region."""
    secretmanager_api: pulumi.Resource


class Secrets(pulumi.ComponentResource):
    """Each lies in the stack's regions, and nowhere else."""

    names: dict[str, Output[str]]
    """Whole name of each secret, without a version."""

    def __init__(self, name: str, args: SecretsArgs, opts: ResourceOptions | None = None) -> None:
        inputs = {**args.settings.model_dump(), "protected": args.protected}
        super().__init__("mlplatform:secrets:Secrets", name, inputs, opts)
        self._name, self._args = name, args
        self.names = {each.name: self._secret(each).name for each in args.settings.made}
        self.register_outputs({"names": self.names})

    def _secret(self, settings: SecretSettings) -> gcp.secretmanager.Secret:
        args = self._args
        grants = [grant for key in args.keys.values() for grant in granted(key)]
        secret = gcp.secretmanager.Secret(
            f"{self._name}-{settings.name}",
            secret_id=args.names.machine(settings.name),
            replication={"user_managed": {"replicas": [self._replica(r) for r in args.regions]}},
            deletion_protection=args.protected,
            labels=args.labels.of("secrets"),
            opts=ResourceOptions(
                parent=self,
                depends_on=[args.secretmanager_api, *grants],
                protect=args.protected,
            ),
        )
        for reader in settings.readers:
            gcp.secretmanager.SecretIamMember(
                f"{self._name}-{settings.name}-{reader}-reads",
                secret_id=secret.secret_id,
                role=SECRET_READER,
                member=args.members[reader],
                opts=ResourceOptions(parent=self),
            )
        return secret

    def _replica(
        self, region: str
    ) -> gcp.secretmanager.SecretReplicationUserManagedReplicaArgsDict:
        key = self._args.keys[region]
        replica: gcp.secretmanager.SecretReplicationUserManagedReplicaArgsDict = {
            "location": region
        }
        if key:
            replica["customer_managed_encryption"] = {"kms_key_name": key.id}
        return replica
