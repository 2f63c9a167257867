"""Who may replace an object, and what others see meanwhile."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from google.api_core import exceptions
from hypothesis import given, settings
from hypothesis import strategies as st

from localcloud.services.context import Context
from localcloud.services.storage_metadata import Preconditions
from localcloud.services.storage_objects import Objects

HTTP = httpx.Client(trust_env=False)


def test_create_only_and_stale_generations_are_refused(handle):
    blob = handle.blob("lock")
    blob.upload_from_string("1", if_generation_match=0)
    first = blob.generation
    with pytest.raises(exceptions.PreconditionFailed):
        handle.blob("lock").upload_from_string("2", if_generation_match=0)
    blob.upload_from_string("3", if_generation_match=first)
    with pytest.raises(exceptions.PreconditionFailed):
        handle.blob("lock").upload_from_string("4", if_generation_match=first)
    with pytest.raises(exceptions.PreconditionFailed):
        handle.blob("lock").delete(if_generation_match=first)
    assert handle.blob("lock").download_as_bytes() == b"3", "a refused write changed the object"


def test_of_many_that_create_at_once_one_succeeds(cloud, bucket):
    def create(number):
        query = {"ifGenerationMatch": "0"}
        return cloud.upload(bucket, "lock", b"%d" % number, query).status_code

    with ThreadPoolExecutor(12) as threads:
        codes = list(threads.map(create, range(24)))
    assert sorted(codes) == [200] + [412] * 23
    assert cloud.get(bucket, "lock", {"alt": "media"}).content == b"%d" % codes.index(200)


def test_a_reader_sees_one_generation_while_it_is_replaced(cloud, handle):
    """A download that began before a replacement ends with the old bytes, not with an error."""
    old, new = b"o" * 6_000_000, b"n" * 6_000_000
    handle.blob("big").upload_from_string(old)
    with HTTP.stream(
        "GET", cloud.object_url(handle.name, "big"), params={"alt": "media"}
    ) as answer:
        chunks = answer.iter_raw()
        first = next(chunks)
        handle.blob("big").upload_from_string(new)
        assert b"".join([first, *chunks]) == old
    assert handle.blob("big").download_as_bytes() == new


def test_a_reader_that_loses_a_race_reads_the_newer_payload(cloud, bucket, monkeypatch):
    """Between a reader's look at the document and at the payload, a writer replaces both."""
    objects = Objects(
        Context(folder=cloud.folder, store=cloud.store, url="", token="", environment={})
    )
    cloud.upload(bucket, "x", b"old")
    found = objects.find

    def find_then_replace(*name):
        monkeypatch.setattr(objects, "find", found)
        document = found(*name)
        cloud.upload(bucket, "x", b"new")
        return document

    monkeypatch.setattr(objects, "find", find_then_replace)
    _, payload = objects.open(bucket, "x", None, Preconditions())
    with payload:
        assert payload.read() == b"new"


def test_a_precondition_that_is_not_known_is_refused(cloud, bucket):
    refused = {"ifMetagenerationMatch": "1"}, {"ifGenerationMatch": "new"}
    codes = [cloud.upload(bucket, "x", b"", query).status_code for query in refused]
    assert codes == [501, 400], "a condition that is ignored loses data"


PRECONDITION = st.sampled_from(["current", "older", "0"])


@settings(max_examples=40, deadline=None)
@given(
    exists=st.booleans(),
    match=st.none() | PRECONDITION,
    not_match=st.none() | PRECONDITION,
    verb=st.sampled_from(["read", "write"]),
)
def test_preconditions_follow_their_definition(cloud, exists, match, not_match, verb):
    cloud.bucket("conditions")
    cloud.delete("conditions", "x")
    older = cloud.upload("conditions", "x", b"older").json()["generation"]
    current = cloud.upload("conditions", "x", b"current").json()["generation"]
    if not exists:
        cloud.delete("conditions", "x")
        current = "0"
    value = {"current": current, "older": older, "0": "0"}
    query = {"ifGenerationMatch": match, "ifGenerationNotMatch": not_match}
    query = {key: value[wanted] for key, wanted in query.items() if wanted}
    fails = match and value[match] != current
    same = not_match and value[not_match] == current
    if verb == "write":
        expected = 412 if fails or same else 200
        assert cloud.upload("conditions", "x", b"new", query).status_code == expected
    else:
        expected = 404 if not exists else 412 if fails else 304 if same else 200
        assert cloud.get("conditions", "x", query={"alt": "media", **query}).status_code == expected
