"""Every type that a platform on Google Cloud uses goes through a whole life."""

import json
from typing import Any

import pytest

from localcloud.provider.protocol import Unknown
from localcloud.provider.schema import Kind, object_schema, resource_schema

TYPES = [
    "projects.Service",
    "projects.ServiceIdentity",
    "projects.IAMMember",
    "projects.IAMCustomRole",
    "projects.IAMAuditConfig",
    "organizations.Project",
    "serviceaccount.Account",
    "serviceaccount.IAMMember",
    "serviceaccount.Key",
    "iam.WorkloadIdentityPool",
    "iam.WorkloadIdentityPoolProvider",
    "iam.WorkloadIdentityPoolIamMember",
    "orgpolicy.Policy",
    "kms.KeyRing",
    "kms.CryptoKey",
    "kms.CryptoKeyIAMMember",
    "secretmanager.Secret",
    "secretmanager.SecretVersion",
    "secretmanager.SecretIamMember",
    "secretmanager.RegionalSecret",
    "secretmanager.RegionalSecretVersion",
    "accesscontextmanager.AccessPolicy",
    "accesscontextmanager.AccessLevel",
    "accesscontextmanager.ServicePerimeter",
    "accesscontextmanager.ServicePerimeterResource",
    "binaryauthorization.Policy",
    "binaryauthorization.Attestor",
    "cloudquota.SQuotaPreference",
    "servicenetworking.Connection",
    "dns.ManagedZone",
    "dns.RecordSet",
    "compute.Network",
    "compute.Subnetwork",
    "compute.Firewall",
    "compute.Router",
    "compute.RouterNat",
    "compute.GlobalAddress",
    "compute.GlobalForwardingRule",
    "compute.NetworkAttachment",
    "compute.Instance",
    "compute.ResourcePolicy",
    "compute.Reservation",
    "compute.FutureReservation",
    "compute.InstanceTemplate",
    "compute.RegionInstanceTemplate",
    "compute.RegionInstanceGroupManager",
    "compute.InstanceGroupManager",
    "compute.ResizeRequest",
    "compute.RegionResizeRequest",
    "tpu.V2Vm",
    "tpu.V2QueuedResource",
    "workstations.WorkstationCluster",
    "workstations.WorkstationConfig",
    "workstations.Workstation",
    "workstations.WorkstationConfigIamMember",
    "workstations.WorkstationIamMember",
    "workbench.Instance",
    "storage.Bucket",
    "storage.BucketObject",
    "storage.BucketIAMMember",
    "storage.Notification",
    "storage.TransferJob",
    "bigquery.Dataset",
    "bigquery.Table",
    "bigquery.DatasetIamMember",
    "artifactregistry.Repository",
    "artifactregistry.VpcscConfig",
    "artifactregistry.RepositoryIamMember",
    "pubsub.Topic",
    "pubsub.Subscription",
    "pubsub.TopicIAMMember",
    "pubsub.SubscriptionIAMMember",
    "dataproc.Batch",
    "dataproc.SessionTemplate",
    "dataproc.MetastoreService",
    "dataproc.Cluster",
    "vertex.AiEndpoint",
    "vertex.AiEndpointIamMember",
    "vertex.AiDataset",
    "vertex.AiFeatureStore",
    "vertex.AiFeatureOnlineStore",
    "vertex.AiFeatureOnlineStoreFeatureview",
    "vertex.AiFeatureGroup",
    "vertex.AiFeatureGroupFeature",
    "vertex.AiMetadataStore",
    "vertex.AiTensorboard",
    "vertex.AiTensorboardExperiment",
    "vertex.AiPersistentResource",
    "vertex.AiDeploymentResourcePool",
    "monitoring.AlertPolicy",
    "monitoring.NotificationChannel",
    "monitoring.Dashboard",
    "monitoring.MetricDescriptor",
    "monitoring.Slo",
    "monitoring.CustomService",
    "monitoring.UptimeCheckConfig",
    "logging.Metric",
    "logging.ProjectSink",
    "logging.LogScope",
    "billing.Budget",
    "cloudbuild.Trigger",
    "cloudbuild.WorkerPool",
    "cloudbuildv2.Connection",
    "cloudbuildv2.Repository",
    "cloudscheduler.Job",
    "cloudrunv2.Service",
    "cloudrunv2.Job",
    "cloudrunv2.ServiceIamMember",
    "cloudfunctionsv2.Function",
    "eventarc.Trigger",
]

