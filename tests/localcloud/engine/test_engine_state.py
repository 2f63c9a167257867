"""State on disk: cipher, snapshot, journal, lock."""

import json
from pathlib import Path
from typing import Any

import pytest

from localcloud.engine import EngineError, lock
from localcloud.engine.backend import StackFiles
from localcloud.engine.secrets import Cipher
from localcloud.engine.snapshot import Snapshot, renamed
from localcloud.engine.state import Options, ResourceState, decode, encode
from localcloud.engine.values import Secret, equal

# Computed by another implementation of PBKDF2 and AES-GCM, from the passphrase "winter garden".
SALT_LINE = "v1:AQIDBAUGBwg=:v1:AAECAwQFBgcICQoL:UCktvmYIzIxW0F5tLZX6zKsVkJl7Ug=="
CIPHERTEXT = "v1:DA0ODxAREhMUFRYX:/KhuYh1m90AvpH+mb1hVfUEKb3UxgIk/c+QVjhW0"


def test_the_cipher_reads_what_others_wrote() -> None:
    assert Cipher("winter garden", SALT_LINE).decrypt(CIPHERTEXT) == '{"plain":true}'


def test_a_wrong_passphrase_is_refused() -> None:
    with pytest.raises(EngineError, match="PULUMI_CONFIG_PASSPHRASE"):
        Cipher("summer garden", SALT_LINE).decrypt(CIPHERTEXT)
    with pytest.raises(EngineError, match="PULUMI_CONFIG_PASSPHRASE"):
        Cipher("summer garden", SALT_LINE).encrypt("new")


@pytest.mark.parametrize("text", ["v1:DA0ODxAREhMUFRYX", "v2:x:y", "", "v1:???:AAAA"])
def test_a_broken_ciphertext_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(EngineError):
        Cipher("winter garden", SALT_LINE).decrypt(text)


def test_a_new_cipher_can_be_opened_by_its_salt_line() -> None:
    first = Cipher("p")
    assert Cipher("p", first.salt_line).decrypt(first.encrypt("hidden")) == "hidden"


@pytest.fixture
def files(tmp_path: Path) -> StackFiles:
    return StackFiles(tmp_path / ".pulumi", "shop", "dev")


@pytest.fixture
def cipher(monkeypatch: pytest.MonkeyPatch) -> Cipher:
    monkeypatch.setattr("localcloud.engine.secrets._ROUNDS", 1)
    return Cipher("p")


def resource(name: str, **more: Any) -> ResourceState:
    return ResourceState(
        urn=f"urn:pulumi:dev::shop::x:y:Z::{name}", type="x:y:Z", custom=True, **more
    )


def opened(files: StackFiles, cipher: Cipher, *, persist: bool = True) -> Snapshot:
    snapshot = Snapshot(files, lambda _line: cipher)
    if persist:
        snapshot.persist()
    return snapshot


def names(snapshot: Snapshot) -> list[str]:
    return [state.urn.rpartition("::")[2] for state in snapshot.states()]


def test_every_field_of_a_resource_survives() -> None:
    state = resource(
        "a",
        id="i",
        inputs={"token": Secret("s")},
        delete=True,
        options=Options(
            protect=True,
            dependencies=["urn:b"],
            hooks={"before_create": ["h"]},
            custom_timeouts={"create": 60.0},
            property_dependencies={"token": []},
        ),
    )
    entry = json.loads(json.dumps(encode(state, lambda text: text[::-1])))
    again = decode(entry, lambda text: text[::-1])
    assert (again.options, again.id, again.delete) == (state.options, "i", True)
    assert equal(again.inputs, state.inputs)


def test_secrets_are_only_in_the_state_file_encrypted(files: StackFiles, cipher: Cipher) -> None:
    snapshot = opened(files, cipher)
    snapshot.commit(resource("a", inputs={"x": Secret("hidden-thing")}), None)
    snapshot.finish()
    assert b"hidden-thing" not in files.state.read_bytes()
    assert opened(files, cipher).olds()[0].inputs["x"].value == "hidden-thing"


def test_an_unchanged_state_is_not_written_again(files: StackFiles, cipher: Cipher) -> None:
    first = opened(files, cipher)
    first.commit(resource("a", inputs={"x": Secret("s")}), None)
    first.finish()
    before = files.state.stat().st_mtime_ns
    second = opened(files, cipher)
    old = second.olds()[0]
    second.commit(resource("a", inputs=old.inputs), old)
    second.finish()
    assert files.state.stat().st_mtime_ns == before


def test_what_was_not_finished_is_read_from_the_journal(files: StackFiles, cipher: Cipher) -> None:
    setup = opened(files, cipher)
    for name in ("a", "b", "c"):
        setup.commit(resource(name), None)
    setup.finish()
    killed = opened(files, cipher)
    a, b, _ = killed.olds()
    killed.commit(resource("a", id="new"), a)
    killed.commit(None, b, killed.begin("deleting", b))
    killed.begin("creating", resource("d"))
    after = opened(files, cipher, persist=False)
    assert names(after) == ["a", "c"]
    assert after.olds()[0].id == "new"
    assert [(p.kind, p.state.urn[-1]) for p in after.interrupted] == [("creating", "d")]


def test_half_a_line_of_the_journal_is_left_out(files: StackFiles, cipher: Cipher) -> None:
    killed = opened(files, cipher)
    killed.commit(resource("a"), None)
    killed.commit(resource("b"), None)
    killed.commit(resource("c"), None)
    text = files.journal.read_bytes()
    files.journal.write_bytes(text[:-10])
    assert names(opened(files, cipher, persist=False)) == ["a", "b"]


def test_the_journal_of_another_state_file_is_ignored(files: StackFiles, cipher: Cipher) -> None:
    killed = opened(files, cipher)
    killed.commit(resource("a"), None)
    killed.commit(resource("b"), None)
    files.state.write_bytes(files.state.read_bytes().replace(b"::a", b"::z"))
    assert names(opened(files, cipher, persist=False)) == ["z"]


def test_references_follow_a_renamed_resource() -> None:
    old, new = resource("old").urn, resource("new").urn
    state = resource("a", parent=old, options=Options(dependencies=[old], provider=f"{old}::id"))
    again = renamed(state, {old: new})
    assert (again.parent, again.options.dependencies) == (new, [new])
    assert again.options.provider == f"{new}::id"
    assert renamed(again, {old: new}) is again


def test_a_file_that_is_no_state_is_refused(files: StackFiles, cipher: Cipher) -> None:
    files.state.parent.mkdir(parents=True)
    files.state.write_text("[]")
    with pytest.raises(EngineError, match="is no state file"):
        opened(files, cipher)


def test_a_lock_is_free_again_when_its_holder_is_done(tmp_path: Path) -> None:
    path = tmp_path / "dev.lock"
    refusal = pytest.raises(EngineError, match="`up` of process")
    with lock.hold(path, "dev", "up"), refusal, lock.hold(path, "dev", "up"):
        pass
    with lock.hold(path, "dev", "destroy"):
        pass
