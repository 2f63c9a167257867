"""What a stack file may say, and how it is told what it may not."""

import subprocess
import sys
from pathlib import Path

import pytest
from settings_changes import changed, refusal, refusals, without

from infra.settings import SettingsError, StackSettings, load_file, parse

ROOT = Path(__file__).parents[2]
MODEL = "mlplatform:models.flight-delay"


# Each is one mistake: the key that is set, its value, and words that the refusal must hold.
MISTAKES = [
    ("environment", "production", ["mlplatform:environment is 'production'", "'prod'"]),
    ("project.id", "My Project", ["mlplatform:project.id is 'My Project'", "6 to 30 lower-case"]),
    ("project.id", "short", ["mlplatform:project.id is 'short'"]),
    ("project.id", "acme-google-ads", ["in the name of every bucket", "another project"]),
    ("project.region", "europe-west5", ["no known region", "did you mean 'europe-west"]),
    ("project.zone", "us-central1-a", ["no zone of europe-west4", "europe-west4-a"]),
    ("project.labels", {"Team": "ml"}, ["mlplatform:project.labels.Team", "label key"]),
    ("project.labels", {"team": "ML"}, ["mlplatform:project.labels.team is 'ML'", "label value"]),
    ("project.labels", {"environment": "x"}, ["set by the platform"]),
    ("project.labels", {f"k{n}": "v" for n in range(51)}, ["project.labels", "at most 50"]),
    ("protection.enabled", "perhaps", ["write true or false"]),
    ("network.name", "default", ["comes with the project", "network of your own"]),
    ("network.name", "Net", ["lower-case"]),
    ("network.flow_log_sampling", 1.5, ["write 1.0 or less"]),
    ("artifacts.soft_delete_days", 6, ["write 7 or more"]),
    ("artifacts.soft_delete_days", 91, ["write 90 or less"]),
    ("artifacts.scratch_days", 0, ["write 1 or more"]),
    ("registry.keep_recent_versions", 0, ["write 1 or more"]),
    ("warehouse.history_days", 1.5, ["write a whole number"]),
    ("alerts.email", "ml-oncall@example", ["write one e-mail address"]),
    ("alerts.email", "a@example.com, b@example.com", ["write one e-mail address"]),
    ("submission.max_submissions", -1, ["write 0 or more"]),
    ("models", {"Flight_Delay": {}}, ["a model name of 1 to 38"]),
    ("models.flight-delay", 5, [f"{MODEL} is 5", "write a mapping"]),
    ("models.flight-delay.workload", "flight-delays", ["did you mean 'flight-delay'"]),
    ("models.flight-delay.image", "tree", ["only the environment local", "not dev"]),
    ("models.flight-delay.image", "repo/jobs:latest", ["@sha256:<64 hex digits>"]),
    ("models.flight-delay.arguments.epochs", 0, [f"{MODEL}.arguments.epochs is 0"]),
    ("models.flight-delay.training.shape", "v6e-12", ["no known shape", "did you mean 'v6e-1"]),
    ("models.flight-delay.training.shape", "v5litepod-8", ["in europe-west4", "us-west4"]),
    ("models.flight-delay.training.capacity", "flex-start", ["for TPU v6e", "write on-demand"]),
    ("models.flight-delay.training.capacity", "cheap", ["'on-demand', 'spot' or 'flex-start'"]),
    ("models.flight-delay.training.timeout_hours", 400, ["deleted after 336 hours"]),
    ("models.flight-delay.gate.min_auc", 0.4, ["write 0.5 or more"]),
    ("models.flight-delay.gate.max_log_loss", float("inf"), ["write a finite number"]),
    ("models.flight-delay.serving.min_replicas", 2, ["more than max_replicas", "at most 1"]),
    ("models.flight-delay.serving.min_replicas", 0, ["write 1 or more"]),
    ("models.flight-delay.alerts.latency_p99_ms", 0, ["write more than 0"]),
    ("models.flight-delay.alerts.error_ratio", 1, ["write less than 1"]),
]


@pytest.mark.parametrize(("path", "value", "words"), MISTAKES)
def test_a_wrong_value_is_refused_by_its_key_with_what_to_write(config, path, value, words):
    problem = next(each for each in refusals(changed(config, path, value)) if words[0] in each)
    assert problem.startswith(f"mlplatform:{path}")
    for word in words:
        assert word in problem


