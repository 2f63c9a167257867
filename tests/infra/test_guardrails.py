"""Guard rails: duties, records of accesses, constraints, denials and the perimeter."""

import pytest
from graph_changes import built, needs, resources
from settings_changes import changed

from catalog.staff import STAFF, Duty
from catalog.watched import AUDITED, CLOSED

POLICY = "gcp:orgpolicy/policy:Policy"
AUDIT = "gcp:projects/iAMAuditConfig:IAMAuditConfig"
DENY = "gcp:iam/denyPolicy:DenyPolicy"
PERIMETER = "gcp:accesscontextmanager/servicePerimeter:ServicePerimeter"
GRANT = "gcp:projects/iAMMember:IAMMember"
RAILS = {POLICY, AUDIT, DENY, PERIMETER}


def rule(policy, spec="spec"):
    (only,) = policy.inputs[spec]["rules"]
    return only


def constraint(cloud, name):
    return cloud.named(f"constraints-{name.replace('.', '-')}")


def test_data_may_lie_where_the_stack_file_says_and_nowhere_else(prod):
    allowed = rule(constraint(prod, "gcp.resourceLocations"))["values"]["allowedValues"]
    assert allowed[:2] == ["in:europe-west4-locations", "in:europe-west1-locations"]
    buckets = {each.inputs["location"].lower() for each in prod.all("gcp:storage/bucket:Bucket")}
    names = {each.removeprefix("in:").removesuffix("-locations") for each in allowed}
    assert buckets <= names, "the constraint would refuse the platform's own buckets"
    assert len(allowed) <= 4, "both regions, and what the pair of them is called"


def test_extra_places_are_allowed_beside_the_regions(cloud, prod_config):
    config = changed(prod_config, "guardrails.extra_locations", ["in:eu-locations"])
    allowed = rule(constraint(built(cloud, config), "gcp.resourceLocations"))["values"]
    assert allowed["allowedValues"][-1] == "in:eu-locations"


def test_a_constraint_is_set_on_the_project_by_its_number(prod):
    for policy in prod.all(POLICY):
        assert policy.inputs["parent"] == "projects/410000000001"
        assert policy.inputs["name"].startswith("projects/410000000001/policies/")


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("compute.vmExternalIpAccess", {"denyAll": "TRUE"}),
        ("iam.managed.disableServiceAccountKeyCreation", {"enforce": "TRUE"}),
        ("storage.publicAccessPrevention", {"enforce": "TRUE"}),
    ],
)
def test_switches_are_texts_as_the_api_takes_them(prod, name, wanted):
    assert rule(constraint(prod, name)) == wanted


def test_keys_of_ones_own_are_demanded_where_the_stack_has_them(cloud, prod, prod_config):
    denied = rule(constraint(prod, "gcp.restrictNonCmekServices"))["values"]["deniedValues"]
    assert "is:storage.googleapis.com" in denied
    without = built(cloud, changed(prod_config, "keys.customer_managed", False))
    names = {each.name for each in without.all(POLICY)}
    assert "constraints-gcp-restrictNonCmekServices" not in names


def test_a_rehearsal_refuses_nothing_and_sets_only_what_can_be_rehearsed(programs):
    policies = programs["staging"].all(POLICY)
    assert {each.inputs["name"].rpartition("/")[2] for each in policies} == {
        "iam.managed.disableServiceAccountKeyCreation",
        "iam.managed.disableServiceAccountKeyUpload",
    }
    for policy in policies:
        assert "spec" not in policy.inputs
        assert rule(policy, "dryRunSpec") == {"enforce": "TRUE"}


def test_accesses_to_data_are_on_record_for_each_service_and_nobody_is_exempt(prod):
    found = {each.inputs["service"]: each.inputs["auditLogConfigs"] for each in prod.all(AUDIT)}
    assert {name: tuple(each["logType"] for each in kinds) for name, kinds in found.items()} == (
        AUDITED
    )
    assert not [kind for kinds in found.values() for kind in kinds if "exemptedMembers" in kind]


def test_nobody_may_make_a_key_or_destroy_one_that_data_needs(prod):
    """No key file can be made, so none can leak."""
    inputs = prod.one(DENY).inputs
    assert inputs["parent"] == "cloudresourcemanager.googleapis.com%2Fprojects%2Fmlplatform-prod"
    denied = {
        permission
        for each in inputs["rules"]
        for permission in each["denyRule"]["deniedPermissions"]
    }
    assert "iam.googleapis.com/serviceAccountKeys.create" in denied
    assert "cloudkms.googleapis.com/cryptoKeyVersions.destroy" in denied
    for each in inputs["rules"]:
        assert each["denyRule"]["deniedPrincipals"] == ["principalSet://goog/public:all"]
        assert "exceptionPrincipals" not in each["denyRule"]


def test_keys_of_a_stack_without_protection_may_go(cloud, prod_config):
    config = changed(changed(prod_config, "environment", "staging"), "protection.enabled", False)
    rules = built(cloud, config).one(DENY).inputs["rules"]
    assert not [each for each in rules if "cloudkms" in str(each)]


