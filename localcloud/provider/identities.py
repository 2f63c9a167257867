"""Ids and outputs of the types that Google does not spell by the common rule (see `identity`).

Each line: label, template of the id, templates of outputs. In braces: an input by its wire name;
`project`, `region`, `zone`, `location`, `projectNumber`, `agent`; in ids `unique` and `sequence`,
which the server chooses; in outputs `id`, `leaf` (the id's last part), `digits`, `short` and
`leafNumber` (numbers made of it). `{a|b}` is the first that is given, `{a!lower}` lower case.
An output without braces is the value of an input that is not given; a dotted one completes an
object that is given.
"""

from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True)
class Identity:
    """Templates of one type."""

    id: str
    outputs: dict[str, str] = field(default_factory=dict)


_PLATFORM: Final = """
projects.Service {project}/{service}
projects.ServiceIdentity projects/{project}/services/{service}
    email={agent} member=serviceAccount:{agent}
projects.IAMCustomRole projects/{project}/roles/{roleId} name={id} stage=GA deleted=false
projects.IAMAuditConfig {project}/audit_config/{service}
projects.IAMMember {project}/{role}/{member}
organizations.Project projects/{projectId|name}
    projectId={leaf} number={leafNumber} deletionPolicy=PREVENT
serviceaccount.Account
    projects/{project}/serviceAccounts/{accountId}@{project}.iam.gserviceaccount.com
    email={accountId}@{project}.iam.gserviceaccount.com name={id} uniqueId={digits}
    member=serviceAccount:{accountId}@{project}.iam.gserviceaccount.com disabled=false
serviceaccount.Key {serviceAccountId}/keys/{unique} name={id}
iam.WorkloadIdentityPool
    projects/{project}/locations/global/workloadIdentityPools/{workloadIdentityPoolId}
    name=projects/{projectNumber}/locations/global/workloadIdentityPools/{workloadIdentityPoolId}
    mode=FEDERATION_ONLY
iam.WorkloadIdentityPoolProvider
    projects/{project}/locations/global/workloadIdentityPools/{workloadIdentityPoolId}/providers/{workloadIdentityPoolProviderId}
    name=projects/{projectNumber}/locations/global/workloadIdentityPools/{workloadIdentityPoolId}/providers/{workloadIdentityPoolProviderId}
kms.KeyRing projects/{project}/locations/{location}/keyRings/{name}
kms.CryptoKey {keyRing}/cryptoKeys/{name}
    purpose=ENCRYPT_DECRYPT importOnly=false destroyScheduledDuration=2592000s
secretmanager.Secret projects/{project}/secrets/{secretId}
    name=projects/{projectNumber}/secrets/{secretId} deletionProtection=false
secretmanager.SecretVersion {secret}/versions/{sequence} name={id} version={leaf} enabled=true
secretmanager.RegionalSecret projects/{project}/locations/{location}/secrets/{secretId}
    name=projects/{projectNumber}/locations/{location}/secrets/{secretId} deletionProtection=false
secretmanager.RegionalSecretVersion {secret}/versions/{sequence}
    name={id} version={leaf} enabled=true
orgpolicy.Policy {name}
accesscontextmanager.AccessPolicy {unique} name={id}
accesscontextmanager.AccessLevel {name}
accesscontextmanager.ServicePerimeter {name} perimeterType=PERIMETER_TYPE_REGULAR
accesscontextmanager.ServicePerimeterResource {perimeterName}/{resource}
binaryauthorization.Policy projects/{project}
binaryauthorization.Attestor projects/{project}/attestors/{name}
containeranalysis.Note projects/{project}/notes/{name}
cloudquota.SQuotaPreference {parent}/locations/global/quotaPreferences/{name}
billing.Budget billingAccounts/{billingAccount}/budgets/{unique} name={id}
servicenetworking.Connection {network}:{service} peering=servicenetworking-googleapis-com
dns.ManagedZone projects/{project}/managedZones/{name}
    managedZoneId={short} visibility=public forceDestroy=false
dns.RecordSet projects/{project}/managedZones/{managedZone}/rrsets/{name}/{type}
"""