def test_a_name_that_no_pipeline_can_be_kept_under_is_refused(config):
    config["mlplatform:models"] = {"eta": config["mlplatform:models"]["flight-delay"]}
    assert parse(config), "no pipeline is kept in dev"
    problem = refusal(changed(config, "registry.pipeline_templates", True))
    assert problem.startswith("mlplatform:models.eta has a name of 3 characters")
    assert "pipeline_templates to false" in problem


def test_every_mistake_is_told_at_once(config):
    wrong = changed(config, "project.zone", "nowhere")
    wrong = changed(wrong, "models.flight-delay.arguments.epoch", 3)
    wrong = changed(wrong, "models.flight-delay.training.capacity", "flex-start")
    assert len(refusals(wrong)) == 3


def test_a_misspelt_key_is_not_called_missing_as_well(config):
    wrong = changed(config, "alerts.emial", config["mlplatform:alerts"]["email"])
    wrong = without(wrong, "alerts.email")
    assert "did you mean 'email'" in refusal(wrong)


def test_a_section_under_a_misspelt_name_is_not_called_missing_as_well(config):
    here = {**config, "mlplatform:alert": config["mlplatform:alerts"]}
    del here["mlplatform:alerts"]
    assert "did you mean 'alerts'" in refusal(here)
    there = {**config, "mlplatfrom:alerts": config["mlplatform:alerts"]}
    del there["mlplatform:alerts"]
    assert "did you mean 'mlplatform:alerts'" in refusal(there)


def test_a_key_of_another_program_is_refused_with_the_nearest_of_ours(config):
    config["mlplatfrom:models"] = {}
    assert "did you mean 'mlplatform:models'" in refusal(config)


def test_keys_of_pulumi_itself_may_stand_in_a_stack_file(config):
    config["pulumi:tags"] = {"team": "ml"}
    assert parse(config)


def test_a_project_that_the_program_would_ignore_is_refused(config):
    config["gcp:project"] = "elsewhere"
    assert "gcp:project is no key" in refusal(config)


def test_prod_demands_protection(prod_config):
    assert parse(prod_config)
    problems = refusals(changed(prod_config, "protection.enabled", False))
    assert any("protection.enabled is false, but the environment is prod" in p for p in problems)


def test_a_secret_is_refused_and_not_repeated(config):
    secret = changed(config, "alerts.email", "hidden@example.com")
    problem = refusal(secret, secret_keys=["mlplatform:alerts"])
    assert "Secret Manager" in problem
    assert "hidden" not in problem


def test_a_stack_file_with_an_encrypted_value_is_refused(tmp_path, config):
    import yaml

    config["mlplatform:alerts"] = {"email": {"secure": "v1:abc"}}
    file = tmp_path / "Pulumi.x.yaml"
    file.write_text(yaml.safe_dump({"config": config}))
    with pytest.raises(SettingsError, match="holds a secret"):
        load_file(file)


def test_flex_start_may_not_outlast_its_seven_days(config):
    training = {"shape": "a3-highgpu-8g", "capacity": "flex-start", "timeout_hours": 169}
    problem = refusal(changed(config, "models.flight-delay.training", training))
    assert "timeout_hours is 169" in problem
    assert parse(
        changed(config, "models.flight-delay.training", {**training, "timeout_hours": 168})
    )


@pytest.mark.parametrize(
    ("shape", "capacity", "valid"),
    [
        ("cpu", "spot", True),
        ("cpu", "flex-start", False),
        ("v6e-8", "spot", True),
        ("v6e-16", "spot", False),
        ("v6e-16", "on-demand", True),
        ("a3-highgpu-1g", "on-demand", False),
        ("a3-highgpu-1g", "spot", True),
        ("a3-highgpu-8g", "on-demand", True),
    ],
)
def test_a_capacity_is_taken_only_where_it_is_offered(config, shape, capacity, valid):
    training = {"shape": shape, "capacity": capacity, "timeout_hours": 6}
    config = changed(config, "models.flight-delay.training", training)
    assert bool(parse(config)) if valid else f"for {shape}" in refusal(config)


