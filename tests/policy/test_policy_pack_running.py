"""The pack itself, started as the CLI starts it, where its environment is installed."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

import policy.rules  # noqa: F401 - registers them
from policy.registry import RULES
from policy.tokens import BUCKET

PACK = Path(__file__).parents[2] / "policy" / "pack"
PYTHON = PACK / ".venv" / "bin" / "python"
GRANT = "gcp:projects/iAMMember:IAMMember"
CONFIG = {
    "mlplatform:environment": "prod",
    "mlplatform:project": json.dumps({"id": "p", "region": "europe-west4"}),
}


@pytest.fixture
def analyzer():
    """A running pack, as the CLI starts it."""
    if not PYTHON.exists():
        pytest.skip("policy/pack/.venv is not installed: docs/policy.md says how")
    import grpc
    from pulumi.runtime.proto import analyzer_pb2_grpc

    environment = {
        **os.environ,
        "PULUMI_CONFIG": json.dumps(CONFIG),
        "PULUMI_PROJECT": "mlplatform",
        "PULUMI_STACK": "prod",
        "PULUMI_DRY_RUN": "true",
    }
    command = [PYTHON, "-u", "-m", "pulumi.policy", "127.0.0.1:1", PACK]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout
        try:
            port = int(process.stdout.readline())
            with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                yield analyzer_pb2_grpc.AnalyzerStub(channel)
        finally:
            process.kill()


def analyze(analyzer: Any, token: str, properties: dict[str, Any], **labels: str) -> set[Any]:
    """(policy, level) of every diagnostic."""
    from google.protobuf import json_format, struct_pb2
    from pulumi.runtime.proto import analyzer_pb2

    def struct(value: dict[str, Any]) -> struct_pb2.Struct:
        return json_format.ParseDict(value, struct_pb2.Struct())

    provider = analyzer_pb2.AnalyzerProviderResource(
        type="pulumi:providers:gcp",
        properties=struct({"region": "europe-west4", "defaultLabels": json.dumps(labels)}),
    )
    request = analyzer_pb2.AnalyzeRequest(
        type=token, properties=struct(properties), urn="urn", name="name", provider=provider
    )
    request.options.protect = True
    answer = analyzer.Analyze(request)
    return {
        (each.policyName, analyzer_pb2.EnforcementLevel.Name(each.enforcementLevel))
        for each in answer.diagnostics
    }


def test_the_running_pack_knows_every_rule(analyzer):
    from google.protobuf.empty_pb2 import Empty

    found = {each.name for each in analyzer.GetAnalyzerInfo(Empty()).policies}
    assert found == {*RULES, "decided-when-deployed"}


UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def test_the_running_pack_refuses_advises_and_fails_closed(analyzer):
    labels = {"environment": "prod", "stack": "prod", "managed-by": "pulumi"}
    bucket = {
        "location": "EUROPE-WEST4",
        "uniformBucketLevelAccess": True,
        "publicAccessPrevention": "enforced",
        "versioning": {"enabled": True},
        "lifecycleRules": [{"action": {"type": "Delete"}, "condition": {"age": 30}}],
        "labels": {"component": "artifacts"},
    }
    assert analyze(analyzer, BUCKET, bucket, **labels) == set()
    closed = {**bucket, "publicAccessPrevention": UNKNOWN_STRING, "location": "US"}
    assert analyze(analyzer, BUCKET, closed, **labels) == {
        ("bucket-not-public", "MANDATORY"),
        ("location-allowed", "MANDATORY"),
    }
    assert analyze(analyzer, BUCKET, bucket) == {("labels-present", "MANDATORY")}
    grant = {"role": "roles/logging.logWriter", "member": UNKNOWN_STRING}
    assert analyze(analyzer, GRANT, grant) == {("decided-when-deployed", "ADVISORY")}
    public = {"role": "roles/owner", "member": "allUsers"}
    assert analyze(analyzer, GRANT, public) == {
        ("no-basic-role", "MANDATORY"),
        ("no-public-member", "MANDATORY"),
    }
