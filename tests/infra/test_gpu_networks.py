"""Networks in which GPUs of several machines talk: as many cards as the shape has."""

import pytest
from graph_changes import built, needs
from settings_changes import changed

from catalog.gpu_networks import GPU_NETWORKS

NETWORK = "gcp:compute/network:Network"
SUBNET = "gcp:compute/subnetwork:Subnetwork"
FIREWALL = "gcp:compute/firewall:Firewall"
INSTANCE = "gcp:compute/instance:Instance"
PLACES = {
    "a3-highgpu-8g": ("europe-west4-b", "pd-ssd"),
    "a3-megagpu-8g": ("europe-west4-c", "pd-ssd"),
    "a3-ultragpu-8g": ("europe-west4-a", "hyperdisk-balanced"),
}


@pytest.fixture
def of(cloud, config):
    """The graph of one machine of a shape, with its networks."""

    def build(shape):
        zone, disk = PLACES[shape]
        boot = {"image": "projects/acme-images/global/images/i", "disk_gb": 100, "disk_type": disk}
        made = {"name": "m", "shape": shape, "zone": zone, "capacity": "spot", "boot": boot}
        made |= {"max_run_hours": 2, "gpu_network": "gpus"}
        network = {"name": "gpus", "shape": shape, "zone": zone, "cidr": "10.44.0.0/20"}
        with_network = changed(config, "accelerators.gpu_networks", [network])
        return built(cloud, changed(with_network, "accelerators.machines", [made]))

    return build


def within(graph, token):
    return [each for each in graph.all(token) if each.name.startswith("gpu-networks")]


@pytest.mark.parametrize(
    ("shape", "gvnic", "rdma", "mtu"),
    [
        ("a3-highgpu-8g", 5, 0, 8244),
        ("a3-megagpu-8g", 9, 0, 8244),
        ("a3-ultragpu-8g", 2, 8, 8896),
    ],
)
def test_a_host_has_all_the_cards_of_its_shape_each_in_a_subnet_of_its_own(
    of, shape, gvnic, rdma, mtu
):
    """One card in the platform's network, every other one in the job's: a field of the machine."""
    graph = of(shape)
    cards = graph.one(INSTANCE).inputs["networkInterfaces"]
    assert [each["nicType"] for each in cards] == ["GVNIC"] * gvnic + ["MRDMA"] * rdma
    assert cards[0]["subnetwork"] == "network-subnet-europe-west4-id"
    assert len({each["subnetwork"] for each in cards}) == gvnic + rdma
    assert not any("accessConfigs" in each for each in cards)
    assert {each.inputs["mtu"] for each in within(graph, NETWORK)} == {mtu}
    assert {each.urn for each in within(graph, SUBNET)} <= needs(graph, graph.one(INSTANCE).urn)


def test_each_plain_network_has_one_subnet_and_lets_in_its_own_range_only(of):
    graph = of("a3-megagpu-8g")
    subnets = within(graph, SUBNET)
    assert len(within(graph, NETWORK)) == len(subnets) == 8
    assert len({each.inputs["network"] for each in subnets}) == 8
    assert len({each.inputs["ipCidrRange"] for each in subnets}) == 8
    let_in = {
        each.inputs["network"]: each.inputs["sourceRanges"] for each in within(graph, FIREWALL)
    }
    assert let_in == {each.inputs["network"]: [each.inputs["ipCidrRange"]] for each in subnets}
    for subnet in subnets:
        assert 0 < subnet.inputs["logConfig"]["flowSampling"] <= 0.01


def test_rdma_has_one_network_of_its_zones_profile_without_what_the_profile_refuses(of):
    graph = of("a3-ultragpu-8g")
    plain, rdma = sorted(within(graph, NETWORK), key=lambda each: each.name)
    assert "networkProfile" not in plain.inputs
    assert rdma.inputs["networkProfile"] == (
        "projects/mlplatform-dev/global/networkProfiles/europe-west4-a-vpc-roce"
    )
    held = [each for each in within(graph, SUBNET) if each.inputs["network"] == f"{rdma.name}-id"]
    assert len(held) == 8
    for each in held:
        assert not {"logConfig", "privateIpGoogleAccess"} & set(each.inputs)
    assert [each.inputs["network"] for each in within(graph, FIREWALL)] == [f"{plain.name}-id"]


def test_prods_machines_stand_in_the_networks_of_their_shape(programs):
    prod = programs["prod"]
    (host,) = [each for each in prod.all(INSTANCE) if "h100" in each.name]
    assert len(host.inputs["networkInterfaces"]) == 5
    template = prod.one("gcp:compute/regionInstanceTemplate:RegionInstanceTemplate")
    assert len(template.inputs["networkInterfaces"]) == 10


def test_the_parts_of_a_range_suffice_for_every_shape():
    assert max(each.networks + each.rdma_cards for each in GPU_NETWORKS.values()) <= 16
