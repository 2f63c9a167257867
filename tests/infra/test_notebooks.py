"""Notebook machines: private, one person's, encrypted, and stopped when nobody computes."""

import copy

import pytest
from graph_changes import built, needs, resources
from sdk_schema import faults
from settings_changes import changed, refusal

NOTEBOOK = "gcp:workbench/instance:Instance"
HERE = "workstations.notebooks"


@pytest.fixture
def notebook(programs):
    return programs["prod"].one(NOTEBOOK)


def test_a_notebook_has_no_public_address_and_is_in_the_stacks_subnet(notebook):
    setup = notebook.inputs["gceSetup"]
    assert setup["disablePublicIp"] is True
    (card,) = setup["networkInterfaces"]
    assert card["subnet"] == "network-subnet-europe-west4-id"
    assert card["network"] == "network-network-id"
    assert "accessConfigs" not in card


def test_a_notebook_stops_when_nobody_computes(notebook):
    assert notebook.inputs["gceSetup"]["metadata"]["idle-timeout-seconds"] == "3600"


def test_only_its_owner_opens_it_and_acts_as_its_account(programs, notebook):
    assert notebook.inputs["instanceOwners"] == ["ada@example.com"]
    grant = programs["prod"].named("notebooks-for-ada@example.com").inputs
    assert grant["role"] == "roles/iam.serviceAccountUser"
    assert grant["member"] == "user:ada@example.com"
    email = "notebook-prod@p.iam.gserviceaccount.com"
    assert notebook.inputs["gceSetup"]["serviceAccounts"] == [{"email": email}]
    held = [
        each.inputs["role"]
        for each in programs["prod"].registered
        if each.inputs.get("member") == f"serviceAccount:{email}"
    ]
    assert held == ["roles/logging.logWriter"], "for data, people sign in as themselves"


def test_both_disks_have_the_stacks_key_and_wait_for_its_grants(programs, notebook):
    prod, setup = programs["prod"], notebook.inputs["gceSetup"]
    for disk in (setup["bootDisk"], setup["dataDisks"]):
        assert disk["diskEncryption"] == "CMEK"
        assert disk["kmsKey"] == "keys-compute-europe-west4-id"
    agent = prod.named("notebooks-encrypts-europe-west4")
    assert agent.inputs["member"] == "serviceAccount:service-1@gcp-sa-notebooks"
    before = {agent.urn, prod.named("keys-compute-europe-west4-grant").urn}
    assert before <= needs(prod, notebook.urn)


def test_where_google_keeps_the_keys_nothing_is_granted(cloud, config, prod_config):
    wanted = copy.deepcopy(prod_config["mlplatform:workstations"]["notebooks"])
    graph = built(cloud, changed(config, HERE, [wanted[0] | {"zone": "europe-west4-b"}]))
    setup = graph.one(NOTEBOOK).inputs["gceSetup"]
    assert setup["bootDisk"]["diskEncryption"] == "GMEK"
    assert "kmsKey" not in setup["bootDisk"]
    assert not [each for each in graph.registered if "notebooks-encrypts" in each.name]


def test_a_gpu_brings_its_driver_which_nobody_signs(cloud, programs, prod_config):
    setup = built(cloud, _with_a_gpu(prod_config)).one(NOTEBOOK).inputs["gceSetup"]
    assert setup["acceleratorConfigs"] == [{"type": "NVIDIA_TESLA_T4", "coreCount": "1"}]
    assert setup["metadata"]["install-nvidia-driver"] == "True"
    assert setup["shieldedInstanceConfig"]["enableSecureBoot"] is False
    setup = programs["prod"].one(NOTEBOOK).inputs["gceSetup"]
    assert "acceleratorConfigs" not in setup
    assert setup["shieldedInstanceConfig"]["enableSecureBoot"] is True


def test_a_gpu_whose_driver_would_not_start_is_refused(prod_config):
    config = _with_a_gpu(prod_config)
    config["mlplatform:guardrails"]["organization_policies"] = "enforced"
    said = refusal(config)
    assert said.startswith(f"mlplatform:{HERE}.0.t4_gpus is 1")
    assert "compute.requireShieldedVm" in said


def _with_a_gpu(config):
    """A notebook with a GPU, which only a stack without enforced policies may have."""
    config["mlplatform:workstations"]["notebooks"][0] |= {
        "machine_type": "n1-standard-8",
        "t4_gpus": 1,
    }
    config["mlplatform:guardrails"]["organization_policies"] = "dry-run"
    return config


def test_its_inputs_are_those_of_the_providers_schema(notebook):
    assert list(faults(NOTEBOOK, notebook.inputs)) == []


def test_without_notebooks_there_is_nothing_of_them_and_nothing_else_goes(
    cloud, programs, prod_config
):
    graph = built(cloud, changed(prod_config, HERE, []))
    gone = resources(programs["prod"]) - resources(graph)
    assert gone == {each for each in resources(programs["prod"]) if each[1].startswith("notebooks")}
    assert gone


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("zone", "europe-west4-z", "no zone of Google Cloud"),
        ("zone", "europe-west9-a", "add a subnet with region europe-west9"),
        ("machine_type", "a3-highgpu-8g", "which no notebook runs on here"),
        ("t4_gpus", 2, "takes no GPU: write 0"),
        ("t4_gpus", 3, "write 0, 1, 2 or 4"),
        ("disk_gb", 100, "write 150 or more"),
        ("home_gb", 0, "write 10 or more"),
        ("home_gb", 64_001, "write 64000 or less"),
        ("idle_minutes", 0, "write 10 or more"),
        ("owner", "ada", "one e-mail address"),
    ],
)
def test_a_wrong_notebook_is_refused_with_what_to_write(prod_config, key, value, words):
    prod_config["mlplatform:workstations"]["notebooks"][0][key] = value
    said = refusal(prod_config)
    assert said.startswith(f"mlplatform:{HERE}.0.")
    assert words in said


def test_two_notebooks_have_two_names(prod_config):
    (one,) = prod_config["mlplatform:workstations"]["notebooks"]
    assert "a second time" in refusal(changed(prod_config, HERE, [one, one]))
