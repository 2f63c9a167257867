"""The way out of the cloud: two tunnels or none, routes by BGP, and a secret by its name."""

from types import SimpleNamespace

import pulumi_gcp as gcp
import pytest
from graph_changes import built, needs, texts
from hypothesis import given
from hypothesis import strategies as st
from pulumi import Output
from sdk_schema import faults
from settings_changes import changed, refusal

from infra.settings import SettingsError, parse

SECRET = "projects/mlplatform-prod/secrets/vpn/versions/3"
HYBRID = {
    "region": "europe-west4",
    "asn": 64512,
    "peer_asn": 65001,
    "peer_addresses": ["8.8.4.4", "8.8.8.8"],
    "links": ["169.254.10.0/30", "169.254.10.4/30"],
    "shared_secret": SECRET,
}
TUNNEL = "gcp:compute/vPNTunnel:VPNTunnel"


@pytest.fixture
def asked(monkeypatch):
    """What was looked up in Secret Manager, which answers with a value."""
    found = []

    def look_up(**query):
        found.append({key: value for key, value in query.items() if key != "opts"})
        return SimpleNamespace(secret_data=Output.from_input("s3cret"))

    monkeypatch.setattr(gcp.secretmanager, "get_secret_version_output", look_up)
    return found


@pytest.fixture
def graph(cloud, prod_config, asked):
    return built(cloud, changed(prod_config, "network.hybrid", HYBRID))


def test_no_stack_has_tunnels_unless_it_asks(program):
    assert not [each for each in program.registered if each.name.startswith("hybrid")]


def test_each_interface_of_the_gateway_has_a_tunnel_to_its_own_peer(graph):
    tunnels = [graph.named(f"hybrid-tunnel-{index}") for index in (0, 1)]
    assert len(graph.all(TUNNEL)) == len(tunnels)
    for index, each in enumerate(tunnels):
        ends = each.inputs["vpnGatewayInterface"], each.inputs["peerExternalGatewayInterface"]
        assert ends == (index, index)
    assert {each.inputs["ikeVersion"] for each in graph.all(TUNNEL)} == {2}
    assert graph.named("hybrid-peer").inputs["redundancyType"] == "TWO_IPS_REDUNDANCY"


def test_one_address_on_the_other_side_still_gets_two_tunnels(cloud, prod_config, asked):
    one = HYBRID | {"peer_addresses": ["8.8.4.4"]}
    graph = built(cloud, changed(prod_config, "network.hybrid", one))
    ends = [each.inputs["peerExternalGatewayInterface"] for each in graph.all(TUNNEL)]
    assert ends == [0, 0]
    redundancy = graph.named("hybrid-peer").inputs["redundancyType"]
    assert redundancy == "SINGLE_IP_INTERNALLY_REDUNDANT"


def test_routes_are_exchanged_over_each_tunnel_between_the_two_ends_of_its_link(graph):
    assert graph.named("hybrid-router").inputs["bgp"] == {"asn": 64512}
    for index, (here, there) in enumerate(
        [("169.254.10.1", "169.254.10.2"), ("169.254.10.5", "169.254.10.6")]
    ):
        assert graph.named(f"hybrid-interface-{index}").inputs["ipRange"] == f"{here}/30"
        session = graph.named(f"hybrid-session-{index}")
        ends = [session.inputs[key] for key in ("ipAddress", "peerIpAddress", "peerAsn")]
        assert ends == [here, there, 65001]
        assert graph.named(f"hybrid-tunnel-{index}").urn in needs(graph, session.urn)


def test_the_secret_is_looked_up_by_its_version_and_written_nowhere_in_the_open(graph, asked):
    assert asked == [{"project": "mlplatform-prod", "secret": "vpn", "version": "3"}]
    for each in graph.all(TUNNEL):
        assert "sharedSecret" not in each.inputs, "that one is kept in the state as it is"
        assert each.inputs["sharedSecretWoVersion"] == "3"
    assert not [each for each in texts(graph.exports) if "s3cret" in each]


def test_nothing_comes_in_because_of_a_tunnel(graph, programs):
    rules = [
        {each.name for each in where.all("gcp:compute/firewall:Firewall")}
        for where in (graph, programs["prod"])
    ]
    assert rules[0] == rules[1]


def test_inputs_are_those_of_the_providers_schema(graph):
    made = [each for each in graph.registered if each.name.startswith("hybrid-")]
    assert len(made) == 9
    for each in made:
        # Its text says of the router that one is in conflict with what needs one.
        found = [one for one in faults(each.token, each.inputs) if not one.startswith("router may")]
        assert found == [], each.name


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("region", "europe-west9", "write europe-west4 or europe-west1"),
        ("asn", 15169, "write a private AS number, 64512 to 65534"),
        ("asn", 0, "write a private AS number"),
        ("peer_asn", 64512, "two networks have two numbers"),
        ("peer_asn", -1, "write 1 or more"),
        ("peer_addresses", [], "network.hybrid.peer_addresses"),
        ("peer_addresses", ["10.0.0.1"], "write a public IPv4 address"),
        ("peer_addresses", ["8.8.4.4", "8.8.4.4"], "a second time"),
        ("links", ["169.254.10.0/30"], "network.hybrid.links"),
        ("links", ["169.254.10.0/30", "169.254.10.0/30"], "a second time"),
        ("links", ["169.254.10.0/30", "10.0.0.0/30"], "a /30 within 169.254.0.0/16"),
        ("links", ["169.254.10.0/30", "169.254.10.4/29"], "write a range such as"),
        ("links", ["169.254.169.252/30", "169.254.10.0/30"], "169.254.169.254 answers every"),
        ("links", [f"169.254.10.{n}/30" for n in (0, 4, 8)], "write at most 2"),
        ("shared_secret", "hunter2", "never the secret itself"),
        ("shared_secret", SECRET.replace("3", "latest"), "versions/N"),
    ],
)
def test_a_wrong_tunnel_is_refused_with_what_to_write(prod_config, key, value, words):
    said = refusal(changed(prod_config, "network.hybrid", HYBRID | {key: value}))
    assert said.startswith(f"mlplatform:network.hybrid.{key}")
    assert words in said


@given(
    asn=st.integers(-1, 2**32),
    addresses=st.lists(st.ip_addresses(v=4).map(str), max_size=3),
)
def test_any_two_sides_are_taken_or_refused_in_sentences(dev_config, asn, addresses):
    wanted = HYBRID | {"asn": asn, "peer_addresses": addresses}
    said, taken = _parsed(changed(dev_config, "network.hybrid", wanted))
    assert bool(said) != bool(taken)
    assert all(each.startswith("mlplatform:network.hybrid.") for each in said)
    assert all("write" in each or "list" in each for each in said), said


def _parsed(config):
    try:
        return [], parse(config).network.hybrid
    except SettingsError as error:
        return error.problems, None