def test_the_perimeter_is_rehearsed_first(prod):
    inputs = prod.one(PERIMETER).inputs
    assert inputs["useExplicitDryRunSpec"] is True
    assert "status" not in inputs
    spec = inputs["spec"]
    assert spec["resources"] == ["projects/410000000001"]
    assert spec["vpcAccessibleServices"]["allowedServices"] == ["RESTRICTED-SERVICES"]
    # What Spark knows of tables can be exported: with one of them open, to anywhere.
    assert {"dataproc", "metastore", "storage"} <= {
        each.partition(".")[0] for each in spec["restrictedServices"]
    }
    assert inputs["name"] == "accessPolicies/123456789012/servicePerimeters/mlplatform_prod"


def enforced(prod_config, **more):
    perimeter = {**prod_config["mlplatform:guardrails"]["perimeter"], "enforced": True, **more}
    config = changed(prod_config, "guardrails.perimeter", perimeter)
    for name, model in config["mlplatform:models"].items():
        # Dedicated endpoints do not work inside a perimeter.
        if (model.get("serving") or {}).get("access") == "dedicated":
            config = changed(config, f"models.{name}.serving.access", "public")
    return changed(config, "network.google_apis", "vpc-sc")


def test_the_perimeter_is_enforced_by_one_switch(cloud, prod_config):
    inputs = built(cloud, enforced(prod_config)).one(PERIMETER).inputs
    assert inputs["useExplicitDryRunSpec"] is False
    assert "spec" not in inputs
    assert inputs["status"]["resources"] == ["projects/410000000001"]


def test_whoever_deploys_comes_in_from_anywhere(cloud, prod_config):
    account = "serviceAccount:deploys@example.iam.gserviceaccount.com"
    status = built(cloud, enforced(prod_config, ingress=[account])).one(PERIMETER).inputs["status"]
    way_in, _ = status["ingressPolicies"]
    assert account in way_in["ingressFrom"]["identities"]
    assert way_in["ingressFrom"]["sources"] == [{"accessLevel": "*"}]
    assert way_in["ingressTo"]["resources"] == ["projects/410000000001"]


def test_who_builds_on_machines_of_googles_is_let_in_to_what_a_build_needs(prod):
    way_in = prod.one(PERIMETER).inputs["spec"]["ingressPolicies"][-1]
    accounts = {each.partition("@")[0] for each in way_in["ingressFrom"]["identities"]}
    builds = ("builder-prod", "rebuilds-prod", "function-builder-prod")
    assert accounts == {f"serviceAccount:{each}" for each in builds}
    services = {each["serviceName"].partition(".")[0] for each in way_in["ingressTo"]["operations"]}
    assert services == {"artifactregistry", "cloudbuild", "cloudkms", "logging", "storage"}
    assert services < {each.partition(".")[0] for each in CLOSED}


def test_a_perimeter_closes_after_what_acts_in_it_exists(prod):
    perimeter = prod.one(PERIMETER)
    assert prod.named("identities-trainer").urn in needs(prod, perimeter.urn)


def test_each_duty_has_its_role_and_its_members(prod):
    groups: dict[Duty, str] = {
        "deployer": "group:ml-platform@example.com",
        "approver": "group:ml-risk@example.com",
        "auditor": "group:internal-audit@example.com",
    }
    for duty, group in groups.items():
        role = prod.named(f"duties-{duty}-role")
        assert role.inputs["permissions"] == list(STAFF[duty].permissions)
        assert role.inputs["roleId"] == f"mlplatform_{duty}_prod"
        grants = [each.inputs for each in prod.all(GRANT) if each.inputs["member"] == group]
        assert f"duties-{duty}-role-id" in {each["role"] for each in grants}
        assert set(STAFF[duty].besides) <= {each["role"] for each in grants}


def test_no_member_both_deploys_and_approves(prod):
    held: dict[str, set[str]] = {}
    for grant in prod.all(GRANT):
        held.setdefault(grant.inputs["member"], set()).add(grant.inputs["role"])
    for member, roles in held.items():
        assert not {"duties-deployer-role-id", "duties-approver-role-id"} <= roles, member


def test_what_is_switched_off_is_not_made(cloud, prod_config):
    prod_config = changed(prod_config, "delivery.sign_in", None)
    prod = built(type(cloud)(), prod_config)
    for key in ("organization_policies", "perimeter"):
        prod_config = changed(prod_config, f"guardrails.{key}", None)
    config = changed(prod_config, "guardrails.deny_policies", False)
    config = changed(
        changed(config, "environment", "staging"), "guardrails.audit_data_access", False
    )
    for duty in ("deployers", "approvers", "auditors"):
        config = changed(config, f"access.{duty}", [])
    gone = resources(prod) - resources(built(cloud, config))
    auditors_read = ("gcp:storage/bucketIAMMember:BucketIAMMember", "evidence-auditor-1-reads")
    assert auditors_read in gone, "nobody audits, so nobody reads the evidence"
    gone -= {auditors_read}
    assert {token for token, _ in gone} == {
        *RAILS,
        GRANT,
        "gcp:projects/iAMCustomRole:IAMCustomRole",
    }
    assert {name.partition("-")[0] for _, name in gone} == {
        "audit",
        "constraints",
        "denials",
        "duties",
        "perimeter",
    }


def test_a_small_stack_has_no_rails(programs):
    for stack in ("local", "dev"):
        assert not RAILS & {each.token for each in programs[stack].registered}
