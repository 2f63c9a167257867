"""One supervisor per folder: found, started once, guarded, and ended."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from localcloud.services import connection
from localcloud.store import Store

HTTP = httpx.Client(trust_env=False)
CONNECT = """
import sys
from pathlib import Path
from localcloud.services import connection
from localcloud.store import Store
print(connection.connect(Path(sys.argv[1])).pid)
"""


def test_two_that_connect_at_once_get_one_supervisor(own_folder):
    """Three processes and two threads, as commands typed in several terminals."""
    processes = [
        subprocess.Popen([sys.executable, "-c", CONNECT, str(own_folder)], stdout=subprocess.PIPE)
        for _ in range(3)
    ]
    with ThreadPoolExecutor() as threads:
        mine = list(threads.map(lambda _: connection.connect(own_folder).pid, range(2)))
    theirs = [int(process.communicate()[0]) for process in processes]
    assert len({*mine, *theirs}) == 1
    connection.stop(own_folder)
    time.sleep(1.0)
    assert connection.holder(own_folder) is None, "one that came second took over after the end"
    assert (own_folder / "supervisor.log").read_text().count("listens at") == 1


def test_what_is_recorded_is_for_this_user_only(own_folder):
    started = connection.connect(own_folder)
    path = own_folder / "supervisor.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    recorded = json.loads(path.read_text())
    assert (recorded["pid"], recorded["url"]) == (started.pid, started.url)
    assert recorded["token"] not in repr(started), "the token would end in a log"
    assert started.token not in (own_folder / "supervisor.log").read_text()


def test_it_listens_on_loopback_only(cloud):
    port = int(cloud.connection.url.rpartition(":")[2])
    assert cloud.connection.url == f"http://127.0.0.1:{port}"
    with pytest.raises(httpx.ConnectError):
        # Linux answers on all of 127/8 for a socket that is bound to every address.
        HTTP.get(f"http://127.0.0.2:{port}/-/health")


def test_the_environment_names_every_client_setting(cloud):
    url = cloud.connection.url
    assert cloud.connection.environment == {
        "MLPLATFORM_VERTEX_ENDPOINT": url,
        "MLPLATFORM_DATAPROC_ENDPOINT": url,
        "STORAGE_EMULATOR_HOST": url,
        "BIGQUERY_EMULATOR_HOST": url,
        "MLPLATFORM_TEMPLATES_ENDPOINT": url,
        "TENSORSTORE_GCS_HTTP_URL": url,
        "GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT": "false",
        "EPATH_USE_TF": "false",
        "NO_GCE_CHECK": "true",
    }


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}])
def test_calls_of_the_operator_need_the_token(cloud, headers):
    url = cloud.connection.url
    assert HTTP.get(f"{url}/-/health", headers=headers).status_code == 401
    assert HTTP.post(f"{url}/-/shutdown", headers=headers).status_code == 401
    assert connection.running(cloud.folder) == cloud.connection


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://example.com"}, {"Host": "example.com:80"}, {"Origin": "null"}]
)
def test_web_pages_are_refused(cloud, headers):
    answer = HTTP.get(f"{cloud.connection.url}/storage/v1/b/x", headers=headers)
    assert answer.status_code == 403


def test_a_record_of_a_dead_supervisor_is_ignored(own_folder):
    first = connection.connect(own_folder)
    os.kill(first.pid, signal.SIGKILL)
    assert wait_for(lambda: connection.holder(own_folder) is None)
    assert (own_folder / "supervisor.json").exists(), "the test needs what a crash leaves behind"
    assert connection.running(own_folder) is None
    assert connection.stop(own_folder) is False
    second = connection.connect(own_folder)
    assert second.url == first.url, "jobs that outlived the first one call its address"
    assert second.token != first.token


def test_a_record_that_points_to_another_stack_is_ignored(cloud, tmp_path):
    recorded = (cloud.folder / "supervisor.json").read_text()
    (tmp_path / "supervisor.json").write_text(recorded)
    assert connection.running(tmp_path) is None
    assert connection.stop(tmp_path) is False
    assert connection.running(cloud.folder) == cloud.connection, "another stack was stopped"


def test_stopping_leaves_nothing_that_runs(own_folder):
    started = connection.connect(own_folder)
    assert connection.stop(own_folder) is True
    assert not (own_folder / "supervisor.json").exists()
    assert connection.running(own_folder) is None
    with pytest.raises(ProcessLookupError):
        os.kill(started.pid, 0)
    assert connection.stop(own_folder) is False


def test_one_that_does_not_answer_is_ended_by_signal(own_folder, monkeypatch):
    started = connection.connect(own_folder)
    os.kill(started.pid, signal.SIGSTOP)
    monkeypatch.setattr(connection, "_STOP_SECONDS", 0.6)
    monkeypatch.setattr(connection, "_CALL_SECONDS", 0.2)
    assert connection.stop(own_folder) is True
    assert connection.holder(own_folder) is None


def test_sigterm_ends_it_orderly(own_folder):
    started = connection.connect(own_folder)
    os.kill(started.pid, signal.SIGTERM)
    assert wait_for(lambda: connection.holder(own_folder) is None)
    assert not (own_folder / "supervisor.json").exists()
    assert "ending: signalled" in (own_folder / "supervisor.log").read_text()


def test_it_ends_when_idle_and_not_while_requests_come(own_folder):
    started = connection.connect(own_folder, idle_seconds=1.5)
    for _ in range(8):
        time.sleep(0.2)
        assert HTTP.get(f"{started.url}/storage/v1/b/x").status_code == 404
    assert wait_for(lambda: connection.holder(own_folder) is None)
    assert "ending: idle" in (own_folder / "supervisor.log").read_text()


def test_a_supervisor_that_cannot_start_is_explained_by_its_log(tmp_path):
    (tmp_path / "cloud.db").write_bytes(b"not a database" * 100)
    with pytest.raises(connection.SupervisorError, match="not a database"):
        connection.connect(tmp_path)


def test_a_service_that_cannot_start_is_explained_by_its_log(tmp_path):
    Store(tmp_path).put("storage/objects", "b/x", {"name": "an object without a generation"})
    with pytest.raises(connection.SupervisorError, match=r"(?s)code 3: .*KeyError: 'generation'"):
        connection.connect(tmp_path)


def test_commands_that_only_ask_import_nothing_heavy():
    program = "import sys, localcloud.services.connection as c; print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", program], text=True).split()
    assert "urllib.request" in loaded
    assert not {"starlette", "uvicorn", "sqlite3", "pulumi", "httpx"} & set(loaded)


def wait_for(condition, seconds=10.0):
    deadline = time.monotonic() + seconds
    while not (met := condition()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return met
