"""The network: who may come in, who gets out, and how Google is reached."""

import re
from ipaddress import IPv4Network

import pulumi_gcp as gcp
import pytest
from graph_changes import built, needs, resources
from pulumi import ResourceOptions
from settings_changes import changed

from infra import foundation
from infra.labels import Labels
from infra.private_access import GOOGLE_DOMAINS
from infra.settings import parse

ANYWHERE = "0.0.0.0/0"
SUBNET = "gcp:compute/subnetwork:Subnetwork"


def own(graph, token):
    """Those of the platform's network, not of the networks that GPU hosts have beside it."""
    return [each for each in graph.all(token) if each.name.startswith("network-")]


def test_every_region_of_the_settings_has_its_private_logged_subnet(prod, prod_config):
    wanted = {each["region"]: each["cidr"] for each in prod_config["mlplatform:network"]["subnets"]}
    assert len(wanted) > 1
    subnets = own(prod, SUBNET)
    assert {each.inputs["region"]: each.inputs["ipCidrRange"] for each in subnets} == wanted
    for each in subnets:
        assert each.inputs["privateIpGoogleAccess"] is True
        assert each.inputs["logConfig"]["flowSampling"] == 0.5


def test_the_one_subnet_of_earlier_versions_is_taken_over(prod):
    assert prod.named("network-subnet-europe-west4").former_names == ("network-subnet",)
    assert prod.named("network-subnet-europe-west1").former_names == ()


def test_routes_are_shared_between_regions_where_there_are_several(prod, programs):
    modes = [
        each.named("network-network").inputs["routingMode"] for each in (prod, programs["dev"])
    ]
    assert modes == ["GLOBAL", "REGIONAL"]


def test_flow_logs_are_off_at_zero(cloud, config):
    graph = built(cloud, changed(config, "network.flow_log_sampling", 0))
    assert not [each for each in own(graph, SUBNET) if "logConfig" in each.inputs]
    assert own(graph, SUBNET)


def test_nothing_comes_in_that_no_rule_lets_in(program):
    rules = [each.inputs for each in program.all("gcp:compute/firewall:Firewall")]
    (last,) = [rule for rule in rules if "denies" in rule]
    assert last["denies"] == [{"protocol": "all"}]
    assert last["sourceRanges"] == [ANYWHERE]
    assert last["logConfig"], "what was refused is what an investigation begins with"
    assert all(rule.get("priority", 1000) < last["priority"] for rule in rules if rule != last)


def test_no_rule_lets_in_what_is_not_private_or_googles_proxy(program):
    for rule in program.all("gcp:compute/firewall:Firewall"):
        assert rule.inputs["direction"] == "INGRESS"
        for source in rule.inputs["sourceRanges"] if "allows" in rule.inputs else []:
            proxy = source == "35.235.240.0/20"
            assert proxy or IPv4Network(source).is_private, f"{rule.name} lets in {source}"
            ports = [each.get("ports") for each in rule.inputs["allows"]]
            assert ports == [["22"]] if proxy else True


def test_hosts_of_all_regions_may_talk_to_each_other(prod, prod_config):
    rule = prod.named("network-allow-internal").inputs
    ranges = [each["cidr"] for each in prod_config["mlplatform:network"]["subnets"]]
    assert rule["sourceRanges"] == ranges


def test_machines_get_out_by_a_router_in_each_region_and_failures_are_logged(prod):
    ways = {each.inputs["region"]: each for each in prod.all("gcp:compute/routerNat:RouterNat")}
    assert set(ways) == {"europe-west4", "europe-west1"}
    for region, nat in ways.items():
        assert nat.inputs["logConfig"] == {"enable": True, "filter": "ERRORS_ONLY"}
        assert prod.named(f"network-router-{region}").urn in nat.depends_on


def test_google_answers_under_an_address_of_the_network(prod, prod_config):
    address = prod_config["mlplatform:network"]["google_apis_address"]
    rule = prod.one("gcp:compute/globalForwardingRule:GlobalForwardingRule")
    assert rule.inputs["loadBalancingScheme"] == "", "else it asks for a public load balancer"
    assert rule.inputs["target"] == "all-apis"
    assert rule.inputs["noAutomateDnsZone"] is True, "it would answer beside our own zones"
    assert prod.named("private-access-google-apis-address").inputs["address"] == address
    assert prod.named("private-access-google-apis-address").urn in rule.depends_on


