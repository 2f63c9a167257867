"""What google-cloud-storage and plain HTTP see of objects."""

import base64
import hashlib

import google_crc32c
import httpx
import pytest
from google.api_core import exceptions
from hypothesis import given, settings
from hypothesis import strategies as st

HTTP = httpx.Client(trust_env=False)
NAMES = ["plain", "a/b c/ü%2F#?&+.txt", "o/b/compose", " ", "~"]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_is_written_read_listed_and_deleted(handle, name):
    handle.blob(name).upload_from_string(b"payload", content_type="text/x")
    assert handle.blob(name).download_as_bytes() == b"payload"
    listed = list(handle.list_blobs())
    assert [(blob.name, blob.content_type) for blob in listed] == [(name, "text/x")]
    handle.blob(name).delete()
    assert not handle.blob(name).exists()


def test_digests_and_sizes_are_those_of_the_data(handle):
    data = bytes(range(256)) * 9000
    blob = handle.blob("data")
    blob.upload_from_string(data)
    crc32c = base64.b64encode(google_crc32c.Checksum(data).digest()).decode()
    md5 = base64.b64encode(hashlib.md5(data).digest()).decode()  # noqa: S324
    assert (blob.size, blob.crc32c, blob.md5_hash) == (len(data), crc32c, md5)


def test_data_that_differs_from_its_announced_digest_is_refused(cloud, bucket):
    answer = cloud.upload(bucket, "broken", b"data", headers={"X-Goog-Hash": "crc32c=AAAAAA=="})
    assert answer.status_code == 400
    assert cloud.get(bucket, "broken").status_code == 404


@settings(max_examples=80, deadline=None)
@given(
    size=st.integers(0, 20),
    start=st.none() | st.integers(0, 25),
    end=st.none() | st.integers(0, 25),
)
def test_ranges_are_those_of_a_python_slice(cloud, size, start, end):
    cloud.bucket("ranges")
    data = bytes(range(size))
    name = f"size-{size}"
    cloud.upload("ranges", name, data)
    wanted = f"bytes={'' if start is None else start}-{'' if end is None else end}"
    answer = cloud.get("ranges", name, query={"alt": "media"}, headers={"Range": wanted})
    if (start is None and end is None) or (start is not None and end is not None and end < start):
        assert (answer.status_code, answer.content) == (200, data), "a senseless range is ignored"
        return
    if start is None:
        expected = data[-end:] if end else b""
    else:
        expected = data[start : None if end is None else end + 1]
    if not expected:
        assert answer.status_code == 416
        return
    first = data.index(expected)
    assert (answer.status_code, answer.content) == (206, expected)
    assert answer.headers["content-range"] == f"bytes {first}-{first + len(expected) - 1}/{size}"


def test_no_generation_but_the_current_one_is_kept(cloud, storage_client):
    handle = storage_client.bucket(cloud.bucket("versioned", versioning={"enabled": True}))
    for data in (b"first", b"second"):
        handle.blob("object").upload_from_string(data)
    generation = handle.get_blob("object").generation
    assert handle.blob("object", generation=generation).download_as_bytes() == b"second"
    assert not handle.blob("object", generation=generation - 1).exists()
    assert not (cloud.folder / "objects" / str(generation - 1)).exists()
    handle.delete_blob("object")
    assert not (cloud.folder / "objects" / str(generation)).exists()


def test_stored_encoding_is_passed_on(handle):
    import gzip

    blob = handle.blob("report.html")
    blob.content_encoding = "gzip"
    blob.upload_from_string(gzip.compress(b"<p>report</p>"), content_type="text/html")
    assert blob.download_as_bytes() == b"<p>report</p>"
    assert blob.download_as_bytes(raw_download=True)[:2] == b"\x1f\x8b"


def test_a_bucket_exists_if_the_graph_has_it(storage_client, handle):
    assert handle.exists()
    assert not storage_client.bucket("not-in-the-graph").exists()
    with pytest.raises(exceptions.NotFound, match="bucket does not exist"):
        storage_client.bucket("not-in-the-graph").blob("x").upload_from_string("x")


def test_a_call_without_a_route_names_itself(cloud, bucket):
    answer = HTTP.post(f"{cloud.connection.url}/storage/v1/b?project=p", json={"name": "new"})
    error = answer.json()["error"]
    assert (answer.status_code, error["status"]) == (501, "UNIMPLEMENTED")
    assert "POST /storage/v1/b" in error["message"]
    for method, call in (("POST", "/compose"), ("PATCH", ""), ("GET", "/acl")):
        answer = HTTP.request(method, cloud.object_url(bucket, "x") + call)
        assert (answer.status_code, method in answer.text) == (501, True)
    answer = cloud.upload(bucket, "x", b"", fields={"acl": []})
    assert (answer.status_code, "acl" in answer.text) == (501, True), "a field was dropped"
