"""What the builder may do so that the images it built may start: sign them, and nobody else may.

Makes no component: the grants are the builder's own, below `infra.delivery.builds`.
"""

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, ResourceOptions

from catalog.roles import ATTESTATION_WRITER, ATTESTOR_VERIFIER, ATTESTS, KEY_SIGNER
from infra.signing import Signing


def let_sign(
    name: str, member: Input[str], signing: Signing, project_id: str, child: ResourceOptions
) -> list[pulumi.Resource]:
    """Sign with the key, keep the signature below the note, and ask the attestor whether it counts.

    Signatures lie in the project itself, so that grant alone is on the project; below a note come
    only those of whoever may attach to it.
    """
    return [
        gcp.kms.CryptoKeyIAMMember(
            f"{name}-signs",
            crypto_key_id=signing.key,
            role=KEY_SIGNER,
            member=member,
            opts=child,
        ),
        gcp.containeranalysis.NoteIamMember(
            f"{name}-attaches", note=signing.note, role=ATTESTS, member=member, opts=child
        ),
        gcp.projects.IAMMember(
            f"{name}-attests",
            project=project_id,
            role=ATTESTATION_WRITER,
            member=member,
            opts=child,
        ),
        gcp.binaryauthorization.AttestorIamMember(
            f"{name}-verifies",
            attestor=signing.attestor,
            role=ATTESTOR_VERIFIER,
            member=member,
            opts=child,
        ),
    ]