def test_the_address_is_listed_in_a_region_of_the_network(program):
    for rule in program.all("gcp:compute/globalForwardingRule:GlobalForwardingRule"):
        listed = rule.inputs["serviceDirectoryRegistrations"]["serviceDirectoryRegion"]
        subnets = program.all("gcp:compute/subnetwork:Subnetwork")
        assert listed in {each.inputs["region"] for each in subnets}, (
            "Google lists it in us-central1, where gcp.resourceLocations allows nothing"
        )


@pytest.mark.parametrize("domain", GOOGLE_DOMAINS)
def test_names_of_google_lead_to_that_address_and_to_nobody_outside(prod, prod_config, domain):
    label = domain.replace(".", "-")
    zone = prod.named(f"private-access-zone-{label}")
    assert (zone.inputs["dnsName"], zone.inputs["visibility"]) == (f"{domain}.", "private")
    networks = zone.inputs["privateVisibilityConfig"]["networks"]
    assert networks == [{"networkUrl": "network-network-id"}]
    itself = prod.named(f"private-access-{label}-itself").inputs
    below = prod.named(f"private-access-{label}-below").inputs
    address = prod_config["mlplatform:network"]["google_apis_address"]
    assert (itself["type"], itself["name"], itself["rrdatas"]) == ("A", f"{domain}.", [address])
    assert (below["type"], below["name"]) == ("CNAME", f"*.{domain}.")
    assert below["rrdatas"] == [f"{domain}."]
    rule = prod.one("gcp:compute/globalForwardingRule:GlobalForwardingRule")
    assert rule.urn in zone.depends_on, "names must not lead to where nothing answers yet"


def test_peered_services_get_the_range_that_was_set_aside_and_let_it_go(prod):
    reserved = prod.named("private-access-services-range")
    assert reserved.inputs["purpose"] == "VPC_PEERING"
    assert (reserved.inputs["address"], reserved.inputs["prefixLength"]) == ("10.41.0.0", 16)
    connection = prod.one("gcp:servicenetworking/connection:Connection")
    assert connection.inputs["reservedPeeringRanges"] == [reserved.inputs["name"]]
    assert connection.inputs["deletionPolicy"] == "REMOVE_PEERING", "else the network cannot go"
    assert connection.inputs["updateOnCreationFail"] is True, "a network may have one already"
    assert reserved.urn in connection.depends_on


def test_whoever_takes_the_range_waits_until_it_is_peered(cloud, prod_config):
    def build() -> None:
        settings = parse(prod_config)
        labels = Labels.of_stack(settings.project, "prod", "prod")
        laid = foundation.lay(settings, labels, ResourceOptions(), ResourceOptions())
        gcp.compute.Address("user", address=laid.private_access.services_range)

    cloud.deploy(build)
    assert cloud.named("user").inputs["address"] == "mlplatform-prod-services"
    assert cloud.named("private-access-services").urn in cloud.named("user").depends_on


def test_jobs_of_vertex_have_a_door_into_each_subnet_and_the_right_to_use_it(prod):
    doors = prod.all("gcp:compute/networkAttachment:NetworkAttachment")
    subnets = {each.inputs["region"]: each.inputs["subnetworks"] for each in doors}
    assert subnets == {
        region: [f"network-subnet-{region}-id"] for region in ("europe-west4", "europe-west1")
    }
    grant = prod.named("private-access-vertex-attaches").inputs
    assert grant["role"] == "roles/compute.networkAdmin"
    assert grant["member"] == "serviceAccount:service-1@gcp-sa-aiplatform"


SWITCHES = {
    "nat": (False, r"network-(router|nat)-.*"),
    "private_services_range": (None, r"private-access-services(-range)?"),
    "google_apis_address": (
        None,
        r"private-access-(google-apis(-address)?|zone-.*|.*-(itself|below))",
    ),
    "vertex_attachment": (False, r"private-access-vertex-.*"),
}