# Where an arbitrary value would be refused, and for switches that would refuse the deletion.
EXAMPLES: dict[str, dict[str, Any]] = {
    "accesscontextmanager.AccessLevel": {"name": "accessPolicies/1/accessLevels/corp"},
    "accesscontextmanager.ServicePerimeter": {"name": "accessPolicies/1/servicePerimeters/ml"},
    "bigquery.Table": {"deletionProtection": False},
    "cloudrunv2.Job": {"deletionProtection": False},
    "cloudrunv2.Service": {"deletionProtection": False},
    "dataproc.SessionTemplate": {"name": "projects/p/locations/r/sessionTemplates/nb"},
    "dns.ManagedZone": {"dnsName": "example.com."},
    "kms.CryptoKey": {"keyRing": "projects/p/locations/r/keyRings/ml"},
    "organizations.Project": {"deletionPolicy": "DELETE"},
    "orgpolicy.Policy": {"name": "projects/1/policies/compute.vmExternalIpAccess"},
    "projects.IAMCustomRole": {"roleId": "pipelineRunner"},
    "projects.Service": {"service": "aiplatform.googleapis.com"},
    "iam.WorkloadIdentityPool": {"workloadIdentityPoolId": "github"},
    "iam.WorkloadIdentityPoolProvider": {"workloadIdentityPoolProviderId": "github"},
    "servicenetworking.Connection": {"service": "servicenetworking.googleapis.com"},
    "storage.TransferJob": {"name": "transferJobs/copy"},
    "vertex.AiEndpoint": {"name": "421133700"},
} | {
    f"vertex.{name}": {"name": "ml_dev"}
    for name in (
        "AiFeatureStore",
        "AiFeatureOnlineStore",
        "AiFeatureOnlineStoreFeatureview",
        "AiFeatureGroup",
        "AiFeatureGroupFeature",
        "AiMetadataStore",
    )
}
IAM = {"member": "user:ada@example.com", "role": "roles/viewer"}
SCALARS = {"text": "example", "integer": 3, "number": 1.5, "flag": True, "map": {"key": "value"}}


def example(kind: Kind) -> Any:
    if kind.fields is not None:
        schema = object_schema(kind.fields)
        return {name: example(schema.properties[name]) for name in schema.required}
    return [example(kind.element)] if kind.element and kind.sort == "list" else SCALARS[kind.sort]


def inputs_of(label: str, token: str) -> dict[str, Any]:
    schema = resource_schema(token).inputs
    required = {name: example(schema.properties[name]) for name in schema.required}
    iam = IAM if label.lower().endswith("iammember") else {}
    return required | iam | EXAMPLES.get(label, {})


@pytest.fixture(params=TYPES)
def kind_of_resource(request) -> tuple[str, str, dict[str, Any]]:
    label: str = request.param
    module, name = label.split(".")
    token = f"gcp:{module}/{name[0].lower()}{name[1:]}:{name}"
    return label, token, inputs_of(label, token)


def test_a_type_is_created_read_updated_and_deleted(cloud, kind_of_resource):
    label, token, given = kind_of_resource
    checked = cloud.check(label, given)
    assert checked.failures == []
    id_, outputs = cloud.made(label, **checked.inputs)
    assert cloud.diff(label, checked.inputs, dict(checked.inputs)).changed == []
    urn = cloud.urn(label)
    assert cloud.provider.read(token, urn, id_, {}) == (checked.inputs, outputs)
    again = cloud.provider.update(token, urn, id_, outputs, checked.inputs, preview=False)
    assert again == outputs, "an unchanged resource must not change its outputs"
    cloud.delete(label, id_, outputs)
    assert not cloud.exists(label, id_)


def test_every_declared_output_is_there_and_can_be_stored(cloud, kind_of_resource):
    label, token, given = kind_of_resource
    inputs = cloud.check(label, given).inputs
    _, outputs = cloud.made(label, **inputs)
    assert outputs.keys() >= resource_schema(token).outputs.keys()
    assert json.loads(json.dumps(outputs)) == outputs


def test_a_preview_promises_nothing_that_does_not_come_true(cloud, kind_of_resource):
    label, _, given = kind_of_resource
    inputs = cloud.check(label, given).inputs
    id_, planned = cloud.create(label, preview=True, **inputs)
    _, outputs = cloud.made(label, **inputs)
    assert id_ is None
    wrong = {
        name: (value, outputs[name])
        for name, value in planned.items()
        if not isinstance(value, Unknown) and value != outputs[name]
    }
    assert wrong == {}
