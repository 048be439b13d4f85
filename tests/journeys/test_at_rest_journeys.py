"""Unlock and lock, encrypt in place, back up and restore, scrub: each to its end, and cut off in the middle."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from counterclaim.cli.main import main
from counterclaim.desk.admit import Arrival, admit_contents
from counterclaim.desk.backup import backup, restore
from counterclaim.desk.encrypt import encrypt, rewrap, set_recipients
from counterclaim.desk.locking import Opening, ask_agent, lock, socket_of, unlock
from counterclaim.desk.open import Desk, open_desk
from counterclaim.desk.scrub import scrub
from counterclaim.record.errors import CounterclaimError, IntegrityError, PolicyError, UsageError
from counterclaim.vault import cipher, object_keys
from counterclaim.vault.layout import NEW, OLD, beside
from counterclaim.vault.slots import UNLOCK, Factors, LockedError
from counterclaim.vault.vault import Vault
from rest_room import CASE, KEY_FILE, QUICK, every_file, small_desk

pytestmark = pytest.mark.skipif(os.name != "posix", reason="no agent there")


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    (tmp_path / "kf").write_bytes(KEY_FILE)
    return tmp_path / "kf"


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch):
    """A short folder for sockets: their paths have 108 bytes at most."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="cc", dir="/tmp") as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield Path(folder)


def sealed_desk(folder: Path, files: int = 3) -> Desk:
    return small_desk(folder, factors=Factors(key_file=KEY_FILE), files=files)


def failed(vault: Vault) -> list[str]:
    return [f"{check.name}: {check.reason}" for check in vault.checks() if check.outcome == "failed"]


# --- the agent --------------------------------------------------------------------------------


def test_an_unlocked_vault_is_read_and_written_until_it_is_locked(
    tmp_path: Path, runtime: Path, key_file: Path
) -> None:
    folder = sealed_desk(tmp_path / "vault").vault.folder
    with pytest.raises(LockedError):
        open_desk(folder)
    unlock(folder, Opening(key_file=key_file), minutes=1)
    try:
        desk = open_desk(folder)
        admit_contents(desk, [Arrival(input="x", name="x", content=b"written while unlocked")], case=CASE)
        path = socket_of(folder)
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
        assert int(ask_agent(folder, b"left") or b"0") <= 60
        assert ask_agent(folder, b"anything else") is None
    finally:
        assert lock(folder)
    assert not lock(folder)
    with pytest.raises(LockedError):
        open_desk(folder)
    assert list(every_file(runtime)) == []


def started_agent(path: Path, minutes: float) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "counterclaim.desk.agent", str(path), str(minutes)]
    agent = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    agent.stdin.write(b"s" * 32)
    agent.stdin.close()
    assert agent.stdout.readline() == b"ready\n"
    return agent


def asked(path: Path, command: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(path))
        connection.sendall(command)
        return connection.recv(64)


def test_an_agent_nobody_uses_ends_by_itself(runtime: Path) -> None:
    agent = started_agent(runtime / "a.sock", 0.02)
    assert asked(runtime / "a.sock", b"secret\n") == b"s" * 32
    assert agent.wait(timeout=60) == 0
    assert not (runtime / "a.sock").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_killed_agent_means_locked(runtime: Path, number: int) -> None:
    agent = started_agent(runtime / "a.sock", 5)
    agent.send_signal(number)
    agent.wait(timeout=60)
    with pytest.raises(OSError, match=r".*"):
        asked(runtime / "a.sock", b"secret\n")


@pytest.mark.skipif(sys.platform != "linux", reason="as /proc tells it")
def test_an_agent_dumps_no_core_and_keeps_its_page_out_of_swap(runtime: Path) -> None:
    agent = started_agent(runtime / "a.sock", 5)
    try:
        status = Path(f"/proc/{agent.pid}/status").read_text("ascii")
        locked = int(next(line for line in status.splitlines() if line.startswith("VmLck")).split()[1])
        limits = Path(f"/proc/{agent.pid}/limits").read_text("ascii")
        core = next(line for line in limits.splitlines() if line.startswith("Max core file size")).split()
        assert locked > 0
        assert core[4:6] == ["0", "0"]
    finally:
        agent.terminate()
        agent.wait(timeout=60)


@pytest.mark.usefixtures("runtime")
def test_another_secret_in_the_agent_opens_nothing(tmp_path: Path) -> None:
    folder = sealed_desk(tmp_path / "vault").vault.folder
    path = socket_of(folder)
    path.parent.mkdir(mode=0o700)
    agent = started_agent(path, 5)
    try:
        with pytest.raises(LockedError):
            open_desk(folder)
    finally:
        agent.terminate()
        agent.wait(timeout=60)


