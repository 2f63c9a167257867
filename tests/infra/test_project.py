"""A project that the stack makes: billed before anything in it, and not deleted by mistake.

That a project named by its date is never made or billed, and buckets are put in it all the same, is
the mistake that this holds off.
"""

from pathlib import Path

import pytest
import yaml
from graph_changes import built, needs
from settings_changes import changed, refusal, refusals

PROJECT = "gcp:organizations/project:Project"
ACCOUNT = "01AB23-45CD67-89EF01"
CREATED = {
    "organization": 123456789012,
    "folder": None,
    "billing_account": ACCOUNT,
    "deletable": False,
}


def creating(config, **more):
    config = changed(config, "project.number", None)
    if config["mlplatform:cost"]["budget"]:
        config = changed(config, "cost.budget.billing_account", ACCOUNT)
    return changed(config, "project.created", {**CREATED, **more})


@pytest.fixture(scope="module")
def made(programs):
    """All that prod consists of, in a project of its own."""
    file = Path(__file__).parents[2] / "Pulumi.prod.yaml"
    return built(programs["prod"], creating(yaml.safe_load(file.read_text())["config"]))


@pytest.fixture(scope="module")
def going(programs, dev_config):
    """Dev in a folder, until somebody deletes it; its jobs run peered with its network."""
    config = creating(dev_config, organization=None, folder=7, deletable=True)
    config = changed(config, "network.vertex_attachment", False)
    config = changed(config, "network.private_services_range", "10.21.0.0/16")
    return built(programs["dev"], changed(config, "network.vertex_peering", True))


def test_an_adopted_project_is_neither_made_nor_billed(program):
    assert not program.all(PROJECT)
    assert not program.all("gcp:billing/projectInfo:ProjectInfo")


def test_everything_waits_for_a_project_that_is_billed(made):
    project = made.one(PROJECT)
    assert project.inputs["projectId"] == "mlplatform-prod"
    assert project.inputs["billingAccount"] == ACCOUNT
    for each in made.registered:
        if each.token.startswith("gcp:") and each.token != PROJECT:
            assert project.urn in needs(made, each.urn), f"{each.name} needs the project"


def test_a_project_has_no_network_but_the_platforms_and_one_parent(made, going):
    inputs = made.one(PROJECT).inputs
    assert inputs["autoCreateNetwork"] is False
    assert inputs["orgId"] == "123456789012"
    assert "folderId" not in inputs
    inputs = going.one(PROJECT).inputs
    assert (inputs["folderId"], inputs.get("orgId")) == ("7", None)


def test_what_comes_before_the_project_is_not_called_as_the_project(made):
    """A call cannot be billed to a project that does not exist, nor to one without the API."""
    outside, google = (
        next(each for each in made.all("pulumi:providers:gcp") if each.name == name)
        for name in ("google-outside", "google")
    )
    assert "billingProject" not in outside.inputs
    assert google.inputs["billingProject"] == "mlplatform-prod"
    for name in ("project-itself", "services-serviceusage", "services-iam"):
        assert made.named(name).provider.startswith(outside.urn), name
    assert made.named("services-storage").provider.startswith(google.urn)


def test_a_project_is_deleted_only_where_the_stack_file_says_so(made, going):
    kept = made.one(PROJECT)
    assert kept.protect
    assert kept.inputs["deletionPolicy"] == "PREVENT"
    assert not going.one(PROJECT).protect
    assert going.one(PROJECT).inputs["deletionPolicy"] == "DELETE"


def test_prod_cannot_say_that_its_project_may_be_deleted(prod_config):
    said = refusal(creating(prod_config, deletable=True))
    assert said.startswith("mlplatform:project.created.deletable is true")
    assert said.endswith("write false")


def test_rails_name_a_project_by_the_number_that_it_got(made):
    for policy in made.all("gcp:orgpolicy/policy:Policy"):
        assert policy.inputs["parent"] == "projects/987"


def test_jobs_peered_with_the_network_name_it_by_the_number_that_the_project_got(going):
    outputs = going.outputs[going.named("private-access").urn]
    assert outputs["peered_network"].startswith("projects/987/global/networks/")


@pytest.mark.parametrize(
    ("organization", "folder", "why"),
    [(None, None, "write one"), (1, 2, "write null for the other"), (0, None, "write 1 or more")],
)
def test_a_project_is_made_in_one_place(config, organization, folder, why):
    said = refusal(creating(config, organization=organization, folder=folder))
    assert said.startswith("mlplatform:project.created.organization")
    assert why in said


@pytest.mark.parametrize("account", ["", "billingAccounts/01AB23-45CD67-89EF01", "01ab23-45cd67"])
def test_who_pays_is_named_as_google_names_it(config, account):
    said = refusals(creating(config, billing_account=account))[0]
    assert said.startswith("mlplatform:project.created.billing_account")
    assert "01AB23-45CD67-89EF01" in said


def test_a_number_that_google_has_not_chosen_yet_is_refused(config):
    said = refusal(changed(creating(config), "project.number", 7))
    assert said.startswith("mlplatform:project.number is 7")
    assert said.endswith("write null")


def test_a_network_of_others_is_not_in_a_project_that_is_made(config):
    for key, value in (("adopted", True), ("nat", False), ("iap_ssh", False)):
        config = changed(config, f"network.{key}", value)
    config = changed(config, "network.flow_log_sampling", 0)
    said = refusal(creating(config))
    assert said.startswith("mlplatform:network.adopted is true, but the stack makes the project")


def test_a_budget_of_an_account_that_does_not_pay_is_refused(prod_config):
    config = changed(creating(prod_config), "cost.budget.billing_account", "0000AA-0000AA-0000AA")
    said = refusal(config)
    assert said.startswith("mlplatform:cost.budget.billing_account is 0000AA-0000AA-0000AA")
    assert ACCOUNT in said
