"""Places that are kept for machines, and the machines that take them."""

import pytest
from graph_changes import built, needs
from settings_changes import changed

RESERVATION = "gcp:compute/reservation:Reservation"
FUTURE = "gcp:compute/futureReservation:FutureReservation"
INSTANCE = "gcp:compute/instance:Instance"
BOOT = {"image": "projects/acme-images/global/images/i", "disk_gb": 100, "disk_type": "pd-ssd"}


def machine(**values):
    made = {"name": "m", "shape": "a3-highgpu-8g", "zone": "europe-west4-b", "boot": BOOT}
    return made | {"capacity": "reservation", "max_run_hours": 2} | values


def test_a_reservation_is_taken_by_name_and_ends_on_a_day(prod):
    kept = prod.one(RESERVATION).inputs
    assert kept["specificReservationRequired"] is True
    assert kept["specificReservation"] == {
        "count": 1,
        "instanceProperties": {"machineType": "a3-highgpu-8g"},
    }
    assert kept["deleteAtTime"] == "2026-12-31T00:00:00Z"
    assert kept["reservationSharingPolicy"] == {"serviceShareType": "ALLOW_ALL"}
    assert kept["shareSettings"] == {"shareType": "LOCAL"}


def test_a_reservation_is_shared_with_the_projects_that_are_named(cloud, config):
    kept = {"name": "r", "shape": "a3-highgpu-8g", "zone": "europe-west4-b", "count": 2}
    kept |= {"ends_at": "2027-01-31T00:00:00Z", "shared_with": ["acme-research"]}
    graph = built(cloud, changed(config, "accelerators.reservations", [kept]))
    found = graph.one(RESERVATION).inputs
    assert found["shareSettings"] == {
        "shareType": "SPECIFIC_PROJECTS",
        "projects": ["acme-research"],
    }
    assert found["reservationSharingPolicy"] == {"serviceShareType": "DISALLOW_ALL"}


def test_a_machine_waits_for_the_reservation_that_it_takes(prod):
    taker = next(each for each in prod.all(INSTANCE) if "h100" in each.name)
    affinity = taker.inputs["reservationAffinity"]
    assert affinity["specificReservation"]["values"] == ["h100-2026-prod"]
    assert prod.one(RESERVATION).urn in needs(prod, taker.urn)


THEIRS = "projects/acme-capacity/reservations/theirs"


@pytest.mark.parametrize(
    ("written", "asked"),
    [(THEIRS, THEIRS), ("projects/mlplatform-dev/reservations/theirs", "theirs")],
)
def test_a_reservation_that_somebody_else_made_goes_by_its_name_in_the_same_project_only(
    cloud, config, written, asked
):
    graph = built(cloud, changed(config, "accelerators.machines", [machine(reservation=written)]))
    affinity = graph.one(INSTANCE).inputs["reservationAffinity"]
    assert affinity["specificReservation"]["values"] == [asked]


def test_a_machine_of_a_calendar_is_bound_to_it_and_deleted_with_it(cloud, config):
    graph = built(
        cloud,
        changed(
            config,
            "accelerators.machines",
            [machine(capacity="calendar", reservation=THEIRS)],
        ),
    )
    made = graph.one(INSTANCE).inputs
    assert made["scheduling"] == {
        "provisioningModel": "RESERVATION_BOUND",
        "onHostMaintenance": "TERMINATE",
        "automaticRestart": False,
        "instanceTerminationAction": "DELETE",
    }
    assert made["reservationAffinity"]["type"] == "SPECIFIC_RESERVATION"
    assert made["labels"]["ttl-hours"] == "2"


def test_a_future_reservation_is_a_draft_until_it_is_submitted(cloud, prod, prod_config):
    draft = prod.one(FUTURE)
    assert draft.inputs["planningStatus"] == "DRAFT"
    assert draft.inputs["reservationMode"] == "CALENDAR"
    assert draft.inputs["deploymentType"] == "DENSE"
    assert draft.inputs["specificSkuProperties"]["totalCount"] == "4", "counts are texts here"
    assert draft.inputs["reservationName"] == draft.inputs["name"]
    assert draft.protect is False
    (future,) = prod_config["mlplatform:accelerators"]["future_reservations"]
    listed = [{**future, "submitted": True}]
    graph = built(cloud, changed(prod_config, "accelerators.future_reservations", listed))
    assert graph.one(FUTURE).inputs["planningStatus"] == "SUBMITTED"
    assert graph.one(FUTURE).protect is True, "a commitment cannot be taken back"