_COMPUTE: Final = """
compute.Network projects/{project}/global/networks/{name}
    networkId={digits} numericId={digits} routingMode=REGIONAL mtu=1460 autoCreateSubnetworks=true
compute.Subnetwork projects/{project}/regions/{region}/subnetworks/{name}
    subnetworkId={short} purpose=PRIVATE stackType=IPV4_ONLY state=READY
compute.Firewall projects/{project}/global/firewalls/{name} direction=INGRESS priority=1000
compute.RouterNat projects/{project}/regions/{region}/routers/{router}/{name} type=PUBLIC
compute.GlobalAddress projects/{project}/global/addresses/{name} addressType=EXTERNAL
compute.GlobalForwardingRule projects/{project}/global/forwardingRules/{name}
    forwardingRuleId={short} loadBalancingScheme=EXTERNAL_MANAGED pscConnectionStatus=ACCEPTED
compute.ForwardingRule projects/{project}/regions/{region}/forwardingRules/{name}
    forwardingRuleId={short} loadBalancingScheme=EXTERNAL pscConnectionStatus=ACCEPTED
compute.Instance projects/{project}/zones/{zone}/instances/{name}
    instanceId={digits} currentStatus=RUNNING deletionProtection=false
    networkInterfaces.networkIp=10.128.0.2
compute.InstanceTemplate projects/{project}/global/instanceTemplates/{name} numericId={digits}
    selfLinkUnique=https://www.googleapis.com/compute/v1/{id}?uniqueId={digits}
compute.InstanceGroupManager projects/{project}/zones/{zone}/instanceGroupManagers/{name}
    instanceGroupManagerId={short}
    instanceGroup=https://www.googleapis.com/compute/v1/projects/{project}/zones/{zone}/instanceGroups/{name}
compute.RegionInstanceGroupManager
    projects/{project}/regions/{region}/instanceGroupManagers/{name}
    instanceGroupManagerId={short}
    instanceGroup=https://www.googleapis.com/compute/v1/projects/{project}/regions/{region}/instanceGroups/{name}
compute.ResizeRequest
    projects/{project}/zones/{zone}/instanceGroupManagers/{instanceGroupManager}/resizeRequests/{name}
    state=ACCEPTED
compute.RegionResizeRequest
    projects/{project}/regions/{region}/instanceGroupManagers/{instanceGroupManager}/resizeRequests/{name}
    state=ACCEPTED
tpu.V2Vm projects/{project}/locations/{zone}/nodes/{name} acceleratorType=v2-8
    apiVersion=V2_ALPHA1 state=READY
tpu.V2QueuedResource projects/{project}/locations/{zone}/queuedResources/{name}
workstations.WorkstationCluster
    projects/{project}/locations/{location}/workstationClusters/{workstationClusterId} name={id}
    privateClusterConfig.clusterHostname=cluster-{short}.cloudworkstations.dev
    privateClusterConfig.serviceAttachmentUri=projects/{project}/regions/{location}/serviceAttachments/workstations-{short}
workstations.WorkstationConfig
    projects/{project}/locations/{location}/workstationClusters/{workstationClusterId}/workstationConfigs/{workstationConfigId}
    name={id} idleTimeout=1200s runningTimeout=43200s
workstations.Workstation
    projects/{project}/locations/{location}/workstationClusters/{workstationClusterId}/workstationConfigs/{workstationConfigId}/workstations/{workstationId}
    name={id} state=STATE_STOPPED host={workstationId}.cluster-{short}.cloudworkstations.dev
workbench.Instance projects/{project}/locations/{location}/instances/{name}
"""

