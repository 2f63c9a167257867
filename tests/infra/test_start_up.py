"""Start-up scripts: the right parts for each shape, nothing left to expand, and they run.

They are run here for real, with commands of the machine that only write down how they were called.
"""

import os
import re
import subprocess
from pathlib import Path

import pytest
from graph_changes import built
from settings_changes import changed, refusal, refusals

from catalog import start_up as versions
from catalog.own_shapes import OWN_SHAPES
from infra.accelerators.start_up import metadata, parts, script

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "infra" / "accelerators" / "startup").glob("*.sh"))
ANSWERS = {"mlplatform-chips": "8", "mlplatform-bucket": "acme-artifacts"} | {
    "mlplatform-jax": versions.JAX,
    "mlplatform-uv": versions.UV,
    "mlplatform-python": versions.PYTHON,
}
STUB = """#!/bin/bash
echo "$(basename "$0") $*" >> "$CALLS"
case "$(basename "$0") $*" in
  "curl"*metadata.google.internal*) case "$*" in
{answers}
    *) exit 22 ;; esac ;;
  "dpkg -s"*) exit 1 ;;
  "mountpoint"*) [ -e "$MOUNTED/$(basename "${{@: -1}}")" ] ;;
  "mount"*|"gcsfuse"*) touch "$MOUNTED/$(basename "${{@: -1}}")" ;;
  "nvidia-smi --query-gpu=name"*) for _ in $(seq "$GPUS"); do echo H100; done ;;
  "nvidia-smi --query-gpu=driver"*) echo 570.86 ;;
  "nvidia-smi ") echo "CUDA Version: 12.8" ;;
esac
"""
COMMANDS = [
    "curl",
    "dpkg",
    "apt-get",
    "nvidia-smi",
    "mdadm",
    "mkfs.ext4",
    "mount",
    "mountpoint",
    "gcsfuse",
    "python3",
    "uv",
]


