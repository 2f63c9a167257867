"""What a deployment must be allowed to do, by the type of what it makes.

Names of permissions are those of the predefined roles of each service (their lists as published,
read 2026-11); a custom role with a permission that does not exist is refused as a whole, so a type
whose permissions are not certain has a predefined role of its own service instead. Some types
belong to the organisation or to a billing account: no role of a project lets anybody make them.
"""

import re

_READING = ("get", "getIamPolicy", "list", "viewPublicKey")
"""The last one is what a preview asks for: an attestor is made of public keys."""

_WORDS = {
    "ALL": ("create", "delete", "get", "list", "update"),
    "GRANT": ("get", "getIamPolicy", "setIamPolicy"),
}
_TYPES = """
projects.Service serviceusage.services enable get list use
projects.ServiceIdentity serviceusage.services enable get
projects.IAMMember resourcemanager.projects GRANT
projects.IAMAuditConfig resourcemanager.projects GRANT
projects.IAMCustomRole iam.roles ALL undelete
serviceaccount.Account iam.serviceAccounts ALL
serviceaccount.IAMMember iam.serviceAccounts GRANT
compute.Network compute.networks ALL updatePolicy use
compute.Subnetwork compute.subnetworks ALL expandIpCidrRange setPrivateIpGoogleAccess use
compute.Firewall compute.firewalls ALL
compute.Router compute.routers ALL use
compute.RouterNat compute.routers get update
compute.Route compute.routes create delete get list
compute.Address compute.addresses create createInternal delete deleteInternal get list setLabels use
compute.GlobalAddress compute.globalAddresses create createInternal delete deleteInternal get list
compute.GlobalAddress compute.globalAddresses setLabels use
compute.ForwardingRule compute.forwardingRules ALL pscCreate pscDelete pscSetLabels setLabels use
compute.GlobalForwardingRule compute.globalForwardingRules ALL pscCreate pscDelete pscSetLabels
compute.GlobalForwardingRule compute.globalForwardingRules setLabels
compute.NetworkAttachment compute.networkAttachments ALL use
compute.NetworkPeeringRoutesConfig compute.networks get updatePeering
compute.Disk compute.disks create delete get list setLabels use
compute.Instance compute.instances ALL setDeletionProtection setLabels setMachineType setMetadata
compute.Instance compute.instances setScheduling setServiceAccount setTags start stop
compute.Instance compute.instances updateShieldedInstanceConfig
compute.InstanceTemplate compute.instanceTemplates create delete get list useReadOnly
compute.RegionInstanceTemplate compute.instanceTemplates create delete get list useReadOnly
compute.InstanceGroupManager compute.instanceGroupManagers ALL use
compute.RegionInstanceGroupManager compute.instanceGroupManagers ALL use
compute.ResizeRequest compute.instanceGroupManagers get update
compute.RegionResizeRequest compute.instanceGroupManagers get update
compute.Reservation compute.reservations ALL resize
compute.ResourcePolicy compute.resourcePolicies ALL use
compute.ResourcePolicyAttachment compute.instances addResourcePolicies get removeResourcePolicies
compute.ProjectMetadataItem compute.projects get setCommonInstanceMetadata
servicenetworking.Connection servicenetworking.services addPeering get
dns.ManagedZone dns.managedZones ALL
dns.RecordSet dns.resourceRecordSets ALL
kms.KeyRing cloudkms.keyRings create get list
kms.CryptoKey cloudkms.cryptoKeys create get list update
kms.CryptoKeyVersion cloudkms.cryptoKeyVersions create get list update viewPublicKey
kms.CryptoKeyIAMMember cloudkms.cryptoKeys GRANT
storage.Bucket storage.buckets ALL
storage.BucketIAMMember storage.buckets GRANT
storage.BucketObject storage.objects ALL
storage.Notification storage.buckets get update
storage.TransferAgentPool storagetransfer.agentpools ALL
storage.TransferJob storagetransfer.jobs ALL
bigquery.Dataset bigquery.datasets create delete get update
bigquery.DatasetIamMember bigquery.datasets GRANT update
bigquery.Table bigquery.tables ALL
bigquery.IamMember bigquery.tables GRANT
bigquery.Routine bigquery.routines ALL
artifactregistry.Repository artifactregistry.repositories ALL
artifactregistry.RepositoryIamMember artifactregistry.repositories GRANT
artifactregistry.VpcscConfig artifactregistry.vpcscconfigs get update
monitoring.AlertPolicy monitoring.alertPolicies ALL
monitoring.NotificationChannel monitoring.notificationChannels ALL
monitoring.Dashboard monitoring.dashboards ALL
monitoring.MetricDescriptor monitoring.metricDescriptors create delete get list
monitoring.Slo monitoring.slos ALL
monitoring.CustomService monitoring.services ALL
monitoring.GenericService monitoring.services ALL
monitoring.UptimeCheckConfig monitoring.uptimeCheckConfigs ALL
logging.Metric logging.logMetrics ALL
logging.ProjectSink logging.sinks ALL
logging.ProjectBucketConfig logging.buckets ALL
logging.LogView logging.views ALL
logging.ProjectExclusion logging.exclusions ALL
pubsub.Topic pubsub.topics ALL attachSubscription
pubsub.TopicIAMMember pubsub.topics GRANT
pubsub.Subscription pubsub.subscriptions ALL
pubsub.SubscriptionIAMMember pubsub.subscriptions GRANT
secretmanager.Secret secretmanager.secrets ALL
secretmanager.SecretIamMember secretmanager.secrets GRANT
cloudbuild.Trigger cloudbuild.builds create get list update
cloudbuild.WorkerPool cloudbuild.workerpools ALL use
cloudbuildv2.Connection cloudbuild.connections ALL
cloudbuildv2.Repository cloudbuild.repositories create delete get list
workstations.WorkstationCluster workstations.workstationClusters ALL
workstations.WorkstationConfig workstations.workstationConfigs ALL
workstations.WorkstationConfigIamMember workstations.workstationConfigs GRANT
workstations.Workstation workstations.workstations ALL
workstations.WorkstationIamMember workstations.workstations GRANT
vertex.AiEndpoint aiplatform.endpoints ALL
vertex.AiEndpointIamMember aiplatform.endpoints GRANT
vertex.AiDataset aiplatform.datasets ALL
vertex.AiDeploymentResourcePool aiplatform.deploymentResourcePools ALL
vertex.AiFeatureGroup aiplatform.featureGroups ALL
vertex.AiFeatureGroupFeature aiplatform.features ALL
vertex.AiFeatureOnlineStore aiplatform.featureOnlineStores ALL
vertex.AiFeatureOnlineStoreIamMember aiplatform.featureOnlineStores GRANT
vertex.AiFeatureOnlineStoreFeatureview aiplatform.featureViews ALL
vertex.AiMetadataStore aiplatform.metadataStores create delete get list
vertex.AiPersistentResource aiplatform.persistentResources create delete get list
vertex.AiTensorboard aiplatform.tensorboards ALL
vertex.AiTensorboardExperiment aiplatform.tensorboardExperiments ALL
cloudrunv2.Service run.services ALL
cloudrunv2.ServiceIamMember run.services GRANT
cloudrunv2.Job run.jobs ALL
cloudrunv2.JobIamMember run.jobs GRANT
"""

