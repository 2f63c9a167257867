"""Which changes the cloud cannot make in place: the old resource goes, a new one comes.

`_TABLE` holds curated types, `*` standing for every input but those after it; for other types, the
inputs that say what a resource is and where. What changed is for `difference` to say.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any, Final

from localcloud.provider.protocol import Properties
from localcloud.provider.schema import ResourceSchema

# With a fixed id, the new one cannot be created while the old one is there.
DELETE_BEFORE_REPLACE: Final = frozenset(
    {"projects.IAMMember", "bigquery.Table", "secretmanager.Secret"}
)

_IDENTIFYING: Final = frozenset(
    {"name", "location", "project", "region", "zone", "network", "subnetwork", "parent"}
)
_INDEX: Final = re.compile(r"\[[^\]]*\]")
_TOP: Final = re.compile(r"[.\[]")

_TABLE: Final = """
projects.Service service project
projects.ServiceIdentity service project
projects.IAMCustomRole roleId project
projects.IAMAuditConfig service project
organizations.Project projectId
serviceaccount.Account accountId project
iam.WorkloadIdentityPool workloadIdentityPoolId project
iam.WorkloadIdentityPoolProvider workloadIdentityPoolId workloadIdentityPoolProviderId project
kms.KeyRing name location project
kms.CryptoKey name keyRing purpose destroyScheduledDuration importOnly
    skipInitialVersionCreation versionTemplate.protectionLevel cryptoKeyBackend
orgpolicy.Policy name parent
secretmanager.Secret secretId project replication
secretmanager.SecretVersion secret secretData secretDataWoVersion isSecretDataBase64
secretmanager.RegionalSecret secretId location project
secretmanager.RegionalSecretVersion secret secretData secretDataWoVersion isSecretDataBase64
accesscontextmanager.AccessPolicy parent scopes
accesscontextmanager.AccessLevel name parent
accesscontextmanager.ServicePerimeter name parent perimeterType
binaryauthorization.Policy project
binaryauthorization.Attestor name project
containeranalysis.Note name project
billing.Budget billingAccount
servicenetworking.Connection network service
dns.ManagedZone name dnsName project visibility
dns.RecordSet name managedZone project
compute.Network name project autoCreateSubnetworks networkProfile description
compute.Subnetwork name project region network purpose description
compute.Firewall name project network direction
compute.Router name project region network
compute.RouterNat name project region router type endpointTypes initialNatIps
compute.Address * labels deletionPolicy
compute.GlobalAddress * labels deletionPolicy
compute.GlobalForwardingRule * labels target deletionPolicy
compute.NetworkAttachment name project region
compute.Instance name project zone description bootDisk scratchDisks networkInterfaces.nicType
    networkInterfaces.queueCount networkPerformanceConfig guestAccelerators reservationAffinity
    metadataStartupScript hostname canIpForward scheduling.provisioningModel scheduling.preemptible
    scheduling.maxRunDuration scheduling.terminationTime scheduling.onInstanceStopAction
compute.ResourcePolicy region project
compute.Reservation name project zone description specificReservationRequired deleteAtTime
    specificReservation.instanceProperties shareSettings.shareType reservationSharingPolicy
compute.FutureReservation name project zone description shareSettings.shareType
compute.InstanceTemplate *
compute.RegionInstanceTemplate * labels deletionPolicy
compute.InstanceGroupManager name project zone description baseInstanceName
compute.RegionInstanceGroupManager name project region description baseInstanceName
    distributionPolicyZones
compute.ResizeRequest * deletionPolicy
compute.RegionResizeRequest * deletionPolicy
tpu.V2Vm name project zone runtimeVersion acceleratorType acceleratorConfig networkConfig
    networkConfigs schedulingConfig serviceAccount shieldedInstanceConfig cidrBlock
tpu.V2QueuedResource * deletionPolicy
workstations.WorkstationCluster workstationClusterId location project network subnetwork tags
    domainConfig privateClusterConfig.enablePrivateEndpoint
workstations.WorkstationConfig workstationConfigId workstationClusterId location project
    replicaZones encryptionKey host.gceInstance.bootDiskSizeGb host.gceInstance.serviceAccount
    persistentDirectories.mountPath persistentDirectories.gcePd.fsType
workstations.Workstation workstationId workstationConfigId workstationClusterId location project
    sourceWorkstation
workbench.Instance name location project
storage.Bucket name location project enableObjectRetention hierarchicalNamespace
    customPlacementConfig
storage.BucketObject * deletionPolicy retention eventBasedHold temporaryHold content source
    sourceMd5hash detectMd5hash
storage.Notification *
storage.TransferJob name project
bigquery.Dataset datasetId location project
bigquery.Table tableId datasetId project encryptionConfiguration biglakeConfiguration
    timePartitioning.field rangePartitioning.field
artifactregistry.Repository repositoryId location project format mode kmsKeyName
    remoteRepositoryConfig
