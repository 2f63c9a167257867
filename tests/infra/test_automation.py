"""What acts by itself: who may call it, what it may do, and what its archive holds."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from graph_changes import built, needs
from settings_changes import changed

from catalog.roles import CANCEL_DIVERGING_PERMISSIONS
from infra.automation.function_source import LOCK, ROOT, source_of

FUNCTION = "gcp:cloudfunctionsv2/function:Function"
SUBSCRIPTION = "gcp:pubsub/subscription:Subscription"
TOPIC_GRANT = "gcp:pubsub/topicIAMMember:TopicIAMMember"


def test_a_function_is_shut_to_the_internet_and_acts_as_an_account_of_its_own(prod):
    for each in prod.all(FUNCTION):
        service = each.inputs["serviceConfig"]
        assert service["ingressSettings"] == "ALLOW_INTERNAL_ONLY"
        assert service["maxInstanceCount"] <= 2
    accounts = [each.inputs["serviceConfig"]["serviceAccountEmail"] for each in prod.all(FUNCTION)]
    builders = [each.inputs["buildConfig"]["serviceAccount"] for each in prod.all(FUNCTION)]
    assert all(accounts)
    assert len({*accounts, *builders}) == len(accounts) + 1, "one builder, and one account each"


def test_the_function_that_cancels_may_find_and_cancel_jobs_and_nothing_else(prod):
    role = prod.named("cancel-diverging-role")
    assert set(role.inputs["permissions"]) == set(CANCEL_DIVERGING_PERMISSIONS)
    forbidden = ("create", "delete", "update", "deploy", "setIamPolicy")
    assert not [each for each in role.inputs["permissions"] if each.endswith(forbidden)]
    email = prod.named("cancel-diverging-function").inputs["serviceConfig"]["serviceAccountEmail"]
    held = [each for each in prod.registered if each.inputs.get("member", "").endswith(email)]
    assert {each.name for each in held} == {"cancel-diverging-acts", "cancel-diverging-records"}
    assert prod.named("cancel-diverging-records").inputs["tableId"] == "actions"


def test_only_the_invoker_calls_and_only_pubsub_acts_as_it(prod):
    calls = prod.named("cancel-diverging-invoker-calls")
    assert calls.inputs["role"] == "roles/run.invoker"
    assert calls.inputs["name"] == prod.named("cancel-diverging-function").inputs["name"]
    subscription = prod.named("cancel-diverging-calls")
    push = subscription.inputs["pushConfig"]
    assert calls.inputs["member"] == f"serviceAccount:{push['oidcToken']['serviceAccountEmail']}"
    assert push["oidcToken"]["audience"] == push["pushEndpoint"]
    signs = prod.named("cancel-diverging-invoker-signs")
    assert signs.inputs["member"] == "serviceAccount:service-1@gcp-sa-pubsub"
    assert {calls.urn, signs.urn} <= subscription.depends_on


def test_what_a_function_does_not_take_is_tried_again_and_then_kept(prod):
    found = prod.all(SUBSCRIPTION)
    assert {each.inputs["expirationPolicy"]["ttl"] for each in found} == {""}
    for each in found:
        if "pushConfig" in each.inputs:
            given_up = each.inputs["deadLetterPolicy"]
            assert given_up["maxDeliveryAttempts"] == 10
            dead = given_up["deadLetterTopic"]
            grants = [g for g in prod.all(TOPIC_GRANT) if g.inputs["topic"] == dead]
            assert needs(prod, each.urn) & {g.urn for g in grants}, "Pub/Sub could not give it up"
    kept = prod.named("diverging-undelivered-kept")
    assert kept.inputs["topic"] == prod.named("diverging-gives-up").inputs["topic"]


def test_the_agent_of_monitoring_is_granted_after_the_channel_that_brings_it_into_being(prod):
    channel = prod.named("diverging-channel")
    assert channel.inputs["labels"]["topic"] == "diverging-topic-id"
    grant = prod.named("diverging-publishes")
    assert channel.urn in grant.depends_on
    assert grant.inputs["member"] == (
        "serviceAccount:service-1@gcp-sa-monitoring-notification.iam.gserviceaccount.com"
    )


def test_a_function_is_built_after_its_builder_may_and_runs_after_it_may(prod):
    function = prod.named("cancel-diverging-function")
    before = needs(prod, function.urn)
    for name in (
        *("functions-builder-reads", "functions-builder-pushes", "functions-builder-logs"),
        *("cancel-diverging-acts", "cancel-diverging-records", "cancel-diverging-source"),
        *("services-cloudfunctions", "services-cloudbuild", "services-run"),
    ):
        assert prod.named(name).urn in before, name


def test_switched_off_nothing_of_it_is_made(cloud, prod_config):
    off = built(cloud, changed(prod_config, "automation.cancel_diverging", False))
    assert not [each.name for each in off.registered if "diverging" in each.name]


def test_the_archive_is_named_by_what_it_holds(tmp_path):
    import shutil

    for room in ("automation", "catalog", "jobs"):
        shutil.copytree(ROOT / room, tmp_path / room)
    shutil.copy(ROOT / LOCK, tmp_path)
    before = source_of("cancel_diverging", tmp_path)
    assert before == source_of("cancel_diverging"), "the place of the tree is no part of it"
    (tmp_path / "catalog/prices.py").write_text("")
    assert source_of("cancel_diverging", tmp_path) == before, "it does not load that"
    for path in ("jobs/labels.py", "automation/losses.py", LOCK):
        text = (tmp_path / path).read_text()
        (tmp_path / path).write_text(f"{text}\n# changed\n")
        assert source_of("cancel_diverging", tmp_path).digest != before.digest
        (tmp_path / path).write_text(text)


PROGRAM = """
import sys, types
framework = types.ModuleType("functions_framework")
framework.http = lambda function: function
sys.modules["functions_framework"] = framework
import main
request = types.SimpleNamespace(get_json=lambda silent: {})
print(main.main(request))
rooms = ("automation", "catalog", "jobs")
ours = [each for name, each in sys.modules.items() if name.split(".")[0] in rooms]
print({each.__file__.startswith(sys.argv[1]) for each in ours})
"""


MODULES = ("cancel_diverging", "reaper", "spend_cap")


def test_these_are_all_functions(programs):
    made = {each.name for program in programs.values() for each in program.all(FUNCTION)}
    assert made == {f"{module.replace('_', '-')}-function" for module in MODULES}


@pytest.mark.parametrize("module", MODULES)
def test_the_archive_holds_all_that_the_function_loads(tmp_path: Path, module: str):
    source = source_of(module)
    for path in source.files:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes((ROOT / path).read_bytes())
    (tmp_path / "main.py").write_text(source.main)
    told = ("PROJECT", "REGION", "STACK", "ACTIONS_TABLE")
    environment = dict.fromkeys((f"MLPLATFORM_{each}" for each in told), "x")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-2:] == ["('not understood', 200)", "{True}"]


# What provides the modules that are not ours.
PROVIDED = {
    "google.api_core": "google-api-core",
    "google.auth": "google-auth",
    "google.cloud.aiplatform_v1": "google-cloud-aiplatform",
    "google.cloud.bigquery": "google-cloud-bigquery",
    "google.cloud.storage": "google-cloud-storage",
    "functions_framework": "functions-framework",
    "pydantic": "pydantic",
    "requests": "requests",
}


def test_the_lock_holds_what_a_function_imports_and_in_the_versions_of_the_jobs():
    def locked(name: str) -> dict[str, str]:
        lines = (ROOT / name).read_text().splitlines()
        pins = [line.split(" ")[0] for line in lines if "==" in line and line[0].isalnum()]
        return dict(pin.split("==") for pin in pins)

    own, jobs = locked(LOCK), locked("requirements-jobs.txt")
    assert set(PROVIDED.values()) <= own.keys()
    assert not {name for name in own.keys() & jobs.keys() if own[name] != jobs[name]}
    foreign = set()
    for path in {path for module in MODULES for path in source_of(module).files}:
        for node in ast.walk(ast.parse((ROOT / path).read_text())):
            if isinstance(node, ast.ImportFrom) and not node.level:
                foreign.add(node.module)
            elif isinstance(node, ast.Import):
                foreign |= {alias.name for alias in node.names}
    ours = ("automation", "catalog", "jobs", "google.cloud")
    unknown = {
        name
        for name in foreign
        if not name.startswith((*ours, *PROVIDED))
        and name.split(".")[0] not in sys.stdlib_module_names
    }
    assert not unknown, "the function would fail at its first message"


def test_a_function_has_the_key_of_its_image_and_waits_for_all_who_encrypt_with_it(programs):
    prod = programs["prod"]
    (repository,) = [
        r
        for r in prod.all("gcp:artifactregistry/repository:Repository")
        if r.name == "functions-images"
    ]
    grants = {
        each.urn
        for each in prod.registered
        if each.name.startswith("functions-") and each.name.endswith("-encrypts")
    }
    assert len(grants) == 3, "Cloud Functions, Cloud Run and Cloud Storage"
    for function in prod.all("gcp:cloudfunctionsv2/function:Function"):
        assert function.inputs["kmsKeyName"] == repository.inputs["kmsKeyName"]
        assert grants <= function.depends_on