_DATA: Final = """
storage.Bucket {name} url=gs://{id} selfLink=https://www.googleapis.com/storage/v1/b/{id}
    projectNumber={projectNumber} storageClass=STANDARD forceDestroy=false rpo=DEFAULT
    publicAccessPrevention=inherited uniformBucketLevelAccess=false
storage.BucketIAMMember b/{bucket}/{role}/{member}
storage.BucketObject {bucket}-{name} outputName={name} generation={short} storageClass=STANDARD
    selfLink=https://www.googleapis.com/storage/v1/b/{bucket}/o/{name}
    mediaLink=https://storage.googleapis.com/download/storage/v1/b/{bucket}/o/{name}?alt=media
storage.Notification {bucket}/notificationConfigs/{sequence} notificationId={leaf}
    selfLink=https://www.googleapis.com/storage/v1/b/{id}
storage.TransferJob {project}/{name} status=ENABLED
bigquery.Dataset projects/{project}/datasets/{datasetId} location=US isCaseInsensitive=false
    selfLink=https://bigquery.googleapis.com/bigquery/v2/{id} deleteContentsOnDestroy=false
    maxTimeTravelHours=168 storageBillingModel=LOGICAL
bigquery.DatasetIamMember projects/{project}/datasets/{datasetId}/{role}/{member}
bigquery.Table projects/{project}/datasets/{datasetId}/tables/{tableId} type=TABLE
    selfLink=https://bigquery.googleapis.com/bigquery/v2/{id} deletionProtection=true
bigquery.Connection projects/{project}/locations/{location}/connections/{connectionId|unique}
    name={id} connectionId={leaf}
    cloudResource.serviceAccountId=bqcx-{projectNumber}@gcp-sa-bigquery-condel.iam.gserviceaccount.com
bigquery.DataTransferConfig projects/{project}/locations/{location}/transferConfigs/{unique}
    name={id} location=US
bigquery.Routine projects/{project}/datasets/{datasetId}/routines/{routineId}
artifactregistry.Repository projects/{project}/locations/{location}/repositories/{repositoryId}
    name={repositoryId} mode=STANDARD_REPOSITORY
    registryUri={location}-{format!lower}.pkg.dev/{project}/{repositoryId}
artifactregistry.VpcscConfig projects/{project}/locations/{location}/vpcscConfig name={id}
pubsub.Topic projects/{project}/topics/{name}
pubsub.Subscription projects/{project}/subscriptions/{name}
    ackDeadlineSeconds=10 messageRetentionDuration=604800s
dataproc.Batch projects/{project}/locations/{location}/batches/{batchId|unique}
    name={id} state=PENDING
dataproc.Cluster projects/{project}/regions/{region}/clusters/{name} region=global
dataproc.MetastoreService projects/{project}/locations/{location}/services/{serviceId} name={id}
    location=global endpointUri=thrift://{serviceId}.{location}.metastore.local:9083
    artifactGcsUri=gs://gcs-bucket-{serviceId}-{short}/hive-warehouse tier=DEVELOPER port=9083
dataproc.SessionTemplate {name}
"""

_MODELS: Final = """
vertex.AiEndpoint projects/{project}/locations/{location}/endpoints/{name}
    dedicatedEndpointDns={name}.{location}-{projectNumber}.prediction.vertexai.goog
vertex.AiDataset projects/{project}/locations/{location}/datasets/{unique} name={id}
vertex.AiFeatureStore projects/{project}/locations/{location}/featurestores/{name}
vertex.AiFeatureStoreEntityType {featurestore}/entityTypes/{name}
vertex.AiFeatureStoreEntityTypeFeature {entitytype}/features/{name}
vertex.AiFeatureGroup projects/{project}/locations/{location}/featureGroups/{name}
vertex.AiFeatureGroupFeature
    projects/{project}/locations/{location}/featureGroups/{featureGroup}/features/{name}
vertex.AiFeatureOnlineStore projects/{project}/locations/{location}/featureOnlineStores/{name}
    state=STABLE forceDestroy=false
vertex.AiFeatureOnlineStoreFeatureview
    projects/{project}/locations/{location}/featureOnlineStores/{featureOnlineStore}/featureViews/{name}
vertex.AiMetadataStore projects/{project}/locations/{location}/metadataStores/{name}
vertex.AiTensorboard projects/{project}/locations/{location}/tensorboards/{unique} name={id}
    blobStoragePathPrefix=cloud-ai-platform-{leaf} runCount=0
vertex.AiTensorboardExperiment
    projects/{project}/locations/{location}/tensorboards/{tensorboard}/experiments/{tensorboardExperimentId}
    name={id}
vertex.AiPersistentResource projects/{project}/locations/{location}/persistentResources/{name}
    state=RUNNING
vertex.AiDeploymentResourcePool
    projects/{project}/locations/{location}/deploymentResourcePools/{name}
"""

