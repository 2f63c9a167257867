"""Workstations: reached privately, alike within a team, and each for one person."""

import pytest
from graph_changes import built, needs, resources
from pydantic import ValidationError
from settings_changes import changed

from infra.settings.workstations import TeamSettings

CONFIG = "gcp:workstations/workstationConfig:WorkstationConfig"
WORKSTATION = "gcp:workstations/workstation:Workstation"
GRANT = "gcp:workstations/workstationIamMember:WorkstationIamMember"
CLUSTER = "gcp:workstations/workstationCluster:WorkstationCluster"


def test_the_cluster_answers_in_the_stacks_own_network_only(prod):
    cluster = prod.one(CLUSTER).inputs
    assert cluster["privateClusterConfig"]["enablePrivateEndpoint"] is True
    assert cluster["network"] == "network-network-id"
    assert cluster["subnetwork"] == "network-subnet-europe-west4-id"
    assert cluster["location"] == "europe-west4"


def test_an_address_of_the_subnet_leads_to_the_clusters_attachment(prod):
    address = prod.named("workstation-cluster-address").inputs
    assert (address["addressType"], address["subnetwork"]) == (
        "INTERNAL",
        "network-subnet-europe-west4-id",
    )
    way = prod.one("gcp:compute/forwardingRule:ForwardingRule")
    assert way.inputs["target"] == "attachment-of-workstation-cluster-cluster"
    assert way.inputs["loadBalancingScheme"] == "", "else it asks for a load balancer"
    assert way.inputs["network"] == "network-network-id"
    assert prod.named("workstation-cluster-address").urn in way.depends_on


def test_the_names_of_workstations_lead_to_that_address_in_this_network_alone(prod):
    zone, names = prod.named("workstation-cluster-zone"), prod.named("workstation-cluster-names")
    host = "workstation-cluster-cluster.cloudworkstations.dev."
    assert (zone.inputs["dnsName"], zone.inputs["visibility"]) == (host, "private")
    networks = zone.inputs["privateVisibilityConfig"]["networks"]
    assert networks == [{"networkUrl": "network-network-id"}]
    assert (names.inputs["name"], names.inputs["type"]) == (f"*.{host}", "A")
    assert names.inputs["rrdatas"] == ["10.0.0.9"]
    way = prod.one("gcp:compute/forwardingRule:ForwardingRule")
    assert way.urn in zone.depends_on, "names must not lead to where nothing answers yet"


def test_no_workstation_is_made_before_it_can_be_reached_and_may_do_its_work(prod):
    path = {prod.named(f"workstation-cluster-{part}").urn for part in ("names", "way", "zone")}
    grants = {
        prod.named(f"workstations-{name}").urn for name in ("logs", "audit-logs", "encrypts")
    } | {each.urn for each in prod.registered if each.name.startswith("workstations-pulls-")}
    for config in prod.all(CONFIG):
        assert path | grants <= needs(prod, config.urn)


def test_a_teams_machine_is_shielded_private_and_as_the_settings_say(prod):
    config = prod.named("workstations-research").inputs
    machine = config["host"]["gceInstance"]
    assert machine["machineType"] == "n1-standard-8"
    assert machine["accelerators"] == [{"type": "nvidia-tesla-t4", "count": 1}]
    assert machine["disablePublicIpAddresses"] is True
    assert machine["disableSsh"] is True
    assert all(machine["shieldedInstanceConfig"].values())
    assert config["disableTcpConnections"] is True
    assert (config["idleTimeout"], config["runningTimeout"]) == ("3600s", "43200s")
    assert config["container"]["env"] == {
        "REPOSITORY_URL": "https://github.com/example/research.git"
    }


def test_without_gpus_or_code_none_are_named(prod):
    config = prod.named("workstations-operations").inputs
    assert "accelerators" not in config["host"]["gceInstance"]
    assert "env" not in config["container"]


def test_the_home_disk_outlives_its_workstation(prod):
    for config in prod.all(CONFIG):
        (home,) = config.inputs["persistentDirectories"]
        assert home["mountPath"] == "/home"
        assert home["gcePd"]["reclaimPolicy"] == "RETAIN"
    research = prod.named("workstations-research").inputs["persistentDirectories"][0]["gcePd"]
    assert (research["sizeGb"], research["diskType"]) == (200, "pd-ssd")


def test_a_team_that_says_no_machine_and_no_disk_gets_the_usual_ones(cloud, prod_config):
    (team, *_) = prod_config["mlplatform:workstations"]["teams"]
    for key in ("machine_type", "home_disk_gb", "home_disk_type", "home_reclaim_policy"):
        del team[key]
    made = built(cloud, prod_config).named("workstations-research").inputs
    assert made["host"]["gceInstance"]["machineType"] == "n1-standard-8"
    (home,) = made["persistentDirectories"]
    assert home["gcePd"] == {
        "sizeGb": 200,
        "diskType": "pd-ssd",
        "fsType": "ext4",
        "reclaimPolicy": "RETAIN",
    }


@pytest.mark.parametrize("size", [10, 50, 100, 200, 500, 1000])
def test_the_usual_kind_of_disk_comes_in_every_size_and_the_cheapest_in_the_large_ones(
    prod_config, size
):
    team = prod_config["mlplatform:workstations"]["teams"][0] | {"home_disk_gb": size}
    del team["home_disk_type"]
    assert TeamSettings.model_validate(team).home_disk_type == "pd-ssd"
    team["home_disk_type"] = "pd-standard"
    if size < 200:
        with pytest.raises(ValidationError, match=f"a disk of {size} GB cannot be"):
            TeamSettings.model_validate(team)
    else:
        assert TeamSettings.model_validate(team)


