"""Services whose data is guarded: whose accesses are on record, and which a perimeter closes.

From Google's lists of services with data access logs and with VPC Service Controls, read 2026-11.
"""

from catalog.services import (
    AI_PLATFORM,
    ARTIFACT_REGISTRY,
    BIGQUERY,
    CLOUD_BUILD,
    CLOUD_KMS,
    COMPUTE,
    DATAPROC,
    IAM,
    LOGGING,
    METASTORE,
    MONITORING,
    SECRET_MANAGER,
    STORAGE,
    STS,
    TPU,
    WORKSTATIONS,
)

AUDITED: dict[str, tuple[str, ...]] = {
    AI_PLATFORM: ("ADMIN_READ", "DATA_READ", "DATA_WRITE"),
    ARTIFACT_REGISTRY: ("DATA_READ", "DATA_WRITE"),
    CLOUD_KMS: ("DATA_READ", "DATA_WRITE"),
    # Who took whose identity.
    IAM: ("ADMIN_READ", "DATA_READ"),
    STS: ("DATA_READ",),
    SECRET_MANAGER: ("DATA_READ", "DATA_WRITE"),
    STORAGE: ("DATA_READ", "DATA_WRITE"),
}
"""Kinds of accesses that are logged, by service. BigQuery logs all of them in any case. Encryption
with a key for a service is not logged: only calls that somebody makes."""

CLOSED = (
    AI_PLATFORM,
    ARTIFACT_REGISTRY,
    BIGQUERY,
    CLOUD_BUILD,
    CLOUD_KMS,
    COMPUTE,
    DATAPROC,
    LOGGING,
    METASTORE,
    MONITORING,
    SECRET_MANAGER,
    STORAGE,
    TPU,
    WORKSTATIONS,
)
"""What answers within the perimeter only, whether the stack has it or not.

Of a metastore Google asks for it by name, beside Cloud Storage, or its exports go anywhere:
https://docs.cloud.google.com/dataproc-metastore/docs/vpc-sc, read 2026-11
"""

BUILDING = (ARTIFACT_REGISTRY, CLOUD_BUILD, CLOUD_KMS, LOGGING, STORAGE)
"""What a build of an image asks of the closed ones: sources, registries, its log, the signing key,
and, at its time, Cloud Build itself."""

ENCRYPTED = (AI_PLATFORM, ARTIFACT_REGISTRY, BIGQUERY, STORAGE)
"""Services that may keep nothing without a key of one's own, where the stack has such keys.
Without Compute Engine and Secret Manager: machines here hold nothing that outlives them."""

DENIED: dict[str, str] = {
    "iam.googleapis.com/serviceAccountKeys.create": "a key of a service account never ends",
    "cloudresourcemanager.googleapis.com/projects.delete": "with it everything goes",
}
"""Nobody may do it, whatever roles they hold, and why."""
DENIED_WHILE_PROTECTED: dict[str, str] = {
    "cloudkms.googleapis.com/cryptoKeyVersions.destroy": "with a key all that it encrypts is lost",
}
"""The same for stacks whose data is protected."""
EVERYBODY = "principalSet://goog/public:all"
