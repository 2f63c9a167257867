"""How bytes arrive: in one request, in chunks, after a failure, past a killed supervisor."""

import os
import signal
import socket
import threading
import time
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localcloud.services import connection
from localcloud.store import Store

HTTP = httpx.Client(trust_env=False)
CHUNK = 256 * 1024


@settings(max_examples=60, deadline=None)
@given(
    data=st.lists(
        st.sampled_from([b"\r", b"\n", b"\r\n", b"--", b"--==0==", b"--==0==--", b"\0x"])
    ).map(b"".join),
    newline=st.sampled_from([b"\n", b"\r\n"]),
)
def test_any_data_survives_a_multipart_upload(cloud, data, newline):
    name = cloud.bucket("multipart")
    parts = [b"--==0==", b"Content-Type: application/json", b"", b'{"name": "x"}', b"--==0=="]
    body = newline.join([*parts, b"Content-Type: text/plain", b"", data, b"--==0==--"])
    answer = HTTP.post(
        uploads(cloud.connection, name),
        params={"uploadType": "multipart"},
        headers={"Content-Type": 'multipart/related; boundary="==0=="'},
        content=body,
    )
    assert answer.json()["size"] == str(len(data))
    assert read(cloud.connection, name, "x") == data


def test_a_multipart_upload_without_its_end_is_refused(cloud, bucket):
    body = b'--b\r\nContent-Type: application/json\r\n\r\n{"name": "x"}\r\n--b\r\nX: y\r\n\r\ndata'
    answer = HTTP.post(
        uploads(cloud.connection, bucket),
        params={"uploadType": "multipart"},
        headers={"Content-Type": "multipart/related; boundary=b"},
        content=body,
    )
    assert (answer.status_code, read(cloud.connection, bucket, "x")) == (400, None)


def test_a_connection_lost_during_an_upload_leaves_the_old_object(cloud, bucket):
    put(cloud.connection, bucket, "x", b"old")
    port = int(cloud.connection.url.rpartition(":")[2])
    path = f"/upload/storage/v1/b/{bucket}/o?uploadType=media&name=x"
    with socket.create_connection(("127.0.0.1", port)) as lost:
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 100\r\n\r\n"
        lost.sendall(head.encode() + b"new")
        time.sleep(0.1)
    time.sleep(0.1)
    assert read(cloud.connection, bucket, "x") == b"old", "half an upload became an object"
    assert not list((cloud.folder / "objects" / "incoming").iterdir())


@pytest.mark.parametrize("verb", ["PUT", "POST"])
def test_a_resumable_upload_says_what_it_has_and_ends_with_its_last_byte(cloud, bucket, verb):
    location = begin(cloud.connection, bucket, "x")
    assert_incomplete(send(verb, location, b"", "bytes */*"), None)
    assert_incomplete(send(verb, location, b"a" * 10, "bytes 0-9/*"), "bytes=0-9")
    assert_incomplete(send(verb, location, b"", "bytes */20"), "bytes=0-9")
    # The first half again, as by a client that did not see the answer.
    assert_incomplete(send(verb, location, b"a" * 10 + b"b" * 5, "bytes 0-14/*"), "bytes=0-14")
    assert send(verb, location, b"", "bytes 16-16/20").status_code == 400, "a gap was accepted"
    assert read(cloud.connection, bucket, "x") is None
    done = send(verb, location, b"b" * 5, "bytes 15-19/20")
    again = send(verb, location, b"", "bytes */20")
    assert done.status_code == again.status_code == 200
    assert done.json()["generation"] == again.json()["generation"], "it was written twice"
    assert read(cloud.connection, bucket, "x") == b"a" * 10 + b"b" * 10


def test_a_total_told_late_or_no_range_at_all_ends_a_resumable_upload(cloud, bucket):
    location = begin(cloud.connection, bucket, "late")
    send("POST", location, b"data", "bytes 0-3/*")
    assert send("POST", location, b"", "bytes */4").status_code == 200
    assert HTTP.put(begin(cloud.connection, bucket, "whole"), content=b"all").status_code == 200
    assert HTTP.put(begin(cloud.connection, bucket, "empty"), content=b"").status_code == 200
    contents = [read(cloud.connection, bucket, name) for name in ("late", "whole", "empty")]
    assert contents == [b"data", b"all", b""]