_BESIDE = """
aiplatform.pipelineJobs create get list
artifactregistry.repositories uploadArtifacts
artifactregistry.tags create get update
cloudbuild.operations get
cloudkms.cryptoKeyVersions list
compute.disks create
compute.globalOperations get
compute.images useReadOnly
compute.machineTypes get
compute.projects get
compute.regionOperations get
compute.regions get list
compute.zoneOperations get
compute.zones get list
dns.changes create get list
dns.networks bindPrivateDNSZone
iam.serviceAccounts actAs
logging.operations get
resourcemanager.projects get
run.operations get
storagetransfer.projects getServiceAccount
workstations.operations get
"""
"""What no type asks for by itself: operations that are waited for, accounts to run as, and what
the hook of a submission does."""

PREDEFINED: dict[str, str] = {
    "binaryauthorization.Attestor": "roles/binaryauthorization.attestorsAdmin",
    "binaryauthorization.AttestorIamMember": "roles/binaryauthorization.attestorsAdmin",
    "binaryauthorization.Policy": "roles/binaryauthorization.policyEditor",
    "cloudfunctionsv2.Function": "roles/cloudfunctions.developer",
    "cloudquota.SQuotaPreference": "roles/cloudquotas.admin",
    "cloudscheduler.Job": "roles/cloudscheduler.admin",
    "compute.FutureReservation": "roles/compute.futureReservationAdmin",
    "containeranalysis.Note": "roles/containeranalysis.notes.editor",
    "containeranalysis.NoteIamMember": "roles/containeranalysis.admin",
    "dataproc.Batch": "roles/dataproc.serverlessEditor",
    "dataproc.MetastoreService": "roles/metastore.editor",
    "dataproc.SessionTemplate": "roles/dataproc.serverlessEditor",
    "eventarc.Trigger": "roles/eventarc.developer",
    "iam.WorkloadIdentityPool": "roles/iam.workloadIdentityPoolAdmin",
    "iam.WorkloadIdentityPoolProvider": "roles/iam.workloadIdentityPoolAdmin",
    "networkconnectivity.ServiceConnectionPolicy": "roles/compute.networkAdmin",
    "logging.LogScope": "roles/logging.configWriter",
    "tpu.V2QueuedResource": "roles/tpu.admin",
    "tpu.V2Vm": "roles/tpu.admin",
    "workbench.Instance": "roles/notebooks.admin",
}
"""Roles of a project for types whose permissions no published list names one by one."""