artifactregistry.VpcscConfig location project
pubsub.Topic name project tags
pubsub.Subscription name project topic enableMessageOrdering filter tags
dataproc.Batch * labels deletionPolicy
dataproc.Cluster * labels deletionPolicy clusterConfig.workerConfig.numInstances
    clusterConfig.preemptibleWorkerConfig.numInstances clusterConfig.autoscalingConfig
    clusterConfig.lifecycleConfig gracefulDecommissionTimeout
dataproc.MetastoreService serviceId location project hiveMetastoreConfig.version
    hiveMetastoreConfig.endpointProtocol networkConfig network encryptionConfig releaseChannel
    databaseType port
dataproc.SessionTemplate name location project
vertex.AiEndpoint name location region project network encryptionSpec dedicatedEndpointEnabled
    privateServiceConnectConfig
vertex.AiDataset metadataSchemaUri region project encryptionSpec
vertex.AiFeatureGroup name region project bigQuery.bigQuerySource.inputUri
vertex.AiFeatureGroupFeature name featureGroup region project
vertex.AiFeatureOnlineStore name region project bigtable.enableDirectBigtableAccess optimized
    encryptionSpec
vertex.AiFeatureOnlineStoreFeatureview name featureOnlineStore region project
vertex.AiMetadataStore * deletionPolicy
vertex.AiTensorboard region project encryptionSpec
vertex.AiTensorboardExperiment tensorboardExperimentId tensorboard location project
vertex.AiPersistentResource name location project network pscInterfaceConfig reservedIpRanges
    resourceRuntimeSpec encryptionSpec resourcePools.autoscalingSpec resourcePools.diskSpec
    resourcePools.machineSpec
vertex.AiDeploymentResourcePool * deletionPolicy
monitoring.AlertPolicy project
monitoring.NotificationChannel project
monitoring.Dashboard project
monitoring.MetricDescriptor type metricKind valueType labels launchStage project
monitoring.CustomService serviceId project
monitoring.Slo sloId service project
monitoring.UptimeCheckConfig project monitoredResource resourceGroup checkerType
    httpCheck.requestMethod
logging.Metric name project
logging.ProjectSink name project uniqueWriterIdentity
logging.LogScope name location parent
cloudbuild.Trigger location project
cloudbuild.WorkerPool name location project networkConfig privateServiceConnect
cloudbuildv2.Connection name location project
cloudbuildv2.Repository * deletionPolicy
cloudscheduler.Job name region project
cloudrunv2.Service name location project
cloudrunv2.Job name location project
cloudfunctionsv2.Function name location project
eventarc.Trigger name location project transport channel
workflows.Workflow name region project
"""


@dataclass(frozen=True)
class _Forcing:
    """Paths that force replacement, or with `all_but`, that alone do not."""

    paths: frozenset[str]
    all_but: bool

    def covers(self, path: str) -> bool:
        """Whether a changed path lies in one of the paths, or takes one away with it."""
        if self.all_but:
            return not any(_within(path, entry) for entry in self.paths)
        return any(_within(path, entry) or _within(entry, path) for entry in self.paths)


def replacing(
    schema: ResourceSchema, changed: list[str], old: Properties, new: Properties
) -> list[str]:
    """Top-level inputs whose change forces replacement, of the changed paths, in their order."""
    forcing = _FORCING.get(schema.label)
    found: dict[str, None] = {}
    for path in changed:
        top = _TOP.split(path, maxsplit=1)[0]
        plain = _INDEX.sub("", path)
        if forcing.covers(plain) if forcing else _identifies(schema, top):
            found[top] = None
        grows = _MAY_GROW.get((schema.label, plain))
        if grows and not grows(old.get(top), new.get(top)):
            found[top] = None
    return list(found)


def _larger_range(old: Any, new: Any) -> bool:
    try:
        return ip_network(old).subnet_of(ip_network(new))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return True


def _larger_number(old: Any, new: Any) -> bool:
    numbers = isinstance(old, int | float) and isinstance(new, int | float)
    return not numbers or new >= old


# What the cloud lets grow in place, and nothing else.
_MAY_GROW: Final[dict[tuple[str, str], Callable[[Any, Any], bool]]] = {
    ("compute.Subnetwork", "ipCidrRange"): _larger_range,
    ("compute.Disk", "size"): _larger_number,
    ("compute.RegionDisk", "size"): _larger_number,
}


def _identifies(schema: ResourceSchema, name: str) -> bool:
    if schema.label.lower().endswith(("iammember", "iambinding", "iampolicy")):
        return name not in ("members", "policyData")
    return name in _IDENTIFYING or (name in schema.inputs.required and name.endswith("Id"))


def _within(path: str, outer: str) -> bool:
    return path == outer or path.startswith(f"{outer}.")


def _parsed(table: str) -> dict[str, _Forcing]:
    """Entries begin at the margin; what is indented continues them."""
    forcing = {}
    for entry in table.strip().replace("\n    ", " ").splitlines():
        label, *paths = entry.split()
        forcing[label] = _Forcing(frozenset(paths) - {"*"}, "*" in paths)
    return forcing


_FORCING: Final = _parsed(_TABLE)
