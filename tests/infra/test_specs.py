"""From settings to job specs."""

import pytest

from infra.settings import load_file, parse
from infra.settings.models import TrainingSettings
from infra.settings.specs import ROOT, image_uri, job_specs, machine_spec, without_image
from jobs.spec import tree_digest

DIGEST = "sha256:" + "c" * 64
URI = f"europe-west4-docker.pkg.dev/acme-ml-dev/images/mlplatform-jobs@{DIGEST}"
REGISTRY = "europe-west4-docker.pkg.dev/acme-ml-dev/images-dev"


def machine(shape: str, capacity: str = "on-demand", hours: int = 6):
    training = {"shape": shape, "capacity": capacity, "timeout_hours": hours}
    return machine_spec(TrainingSettings.model_validate(training))


def test_a_model_without_an_image_has_no_spec_and_is_named(config):
    settings = parse(config)
    assert job_specs(settings, "dev") == {}
    assert without_image(settings) == ["flight-delay"]


def test_a_pinned_image_is_the_codes_identity_and_what_runs(config):
    config["mlplatform:models"]["flight-delay"]["image"] = URI
    spec = job_specs(parse(config), "dev")["flight-delay"]
    assert spec.code == DIGEST
    assert image_uri(URI, REGISTRY, spec.code) == URI, "an image of another stack stays where it is"


def test_the_tree_is_identified_by_the_files_that_the_image_would_hold():
    settings = load_file(ROOT / "Pulumi.local.yaml")
    spec = job_specs(settings, "local")["flight-delay"]
    assert spec.code == tree_digest(ROOT)
    assert image_uri("tree", REGISTRY, spec.code) == f"{REGISTRY}/mlplatform-jobs@{spec.code}"


def test_a_changed_file_of_the_tree_is_another_code(tmp_path):
    settings = load_file(ROOT / "Pulumi.local.yaml")
    (tmp_path / "jobs").mkdir()
    (tmp_path / "jobs" / "a.py").write_text("1")
    before = job_specs(settings, "local", tmp_path)["flight-delay"].code
    (tmp_path / "jobs" / "a.py").write_text("2")
    assert job_specs(settings, "local", tmp_path)["flight-delay"].code != before


def test_arguments_are_written_out_in_full(config):
    config["mlplatform:models"]["flight-delay"] |= {"image": URI, "arguments": {}}
    arguments = job_specs(parse(config), "dev")["flight-delay"].arguments
    assert "epochs" in arguments, "a default that changes later must be seen as a change"


def test_the_stack_is_part_of_a_runs_identity(config):
    config["mlplatform:models"]["flight-delay"]["image"] = URI
    settings = parse(config)
    assert job_specs(settings, "dev")["flight-delay"].stack == "dev"
    assert job_specs(settings, "dev") != job_specs(settings, "dev-2")


def test_a_tpu_slice_is_said_by_machine_and_topology_only():
    spec = machine("v6e-16")
    assert (spec.machine_type, spec.tpu_topology) == ("ct6e-standard-4t", "4x4")
    assert spec.accelerator_type is None, "Vertex has no accelerator type for v6e"
    assert spec.accelerator_count is None


def test_gpus_are_said_by_type_and_count():
    spec = machine("a3-highgpu-8g")
    assert (spec.machine_type, spec.accelerator_type) == ("a3-highgpu-8g", "NVIDIA_H100_80GB")
    assert (spec.accelerator_count, spec.tpu_topology) == (8, None)


def test_machines_that_train_together_are_counted():
    training = {"shape": "cpu", "capacity": "spot", "timeout_hours": 6}
    one = machine_spec(TrainingSettings.model_validate(training))
    four = machine_spec(TrainingSettings.model_validate({**training, "replica_count": 4}))
    assert (one.replica_count, four.replica_count) == (1, 4)


def test_a_cpu_has_no_accelerator():
    spec = machine("cpu")
    assert (spec.accelerator_type, spec.accelerator_count, spec.tpu_topology) == (None, None, None)


@pytest.mark.parametrize(
    ("shape", "capacity", "strategy"),
    [
        ("cpu", "on-demand", "STANDARD"),
        ("v5litepod-8", "spot", "SPOT"),
        ("a3-highgpu-8g", "flex-start", "FLEX_START"),
    ],
)
def test_a_capacity_is_said_in_vertex_words(shape, capacity, strategy):
    assert machine(shape, capacity).strategy == strategy


def test_hours_are_seconds_to_vertex():
    assert machine("cpu", hours=2).timeout_seconds == 7200
