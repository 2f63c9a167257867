"""Type tokens that several rules speak of."""

ALERT_POLICY = "gcp:monitoring/alertPolicy:AlertPolicy"
BUCKET = "gcp:storage/bucket:Bucket"
BUILD_POOL = "gcp:cloudbuild/workerPool:WorkerPool"
BUILD_TRIGGER = "gcp:cloudbuild/trigger:Trigger"
CRYPTO_KEY = "gcp:kms/cryptoKey:CryptoKey"
DATAPROC_CLUSTER = "gcp:dataproc/cluster:Cluster"
DATASET = "gcp:bigquery/dataset:Dataset"
ENDPOINT = "gcp:vertex/aiEndpoint:AiEndpoint"
FUNCTION = "gcp:cloudfunctionsv2/function:Function"
INSTANCE = "gcp:compute/instance:Instance"
METASTORE = "gcp:dataproc/metastoreService:MetastoreService"
ONLINE_STORE = "gcp:vertex/aiFeatureOnlineStore:AiFeatureOnlineStore"
PERSISTENT_RESOURCE = "gcp:vertex/aiPersistentResource:AiPersistentResource"
PROVIDER = "pulumi:providers:gcp"
QUEUED_TPU = "gcp:tpu/v2QueuedResource:V2QueuedResource"
REPOSITORY = "gcp:artifactregistry/repository:Repository"
RUN_JOB = "gcp:cloudrunv2/job:Job"
RUN_SERVICE = "gcp:cloudrunv2/service:Service"
SECRET = "gcp:secretmanager/secret:Secret"  # noqa: S105 - a type
TABLE = "gcp:bigquery/table:Table"
TOPIC = "gcp:pubsub/topic:Topic"
TPU_VM = "gcp:tpu/v2Vm:V2Vm"
WORKBENCH = "gcp:workbench/instance:Instance"
WORKSTATION_CLUSTER = "gcp:workstations/workstationCluster:WorkstationCluster"
WORKSTATION_CONFIG = "gcp:workstations/workstationConfig:WorkstationConfig"

TEMPLATES = (
    "gcp:compute/instanceTemplate:InstanceTemplate",
    "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate",
)
MACHINES = (INSTANCE, *TEMPLATES)
"""Virtual machines, and what they are made from."""

GRANTS = ("gcp:*IAMMember", "gcp:*IamMember", "gcp:*IAMBinding", "gcp:*IamBinding")
"""Patterns: every type that gives a role to somebody."""
