"""Cases of the rules about networks."""

from policy_case import MISSING, Case

from policy.tokens import (
    BUILD_POOL,
    INSTANCE,
    QUEUED_TPU,
    TPU_VM,
    WORKBENCH,
    WORKSTATION_CLUSTER,
    WORKSTATION_CONFIG,
)

NETWORK = "gcp:compute/network:Network"
SUBNET = "gcp:compute/subnetwork:Subnetwork"
FIREWALL = "gcp:compute/firewall:Firewall"
FIREWALL_RULE = "gcp:compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule"
FORWARDING = "gcp:compute/globalForwardingRule:GlobalForwardingRule"
SUBNET_ID = "projects/p/regions/europe-west4/subnetworks/ml"
NIC = {"networkInterfaces": [{"subnetwork": SUBNET_ID}]}
NODE = "tpu.nodeSpecs[0].node"


def node(**properties: object) -> dict[str, object]:
    return {"tpu": {"nodeSpecs": [{"parent": "p", "node": properties}]}}


CASES = [
    Case(
        rule="network-has-own-subnets",
        type=NETWORK,
        good={"autoCreateSubnetworks": False},
        bad={"autoCreateSubnetworks": [True, MISSING]},
        unknown=("autoCreateSubnetworks",),
    ),
    Case(
        rule="subnet-reaches-google-privately",
        type=SUBNET,
        good={"privateIpGoogleAccess": True},
        bad={"privateIpGoogleAccess": [False, MISSING]},
        unknown=("privateIpGoogleAccess", "purpose"),
    ),
    Case(
        rule="subnet-reaches-google-privately",
        type=SUBNET,
        good={"purpose": "REGIONAL_MANAGED_PROXY"},
    ),
    Case(
        rule="subnet-logs-its-flows",
        type=SUBNET,
        good={"logConfig": {"flowSampling": 0.5}},
        bad={"logConfig": [MISSING, {}], "logConfig.flowSampling": [0, 1.5]},
        unknown=("logConfig", "logConfig.flowSampling"),
    ),
    Case(
        rule="firewall-closed-to-the-world",
        type=FIREWALL,
        good={"allows": [{"protocol": "tcp"}], "sourceRanges": ["35.235.240.0/20"]},
        bad={
            "sourceRanges": [
                MISSING,
                ["0.0.0.0/0"],
                ["10.0.0.0/8", "::/0"],
                ["128.0.0.0/1"],
                ["2000::/3"],
                ["x"],
            ]
        },
        unknown=("sourceRanges[0]", "sourceRanges", "direction"),
    ),
    Case(
        rule="firewall-closed-to-the-world",
        type=FIREWALL,
        good={"allows": [{"protocol": "tcp"}], "sourceTags": ["bastion"]},
    ),
    Case(
        rule="firewall-closed-to-the-world",
        type=FIREWALL,
        good={"denies": [{"protocol": "all"}], "sourceRanges": ["0.0.0.0/0"]},
    ),
    Case(
        rule="firewall-closed-to-the-world",
        type=FIREWALL,
        good={"direction": "EGRESS", "allows": [{"protocol": "all"}]},
    ),
    Case(
        rule="firewall-closed-to-the-world",
        type=FIREWALL_RULE,
        good={"action": "allow", "match": {"srcIpRanges": ["10.0.0.0/8"]}},
        bad={"match.srcIpRanges[0]": ["0.0.0.0/0"]},
        unknown=("match",),
    ),
    Case(
        rule="no-public-address",
        type=INSTANCE,
        good=NIC,
        bad={
            "networkInterfaces[0].accessConfigs": [[{}]],
            "networkInterfaces[0].ipv6AccessConfigs": [[{"networkTier": "PREMIUM"}]],
        },
        unknown=("networkInterfaces", "networkInterfaces[0].accessConfigs"),
    ),
    Case(
        rule="no-public-address",
        type=TPU_VM,
        good={"networkConfig": {"enableExternalIps": False}},
        bad={"networkConfig.enableExternalIps": [True]},
        unknown=("networkConfig",),
    ),
    Case(
        rule="no-public-address",
        type=QUEUED_TPU,
        good=node(networkConfig={"enableExternalIps": False}),
        bad={f"{NODE}.networkConfig.enableExternalIps": [True]},
        unknown=(f"{NODE}.networkConfig",),
    ),
    Case(
        rule="no-public-address",
        type=WORKBENCH,
        good={"gceSetup": {"disablePublicIp": True}},
        bad={"gceSetup.disablePublicIp": [False, MISSING]},
        unknown=("gceSetup",),
    ),
    Case(
        rule="no-public-address",
        type=WORKSTATION_CONFIG,
        good={"host": {"gceInstance": {"disablePublicIpAddresses": True}}},
        bad={"host.gceInstance.disablePublicIpAddresses": [False, MISSING]},
        unknown=("host.gceInstance",),
    ),
    Case(
        rule="no-public-address",
        type=BUILD_POOL,
        good={"workerConfig": {"noExternalIp": True}},
        bad={"workerConfig.noExternalIp": [False], "workerConfig": [MISSING]},
        unknown=("workerConfig",),
    ),
    Case(
        rule="machine-in-own-network",
        type=INSTANCE,
        good=NIC,
        bad={
            "networkInterfaces": [[], [{}]],
            "networkInterfaces[0].subnetwork": ["default"],
            "networkInterfaces[0].network": ["projects/p/global/networks/default"],
        },
        unknown=("networkInterfaces[0].subnetwork",),
    ),
    Case(
        rule="machine-in-own-network",
        type=TPU_VM,
        good={"networkConfig": {"network": "ml"}},
        bad={"networkConfig": [MISSING, {}], "networkConfig.network": ["default"]},
        unknown=("networkConfig.network",),
    ),
    Case(
        rule="machine-in-own-network",
        type=WORKSTATION_CLUSTER,
        good={"network": "ml", "subnetwork": "ml"},
        bad={"network": ["default"]},
        unknown=("network",),
    ),
    Case(
        rule="machine-in-own-network",
        type=QUEUED_TPU,
        good=node(networkConfig={"subnetwork": "ml"}),
        bad={f"{NODE}.networkConfig": [MISSING], f"{NODE}.networkConfig.subnetwork": ["default"]},
        unknown=(f"{NODE}.networkConfig.subnetwork",),
    ),
    Case(
        rule="private-google-endpoint-is-no-load-balancer",
        type=FORWARDING,
        good={"target": "all-apis", "loadBalancingScheme": "", "name": "pscapis"},
        bad={
            "loadBalancingScheme": [MISSING, "EXTERNAL_MANAGED"],
            "name": ["psc-apis", "x" * 21, MISSING],
        },
        unknown=("loadBalancingScheme", "target", "name"),
    ),
]
