"""What storage and services cost, whose a line is, and what is no line at all."""

from decimal import Decimal

import pytest
from cost_fakes import UNKNOWN, lines, one, resource, usd


def test_a_bucket_depends_on_use_and_shows_its_rate() -> None:
    line = one("gcp:storage/bucket:Bucket", location="EUROPE-WEST4")
    assert line.by_use
    assert line.amount is None
    assert line.note == "0.020 USD a GB-month"
    cold = one("gcp:storage/bucket:Bucket", location="EU", storageClass="NEARLINE")
    assert cold.note == "0.015 USD a GB-month"


def test_a_pair_of_regions_is_not_charged_as_the_continent() -> None:
    pair = {"dataLocations": ["EUROPE-WEST1", "EUROPE-WEST4"]}
    line = one("gcp:storage/bucket:Bucket", location="EU", customPlacementConfig=pair)
    assert line.note == "2.2 times 0.020 USD a GB-month"


def test_a_workstation_cluster_costs_from_its_creation_on() -> None:
    line = one("gcp:workstations/workstationCluster:WorkstationCluster", location="us-central1")
    assert usd(line) == Decimal("146.00")


def test_workstations_depend_on_use_and_show_both_rates() -> None:
    fee, vm = lines(
        resource(
            "gcp:workstations/workstationConfig:WorkstationConfig",
            host={"gceInstance": {"machineType": "e2-standard-4"}},
        )
    )
    assert fee.note == "0.05 USD a vCPU-hour"
    assert vm.note == "0.13402284 USD a machine-hour"
    assert fee.by_use
    assert vm.by_use


def test_a_workstation_keeps_its_home_in_two_zones() -> None:
    config = resource(
        "gcp:workstations/workstationConfig:WorkstationConfig",
        "team",
        persistentDirectories=[{"gcePd": {"sizeGb": 200, "diskType": "pd-balanced"}}],
    )
    kind = "gcp:workstations/workstation:Workstation"
    line = lines(config, resource(kind, "ada", (config.urn,)))[-1]
    assert usd(line) == 2 * 200 * Decimal("0.10")
    assert line.quantity == "200 GB pd-balanced in 2 zones of us-central1"
    assert one(kind).note == "its configuration is not in this stack"


@pytest.mark.parametrize(("level", "dollars"), [("SOFTWARE", "0.06"), ("HSM", "1.00")])
def test_a_key_costs_from_its_first_version_and_in_every_region_alike(level, dollars) -> None:
    line = one("gcp:kms/cryptoKey:CryptoKey", versionTemplate={"protectionLevel": level})
    assert usd(line) == Decimal(dollars)
    assert "each rotation adds a version" in line.note


def test_a_key_that_signs_has_a_price_in_software_only() -> None:
    """In HSM it costs more than one that encrypts, and the table does not say what."""

    def key(level: str):
        template = {"protectionLevel": level}
        kind = "gcp:kms/cryptoKey:CryptoKey"
        return one(kind, purpose="ASYMMETRIC_SIGN", versionTemplate=template)

    assert usd(key("SOFTWARE")) == Decimal("0.06")
    assert key("HSM").amount is None
    assert "signs" in key("HSM").note


def test_a_zone_of_names_has_a_price_and_an_endpoint_a_reason_why_not() -> None:
    assert usd(one("gcp:dns/managedZone:ManagedZone")) == Decimal("0.20")
    for kind in ("forwardingRule:ForwardingRule", "globalForwardingRule:GlobalForwardingRule"):
        line = one(f"gcp:compute/{kind}")
        assert line.amount is None
        assert "no public price" in line.note


def test_an_address_inside_costs_nothing_and_one_outside_does() -> None:
    for kind in ("gcp:compute/address:Address", "gcp:compute/globalAddress:GlobalAddress"):
        assert lines(resource(kind, addressType="INTERNAL")) == []
        assert usd(one(kind)) == Decimal("3.650")


def test_the_labels_of_the_bill_say_whose_a_line_is() -> None:
    labels = {"component": "model-service", "model": "flight-delay"}
    line = one("gcp:compute/disk:Disk", size=1, labels=labels)
    assert (line.component, line.model) == ("model-service", "flight-delay")
    unlabelled = one("gcp:compute/disk:Disk", size=1, labels=UNKNOWN)
    assert (unlabelled.component, unlabelled.model) == ("pool", "")


@pytest.mark.parametrize(
    "kind",
    [
        "gcp:storage/bucketIAMMember:BucketIAMMember",
        "gcp:vertex/aiEndpointIamMember:AiEndpointIamMember",
        "gcp:projects/service:Service",
        "gcp:serviceaccount/account:Account",
        "gcp:compute/network:Network",
        "gcp:compute/subnetwork:Subnetwork",
        "gcp:compute/instanceTemplate:InstanceTemplate",
        "gcp:bigquery/table:Table",
        "gcp:vertex/aiEndpoint:AiEndpoint",
        "pulumi:index:Stash",
    ],
)
def test_what_is_not_charged_by_itself_is_no_line(kind: str) -> None:
    assert lines(resource(kind)) == []


def test_a_type_that_nobody_priced_is_an_unknown_line() -> None:
    kind = "gcp:vertex/aiIndex:AiIndex"
    (line,) = lines(resource(kind, "a"), resource(kind, "b"))
    assert line.state == "unknown", "nothing new is left out silently"
    assert (line.item, line.quantity) == ("gcp:vertex:AiIndex", "2")


def test_policies_of_a_fleet_are_one_line() -> None:
    kind = "gcp:monitoring/alertPolicy:AlertPolicy"
    fleet = [
        resource(kind, f"p{n}", userLabels={"component": "alerts", "model": f"m{n}"})
        for n in range(3)
    ]
    (line,) = lines(*fleet)
    assert (line.component, line.item, line.quantity) == ("alerts", "Cloud Monitoring", "3")
    assert line.by_use