def test_the_audit_agent_has_an_account_that_may_write_logs(prod):
    email = "workstation-prod@p.iam.gserviceaccount.com"
    for config in prod.all(CONFIG):
        assert config.inputs["enableAuditAgent"] is True
        assert config.inputs["host"]["gceInstance"]["serviceAccount"] == email
    roles = {
        each.inputs["role"]
        for each in prod.all("gcp:projects/iAMMember:IAMMember")
        if each.inputs["member"] == f"serviceAccount:{email}"
    }
    assert roles == {"roles/logging.logWriter", "roles/logging.bucketWriter"}


def test_the_account_reads_the_one_repository_that_its_images_are_in(prod):
    (grant,) = [each for each in prod.registered if each.name.startswith("workstations-pulls-")]
    place = [grant.inputs[key] for key in ("location", "project", "repository")]
    assert place == ["europe-west4", "mlplatform-prod", "images-prod"]
    assert grant.inputs["role"] == "roles/artifactregistry.reader"
    repository = prod.named("registry-images")
    assert repository.urn in needs(prod, grant.urn), "the stack's own comes first"


def test_an_image_of_googles_own_needs_no_grant(cloud, prod_config):
    image = "us-docker.pkg.dev/cloud-workstations-images/predefined/code-oss@sha256:" + "1" * 64
    for team in prod_config["mlplatform:workstations"]["teams"]:
        team["image"] = image
    graph = built(cloud, prod_config)
    assert not [each for each in graph.registered if "-pulls-" in each.name]


def test_disks_are_encrypted_by_an_account_that_does_nothing_else(prod):
    key = "keys-workstations-europe-west4-id"
    keeper = "workstation-disks-prod@p.iam.gserviceaccount.com"
    for config in prod.all(CONFIG):
        assert config.inputs["encryptionKey"] == {"kmsKey": key, "kmsKeyServiceAccount": keeper}
    held = [each.name for each in prod.registered if keeper in str(each.inputs.get("member"))]
    assert held == ["workstations-encrypts"]
    for each in (
        prod.named("workstations-encrypts"),
        prod.named("keys-workstations-europe-west4-grant"),
    ):
        assert all(each.urn in needs(prod, config.urn) for config in prod.all(CONFIG))


def test_a_key_that_somebody_else_made_is_used_instead_of_the_stacks_own(cloud, prod_config):
    theirs = "projects/acme-keys/locations/europe-west4/keyRings/people/cryptoKeys/disks"
    graph = built(cloud, changed(prod_config, "workstations.disk_key", theirs))
    assert all(each.inputs["encryptionKey"]["kmsKey"] == theirs for each in graph.all(CONFIG))
    assert graph.named("workstations-encrypts").inputs["cryptoKeyId"] == theirs


def test_without_a_key_of_ones_own_there_is_no_account_for_it(cloud, prod, prod_config):
    graph = built(cloud, changed(prod_config, "keys.customer_managed", False))
    gone = {name for _, name in resources(prod) - resources(graph) if name.startswith("workst")}
    assert gone == {"workstations-workstation-disks", "workstations-encrypts"}
    assert all("encryptionKey" not in each.inputs for each in graph.all(CONFIG))


def test_each_developer_has_one_workstation_and_is_the_only_one_let_in(prod, prod_config):
    people = {
        (team["name"], email)
        for team in prod_config["mlplatform:workstations"]["teams"]
        for email in team["developers"]
    }
    made = {(each.inputs["workstationConfigId"], each.inputs["workstationId"]) for each in
            prod.all(WORKSTATION)}  # fmt: skip
    assert made == {(team, email.partition("@")[0]) for team, email in people}
    for grant in prod.all(GRANT):
        assert grant.inputs["role"] == "roles/workstations.user"
        assert grant.inputs["member"] == f"user:{grant.inputs['workstationId']}@example.com"
    assert len(prod.all(GRANT)) == len(people)


def test_a_protected_cluster_is_not_deleted_with_everybodys_work(cloud, prod, prod_config):
    assert prod.one(CLUSTER).protect is True
    opened = changed(changed(prod_config, "environment", "staging"), "protection.enabled", False)
    assert built(cloud, opened).one(CLUSTER).protect is False


def test_without_a_team_there_is_no_cluster_and_nothing_else_goes(cloud, prod, prod_config):
    graph = built(cloud, changed(prod_config, "workstations.teams", []))
    gone = resources(prod) - resources(graph)
    # Builds of the image are asked for in another section.
    ours = {each for each in resources(prod) if each[1].startswith("workstation")}
    assert gone == {each for each in ours if not each[1].startswith("workstation-image-")}
    tokens = {each.token for each in graph.components if "orkstation" in each.token}
    assert tokens == {"mlplatform:workstation_image:WorkstationImage"}


@pytest.mark.parametrize("section", ["workstations", "accelerators"])
def test_a_section_that_is_absent_makes_nothing(cloud, programs, config, section):
    del config[f"mlplatform:{section}"]
    assert resources(built(cloud, config)) == resources(programs["dev"])


def test_people_find_the_cluster_and_their_teams_kind_among_the_outputs(programs):
    exports = programs["prod"].exports
    assert exports["workstation_cluster"] == "workstation-cluster-cluster-id"
    assert exports["workstation_configs"] == {
        "research": "workstations-research-id",
        "operations": "workstations-operations-id",
    }
    without = programs["local"].exports
    assert (without["workstation_cluster"], without["workstation_configs"]) == (None, {})
