"""Cases of the rules about identities, places and labels."""

from policy_case import ACCOUNT, LABELS, MISSING, REGION, Case

from policy.tokens import (
    BUCKET,
    BUILD_TRIGGER,
    DATASET,
    INSTANCE,
    PROVIDER,
    RUN_SERVICE,
    SECRET,
    TOPIC,
    TPU_VM,
    WORKBENCH,
    WORKSTATION_CONFIG,
)

GRANT = "gcp:projects/iAMMember:IAMMember"
BUCKET_GRANT = "gcp:storage/bucketIAMMember:BucketIAMMember"
BINDING = "gcp:storage/bucketIAMBinding:BucketIAMBinding"
DEFAULT = "123-compute@developer.gserviceaccount.com"
POLICY = "gcp:monitoring/alertPolicy:AlertPolicy"
ALL_LABELS = {**LABELS, "component": "alerts"}

CASES = [
    Case(
        rule="no-basic-role",
        type=GRANT,
        good={"role": "roles/logging.logWriter"},
        bad={"role": ["roles/owner", "roles/editor", "roles/viewer", MISSING]},
        unknown=("role",),
    ),
    Case(
        rule="no-public-member",
        type=BUCKET_GRANT,
        good={"member": f"serviceAccount:{ACCOUNT}"},
        bad={"member": ["allUsers", "allAuthenticatedUsers"]},
        unknown=("member",),
    ),
    Case(
        rule="no-public-member",
        type=BINDING,
        good={"members": [f"serviceAccount:{ACCOUNT}", "group:ml@example.com"]},
        bad={"members[1]": ["allUsers"]},
        unknown=("members", "members[0]"),
    ),
    Case(rule="grants-are-additive", type="gcp:projects/iAMPolicy:IAMPolicy", never=True),
    Case(rule="grants-are-additive", type="gcp:projects/iAMBinding:IAMBinding", never=True),
    Case(rule="no-long-lived-key", type="gcp:serviceaccount/key:Key", never=True),
    Case(rule="no-long-lived-key", type="gcp:storage/hmacKey:HmacKey", never=True),
    Case(
        rule="own-service-account",
        type=TPU_VM,
        good={"serviceAccount": {"email": ACCOUNT}},
        bad={"serviceAccount.email": [DEFAULT, ""], "serviceAccount": [MISSING]},
        unknown=("serviceAccount", "serviceAccount.email"),
    ),
    Case(rule="own-service-account", type=INSTANCE, good={}),
    Case(
        rule="own-service-account",
        type=INSTANCE,
        good={"serviceAccount": {"email": ACCOUNT, "scopes": ["cloud-platform"]}},
        bad={"serviceAccount.email": [MISSING, DEFAULT]},
        unknown=("serviceAccount", "serviceAccount.email"),
    ),
    Case(
        rule="own-service-account",
        type=WORKBENCH,
        good={"gceSetup": {"serviceAccounts": [{"email": ACCOUNT}]}},
        bad={
            "gceSetup.serviceAccounts": [MISSING, []],
            "gceSetup.serviceAccounts[0].email": [DEFAULT],
        },
        unknown=("gceSetup.serviceAccounts[0].email", "gceSetup"),
    ),
    Case(
        rule="own-service-account",
        type=WORKSTATION_CONFIG,
        good={"host": {"gceInstance": {"serviceAccount": ACCOUNT}}},
        bad={"host.gceInstance.serviceAccount": [MISSING]},
        unknown=("host.gceInstance.serviceAccount",),
    ),
    Case(
        rule="own-service-account",
        type=RUN_SERVICE,
        good={"template": {"serviceAccount": ACCOUNT}},
        bad={"template.serviceAccount": [MISSING, DEFAULT]},
        unknown=("template",),
    ),
    Case(
        rule="federation-has-a-condition",
        type="gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider",
        good={"attributeCondition": "assertion.repository_owner_id == '1'"},
        bad={"attributeCondition": [MISSING, "", "  "]},
        unknown=("attributeCondition",),
    ),
    Case(
        rule="secret-value-outside-the-state",
        type="gcp:secretmanager/secretVersion:SecretVersion",
        good={"secret": "projects/p/secrets/s"},
        bad={"secretData": ["x"], "secretDataWo": ["x"]},
    ),
    Case(
        rule="location-allowed",
        type=BUCKET,
        good={"location": REGION.upper()},
        bad={"location": ["US", "us-central1", "global", MISSING]},
        unknown=("location",),
    ),
    Case(
        rule="location-allowed",
        type=BUCKET,
        good={"location": "EU", "customPlacementConfig": {"dataLocations": ["EUROPE-WEST4"]}},
        bad={"customPlacementConfig.dataLocations[0]": ["EUROPE-WEST1"]},
        unknown=("customPlacementConfig", "customPlacementConfig.dataLocations[0]"),
    ),
    Case(
        rule="location-allowed",
        type=DATASET,
        good={"location": REGION},
        bad={"location": [MISSING, "EU"]},
        unknown=("location",),
    ),
    Case(
        rule="location-allowed",
        type=TPU_VM,
        good={"zone": f"{REGION}-a"},
        bad={"zone": ["us-east5-b", "europe-west1-b"]},
        unknown=("zone",),
    ),
    Case(
        rule="location-allowed",
        type=PROVIDER,
        good={"region": REGION, "zone": f"{REGION}-a"},
        bad={"region": ["us-central1"]},
        unknown=("region",),
    ),
    Case(
        rule="location-allowed",
        type=BUILD_TRIGGER,
        good={"location": REGION},
        bad={"location": [MISSING, "global"]},
        unknown=("location",),
    ),
    Case(
        rule="location-allowed",
        type=TOPIC,
        good={"messageStoragePolicy": {"allowedPersistenceRegions": [REGION]}},
        bad={"messageStoragePolicy.allowedPersistenceRegions[0]": ["us-east1"]},
        unknown=("messageStoragePolicy",),
    ),
    Case(
        rule="location-allowed",
        type=SECRET,
        good={"replication": {"userManaged": {"replicas": [{"location": REGION}]}}},
        bad={"replication.userManaged.replicas[0].location": ["us-east1"]},
        unknown=("replication",),
    ),
    Case(
        rule="location-allowed", type="gcp:logging/logScope:LogScope", good={"location": "global"}
    ),
    Case(rule="location-allowed", type=BUCKET_GRANT, good={"bucket": "b"}),
    Case(
        rule="labels-present",
        type=BUCKET,
        good={"labels": {"component": "artifacts"}},
        bad={"labels.component": [MISSING], "labels": [MISSING, {}]},
        unknown=("labels",),
    ),
    Case(
        rule="labels-present",
        type=POLICY,
        good={"userLabels": ALL_LABELS},
        bad={f"userLabels.{key}": [MISSING] for key in ALL_LABELS},
        unknown=("userLabels",),
    ),
    Case(
        rule="label-values-legal",
        type=BUCKET,
        good={"labels": {"component": "artifacts"}},
        bad={"labels.component": ["Artifacts", "a b", "x" * 64]},
        unknown=("labels", "labels.component"),
    ),
]