# --- encrypting in place ----------------------------------------------------------------------


def test_a_plain_vault_becomes_an_encrypted_one_with_the_same_log(tmp_path: Path) -> None:
    desk = small_desk(tmp_path / "vault", factors=None, files=20)
    head, views = desk.vault.checkpoint(), desk.vault.views_digest()
    contents = [desk.vault.content_of(one) for one in desk.vault.exhibits(CASE)]
    changed = encrypt(desk, Factors(key_file=KEY_FILE), costs=QUICK)
    assert changed.vault.checkpoint(head.checkpoint.size) == head
    assert [changed.vault.content_of(one) for one in changed.vault.exhibits(CASE)] == contents
    assert changed.vault.views_digest() != views  # one entry more, which says that it was encrypted
    assert failed(changed.vault) == []
    assert not beside(desk.vault.folder, NEW).exists()
    assert not beside(desk.vault.folder, OLD).exists()
    assert all(content not in path.read_bytes() for path in every_file(tmp_path) for content in contents)
    with pytest.raises(PolicyError):
        desk.keys.signer(name=desk.origin, passphrase=None)  # the signing key is under the vault's secret now
    changed.record(changed.event("inquiry", case=CASE, body={"searched": "x"}))


def test_encrypting_again_locks_out_an_old_copy_of_the_slots(tmp_path: Path, key_file: Path) -> None:
    desk = sealed_desk(tmp_path / "vault")
    old = (tmp_path / "vault" / UNLOCK).read_bytes()
    with pytest.raises(UsageError, match="a plain vault"):
        encrypt(desk, Factors(key_file=KEY_FILE[::-1]))
    changed = encrypt(desk, Factors(key_file=KEY_FILE[::-1]), again=True, costs=QUICK)
    assert failed(changed.vault) == []
    (tmp_path / "vault" / UNLOCK).write_bytes(old)
    with pytest.raises(IntegrityError):
        open_desk(tmp_path / "vault", opening=Opening(key_file=key_file))


# --- recipients -------------------------------------------------------------------------------


def test_a_partner_can_open_the_keys_of_new_exhibits_and_after_a_rewrap_of_old_ones(tmp_path: Path) -> None:
    from pyrage import x25519

    desk = sealed_desk(tmp_path / "vault", files=1)
    partner = x25519.Identity.generate()
    set_recipients(desk, [str(partner.to_public())])
    admit_contents(desk, [Arrival(input="n", name="n", content=b"a new one")], case=CASE)

    def opens(number: int) -> bool:
        name = desk.vault.holdings(CASE)[number].object
        with desk.vault._database.reading() as connection:
            wrapped = object_keys.key_of(connection, name)
        try:
            cipher.unwrapped(wrapped, name=name, identity=partner)
        except IntegrityError:
            return False
        return True

    assert (opens(0), opens(1)) == (False, True)
    assert rewrap(desk) == 2
    assert (opens(0), opens(1)) == (True, True)
    assert failed(desk.vault) == []


# --- backup and restore -----------------------------------------------------------------------


def identity(folder: Path) -> tuple[str, Path]:
    from pyrage import x25519

    made = x25519.Identity.generate()
    (folder / "identity").write_text(str(made), "ascii")
    return str(made.to_public()), folder / "identity"


@pytest.mark.parametrize("factors", [None, Factors(key_file=KEY_FILE)], ids=["plain", "encrypted"])
def test_a_backup_comes_back_byte_for_byte_and_passes_its_checks(tmp_path: Path, factors, key_file: Path) -> None:
    desk = small_desk(tmp_path / "vault", factors=factors, files=3)
    recipient, path = identity(tmp_path)
    before = {one.relative_to(tmp_path / "vault"): one.read_bytes() for one in every_file(tmp_path / "vault")}
    written = backup(desk, tmp_path / "b", to=[recipient])
    assert written.size_bytes == (tmp_path / "b").stat().st_size
    assert desk.vault.entries()[-1].event().body["sha256"] == written.sha256
    restored = restore(
        tmp_path / "b", tmp_path / "back", Opening(identity_file=path, key_file=key_file if factors else None)
    )
    after = {one.relative_to(tmp_path / "back"): one.read_bytes() for one in every_file(tmp_path / "back")}
    assert after == before
    assert all(check.outcome != "failed" for check in restored.checks)
    assert any("newest backup" in note for note in restored.notes)