def run(tmp_path, shape, gpus=8, disks=16, without=()):
    """The script of a shape on a machine of files: its answer, and the calls that it made."""
    for name in ("bin", "etc/apt/sources.list.d", "mnt", "ssd", "mounted", "opt/mlplatform/uv/bin"):
        (tmp_path / name).mkdir(parents=True, exist_ok=True)
    answers = "\n".join(f'    *"/{key}") echo {value} ;;' for key, value in ANSWERS.items())
    for name in COMMANDS:
        place = tmp_path / ("opt/mlplatform/uv/bin" if name == "uv" else "bin") / name
        if name not in without:
            place.write_text(STUB.format(answers=answers))
            place.chmod(0o755)
    for number in range(disks):
        (tmp_path / "ssd" / f"google-local-nvme-ssd-{number}").touch()
    text = script(shape)
    for real, here in {
        "/etc/apt": "etc/apt",
        "/mnt/": "mnt/",
        "/opt/mlplatform": "opt/mlplatform",
        "/dev/disk/by-id": "ssd",
    }.items():
        text = text.replace(real, f"{tmp_path}/{here}")
    calls = tmp_path / "calls"
    calls.unlink(missing_ok=True)
    path = f"{tmp_path}/bin:{os.environ['PATH']}"
    environment = {"PATH": path, "CALLS": str(calls), "MOUNTED": str(tmp_path / "mounted")}
    done = subprocess.run(
        ["/bin/bash", "-c", text],
        env={**environment, "GPUS": str(gpus)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done, calls.read_text() if calls.exists() else ""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_part_is_bash_that_stops_at_the_first_failure(file):
    checked = subprocess.run(["/bin/bash", "-n", str(file)], check=False, capture_output=True)
    assert checked.returncode == 0, checked.stderr
    lines = file.read_text().splitlines()
    assert lines[0] == "#!/bin/bash"
    assert "set -euo pipefail" in lines


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_nothing_is_downloaded_and_executed_and_every_package_of_python_has_a_version(file):
    text = "\n".join(line for line in file.read_text().splitlines() if not line.startswith("#"))
    assert not re.search(r"(curl|wget)[^\n]*\|\s*(sudo\s+)?(ba)?sh", text)
    assert "eval" not in text
    for install in re.findall(r"pip install (.*)", text):
        packages = re.findall(r'"([^"]+)"$', install)
        assert packages, f"{install}: what is installed?"
        assert all(re.fullmatch(r"[a-z\[\]]+==\$[a-z]+", each) for each in packages)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_variable_waits_for_somebody_to_expand_it(file):
    """A heredoc in quotes leaves variables empty on the other machine; a template is no script."""
    text = file.read_text()
    assert "<<" not in text
    assert not re.search(r"\{\{|\$\{?[A-Z_]+_PLACEHOLDER|%[a-z]+%|@@", text)
    known = {"VERSION_CODENAME"}  # of /etc/os-release
    known |= set(re.findall(r"\b([a-z_]+)=", text))
    known |= {name for line in re.findall(r"local (.*)", text) for name in re.findall(r"\w+", line)}
    used = set(re.findall(r"\$\{?#?([A-Za-z_]\w*)", text))
    assert used <= known, f"nobody gives {used - known} a value"


def test_versions_are_those_of_the_locks():
    jobs, setup = (
        (ROOT / f"requirements-{each}.txt").read_text(encoding="utf-8")
        for each in ("jobs", "setup")
    )
    assert f"\njax=={versions.JAX} " in jobs
    assert f"\nuv=={versions.UV} " in setup
    image = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert f"python:{versions.PYTHON}-" in image


@pytest.mark.parametrize(
    ("shape", "names"),
    [
        ("v6e-8", "prelude jax_tpu artifacts"),
        ("v5litepod-16", "prelude jax_tpu artifacts"),
        ("ct6e-standard-8t", "prelude jax_tpu ops_agent artifacts"),
        ("a3-highgpu-8g", "prelude scratch_disks gpus ops_agent artifacts"),
        ("a3-ultragpu-8g", "prelude scratch_disks gpus ops_agent artifacts"),
        ("n2-standard-8", "prelude ops_agent artifacts"),
    ],
)
def test_a_shape_gets_what_it_needs_in_the_order_of_need(shape, names):
    assert parts(shape) == [f"{name}.sh" for name in names.split()]


def test_every_file_is_some_shapes_and_every_script_fits_into_metadata():
    used = {name for shape in OWN_SHAPES for name in parts(shape)}
    assert used == {file.name for file in FILES}
    for shape in OWN_SHAPES:
        assert len(script(shape).encode()) < 256 * 1024


@pytest.mark.parametrize("shape", ["v6e-8", "ct6e-standard-4t", "a3-highgpu-8g", "n2-standard-8"])
def test_what_a_script_asks_for_is_in_the_metadata(shape):
    asked = set(re.findall(r"attribute (mlplatform-\w+)", script(shape)))
    assert asked <= set(metadata(shape, "bucket"))


def test_a_gpu_host_joins_its_disks_sees_its_gpus_and_mounts_the_artifacts(tmp_path):
    done, calls = run(tmp_path, "a3-highgpu-8g")
    assert done.returncode == 0, done.stderr
    assert "--raid-devices=16" in calls
    assert "8 GPUs, driver 570.86, CUDA Version: 12.8" in done.stdout
    assert "apt-get -q install -y google-cloud-ops-agent" in calls
    assert f"gcsfuse --implicit-dirs -o allow_other --cache-dir={tmp_path}/mnt/scratch" in calls
    assert calls.rstrip().endswith(f"acme-artifacts {tmp_path}/mnt/artifacts")
    listed = (tmp_path / "etc/apt/sources.list.d/google-cloud-ops-agent.list").read_text()
    assert re.search(r"/apt google-cloud-ops-agent-[a-z]+-2 main\n$", listed)


def test_a_second_start_makes_no_second_disk(tmp_path):
    run(tmp_path, "a3-highgpu-8g")
    done, calls = run(tmp_path, "a3-highgpu-8g")
    assert done.returncode == 0, done.stderr
    assert "mdadm" not in calls
    assert "gcsfuse --implicit-dirs" not in calls


def test_a_driver_that_misses_a_gpu_is_said_and_nothing_follows(tmp_path):
    done, calls = run(tmp_path, "a3-highgpu-8g", gpus=7)
    assert done.returncode == 1
    assert "FAILED: the driver sees 7 of 8 GPUs" in done.stderr
    assert "gcsfuse" not in calls


def test_an_image_without_a_driver_is_said(tmp_path):
    done, _ = run(tmp_path, "a3-highgpu-8g", without=("nvidia-smi",))
    assert "the image has no NVIDIA driver" in done.stderr
    assert done.returncode == 1


def test_a_slice_installs_the_jax_of_the_jobs_once(tmp_path):
    done, calls = run(tmp_path, "v6e-8")
    assert done.returncode == 0, done.stderr
    assert f"uv=={versions.UV}" in calls
    assert f"jax[tpu]=={versions.JAX}" in calls
    assert "--cache-dir" not in calls, "there is no local SSD to keep files on"
    done, calls = run(tmp_path, "v6e-8")
    assert done.returncode == 0, done.stderr
    assert "jax[tpu]" not in calls


def test_machines_templates_and_slices_carry_their_script_and_the_bucket(programs):
    prod = programs["prod"]
    carriers = {
        "tpus-v6e-notebook": "v6e-8",
        "machines-h100-tuning": "a3-highgpu-8g",
        "flex-groups-h200-sweep-template": "a3-ultragpu-8g",
    }
    for name, shape in carriers.items():
        held = prod.named(name).inputs["metadata"]
        assert held["startup-script"] == script(shape)
        assert held["mlplatform-bucket"] == prod.named("artifacts-bucket").inputs["name"]
    assert prod.named("machines-h100-tuning").inputs["metadata"]["enable-oslogin"] == "TRUE"


def test_a_machine_that_is_not_told_to_installs_nothing(programs):
    held = programs["prod"].named("machines-preprocessing").inputs["metadata"]
    assert not [key for key in held if key.startswith(("startup", "mlplatform"))]


def test_a_request_in_the_queue_carries_no_script(prod_config):
    prod_config["mlplatform:accelerators"]["machines"][1]["start_up"] = True
    said = refusal(prod_config)
    assert said.startswith("mlplatform:accelerators.machines.1.start_up is true")
    assert said.endswith("a request in the queue carries no script: write false")


def test_without_a_way_out_nothing_can_be_installed(prod_config):
    said = refusals(changed(prod_config, "network.nat", False))
    keys = [each.partition(" ")[0].rpartition(":")[2] for each in said]
    assert keys == [
        "accelerators.machines.0.start_up",
        "accelerators.machines.2.start_up",
        "accelerators.flex_groups.0.start_up",
    ]


def test_a_changed_script_replaces_no_machine(cloud, prod_config):
    inputs = built(cloud, prod_config).named("machines-h100-tuning").inputs
    assert "metadataStartupScript" not in inputs, "that one would make another machine"
