"""Cases of the rules about what holds data: buckets, warehouse, registry, keys."""

from policy_case import MISSING, REGION, Case

from policy.tokens import (
    BUCKET,
    CRYPTO_KEY,
    DATASET,
    REPOSITORY,
    SECRET,
    TABLE,
    WORKSTATION_CLUSTER,
    WORKSTATION_CONFIG,
)

DELETE = {"action": {"type": "Delete"}, "condition": {"age": 30, "withState": "LIVE"}}
DOCKER = {"format": "DOCKER", "mode": "STANDARD_REPOSITORY"}
KEY = f"projects/p/locations/{REGION}/keyRings/ml/cryptoKeys/ml"
FAR_KEY = "projects/p/locations/us-east1/keyRings/ml/cryptoKeys/ml"
ACCESS = "gcp:bigquery/datasetAccess:DatasetAccess"

CASES = [
    Case(
        rule="bucket-uniform-access",
        type=BUCKET,
        good={"uniformBucketLevelAccess": True},
        bad={"uniformBucketLevelAccess": [False, MISSING]},
        unknown=("uniformBucketLevelAccess",),
    ),
    Case(
        rule="bucket-not-public",
        type=BUCKET,
        good={"publicAccessPrevention": "enforced"},
        bad={"publicAccessPrevention": ["inherited", MISSING]},
        unknown=("publicAccessPrevention",),
    ),
    Case(
        rule="bucket-versioned",
        type=BUCKET,
        good={"versioning": {"enabled": True}},
        bad={"versioning.enabled": [False, MISSING], "versioning": [MISSING]},
        unknown=("versioning", "versioning.enabled"),
    ),
    Case(
        rule="bucket-lifecycle",
        type=BUCKET,
        good={"lifecycleRules": [DELETE]},
        bad={
            "lifecycleRules": [MISSING, []],
            "lifecycleRules[0].condition": [MISSING, {}, {"age": 0}, {"withState": "LIVE"}],
        },
        unknown=("lifecycleRules", "lifecycleRules[0]", "lifecycleRules[0].condition"),
    ),
    Case(
        rule="bucket-lifecycle",
        type=BUCKET,
        good={
            "lifecycleRules": [
                {"action": {"type": "Delete"}, "condition": {"age": 0, "sendAgeIfZero": True}},
                {"action": {"type": "AbortIncompleteMultipartUpload"}, "condition": {}},
            ]
        },
        bad={"lifecycleRules[0].condition.sendAgeIfZero": [False]},
    ),
    Case(
        rule="dataset-not-public",
        type=DATASET,
        good={"accesses": [{"role": "OWNER", "userByEmail": "a@example.com"}]},
        bad={
            "accesses[0].specialGroup": ["allAuthenticatedUsers", "projectReaders"],
            "accesses[0].iamMember": ["allUsers"],
        },
        unknown=("accesses", "accesses[0].iamMember"),
    ),
    Case(
        rule="dataset-not-public",
        type=ACCESS,
        good={"role": "READER", "iamMember": "user:a@example.com"},
        bad={"specialGroup": ["allAuthenticatedUsers"]},
        unknown=("specialGroup",),
    ),
    Case(
        rule="deletion-refused-in-prod",
        type=TABLE,
        good={},
        bad={"deletionProtection": [False]},
        unknown=("deletionProtection",),
    ),
    Case(
        rule="deletion-refused-in-prod",
        type=BUCKET,
        good={"forceDestroy": False},
        bad={"forceDestroy": [True]},
        unknown=("forceDestroy",),
    ),
    Case(
        rule="deletion-refused-in-prod",
        type=DATASET,
        good={},
        bad={"deleteContentsOnDestroy": [True]},
        unknown=("deleteContentsOnDestroy",),
    ),
    Case(
        rule="deletion-refused-in-prod",
        type=CRYPTO_KEY,
        good={"deletionPolicy": "PREVENT"},
        bad={"deletionPolicy": [MISSING, "DELETE"]},
        unknown=("deletionPolicy",),
    ),
    Case(
        rule="deletion-refused-in-prod",
        type=SECRET,
        good={"deletionProtection": True},
        bad={"deletionProtection": [MISSING, False]},
        unknown=("deletionProtection",),
    ),
    Case(rule="data-protected-in-prod", type=REPOSITORY),
    Case(rule="data-protected-in-prod", type=WORKSTATION_CLUSTER, protect=False, never=True),
    Case(
        rule="registry-tags-do-not-move",
        type=REPOSITORY,
        good={**DOCKER, "dockerConfig": {"immutableTags": True}},
        bad={"dockerConfig": [MISSING], "dockerConfig.immutableTags": [False]},
        unknown=("dockerConfig", "mode", "format"),
    ),
    Case(rule="registry-tags-do-not-move", type=REPOSITORY, good={"format": "KFP"}),
    Case(
        rule="registry-tags-do-not-move",
        type=REPOSITORY,
        good={"format": "DOCKER", "labels": {"built-by": "cloud-functions"}},
    ),
    Case(
        rule="registry-is-cleaned",
        type=REPOSITORY,
        good={**DOCKER, "cleanupPolicies": [{"id": "x"}], "cleanupPolicyDryRun": False},
        bad={"cleanupPolicies": [MISSING, []], "cleanupPolicyDryRun": [True]},
        unknown=("cleanupPolicies", "cleanupPolicyDryRun"),
    ),
    Case(
        rule="registry-is-cleaned",
        type=REPOSITORY,
        good={"format": "PYTHON", "mode": "REMOTE_REPOSITORY"},
    ),
    Case(rule="registry-is-cleaned", type=REPOSITORY, good={"format": "KFP"}),
    Case(
        rule="registry-is-scanned",
        type=REPOSITORY,
        good={**DOCKER, "vulnerabilityScanningConfig": {"enablementConfig": "INHERITED"}},
        bad={"vulnerabilityScanningConfig.enablementConfig": ["DISABLED"]},
        unknown=("vulnerabilityScanningConfig",),
    ),
    Case(
        rule="partitions-expire",
        type=TABLE,
        good={"timePartitioning": {"type": "DAY", "expirationMs": 86_400_000}},
        bad={"timePartitioning.expirationMs": [MISSING, 0]},
        unknown=("timePartitioning",),
    ),
    Case(
        rule="customer-managed-key",
        type=BUCKET,
        good={"encryption": {"defaultKmsKeyName": KEY}},
        bad={"encryption": [MISSING], "encryption.defaultKmsKeyName": [""]},
        unknown=("encryption", "encryption.defaultKmsKeyName"),
    ),
    Case(
        rule="customer-managed-key-everywhere",
        type=WORKSTATION_CONFIG,
        good={"encryptionKey": {"kmsKey": KEY}},
        bad={"encryptionKey": [MISSING]},
        unknown=("encryptionKey.kmsKey",),
    ),
    Case(
        rule="customer-managed-key-everywhere",
        type=SECRET,
        good={
            "replication": {
                "userManaged": {
                    "replicas": [
                        {"customerManagedEncryption": {"kmsKeyName": KEY}, "location": "x"}
                    ]
                }
            }
        },
        bad={"replication.userManaged.replicas[0].customerManagedEncryption": [MISSING]},
        unknown=("replication",),
    ),
    Case(
        rule="key-lies-with-what-it-encrypts",
        type=REPOSITORY,
        good={"location": REGION, "kmsKeyName": KEY},
        bad={"kmsKeyName": [FAR_KEY]},
        unknown=("kmsKeyName", "location"),
    ),
    Case(rule="key-lies-with-what-it-encrypts", type=SECRET, good={"secretId": "s"}),
    Case(
        rule="key-rotates",
        type=CRYPTO_KEY,
        good={"rotationPeriod": "7776000s"},
        bad={"rotationPeriod": [MISSING, "99999999s", "0s", "90d"]},
        unknown=("rotationPeriod", "purpose"),
    ),
    Case(rule="key-rotates", type=CRYPTO_KEY, good={"purpose": "ASYMMETRIC_SIGN"}),
]