_OPERATIONS: Final = """
monitoring.AlertPolicy projects/{project}/alertPolicies/{unique} name={id} enabled=true
monitoring.NotificationChannel projects/{project}/notificationChannels/{unique}
    name={id} enabled=true forceDelete=false verificationStatus=VERIFIED
monitoring.Dashboard projects/{projectNumber}/dashboards/{unique}
monitoring.MetricDescriptor projects/{project}/metricDescriptors/{type} name={id}
monitoring.CustomService projects/{projectNumber}/services/{serviceId|unique}
    name={id} serviceId={leaf}
monitoring.Slo
    projects/{projectNumber}/services/{service}/serviceLevelObjectives/{sloId|unique}
    name={id} sloId={leaf}
monitoring.UptimeCheckConfig projects/{project}/uptimeCheckConfigs/{unique}
    name={id} uptimeCheckId={leaf} period=300s checkerType=STATIC_IP_CHECKERS
logging.Metric {name}
logging.ProjectSink projects/{project}/sinks/{name}
    writerIdentity=serviceAccount:service-{projectNumber}@gcp-sa-logging.iam.gserviceaccount.com
logging.LogScope projects/{project}/locations/{location}/logScopes/{name}
    location=global parent=projects/{project}
logging.ProjectBucketConfig projects/{project}/locations/{location}/buckets/{bucketId} name={id}
cloudbuild.Trigger projects/{project}/locations/{location}/triggers/{unique}
    triggerId={leaf} location=global
cloudbuild.WorkerPool projects/{project}/locations/{location}/workerPools/{name} state=RUNNING
cloudbuildv2.Connection projects/{project}/locations/{location}/connections/{name}
cloudbuildv2.Repository
    projects/{project}/locations/{location}/connections/{parentConnection}/repositories/{name}
cloudscheduler.Job projects/{project}/locations/{location}/jobs/{name}
    state=ENABLED timeZone=Etc/UTC
cloudrunv2.Service projects/{project}/locations/{location}/services/{name}
    uri=https://{name}-{projectNumber}.{location}.run.app ingress=INGRESS_TRAFFIC_ALL
    launchStage=GA deletionProtection=true
    latestCreatedRevision={id}/revisions/{name}-00001
    latestReadyRevision={id}/revisions/{name}-00001
cloudrunv2.Job projects/{project}/locations/{location}/jobs/{name}
    launchStage=GA deletionProtection=true
cloudrunv2.WorkerPool projects/{project}/locations/{location}/workerPools/{name}
    launchStage=GA deletionProtection=true
cloudfunctionsv2.Function projects/{project}/locations/{location}/functions/{name}
    url=https://{location}-{project}.cloudfunctions.net/{name} environment=GEN_2
    serviceConfig.uri=https://{name}-{projectNumber}.{location}.run.app
    serviceConfig.service=projects/{project}/locations/{location}/services/{name}
eventarc.Trigger projects/{project}/locations/{location}/triggers/{name}
workflows.Workflow projects/{project}/locations/{location}/workflows/{name}
"""


def _parsed(table: str) -> dict[str, Identity]:
    """Entries begin at the margin; what is indented continues them."""
    identities = {}
    for entry in table.strip().replace("\n    ", " ").splitlines():
        label, id_, *outputs = entry.split()
        pairs = (output.partition("=") for output in outputs)
        identities[label] = Identity(id_, {name: value for name, _, value in pairs})
    return identities


IDENTITIES: Final = {
    label: identity
    for table in (_PLATFORM, _COMPUTE, _DATA, _MODELS, _OPERATIONS)
    for label, identity in _parsed(table).items()
}