@pytest.mark.parametrize("switch", SWITCHES)
def test_a_switch_removes_what_it_switches_and_nothing_else(cloud, prod, prod_config, switch):
    off, pattern = SWITCHES[switch]
    listed = prod_config["mlplatform:accelerators"]
    for machine in (*listed["machines"], *listed["flex_groups"]):
        machine["start_up"] = False  # what it installs comes out of the network's way
    without = built(cloud, changed(prod_config, f"network.{switch}", off))
    gone = {name for _, name in resources(prod) - resources(without)}
    assert gone == {name for _, name in resources(prod) if re.fullmatch(pattern, name)}
    assert gone
    assert resources(without) <= resources(prod)


def test_ssh_is_open_to_the_proxy_only_where_it_is_switched_on(cloud, programs, config):
    closed = built(cloud, changed(config, "network.iap_ssh", False))
    gone = resources(programs["dev"]) - resources(closed)
    assert gone == {("gcp:compute/firewall:Firewall", "network-allow-iap-ssh")}


def adopted(config):
    """The same stack in a network of somebody else."""
    for key, off in {
        "adopted": True,
        "flow_log_sampling": 0,
        "nat": False,
        "iap_ssh": False,
        "private_services_range": None,
        "google_apis_address": None,
    }.items():
        config = changed(config, f"network.{key}", off)
    return config


def test_an_adopted_network_stays_as_it_is(cloud, prod_config):
    graph = built(cloud, adopted(prod_config))
    foundation = ("network-", "private-access-")
    made = {
        token
        for token, name in resources(graph)
        if name.startswith(foundation) and token.startswith(("gcp:compute", "gcp:dns"))
    }
    assert made == {"gcp:compute/networkAttachment:NetworkAttachment"}


def test_an_adopted_subnet_is_found_by_its_name_or_by_the_rule_for_names(cloud, prod_config):
    config = adopted(prod_config)
    config["mlplatform:network"]["subnets"][0]["name"] = "machines"
    doors = built(cloud, config).all("gcp:compute/networkAttachment:NetworkAttachment")
    paths = {each.inputs["region"]: each.inputs["subnetworks"][0] for each in doors}
    regions = "projects/mlplatform-prod/regions"
    assert paths == {
        "europe-west4": f"{regions}/europe-west4/subnetworks/machines",
        "europe-west1": f"{regions}/europe-west1/subnetworks/mlplatform-prod-europe-west1",
    }


def test_the_names_of_a_long_network_in_a_long_region_are_still_legal(cloud, prod_config):
    config = changed(prod_config, "network.name", "n" * 39)
    far = {"region": "northamerica-northeast1", "cidr": "10.40.32.0/20"}
    config["mlplatform:network"]["subnets"].append(far)
    config["mlplatform:project"]["allowed_regions"].append(far["region"])
    graph = built(cloud, config)
    assert max(len(each.inputs["name"]) for each in own(graph, SUBNET)) == 63, "as long as may be"
    for each in graph.registered:
        # Templates are named by the provider.
        if each.token.startswith("gcp:compute/") and "name" in each.inputs:
            assert re.fullmatch(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?", each.inputs["name"])
    endpoint = graph.one("gcp:compute/globalForwardingRule:GlobalForwardingRule")
    assert re.fullmatch(r"[a-z][a-z0-9]{0,19}", endpoint.inputs["name"]), "shorter than others"


def test_two_networks_of_a_project_have_two_endpoints_for_google(cloud, prod, prod_config):
    other = built(cloud, changed(prod_config, "network.name", "another"))
    token = "gcp:compute/globalForwardingRule:GlobalForwardingRule"
    assert other.one(token).inputs["name"] != prod.one(token).inputs["name"]


def test_what_is_in_the_network_is_made_after_it(prod):
    network = prod.named("network-network").urn
    inside = ("network-", "private-access-", "machines-")
    found = [
        each
        for each in prod.registered
        if each.token.startswith("gcp:compute/") and each.name.startswith(inside)
    ]
    assert len(found) > len(inside)
    for each in found:
        if each.urn != network:
            assert network in needs(prod, each.urn), each.name


def test_an_address_that_moves_frees_its_name_first(prod):
    for name in ("google-apis-address", "google-apis", "services-range"):
        assert prod.named(f"private-access-{name}").replaced_first, "nothing in it can be changed"
