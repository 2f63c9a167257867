"""Names, ids and texts that are derived from the stack's name, against the lengths of their types.

The stack is named as long as somebody may name one; four stack files alone would prove little.
"""

import re
from pathlib import Path

import pytest
import yaml

STACK = "research-experiments-of-the-forecasting-team-in-europe-number-2"
"""63 signs: as long as the label that every resource carries."""

SHAPES = {
    ("gcp:billing/budget:Budget", "displayName"): r".{1,60}",
    ("gcp:cloudbuild/trigger:Trigger", "name"): r"[a-zA-Z0-9-]{1,63}",
    ("gcp:cloudfunctionsv2/function:Function", "name"): r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?",
    ("gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager", "baseInstanceName"): (
        r"[a-z]([-a-z0-9]{0,56}[a-z0-9])?"
    ),
    ("gcp:iam/denyPolicy:DenyPolicy", "displayName"): r".{1,63}",
    ("gcp:iam/denyPolicy:DenyPolicy", "name"): r"[a-z][a-z0-9.-]{0,61}[a-z0-9]",
    ("gcp:logging/metric:Metric", "name"): r"[A-Za-z0-9_.,+!*',()%/-]{1,100}",
    ("gcp:logging/projectBucketConfig:ProjectBucketConfig", "bucketId"): r"[A-Za-z0-9_.-]{1,100}",
    ("gcp:logging/projectSink:ProjectSink", "name"): r"[A-Za-z0-9_.-]{1,100}",
    ("gcp:monitoring/customService:CustomService", "serviceId"): r"[a-z0-9-]{1,63}",
    ("gcp:monitoring/slo:Slo", "sloId"): r"[a-zA-Z0-9_:.-]{1,63}",
    ("gcp:projects/iAMCustomRole:IAMCustomRole", "roleId"): r"[a-zA-Z0-9_.]{3,64}",
    ("gcp:projects/iAMCustomRole:IAMCustomRole", "title"): r".{1,100}",
    ("gcp:pubsub/subscription:Subscription", "name"): r"(?!goog)[A-Za-z][A-Za-z0-9._~%+-]{2,254}",
    ("gcp:pubsub/topic:Topic", "name"): r"(?!goog)[A-Za-z][A-Za-z0-9._~%+-]{2,254}",
    ("gcp:serviceaccount/account:Account", "accountId"): r"[a-z]([-a-z0-9]{4,28}[a-z0-9])",
    ("gcp:serviceaccount/account:Account", "displayName"): r".{1,100}",
    ("gcp:serviceaccount/account:Account", "description"): r".{1,256}",
    ("gcp:storage/bucket:Bucket", "name"): r"[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]",
    ("gcp:workstations/workstationCluster:WorkstationCluster", "workstationClusterId"): (
        r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?"
    ),
}
"""What Google's provider or API takes, by type and input."""
HOST = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")
HOST_LIKE = (
    "gcp:artifactregistry/repository:",
    "gcp:cloudbuildv2/",
    "gcp:compute/",
    "gcp:dns/managedZone:",
    "gcp:networkconnectivity/",
    "gcp:tpu/",
    "gcp:vertex/aiDeploymentResourcePool:",
    "gcp:vertex/aiPersistentResource:",
)
"""Types, or all of a module, whose name is as that of a host."""


@pytest.fixture(scope="module")
def long_stack(programs):
    from infra import platform
    from infra.settings import parse

    file = Path(__file__).parents[1] / "Pulumi.prod.yaml"
    config = yaml.safe_load(file.read_text())["config"]
    cloud = type(programs["prod"])(stack=STACK)
    cloud.deploy(lambda: platform.build(parse(config), STACK) and None)
    return cloud


@pytest.mark.parametrize(("token", "key"), SHAPES)
def test_a_long_stack_gives_no_longer_name_than_its_type_takes(long_stack, token, key):
    found = [each for each in long_stack.all(token) if key in each.inputs]
    assert found, "prod has one of every type"
    for each in found:
        assert re.fullmatch(SHAPES[token, key], each.inputs[key]), (each.name, each.inputs[key])


def test_what_is_named_as_a_host_is_no_longer_than_one(long_stack):
    for each in long_stack.registered:
        name = each.inputs.get("name", each.inputs.get("repositoryId"))
        if name and each.token.startswith(HOST_LIKE):
            assert HOST.fullmatch(name), f"{each.token} {each.name}: {name}"


def test_every_label_is_one(long_stack):
    for each in long_stack.registered:
        for key in ("labels", "userLabels"):
            labels = each.inputs.get(key)
            # Descriptors list labels; a channel's are its address.
            if isinstance(labels, dict) and "notificationChannel" not in each.token:
                for label, value in labels.items():
                    assert re.fullmatch(r"[a-z][a-z0-9_-]{0,62}", label), each.name
                    assert re.fullmatch(r"[a-z0-9_-]{0,63}", value), f"{each.name}: {value}"


def test_a_display_name_of_vertex_has_at_most_128_signs(long_stack):
    for each in long_stack.registered:
        if each.token.startswith("gcp:vertex/"):
            assert len(each.inputs.get("displayName", "")) <= 128, each.name