@pytest.mark.parametrize(
    ("shape", "capacity", "count", "words"),
    [
        ("cpu", "on-demand", 1, ""),
        ("cpu", "spot", 4, ""),
        ("a3-highgpu-8g", "flex-start", 1000, ""),
        ("v6e-16", "on-demand", 1, ""),
        ("v6e-16", "on-demand", 2, "a slice of v6e-16 is one machine"),
        ("cpu", "spot", 0, "write 1 or more"),
        ("cpu", "spot", -1, "write 1 or more"),
        ("cpu", "spot", 1001, "write 1000 or less"),
        ("cpu", "spot", None, "replica_count"),
        ("cpu", "spot", 1.5, "replica_count"),
    ],
)
def test_machines_train_together_where_their_shape_does_not_say_how_many(
    config, shape, capacity, count, words
):
    training = {"shape": shape, "capacity": capacity, "timeout_hours": 6, "replica_count": count}
    config = changed(config, "models.flight-delay.arguments", {"batch_size": 64_000})
    config = changed(config, "models.flight-delay.training", training)
    if words:
        problem = refusal(config)
        assert problem.startswith(f"{MODEL}.training.replica_count")
        assert words in problem
    else:
        assert parse(config).models["flight-delay"].training.replica_count == count


def test_devices_that_cannot_share_a_batch_are_refused_before_they_are_paid_for(config):
    training = {"shape": "a3-highgpu-8g", "capacity": "spot", "timeout_hours": 6}
    three = changed(config, "models.flight-delay.training", {**training, "replica_count": 3})
    problem = refusal(three)
    assert problem.startswith(f"{MODEL}.arguments.batch_size is 2048 rows, which 24 devices")
    assert "write 2040 or 2064" in problem
    assert parse(changed(three, "models.flight-delay.arguments", {"batch_size": 2064}))


def test_no_models_is_a_platform_too(config):
    assert parse(changed(config, "models", {})).models == {}


def test_settings_cannot_be_changed_afterwards(config):
    settings = parse(config)
    with pytest.raises(ValueError, match="frozen"):
        settings.models["flight-delay"].serving.min_replicas = 3


def test_a_section_is_checked_however_it_was_made(config):
    values = parse(config).model_dump()
    values["environment"] = "prod"
    with pytest.raises(ValueError, match="protection"):
        StackSettings.model_validate(values)


def test_a_file_that_is_missing_names_the_ones_there_are():
    with pytest.raises(SettingsError, match=r"did you mean 'Pulumi.prod.yaml'"):
        load_file(ROOT / "Pulumi.pord.yaml")


def test_a_mistake_is_told_with_its_line(tmp_path):
    text = (ROOT / "Pulumi.prod.yaml").read_text()
    file = tmp_path / "Pulumi.prod.yaml"
    file.write_text(text.replace("      - region: europe-west1", "      - region: europe-west0"))
    line = 1 + file.read_text().splitlines().index("      - region: europe-west0")
    with pytest.raises(SettingsError, match=rf"line {line}: mlplatform:network.subnets.1.region"):
        load_file(file)


def test_a_missing_key_is_told_with_the_line_of_its_section(tmp_path):
    file = tmp_path / "Pulumi.prod.yaml"
    file.write_text((ROOT / "Pulumi.prod.yaml").read_text().replace("    rotation_days: 90\n", ""))
    line = 1 + file.read_text().splitlines().index("  mlplatform:keys:")
    with pytest.raises(SettingsError, match=rf"line {line}: mlplatform:keys.rotation_days is mis"):
        load_file(file)


@pytest.mark.parametrize(("text", "said"), [("a: [", "not YAML"), ("a: 1", "no mapping")])
def test_a_file_that_is_no_stack_file_is_refused_in_words(tmp_path, text, said):
    file = tmp_path / "Pulumi.x.yaml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=said):
        load_file(file)


def test_settings_load_without_pulumi_and_without_what_trains():
    program = (
        "import sys; from infra.settings import load_file; load_file('Pulumi.local.yaml'); "
        "slow = {'pulumi', 'pulumi_gcp', 'jax', 'google.api_core', 'pandas', 'grpc'}; "
        "print(sorted(slow & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
