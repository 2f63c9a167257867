"""APIs that the platform needs enabled.

What is enabled by hand before the first deployment, so that a deployment can enable the rest, is
`FOUNDATION`; it is listed here too, so that the graph keeps it enabled.
"""

CLOUD_RESOURCE_MANAGER = "cloudresourcemanager.googleapis.com"
SERVICE_USAGE = "serviceusage.googleapis.com"
IAM = "iam.googleapis.com"

ACCESS_CONTEXT_MANAGER = "accesscontextmanager.googleapis.com"
AI_PLATFORM = "aiplatform.googleapis.com"
ARTIFACT_REGISTRY = "artifactregistry.googleapis.com"
BIGQUERY = "bigquery.googleapis.com"
BILLING_BUDGETS = "billingbudgets.googleapis.com"
BINARY_AUTHORIZATION = "binaryauthorization.googleapis.com"
"""Only where the stack file asks for signed images, with CONTAINER_ANALYSIS."""
CLOUD_BUILD = "cloudbuild.googleapis.com"
CLOUD_FUNCTIONS = "cloudfunctions.googleapis.com"
CLOUD_KMS = "cloudkms.googleapis.com"
CLOUD_QUOTAS = "cloudquotas.googleapis.com"
CONTAINER_FILE_SYSTEM = "containerfilesystem.googleapis.com"
"""Streams images to what starts from them; only where the stack file wants it.

Source: https://cloud.google.com/kubernetes-engine/docs/how-to/image-streaming, read 2026-11
"""
CLOUD_SCHEDULER = "cloudscheduler.googleapis.com"
"""Only where something runs by the clock."""
COMPUTE = "compute.googleapis.com"
CONTAINER_ANALYSIS = "containeranalysis.googleapis.com"
"""Where signatures of images are kept."""
CONTAINER_SCANNING = "containerscanning.googleapis.com"
DATAPROC = "dataproc.googleapis.com"
DNS = "dns.googleapis.com"
IAM_CREDENTIALS = "iamcredentials.googleapis.com"
METASTORE = "metastore.googleapis.com"
"""Tables of Spark; only where the stack file wants it."""
LOGGING = "logging.googleapis.com"
MONITORING = "monitoring.googleapis.com"
NETWORK_CONNECTIVITY = "networkconnectivity.googleapis.com"
NOTEBOOKS = "notebooks.googleapis.com"
ON_DEMAND_SCANNING = "ondemandscanning.googleapis.com"
ORG_POLICY = "orgpolicy.googleapis.com"
PUBSUB = "pubsub.googleapis.com"
RUN = "run.googleapis.com"
SECRET_MANAGER = "secretmanager.googleapis.com"  # noqa: S105 - a name
SERVICE_DIRECTORY = "servicedirectory.googleapis.com"
SERVICE_NETWORKING = "servicenetworking.googleapis.com"
STORAGE = "storage.googleapis.com"
STORAGE_TRANSFER = "storagetransfer.googleapis.com"
STS = "sts.googleapis.com"
TPU = "tpu.googleapis.com"
WORKSTATIONS = "workstations.googleapis.com"

FOUNDATION = (SERVICE_USAGE, CLOUD_RESOURCE_MANAGER, IAM)
"""Enabled first; the others wait for them."""

PLATFORM = (
    ACCESS_CONTEXT_MANAGER,
    AI_PLATFORM,
    ARTIFACT_REGISTRY,
    BIGQUERY,
    BILLING_BUDGETS,
    CLOUD_BUILD,
    CLOUD_FUNCTIONS,
    CLOUD_KMS,
    CLOUD_QUOTAS,
    COMPUTE,
    CONTAINER_SCANNING,
    DATAPROC,
    DNS,
    IAM_CREDENTIALS,
    LOGGING,
    MONITORING,
    NETWORK_CONNECTIVITY,
    NOTEBOOKS,
    ON_DEMAND_SCANNING,
    ORG_POLICY,
    PUBSUB,
    RUN,
    SECRET_MANAGER,
    SERVICE_DIRECTORY,
    SERVICE_NETWORKING,
    STORAGE,
    STORAGE_TRANSFER,
    STS,
    TPU,
    WORKSTATIONS,
)