def test_a_backup_to_the_vaults_own_recipient_opens_with_its_own_key_file(tmp_path: Path, key_file: Path) -> None:
    desk = sealed_desk(tmp_path / "vault")
    backup(desk, tmp_path / "b")
    restore(tmp_path / "b", tmp_path / "back", Opening(key_file=key_file))
    assert Vault.open(tmp_path / "back", desk.vault.keys).exhibits(CASE) == desk.vault.exhibits(CASE)
    plain = small_desk(tmp_path / "plain", factors=None, files=0)
    with pytest.raises(UsageError, match="nobody"):
        backup(plain, tmp_path / "c")


def test_a_backup_under_a_passphrase_holds_the_keys_only_when_asked(tmp_path: Path, monkeypatch) -> None:
    desk = small_desk(tmp_path / "vault", factors=None, files=1)
    backup(desk, tmp_path / "b", passphrase="a backup's own", with_keys=True)
    monkeypatch.setenv("COUNTERCLAIM_CONFIG", str(tmp_path / "another machine"))
    with pytest.raises(PolicyError):
        restore(tmp_path / "b", tmp_path / "back", Opening(passphrase="wrong"))
    restore(tmp_path / "b", tmp_path / "back", Opening(passphrase="a backup's own"), with_keys=True)
    again = open_desk(tmp_path / "back")
    assert again.keys.exists()
    again.record(again.event("inquiry", case=CASE, body={"searched": "x"}))


def test_a_restored_older_vault_is_written_to_only_where_that_was_accepted(tmp_path: Path) -> None:
    desk = small_desk(tmp_path / "vault", factors=None, files=1)
    recipient, path = identity(tmp_path)
    backup(desk, tmp_path / "b", to=[recipient])
    desk.record(desk.event("inquiry", case=CASE, body={"searched": "after it"}))
    restore(tmp_path / "b", tmp_path / "one", Opening(identity_file=path))
    event = desk.event("inquiry", case=CASE, body={"searched": "x"})
    with pytest.raises(IntegrityError, match="remembers"):
        open_desk(tmp_path / "one").record(event)
    restore(tmp_path / "b", tmp_path / "two", Opening(identity_file=path), accept_older=True)
    open_desk(tmp_path / "two").record(event)


