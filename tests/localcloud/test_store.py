"""The store: order, ranges, transactions, and several processes on one file."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcloud.store import Store

NAMES = st.sets(st.text(alphabet="ab/é\U0001f600~", max_size=4), max_size=8)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def fill(store: Store, *names: str, kind: str = "jobs") -> None:
    for name in names:
        store.put(kind, name, {"name": name})


def names(store: Store, *args, **kwargs) -> list[str]:
    return [name for name, _ in store.list("jobs", *args, **kwargs)]


def test_a_document_comes_back_as_it_was(store):
    body = {"text": "ä", "list": [1, None, {"deep": True}], "number": 1.5}
    store.put("jobs", "a", body)
    assert store.get("jobs", "a") == body


def test_kinds_are_apart(store):
    fill(store, "a")
    fill(store, "b", kind="models")
    assert names(store) == ["a"]
    assert store.get("models", "a") is None
    assert store.kinds() == ["jobs", "models"]


def test_a_later_put_replaces(store):
    store.put("jobs", "a", {"old": 1})
    assert store.put("jobs", "a", {"new": 1})
    assert store.get("jobs", "a") == {"new": 1}


def test_a_put_if_absent_keeps_what_is_there(store):
    assert store.put("jobs", "a", {"first": 1}, if_absent=True)
    assert not store.put("jobs", "a", {"second": 1}, if_absent=True)
    assert store.get("jobs", "a") == {"first": 1}


def test_deleting_tells_whether_there_was_something(store):
    fill(store, "a")
    assert store.delete("jobs", "a")
    assert not store.delete("jobs", "a")


def test_names_are_sorted(store):
    fill(store, "b", "a", "c/2", "c/10")
    assert names(store) == ["a", "b", "c/10", "c/2"]


def test_a_prefix_takes_no_neighbour_along(store):
    fill(store, "data", "data/a", "data/b", "data-2/a", "data0")
    assert names(store, prefix="data/") == ["data/a", "data/b"]


def test_a_range_holds_its_start_and_not_its_end(store):
    fill(store, "a", "b", "c", "d")
    assert names(store, start="b", end="d") == ["b", "c"]
    assert names(store, start="b", limit=1) == ["b"]


@given(found=NAMES, prefix=st.text(alphabet="ab/é\U0001f600", max_size=2))
def test_prefixes_agree_with_python(tmp_path_factory, found, prefix):
    store = Store(tmp_path_factory.mktemp("store"))
    with store.transaction():
        fill(store, *found)
    assert names(store, prefix=prefix) == sorted(n for n in found if n.startswith(prefix))
    store.close()


def test_numbers_are_never_given_twice(store):
    assert [store.next_number("models") for _ in range(3)] == [1, 2, 3]
    assert store.next_number("jobs") == 1


def test_a_failed_transaction_leaves_nothing(store):
    fill(store, "kept")

    def fail() -> None:
        with store.transaction():
            fill(store, "lost")
            store.delete("jobs", "kept")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert names(store) == ["kept"]


def test_an_inner_transaction_belongs_to_the_outer_one(store):
    def fail() -> None:
        with store.transaction():
            with store.transaction():
                fill(store, "lost")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert names(store) == []


def test_threads_wait_for_each_other(store):
    def count() -> None:
        for _ in range(25):
            with store.transaction():
                body = store.get("jobs", "counter") or {"value": 0}
                store.put("jobs", "counter", {"value": body["value"] + 1})

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.get("jobs", "counter") == {"value": 100}


def test_processes_share_documents_and_lose_no_update(store, tmp_path):
    program = (
        "import sys\nfrom pathlib import Path\nfrom localcloud.store import Store\n"
        "store = Store(Path(sys.argv[1]))\n"
        "for _ in range(25):\n"
        "    with store.transaction():\n"
        "        body = store.get('jobs', 'counter') or {'value': 0}\n"
        "        store.put('jobs', 'counter', {'value': body['value'] + 1})\n"
        "    store.next_number('runs')\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    root = Path(__file__).parents[2]
    processes = [subprocess.Popen(command, cwd=root) for _ in range(3)]
    assert [process.wait(timeout=60) for process in processes] == [0, 0, 0]
    assert store.get("jobs", "counter") == {"value": 75}
    assert store.next_number("runs") == 76


def test_processes_may_make_the_file_at_the_same_moment(tmp_path):
    program = "import sys, pathlib, localcloud.store as s; s.Store(pathlib.Path(sys.argv[1]))"
    command = [sys.executable, "-c", program, str(tmp_path / "new")]
    root = Path(__file__).parents[2]
    processes = [subprocess.Popen(command, cwd=root) for _ in range(4)]
    assert [process.wait(timeout=60) for process in processes] == [0] * 4


def test_a_thread_may_close_and_go_on(store):
    fill(store, "a")
    store.close()
    assert names(store) == ["a"]
