"""Which changes are made in place, and which make a new resource."""

import pytest

from localcloud.provider.protocol import UNKNOWN

BUCKET = {"name": "data", "location": "EU", "labels": {"a": "1"}, "storageClass": "STANDARD"}


@pytest.mark.parametrize("change", [{"name": "other"}, {"location": "US"}, {"project": "other"}])
def test_identity_and_place_of_a_bucket_replace_it(cloud, change):
    difference = cloud.diff("storage.Bucket", BUCKET, BUCKET | change)
    assert difference.replaces == list(change)
    assert not difference.delete_before_replace


@pytest.mark.parametrize("change", [{"labels": {"a": "2"}}, {"storageClass": "NEARLINE"}])
def test_other_changes_of_a_bucket_are_updates(cloud, change):
    difference = cloud.diff("storage.Bucket", BUCKET, BUCKET | change)
    assert difference.changed
    assert difference.replaces == []


def test_the_case_of_a_location_is_no_change(cloud):
    assert cloud.diff("storage.Bucket", BUCKET, BUCKET | {"location": "eu"}).changed == []


def test_a_grant_has_nothing_to_update(cloud):
    grant = {"bucket": "a", "role": "roles/viewer", "member": "user:a@b.c"}
    for name in grant:
        difference = cloud.diff("storage.BucketIAMMember", grant, grant | {name: "other"})
        assert difference.replaces == [name]


def test_a_place_that_is_not_known_yet_replaces(cloud):
    grant = {"bucket": "a", "role": "roles/viewer", "member": "user:a@b.c"}
    difference = cloud.diff("storage.BucketIAMMember", grant, grant | {"bucket": UNKNOWN})
    assert difference.replaces == ["bucket"]


@pytest.mark.parametrize("label", ["projects.IAMMember", "bigquery.Table", "secretmanager.Secret"])
def test_fixed_ids_are_deleted_before_they_are_replaced(cloud, label):
    assert cloud.diff(label, {"project": "a"}, {"project": "b"}).delete_before_replace


def test_a_part_of_an_object_may_force_replacement(cloud):
    old = {"scheduling": {"maxRunDuration": {"seconds": 1}, "automaticRestart": False}}
    longer = {"scheduling": {"maxRunDuration": {"seconds": 2}, "automaticRestart": False}}
    restarting = {"scheduling": {"maxRunDuration": {"seconds": 1}, "automaticRestart": True}}
    assert cloud.diff("compute.Instance", old, longer).replaces == ["scheduling"]
    assert cloud.diff("compute.Instance", old, restarting).replaces == []


def test_taking_an_object_away_takes_its_forcing_part_away(cloud):
    old = {"scheduling": {"maxRunDuration": {"seconds": 1}}}
    assert cloud.diff("compute.Instance", old, {}).replaces == ["scheduling"]


def test_the_index_of_a_list_does_not_matter(cloud):
    old = {"networkInterfaces": [{}, {"nicType": "GVNIC"}]}
    new = {"networkInterfaces": [{}, {"nicType": "MRDMA"}]}
    assert cloud.diff("compute.Instance", old, new).replaces == ["networkInterfaces"]


def test_a_template_is_never_updated_but_for_what_is_listed(cloud):
    old = {"machineType": "a", "labels": {"a": "b"}}
    label = "compute.RegionInstanceTemplate"
    assert cloud.diff(label, old, old | {"machineType": "b"}).replaces == ["machineType"]
    assert cloud.diff(label, old, old | {"labels": {}}).replaces == []


def test_types_without_a_table_are_replaced_for_identity_and_place(cloud):
    old = {"name": "a", "tier": "BASIC", "region": "us-east1"}
    difference = cloud.diff("redis.Instance", old, {**old, "region": "us-west1", "tier": "X"})
    assert difference.changed == ["region", "tier"]
    assert difference.replaces == ["region"]


def test_a_schema_that_is_only_spelt_differently_is_no_change(cloud):
    old, new = {"schema": '[{"name": "a"}]'}, {"schema": '[{"name":"a"}]'}
    assert cloud.diff("bigquery.Table", old, new).changed == []


@pytest.mark.parametrize(
    ("cidr", "replaces"),
    [("10.0.0.0/19", []), ("10.0.0.0/21", ["ipCidrRange"]), ("10.9.0.0/20", ["ipCidrRange"])],
)
def test_a_subnet_grows_in_place_and_nothing_else(cloud, cidr, replaces):
    subnet = {"name": "a", "network": "n", "ipCidrRange": "10.0.0.0/20"}
    changed = cloud.diff("compute.Subnetwork", subnet, subnet | {"ipCidrRange": cidr})
    assert changed.replaces == replaces


@pytest.mark.parametrize(("size", "replaces"), [(20, []), (5, ["size"])])
def test_a_disk_grows_in_place_and_never_shrinks(cloud, size, replaces):
    disk = {"name": "a", "zone": "z", "size": 10}
    assert cloud.diff("compute.Disk", disk, disk | {"size": size}).replaces == replaces