DAMAGE = {
    "last byte gone": lambda content: content[:-1],
    "half": lambda content: content[: len(content) // 2],
    "a byte changed": lambda content: content[:-5000] + bytes([content[-5000] ^ 1]) + content[-4999:],
    "the first line changed": lambda content: b"x" + content[1:],
    "no age file": lambda content: b"".join(content.splitlines(keepends=True)[:2]),
    "empty": lambda _: b"",
    "bytes after it": lambda content: content + b"more",
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_backup_restores_nothing(tmp_path: Path, damage) -> None:
    desk = small_desk(tmp_path / "vault", factors=None, files=2)
    recipient, path = identity(tmp_path)
    backup(desk, tmp_path / "b", to=[recipient])
    (tmp_path / "b").write_bytes(damage((tmp_path / "b").read_bytes()))
    with pytest.raises(CounterclaimError):
        restore(tmp_path / "b", tmp_path / "back", Opening(identity_file=path))
    assert sorted(one.name for one in tmp_path.iterdir()) == ["b", "identity", "vault"]


def test_a_backup_the_disk_took_wrongly_is_no_backup(tmp_path: Path, monkeypatch) -> None:
    """The bytes that were written are read back through decryption before success is said."""
    from counterclaim.vault import backup as room

    desk = small_desk(tmp_path / "vault", factors=None, files=2)
    recipient, _ = identity(tmp_path)
    written, flush = room._written, room.flush

    def rotten(part: Path, *arguments: object):
        done = written(part, *arguments)
        content = part.read_bytes()
        part.write_bytes(content[:-9000] + bytes([content[-9000] ^ 4]) + content[-8999:])
        return done

    monkeypatch.setattr(room, "_written", rotten)
    with pytest.raises(IntegrityError):
        backup(desk, tmp_path / "b", to=[recipient])
    assert flush is room.flush
    assert sorted(one.name for one in tmp_path.iterdir()) == ["identity", "vault"]
    assert all(entry.event().kind != "backup" for entry in desk.vault.entries())


# --- scrub ------------------------------------------------------------------------------------


@pytest.mark.parametrize("factors", [None, Factors(key_file=KEY_FILE)], ids=["plain", "encrypted"])
def test_a_scrub_names_rotten_objects_and_logs_them(tmp_path: Path, factors) -> None:
    desk = small_desk(tmp_path / "vault", factors=factors, files=3)
    assert scrub(desk).objects == 3
    name = desk.vault.holdings(CASE)[1].object
    path = tmp_path / "vault" / "objects" / name[:2] / name
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"\x00")
    done = scrub(desk)
    assert [check.what for check in done.checks if check.outcome == "failed"] == [f"objects/{name[:2]}/{name}"]
    body = desk.vault.entries()[-1].event().body
    assert body["objects"] == 3
    assert name in body["failed"][0]


def test_left_over_files_are_named_and_removed_only_when_asked(tmp_path: Path) -> None:
    desk = sealed_desk(tmp_path / "vault")
    old, young = desk.vault.keep(b"stopped before its entry", name="aa" * 16), "bb" * 16
    path = tmp_path / "vault" / "objects" / "aa" / f"{old}.kept"
    os.utime(path, (time.time() - 9999, time.time() - 9999))
    desk.vault.keep(b"about to be entered", name=young)
    assert [one.path for one in scrub(desk).left_over] == [f"objects/aa/{old}.kept"]
    assert path.exists()
    done = scrub(desk, remove_left_over=True)
    assert done.removed == 1
    assert not path.exists()
    assert failed(desk.vault) == []


@pytest.mark.usefixtures("runtime")
def test_the_verbs_of_the_command_line_go_through(tmp_path: Path, key_file: Path, capsys) -> None:
    vault = ["--vault", str(tmp_path / "v")]

    def told(*arguments: str, code: int = 0) -> dict:
        assert main([*arguments, "--json"]) == code, arguments
        return json.loads(capsys.readouterr().out)["data"]

    told("init", "--key-file", str(key_file), *vault)
    assert told("key", "list", *vault)["slots"][0]["factors"] == ["key_file"]
    told("unlock", "--key-file", str(key_file), *vault)
    try:
        assert told("key", *vault)["passphrase"] is True
        recipient, path = identity(tmp_path)
        told("key", "recipient", "add", recipient, *vault)
        added = told("key", "add", "--recovery", recipient, *vault)
        assert told("scrub", *vault)["objects"] == 0
        told("backup", "--into", str(tmp_path / "b"), *vault)
    finally:
        assert told("lock", *vault)["was_unlocked"] is True
    assert told("restore", str(tmp_path / "b"), "--into", str(tmp_path / "r"), "--identity", str(path))["checks"]
    told("unlock", "--identity", str(path), *vault)
    told("key", "remove", added["id"], *vault)
    told("lock", *vault)


# --- the workbench ----------------------------------------------------------------------------


def test_an_idle_workbench_lets_go_of_the_keys_and_asks_again(tmp_path: Path) -> None:
    import web_room

    from counterclaim.web.door import ENVIRON_KEY, SEAT, Workbench

    phrase = "the bench's own"
    desk = small_desk(tmp_path / "vault", factors=Factors(passphrase=phrase), files=1)
    hands = [0.0]
    bench = Workbench(desk=replace(desk), seconds=lambda: hands[0], idle_seconds_max=60)
    client = web_room.Client(HTTP_HOST="127.0.0.1")
    client.defaults[ENVIRON_KEY] = bench
    client.get(f"/enter/{bench.token}")
    assert client.session[SEAT] == bench.seat
    assert client.get("/").status_code == 200
    hands[0] = 50.0
    assert client.get("/").status_code == 200
    hands[0] = 111.0
    page = client.get(f"/case/{CASE}/")
    assert (page.status_code, bench.desk) == (403, None)
    assert b"Locked" in page.content
    assert b"A room" not in page.content
    for wrong in ("", "wrong"):
        assert client.post("/unlock", {"passphrase": wrong}).status_code == 403
        assert bench.desk is None
    assert client.post("/unlock", {"passphrase": phrase}).status_code == 302
    assert client.get(f"/case/{CASE}/").status_code == 200
    hands[0] = 500.0
    bench.look()  # as the server does while nobody asks
    assert bench.desk is None
    strict = web_room.Client(HTTP_HOST="127.0.0.1", enforce_csrf_checks=True)
    strict.defaults[ENVIRON_KEY] = bench
    strict.cookies = client.cookies
    assert strict.post("/unlock", {"passphrase": phrase}).status_code == 403
    assert bench.desk is None
