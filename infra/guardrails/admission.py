"""Binary Authorization: which images may start in the project, and whose signature counts for that.

The policy is the project's one: two stacks in one project would take it from each other. Does not
sign, nor let anybody sign: the builder does, in `infra.delivery`. Whoever starts images asks by an
input of its own, which gets `Signing`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, InvokeOutputOptions, Output, ResourceOptions

from catalog.admission import KEY_ID_PREFIX, SIGNATURE
from catalog.roles import ATTESTATION_READER
from infra.labels import Labels
from infra.naming import Names
from infra.settings.binary_authorization import BinaryAuthorizationSettings
from infra.signing import Signing

_ENFORCEMENT = {
    "dry-run": "DRYRUN_AUDIT_LOG_ONLY",
    "enforced": "ENFORCED_BLOCK_AND_AUDIT_LOG",
}


@dataclass(frozen=True, kw_only=True)
class AdmissionArgs:
    settings: BinaryAuthorizationSettings
    names: Names
    labels: Labels
    region: str
    """Of the signing key."""
    protection_level: Literal["SOFTWARE", "HSM"]
    protected: bool
    built_by_google: Sequence[str]
    """Patterns of images that Google builds here, which nobody of ours can sign."""
    agent_member: Input[str]
    """Binary Authorization's own, which looks for signatures."""
    binaryauthorization_api: pulumi.Resource
    containeranalysis_api: pulumi.Resource
    kms_api: pulumi.Resource


class Admission(pulumi.ComponentResource):
    """The signing key, the note, the attestor that knows the key, and the policy that asks it."""

    signing: Signing
    attestor: Output[str]

    def __init__(self, name: str, args: AdmissionArgs, opts: ResourceOptions | None = None) -> None:
        inputs = {**args.settings.model_dump(), "region": args.region}
        super().__init__("mlplatform:admission:Admission", name, inputs, opts)
        key = self._key(name, args)
        note = self._note(name, args)
        attestor = self._attestor(name, key, note, args)
        self.attestor = attestor.name
        self.signing = Signing(
            attestor=attestor.name,
            note=note.name,
            key=key.id,
            key_version=_version(key, args.settings.key_versions[-1]),
            policy=self._policy(name, attestor, args),
        )
        self.register_outputs({"attestor": self.attestor})

    def _key(self, name: str, args: AdmissionArgs) -> gcp.kms.CryptoKey:
        # Both named by the provider: neither is ever deleted, and its name is never free again.
        ring = gcp.kms.KeyRing(
            f"{name}-ring",
            location=args.region,
            opts=ResourceOptions(parent=self, depends_on=[args.kms_api]),
        )
        return gcp.kms.CryptoKey(
            f"{name}-key",
            key_ring=ring.id,
            # Google rotates no key of this purpose: what it signed has to be known by its version.
            purpose="ASYMMETRIC_SIGN",
            version_template={"algorithm": SIGNATURE, "protection_level": args.protection_level},
            # With its key, no image that runs today could be started again.
            deletion_policy="PREVENT" if args.protected else "DELETE",
            labels=args.labels.of("admission"),
            opts=ResourceOptions(parent=self, protect=args.protected),
        )

    def _note(self, name: str, args: AdmissionArgs) -> gcp.containeranalysis.Note:
        return gcp.containeranalysis.Note(
            f"{name}-note",
            name=args.names.machine("built-and-scanned"),
            short_description=args.names.title("Built and scanned by the builder of this stack"),
            attestation_authority={"hint": {"human_readable_name": args.names.title("builder")}},
            opts=ResourceOptions(
                parent=self,
                depends_on=[args.containeranalysis_api],
                delete_before_replace=True,
            ),
        )

    def _attestor(
        self,
        name: str,
        key: gcp.kms.CryptoKey,
        note: gcp.containeranalysis.Note,
        args: AdmissionArgs,
    ) -> gcp.binaryauthorization.Attestor:
        looks = gcp.containeranalysis.NoteIamMember(
            f"{name}-agent-looks",
            note=note.name,
            role=ATTESTATION_READER,
            member=args.agent_member,
            opts=ResourceOptions(parent=self),
        )
        return gcp.binaryauthorization.Attestor(
            f"{name}-attestor",
            name=args.names.machine("built-and-scanned"),
            description=args.names.title("Vouches for what the builder built and scanned"),
            attestation_authority_note={
                "note_reference": note.name,
                "public_keys": [self._public_key(key, n) for n in args.settings.key_versions],
            },
            opts=ResourceOptions(
                parent=self,
                depends_on=[args.binaryauthorization_api, looks],
                delete_before_replace=True,
            ),
        )

    def _public_key(
        self, key: gcp.kms.CryptoKey, version: int
    ) -> gcp.binaryauthorization.AttestorAttestationAuthorityNotePublicKeyArgsDict:
        found = gcp.kms.get_kms_crypto_key_version_output(
            crypto_key=key.id, version=version, opts=InvokeOutputOptions(parent=self)
        ).public_keys[0]
        return {
            "id": Output.concat(KEY_ID_PREFIX, _version(key, version)),
            "pkix_public_key": {
                "public_key_pem": found.pem,
                "signature_algorithm": found.algorithm,
            },
        }

    def _policy(
        self, name: str, attestor: gcp.binaryauthorization.Attestor, args: AdmissionArgs
    ) -> gcp.binaryauthorization.Policy:
        exempt = [*args.built_by_google, *args.settings.exempt_images]
        return gcp.binaryauthorization.Policy(
            f"{name}-policy",
            description=args.names.title("What may start here"),
            # Images of the system itself, as Google keeps the list of them.
            global_policy_evaluation_mode="ENABLE",
            admission_whitelist_patterns=[{"name_pattern": each} for each in exempt],
            default_admission_rule={
                "evaluation_mode": "REQUIRE_ATTESTATION",
                "enforcement_mode": _ENFORCEMENT[args.settings.mode],
                "require_attestations_bies": [attestor.name],
            },
            opts=ResourceOptions(parent=self),
        )


def _version(key: gcp.kms.CryptoKey, version: int) -> Output[str]:
    return Output.concat(key.id, f"/cryptoKeyVersions/{version}")
