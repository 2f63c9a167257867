"""What a deployment must be allowed to do, and that duties are apart."""

import re

import pytest

from catalog.organization_policies import CONSTRAINTS
from catalog.permissions import (
    ABOVE_THE_PROJECT,
    BY_TYPE,
    PREDEFINED,
    covered,
    reading,
    short_type,
    writing,
)
from catalog.services import FOUNDATION, METASTORE, PLATFORM
from catalog.staff import APPROVING, STAFF
from catalog.watched import AUDITED, CLOSED, DENIED, DENIED_WHILE_PROTECTED, ENCRYPTED

BASIC = {"roles/owner", "roles/editor", "roles/viewer"}


def test_what_a_deployer_must_be_allowed_is_known_for_every_type_of_the_graph(program):
    """Not Editor or Owner for whoever deploys: the role follows from what is deployed."""
    tokens = {each.token for each in program.registered if each.token.startswith("gcp:")}
    missing = sorted(token for token in tokens if not covered(token))
    assert not missing, "add the type to catalog/permissions.py, or whoever deploys is refused"


def test_a_type_has_its_permissions_in_one_place():
    tables = [set(BY_TYPE), set(PREDEFINED), set(ABOVE_THE_PROJECT)]
    assert len(set().union(*tables)) == sum(map(len, tables))


def test_every_type_with_permissions_exists_in_the_sdk():
    import pulumi_gcp

    for name in (*BY_TYPE, *PREDEFINED, *ABOVE_THE_PROJECT):
        module, kind = name.split(".")
        assert hasattr(getattr(pulumi_gcp, module), kind), name


def test_a_token_is_the_short_name_of_its_type():
    assert short_type("gcp:storage/bucket:Bucket") == "storage.Bucket"
    assert not covered("gcp:sql/databaseInstance:DatabaseInstance")


def test_permissions_are_spelt_as_permissions_are():
    for permission in (*writing(), *APPROVING):
        assert re.fullmatch(r"[a-z0-9]+\.[A-Za-z]+\.[A-Za-z]+", permission), permission
    assert "storage.buckets.setIamPolicy" in writing()
    assert "compute.instances.updateShieldedInstanceConfig" in writing(), "of its second line"


def test_nobody_gets_a_basic_role_to_deploy():
    for staff in STAFF.values():
        assert not BASIC & set(staff.besides)
    assert len(STAFF["deployer"].permissions) < 3_000, "a custom role takes no more"


def test_who_deploys_approves_nothing_and_who_approves_changes_nothing():
    deployer, approver = STAFF["deployer"], STAFF["approver"]
    assert "cloudbuild.builds.approve" not in deployer.permissions
    changing = {each for each in approver.permissions if not each.endswith((".get", ".list"))}
    assert changing == {"cloudbuild.builds.approve"}
    assert not approver.besides


def test_an_auditor_reads_settings_and_logs_but_neither_data_nor_secrets():
    for permission in STAFF["auditor"].permissions:
        assert permission.rpartition(".")[2] in {"get", "list", "getIamPolicy", "viewPublicKey"}
    for data in ("storage.objects.get", "bigquery.tables.getData", "secretmanager.versions.access"):
        assert data not in STAFF["auditor"].permissions
    assert "logging.privateLogEntries.list" in STAFF["auditor"].permissions


def test_who_reads_may_look_at_everything_that_who_writes_makes():
    assert set(reading()) < set(writing())
    assert "storage.buckets.getIamPolicy" in reading()
    assert not [each for each in reading() if "setIamPolicy" in each or "actAs" in each]


@pytest.mark.parametrize("services", [AUDITED, {*CLOSED} - {METASTORE}, ENCRYPTED])
def test_guarded_services_are_enabled_ones(services):
    """The metastore is closed for stacks that have one."""
    assert set(services) <= {*FOUNDATION, *PLATFORM}


def test_kinds_of_accesses_are_those_that_the_api_has():
    for kinds in AUDITED.values():
        assert kinds
        assert set(kinds) <= {"ADMIN_READ", "DATA_READ", "DATA_WRITE"}


def test_denied_permissions_carry_the_whole_name_of_their_service():
    for permission in (*DENIED, *DENIED_WHILE_PROTECTED):
        assert re.fullmatch(r"[a-z]+\.googleapis\.com/\w+\.\w+", permission)


def test_only_managed_constraints_can_be_rehearsed():
    assert len({each.name for each in CONSTRAINTS}) == len(CONSTRAINTS)
    rehearsable = [each.name for each in CONSTRAINTS if each.rehearsable]
    assert rehearsable
    assert all(name.startswith("iam.managed.") for name in rehearsable)
