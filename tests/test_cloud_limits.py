"""What services refuse that no schema says: names and titles too long, a grant that is there twice.

The limits are those of the services' references, read 2026-11.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra import platform
from infra.settings import parse

FILE = Path(__file__).parents[1] / "Pulumi.prod.yaml"
STACK = "Longest.Stack_name-" + "x" * 60
PROJECT = "a23456789-123456789-123456789z"
LIMITS = {
    ("serviceaccount/account:Account", "accountId"): r"[a-z][-a-z0-9]{4,28}[a-z0-9]",
    ("serviceaccount/account:Account", "displayName"): r".{1,100}",
    ("projects/iAMCustomRole:IAMCustomRole", "roleId"): r"[a-zA-Z0-9_.]{3,64}",
    ("projects/iAMCustomRole:IAMCustomRole", "title"): r".{1,100}",
    ("iam/denyPolicy:DenyPolicy", "displayName"): r".{1,63}",
    ("cloudfunctionsv2/function:Function", "name"): r"[a-z][-a-z0-9]{0,47}[a-z0-9]",
    ("cloudrunv2/service:Service", "name"): r"[a-z][-a-z0-9]{0,47}[a-z0-9]",
    ("logging/metric:Metric", "name"): r"[-\w.,+!*',()%/]{1,100}",
    ("logging/projectBucketConfig:ProjectBucketConfig", "bucketId"): r"[a-zA-Z0-9][-\w.]{0,99}",
    ("monitoring/customService:CustomService", "serviceId"): r"[-a-z0-9]{1,63}",
    ("monitoring/slo:Slo", "sloId"): r"[-a-zA-Z0-9_:.]{1,63}",
    (
        "monitoring/metricDescriptor:MetricDescriptor",
        "type",
    ): r"custom\.googleapis\.com/[\w/]{1,180}",
    ("storage/bucket:Bucket", "name"): r"[a-z0-9][-a-z0-9]{1,61}[a-z0-9]",
    ("bigquery/dataset:Dataset", "datasetId"): r"\w{1,1024}",
    ("artifactregistry/repository:Repository", "repositoryId"): r"[a-z][-a-z0-9]{0,61}[a-z0-9]",
    ("pubsub/topic:Topic", "name"): r"(?!goog)[a-zA-Z][-\w.~+%]{2,254}",
    ("pubsub/subscription:Subscription", "name"): r"(?!goog)[a-zA-Z][-\w.~+%]{2,254}",
    ("vertex/aiEndpoint:AiEndpoint", "name"): r"[1-9][0-9]{0,9}",
    ("vertex/aiEndpoint:AiEndpoint", "displayName"): r".{1,128}",
    ("vertex/aiDataset:AiDataset", "displayName"): r".{1,128}",
    ("vertex/aiTensorboard:AiTensorboard", "displayName"): r".{1,128}",
    ("vertex/aiFeatureGroup:AiFeatureGroup", "name"): r"[a-z_][a-z0-9_]{0,59}",
    ("vertex/aiFeatureOnlineStore:AiFeatureOnlineStore", "name"): r"[a-z_][a-z0-9_]{0,59}",
    ("vertex/aiPersistentResource:AiPersistentResource", "name"): r"[a-z][-a-z0-9]{0,62}",
    ("vertex/aiDeploymentResourcePool:AiDeploymentResourcePool", "name"): r"[a-z][-a-z0-9]{0,62}",
    ("billing/budget:Budget", "displayName"): r".{1,60}",
}


@pytest.fixture(scope="module")
def longest(programs: dict[str, Any]) -> Any:
    """The whole of prod under the longest names that one could give it."""
    settings = yaml.safe_load(FILE.read_text().replace("mlplatform-prod", PROJECT))["config"]
    cloud = type(programs["prod"])(stack=STACK)
    cloud.deploy(lambda: platform.build(parse(settings), STACK) and None)
    return cloud


@pytest.mark.parametrize(("kind", "key"), LIMITS)
def test_the_longest_names_of_stack_and_project_are_still_legal_ones(longest, kind, key):
    found = [each.inputs[key] for each in longest.all(f"gcp:{kind}")]
    assert found, "prod has none: the limit holds nothing"
    assert not [each for each in found if not re.fullmatch(LIMITS[kind, key], each)]


def test_no_grant_is_made_twice(program):
    seen: dict[str, str] = {}
    for each in program.registered:
        if re.search(r"IAMMember$|IamMember$", each.token):
            grant = json.dumps([each.token, _plain(each.inputs)], sort_keys=True)
            assert grant not in seen, f"{each.name} would take {seen[grant]} away when it goes"
            seen[grant] = each.name


def _plain(inputs: dict[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in inputs.items()}
