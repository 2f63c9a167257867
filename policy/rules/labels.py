"""Labels: whose a resource is, so that bills, searches and clean-ups find it."""

from collections.abc import Mapping
from typing import Any

from catalog.labels import label_value
from policy.registry import Finding, Findings, rule
from policy.values import UNKNOWN
from policy.verdicts import Context, Resource

REQUIRED = ("component", "environment", "managed-by", "stack")

LABELS = (
    "gcp:artifactregistry/repository:Repository",
    "gcp:bigquery/dataset:Dataset",
    "gcp:bigquery/table:Table",
    "gcp:cloudfunctionsv2/function:Function",
    "gcp:cloudrunv2/job:Job",
    "gcp:cloudrunv2/service:Service",
    "gcp:cloudrunv2/workerPool:WorkerPool",
    "gcp:compute/address:Address",
    "gcp:compute/disk:Disk",
    "gcp:compute/forwardingRule:ForwardingRule",
    "gcp:compute/globalAddress:GlobalAddress",
    "gcp:compute/globalForwardingRule:GlobalForwardingRule",
    "gcp:compute/instance:Instance",
    "gcp:compute/instanceTemplate:InstanceTemplate",
    "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate",
    "gcp:dataproc/batch:Batch",
    "gcp:dataproc/cluster:Cluster",
    "gcp:dataproc/metastoreService:MetastoreService",
    "gcp:dataproc/sessionTemplate:SessionTemplate",
    "gcp:dns/managedZone:ManagedZone",
    "gcp:eventarc/trigger:Trigger",
    "gcp:kms/cryptoKey:CryptoKey",
    "gcp:networkconnectivity/serviceConnectionPolicy:ServiceConnectionPolicy",
    "gcp:organizations/project:Project",
    "gcp:pubsub/subscription:Subscription",
    "gcp:pubsub/topic:Topic",
    "gcp:secretmanager/regionalSecret:RegionalSecret",
    "gcp:secretmanager/secret:Secret",
    "gcp:storage/bucket:Bucket",
    "gcp:tpu/v2Vm:V2Vm",
    "gcp:vertex/aiDataset:AiDataset",
    "gcp:vertex/aiEndpoint:AiEndpoint",
    "gcp:vertex/aiFeatureGroup:AiFeatureGroup",
    "gcp:vertex/aiFeatureGroupFeature:AiFeatureGroupFeature",
    "gcp:vertex/aiFeatureOnlineStore:AiFeatureOnlineStore",
    "gcp:vertex/aiFeatureOnlineStoreFeatureview:AiFeatureOnlineStoreFeatureview",
    "gcp:vertex/aiPersistentResource:AiPersistentResource",
    "gcp:vertex/aiTensorboard:AiTensorboard",
    "gcp:workbench/instance:Instance",
    "gcp:workflows/workflow:Workflow",
    "gcp:workstations/workstation:Workstation",
    "gcp:workstations/workstationCluster:WorkstationCluster",
    "gcp:workstations/workstationConfig:WorkstationConfig",
)
"""Types with `labels`, to which the provider adds the stack's own."""
USER_LABELS = (
    "gcp:monitoring/alertPolicy:AlertPolicy",
    "gcp:monitoring/customService:CustomService",
    "gcp:monitoring/notificationChannel:NotificationChannel",
    "gcp:monitoring/slo:Slo",
    "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig",
)
"""Types with `user_labels`, which the provider's defaults do not reach."""


@rule("labels-present", [*LABELS, *USER_LABELS])
def _present(resource: Resource, context: Context) -> Findings:
    """Everything that can carry labels says its environment, stack, component and who manages it.

    The provider's default labels count where they reach.
    """
    name = _property(resource)
    own = resource.inputs.get(name)
    if own is UNKNOWN:
        yield Finding(name, None)
        return
    defaults = context.default_labels if name == "labels" else {}
    labels = {**defaults, **(own or {})}
    for key in REQUIRED:
        path = f"{name}.{key}"
        if labels.get(key) is UNKNOWN:
            yield Finding(path, None)
        elif key not in labels:
            yield Finding(path, f"`{path}` is missing: take the labels from infra.labels.")


@rule("label-values-legal", [*LABELS, *USER_LABELS])
def _legal(resource: Resource, _: Context) -> Findings:
    """Values of labels are small letters, digits, - and _, at most 63 of them."""
    name = _property(resource)
    own = resource.inputs.get(name)
    if own is UNKNOWN:
        yield Finding(name, None)
    elif isinstance(own, Mapping):
        for key, value in own.items():
            yield from _legal_value(f"{name}.{key}", value)


def _legal_value(path: str, value: Any) -> Findings:
    if value is UNKNOWN:
        yield Finding(path, None)
    elif label_value(str(value)) != value:
        yield Finding(path, f"`{path}` is {value!r}: write {label_value(str(value))!r}.")


def _property(resource: Resource) -> str:
    return "userLabels" if resource.type in USER_LABELS else "labels"