ABOVE_THE_PROJECT: dict[str, str] = {
    "accesscontextmanager.ServicePerimeter": "roles/accesscontextmanager.policyEditor",
    "billing.Budget": "roles/billing.costsManager",
    "billing.ProjectInfo": "roles/billing.user",
    "iam.DenyPolicy": "roles/iam.denyAdmin",
    "organizations.Project": "roles/resourcemanager.projectCreator",
    "orgpolicy.Policy": "roles/orgpolicy.policyAdmin",
}
"""Roles that somebody grants by hand, on the organisation, the folder or the billing account."""


def short_type(token: str) -> str:
    """`storage.Bucket` of `gcp:storage/bucket:Bucket`."""
    found = re.fullmatch(r"gcp:(\w+)/\w+:(\w+)", token)
    return ".".join(found.groups()) if found else token


def _expanded(text: str, *, with_type: bool) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for line in text.strip().splitlines():
        words = line.split()
        name = words.pop(0) if with_type else words[0]
        resource, *shorthand = words
        verbs = [verb for word in shorthand for verb in _WORDS.get(word, (word,))]
        more = frozenset(f"{resource}.{verb}" for verb in verbs)
        found[name] = found.get(name, frozenset()) | more
    return found


BY_TYPE = _expanded(_TYPES, with_type=True)
"""Permissions for each type that has some of its own."""
BESIDE = frozenset[str]().union(*_expanded(_BESIDE, with_type=False).values())


def covered(token: str) -> bool:
    """Whether it is known what a deployment must be allowed to do for this type."""
    name = short_type(token)
    return name in BY_TYPE or name in PREDEFINED or name in ABOVE_THE_PROJECT


def writing() -> list[str]:
    """Everything that a deployment must be allowed to do, for a custom role."""
    return sorted(BESIDE.union(*BY_TYPE.values()))


def reading() -> list[str]:
    """The same for who only compares: a preview, an audit. No data, only what describes it."""
    everything = BESIDE.union(*BY_TYPE.values()) - {"storage.objects.get", "storage.objects.list"}
    return sorted(each for each in everything if each.rpartition(".")[2] in _READING)