def test_a_resumable_upload_holds_its_precondition_until_the_end(cloud, bucket):
    location = begin(cloud.connection, bucket, "x", ifGenerationMatch="0")
    put(cloud.connection, bucket, "x", b"first")
    assert send("PUT", location, b"late", "bytes 0-3/4").status_code == 412
    refused = HTTP.post(
        uploads(cloud.connection, bucket),
        params={"uploadType": "resumable", "name": "x", "ifGenerationMatch": "0"},
    )
    assert refused.status_code == 412, "the client would send everything in vain"
    assert read(cloud.connection, bucket, "x") == b"first"


def test_killed_during_an_upload_it_goes_on_at_the_same_address(own_folder):
    first = start(own_folder)
    location = begin(first, "b", "x")
    data = os.urandom(3 * CHUNK)
    assert send("PUT", location, data[:CHUNK], f"bytes 0-{CHUNK - 1}/*").status_code == 308
    os.kill(first.pid, signal.SIGKILL)
    second = connection.connect(own_folder)
    assert (second.url, second.pid != first.pid) == (first.url, True)
    assert_incomplete(send("PUT", location, b"", "bytes */*"), f"bytes=0-{CHUNK - 1}")
    last = f"bytes {CHUNK}-{3 * CHUNK - 1}/{3 * CHUNK}"
    assert send("PUT", location, data[CHUNK:], last).status_code == 200
    assert read(second, "b", "x") == data


def test_no_acknowledged_object_is_lost_when_the_supervisor_is_killed(own_folder):
    started = start(own_folder)
    for round_number in range(3):
        acknowledged: dict[str, bytes] = {}
        writers = [
            threading.Thread(
                target=write_until_refused,
                args=(started, f"{round_number}-{writer}", acknowledged),
            )
            for writer in range(3)
        ]
        for writer in writers:
            writer.start()
        time.sleep(0.2)
        os.kill(started.pid, signal.SIGKILL)
        for writer in writers:
            writer.join()
        started = connection.connect(own_folder)
        assert acknowledged, "nothing was written before the kill"
        for name, data in acknowledged.items():
            assert read(started, "b", name) == data, f"{name} was acknowledged and lost"
    documents = dict(Store(own_folder).list("storage/objects"))
    payloads = {path.name for path in (own_folder / "objects").iterdir() if path.is_file()}
    assert payloads == {document["generation"] for document in documents.values()}
    assert not list((own_folder / "objects" / "incoming").iterdir()), "leftovers were not swept"


def start(folder: Path) -> connection.Connection:
    Store(folder).put("gcp:storage/bucket:Bucket", "b", {"inputs": {"name": "b"}})
    return connection.connect(folder)


def write_until_refused(to, prefix, acknowledged):
    number = 0
    while True:
        # Names come again: a replacement must keep either the old data or the new.
        name, data = f"{prefix}-{number % 7}", os.urandom(50_000)
        acknowledged.pop(name, None)
        try:
            put(to, "b", name, data)
        except httpx.TransportError:
            return
        acknowledged[name] = data
        number += 1


def uploads(to, bucket):
    return f"{to.url}/upload/storage/v1/b/{bucket}/o"


def put(to, bucket, name, data):
    query = {"uploadType": "media", "name": name}
    HTTP.post(uploads(to, bucket), params=query, content=data).raise_for_status()


def begin(to, bucket, name, **query):
    query = {"uploadType": "resumable", "name": name, **query}
    return HTTP.post(uploads(to, bucket), params=query).headers["location"]


def send(verb, location, data, content_range):
    return HTTP.request(verb, location, content=data, headers={"Content-Range": content_range})


def assert_incomplete(answer, stored):
    assert (answer.status_code, answer.headers.get("range")) == (308, stored)


def read(to, bucket, name):
    answer = HTTP.get(f"{to.url}/storage/v1/b/{bucket}/o/{name}", params={"alt": "media"})
    return answer.content if answer.status_code == 200 else None
