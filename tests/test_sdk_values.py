"""Every stack's graph against what the installed SDK documents about allowed inputs."""

import copy
from typing import Any

import pytest
from sdk_schema import faults, inputs_of, required_of

EXAMPLES = {("gcp:monitoring/notificationChannel:NotificationChannel", "type")}
"""Where the SDK's text lists only some of the values that there are."""


def test_no_stack_gives_a_resource_what_its_type_does_not_take(program):
    found = [
        f"{each.name}: {fault}"
        for each in program.registered
        if each.token.startswith("gcp:")
        for fault in faults(each.token, each.inputs)
        if (each.token, fault.partition(" ")[0]) not in EXAMPLES
    ]
    assert not found, "the provider refuses this when the stack is deployed"


WRONG = [
    ("gcp:storage/bucket:Bucket", "storageClass", "STANDRAD", "not one of ARCHIVE"),
    ("gcp:storage/bucket:Bucket", "storageClas", "STANDARD", "is no input"),
    ("gcp:storage/bucket:Bucket", "forceDestroy", "no", "which is no"),
    ("gcp:bigquery/table:Table", "datasetId", None, "is required"),
    ("gcp:kms/cryptoKey:CryptoKey", "versionTemplate", {}, "algorithm is required"),
    ("gcp:monitoring/alertPolicy:AlertPolicy", "severity", "HIGH", "not one of CRITICAL"),
    ("gcp:compute/network:Network", "name", "-net", "no name of RFC 1035"),
    ("gcp:compute/subnetwork:Subnetwork", "role", "active", "not one of ACTIVE"),
    ("gcp:compute/reservation:Reservation", "deleteAtTime", "2027-01-31", "no time such as"),
    ("gcp:workstations/workstationConfig:WorkstationConfig", "idleTimeout", "1h", "no duration"),
    ("gcp:compute/firewall:Firewall", "enableLogging", True, "is deprecated"),
]


@pytest.mark.parametrize(("token", "key", "value", "said"), WRONG)
def test_one_wrong_input_of_a_real_resource_is_found(programs, token, key, value, said):
    given: dict[str, Any] = copy.deepcopy(programs["prod"].all(token)[0].inputs)
    assert not list(faults(token, given))
    given.pop(key, None)
    if value is not None:
        given[key] = value
    assert any(said in each for each in faults(token, given))


def test_inputs_that_exclude_each_other_are_found():
    instance = "gcp:compute/instance:Instance"
    disk = {"source": "disk", "kmsKeySelfLink": "key", "diskEncryptionKeyRaw": "raw"}
    needed = dict.fromkeys(required_of(instance), "x")
    found = list(faults(instance, {**needed, "attachedDisks": [disk]}))
    assert any("may not stand beside" in each for each in found)


def test_the_documentation_of_the_sdk_is_understood(programs):
    types = {each.token for each in programs["prod"].registered if each.token.startswith("gcp:")}
    lists = [each for token in types for each in inputs_of(token).values() if each.allowed]
    assert len(lists) > 30, "a reader that finds no list refuses nothing"
