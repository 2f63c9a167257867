"""Guard rails and duties that contradict themselves or the rest of a stack file are refused."""

import pytest
from settings_changes import changed, refusal, refusals

PERIMETER = {
    "access_policy": 7,
    "enforced": True,
    "access_levels": [],
    "ingress": ["serviceAccount:ci@p.iam.gserviceaccount.com"],
}


def test_who_deploys_and_approves_is_refused_with_both_names(prod_config):
    config = changed(prod_config, "access.approvers", ["group:ml-platform@example.com"])
    said = refusal(config)
    assert said.startswith("mlplatform:access.approvers.0 is 'group:ml-platform@example.com'")
    assert "mlplatform:access.deployers" in said


@pytest.mark.parametrize("duty", ["deployers", "approvers"])
def test_prod_has_somebody_who_deploys_and_somebody_else_who_approves(prod_config, duty):
    assert refusal(changed(prod_config, f"access.{duty}", [])).startswith(
        f"mlplatform:access.{duty} is empty, but the environment is prod"
    )


def test_only_people_approve(prod_config):
    account = "serviceAccount:robot@p.iam.gserviceaccount.com"
    assert "people approve" in refusal(changed(prod_config, "access.approvers", [account]))


def test_a_member_is_written_once(prod_config):
    twice = ["group:a@example.com", "group:a@example.com"]
    assert "a second time" in refusal(changed(prod_config, "access.auditors", twice))


@pytest.mark.parametrize(
    "member", ["ml@example.com", "group:ML@example.com", "allUsers", "domain:example.com", "group:"]
)
def test_a_member_is_named_as_google_names_it(config, member):
    said = refusal(changed(config, "access.deployers", [member]))
    assert "such as 'group:ml-platform@example.com'" in said


def test_prod_keeps_records_of_accesses(prod_config):
    said = refusal(changed(prod_config, "guardrails.audit_data_access", False))
    assert said.endswith("write true")


@pytest.mark.parametrize("key", ["organization_policies", "perimeter"])
def test_a_rail_that_needs_the_projects_number_asks_for_it(prod_config, key):
    other = {"organization_policies": "perimeter", "perimeter": "organization_policies"}[key]
    config = changed(changed(prod_config, "project.number", None), f"guardrails.{other}", None)
    said = refusal(config)
    assert said.startswith(f"mlplatform:project.number is null, but mlplatform:guardrails.{key}")
    assert "gcloud projects describe mlplatform-prod" in said


@pytest.mark.parametrize("number", [0, -1, "mlplatform-prod"])
def test_a_projects_number_is_a_number(config, number):
    assert refusal(changed(config, "project.number", number)).startswith(
        "mlplatform:project.number"
    )


def test_a_mode_that_does_not_exist_is_refused(config):
    said = refusal(changed(config, "guardrails.organization_policies", "off"))
    assert "'dry-run' or 'enforced'" in said


def test_places_without_a_constraint_on_places_are_refused(config):
    said = refusal(changed(config, "guardrails.extra_locations", ["eu"]))
    assert "organization_policies is null" in said


@pytest.mark.parametrize("place", ["EU", "in:eu", "europe west"])
def test_an_extra_place_is_a_value_that_the_constraint_takes(prod_config, place):
    said = refusal(changed(prod_config, "guardrails.extra_locations", [place]))
    assert "such as 'in:eu-locations'" in said


def enforceable(config):
    """Without what works only outside an enforced perimeter: sign-in, dedicated endpoints."""
    for name, model in config["mlplatform:models"].items():
        if (model.get("serving") or {}).get("access") == "dedicated":
            config = changed(config, f"models.{name}.serving.access", "public")
    return changed(config, "delivery.sign_in", None)


def perimeter(config, **more):
    config = enforceable(config)
    config = changed(config, "network.google_apis", "vpc-sc")
    return changed(config, "guardrails.perimeter", {**PERIMETER, **more})


def test_an_enforced_perimeter_that_lets_nobody_deploy_is_refused(prod_config):
    said = refusal(perimeter(prod_config, ingress=[]))
    assert said.startswith("mlplatform:guardrails.perimeter.ingress is empty")


def test_a_rehearsed_perimeter_may_let_nobody_in(prod_config):
    from infra.settings import parse

    assert parse(perimeter(prod_config, ingress=[], enforced=False)).guardrails.perimeter


def test_an_enforced_perimeter_wants_the_apis_that_it_closes(prod_config):
    config = changed(enforceable(prod_config), "guardrails.perimeter", PERIMETER)
    said = refusal(config)
    assert said.startswith("mlplatform:network.google_apis is 'all-apis'")
    assert said.endswith("write vpc-sc")


def test_a_perimeter_is_not_opened_to_groups_nor_to_one_account_twice(prod_config):
    group = "group:ml@example.com"
    assert "opened to accounts" in refusal(perimeter(prod_config, ingress=[group]))
    twice = [PERIMETER["ingress"][0]] * 2
    assert "a second time" in refusal(perimeter(prod_config, ingress=twice))


def test_an_access_level_is_of_the_perimeters_own_policy(prod_config):
    level = "accessPolicies/8/accessLevels/office"
    said = refusal(perimeter(prod_config, access_levels=[level]))
    assert "of the access policy 8, but access_policy is 7" in said


@pytest.mark.parametrize("level", ["office", "accessPolicies/7/accessLevels/no-hyphen"])
def test_an_access_level_has_its_whole_name(prod_config, level):
    assert "the whole name" in refusal(perimeter(prod_config, access_levels=[level]))


@pytest.mark.parametrize("policy", [0, -7])
def test_an_access_policy_has_a_number(prod_config, policy):
    assert refusal(perimeter(prod_config, access_policy=policy)).startswith(
        "mlplatform:guardrails.perimeter.access_policy"
    )


def test_everything_wrong_is_said_at_once(prod_config):
    config = changed(prod_config, "guardrails.audit_data_access", False)
    config = changed(changed(config, "project.number", None), "access.approvers", [])
    assert len(refusals(config)) == 3
