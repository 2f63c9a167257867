"""What each identity of the platform may do, as data. No basic roles.

Project-wide permissions of the pipeline runner are two custom roles, because the nearest predefined
one (`roles/aiplatform.user`) may also change every endpoint of the project. Who holds what on which
resource is decided where the resource is made.
"""

from typing import Literal

IdentityName = Literal["pipeline-runner", "trainer", "predictor"]

ACT_AS = "roles/iam.serviceAccountUser"
ATTESTATION_READER = "roles/containeranalysis.notes.occurrences.viewer"
"""Reads the signatures below one note."""
ATTESTATION_WRITER = "roles/containeranalysis.occurrences.editor"
"""Keeps signatures in the project; below which note says the next one."""
ATTESTS = "roles/containeranalysis.notes.attacher"
ATTESTOR_VERIFIER = "roles/binaryauthorization.attestorsVerifier"
"""Reads an attestor, and asks it whether a signature counts."""
BUCKET_OWNER = "roles/storage.legacyBucketOwner"
"""What Google asks for its transfer agent on a bucket that it copies from, and nobody else."""
BUCKET_READER = "roles/storage.legacyBucketReader"
"""`storage.buckets.get`, which Orbax and gcsfs ask for and no role on objects holds."""
BUCKET_WRITER = "roles/storage.legacyBucketWriter"
"""What Google asks for its transfer agent on a bucket that it copies to: it may overwrite."""
DATAPROC_WORKER = "roles/dataproc.worker"
"""What machines of Spark do as their account."""
FEDERATED_USER = "roles/iam.workloadIdentityUser"
"""Signs in as a service account, with a token of a provider that a pool trusts."""
IMAGE_SCANNER = "roles/ondemandscanning.admin"
"""Has an image looked at before it is pushed, and reads what was found."""
KEY_SIGNER = "roles/cloudkms.signer"
KEY_USER = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
LOG_BUCKET_WRITER = "roles/logging.bucketWriter"
"""`logging.buckets.write`, which the audit agent of a workstation asks for."""
LOG_WRITER = "roles/logging.logWriter"
NETWORK_ADMIN = "roles/compute.networkAdmin"
"""What Google asks for its Vertex AI agent, so that it can use a network attachment."""
MONITORING_PUBLISHES_AS = "gcp-sa-monitoring-notification.iam.gserviceaccount.com"
"""Domain of the agent that sends alerts to a topic; no API names it."""
OBJECT_CREATOR = "roles/storage.objectCreator"
"""Adds objects; whoever may not delete cannot overwrite either."""
OBJECT_USER = "roles/storage.objectUser"
OBJECT_VIEWER = "roles/storage.objectViewer"
PUBLISHER = "roles/pubsub.publisher"
REGISTRY_READER = "roles/artifactregistry.reader"
READ_SESSION_USER = "roles/bigquery.readSessionUser"
"""Reads tables over the storage API; which tables is granted on each."""
REGISTRY_WRITER = "roles/artifactregistry.writer"
RUN_INVOKER = "roles/run.invoker"
SUBSCRIBER = "roles/pubsub.subscriber"
SIGN_IN_AS = "roles/iam.serviceAccountOpenIdTokenCreator"
"""What the agent of Pub/Sub needs on the account that it calls a service as."""
SECRET_READER = "roles/secretmanager.secretAccessor"  # noqa: S105 - a name
TABLE_EDITOR = "roles/bigquery.dataEditor"
TABLE_READER = "roles/bigquery.dataViewer"
TOPIC_EDITOR = "roles/pubsub.editor"
"""What Google asks for its transfer agent, which makes a topic of its own for each bucket."""
WORKSTATION_USER = "roles/workstations.user"

BUILD_STARTER_PERMISSIONS = ("cloudbuild.builds.create",)
"""Runs a trigger, which builds as an account that the holder may act as. The nearest predefined
role (`roles/cloudbuild.builds.editor`) also cancels and changes builds and triggers.

Source: the reference of `projects.locations.triggers.run`, read 2026-11.
"""

PIPELINE_RUNNER_PERMISSIONS = (
    # Launch the training job, and wait for it.
    "aiplatform.customJobs.cancel",
    "aiplatform.customJobs.create",
    "aiplatform.customJobs.get",
    "aiplatform.customJobs.list",
    # Register what it trained.
    "aiplatform.models.get",
    "aiplatform.models.list",
    "aiplatform.models.update",
    "aiplatform.models.upload",
    # See its own run, and record its lineage.
    "aiplatform.artifacts.create",
    "aiplatform.artifacts.get",
    "aiplatform.artifacts.list",
    "aiplatform.artifacts.update",
    "aiplatform.contexts.addContextArtifactsAndExecutions",
    "aiplatform.contexts.addContextChildren",
    "aiplatform.contexts.create",
    "aiplatform.contexts.get",
    "aiplatform.contexts.list",
    "aiplatform.contexts.queryContextLineageSubgraph",
    "aiplatform.contexts.update",
    "aiplatform.endpoints.get",
    "aiplatform.endpoints.list",
    "aiplatform.executions.addExecutionEvents",
    "aiplatform.executions.create",
    "aiplatform.executions.get",
    "aiplatform.executions.list",
    "aiplatform.executions.queryExecutionInputsAndOutputs",
    "aiplatform.executions.update",
    "aiplatform.metadataStores.get",
    "aiplatform.metadataStores.list",
    "aiplatform.pipelineJobs.get",
    "aiplatform.pipelineJobs.list",
)

SPARK_SUBMITTER_PERMISSIONS = ("dataproc.batches.create", "dataproc.batches.get")
"""Has Spark prepare data, as the one account that its holder may act as. No predefined role is so
small: the nearest one (`roles/dataproc.serverlessEditor`) also changes sessions and templates.

Source: https://cloud.google.com/dataproc-serverless/docs/concepts/iam, read 2026-11
"""

FEATURE_READER_PERMISSIONS = (
    "aiplatform.featureOnlineStores.get",
    "aiplatform.featureViews.fetchFeatureValues",
    "aiplatform.featureViews.get",
)
"""Held on the one online store. No predefined role is so small: the nearest one
(`roles/aiplatform.viewer`) also sees every model, job and endpoint.

Source: the reference of `featureViews.fetchFeatureValues`, read 2026-11.
"""

ROLLOUT_PERMISSIONS = (
    "aiplatform.endpoints.deploy",
    "aiplatform.endpoints.get",
    "aiplatform.endpoints.predict",
    "aiplatform.endpoints.undeploy",
    "aiplatform.endpoints.update",
)
"""Held on the one endpoint of a model, never on the project."""

SCHEDULE_PERMISSIONS = ("compute.instances.start", "compute.instances.stop")
"""What Google's Compute Engine agent needs, so that a schedule can stop machines and start them."""

TENSORBOARD_WRITER_PERMISSIONS = (
    "aiplatform.tensorboardExperiments.create",
    "aiplatform.tensorboardExperiments.get",
    "aiplatform.tensorboardExperiments.list",
    "aiplatform.tensorboardExperiments.update",
    "aiplatform.tensorboardExperiments.write",
    "aiplatform.tensorboardRuns.batchCreate",
    "aiplatform.tensorboardRuns.create",
    "aiplatform.tensorboardRuns.get",
    "aiplatform.tensorboardRuns.list",
    "aiplatform.tensorboardRuns.write",
    "aiplatform.tensorboardTimeSeries.batchCreate",
    "aiplatform.tensorboardTimeSeries.create",
    "aiplatform.tensorboardTimeSeries.get",
    "aiplatform.tensorboardTimeSeries.list",
    "aiplatform.tensorboards.get",
)
"""Adds curves; reads, changes and deletes none."""
CANCEL_DIVERGING_PERMISSIONS = (
    # Find the job that an alert names, and end it with its run.
    "aiplatform.customJobs.cancel",
    "aiplatform.customJobs.get",
    "aiplatform.customJobs.list",
    "aiplatform.pipelineJobs.cancel",
    "aiplatform.pipelineJobs.get",
    # Read the losses that it logged.
    "logging.logEntries.list",
)

SPEND_CAP_PERMISSIONS = (
    "aiplatform.customJobs.cancel",
    "aiplatform.customJobs.list",
    "aiplatform.pipelineJobs.cancel",
    "compute.instances.list",
    "compute.instances.stop",
    "tpu.nodes.delete",
    "tpu.nodes.list",
    "tpu.nodes.stop",
)
"""Held by the function of the budget: it may stop machines and trainings, and start none."""

REAPER_PERMISSIONS = (
    "aiplatform.persistentResources.delete",
    "aiplatform.persistentResources.list",
    # A request in the queue has no permissions of its own: they are those of nodes.
    "tpu.nodes.delete",
    "tpu.nodes.list",
)
"""Held by the function that deletes what is over its time: it may make nothing.

Source: https://docs.cloud.google.com/iam/docs/roles-permissions/tpu, read 2026-11
"""
BILLING_PUBLISHES_AS = "serviceAccount:billing-budget-alert@system.gserviceaccount.com"
"""Who says the state of budgets to a topic; the same for everybody."""
