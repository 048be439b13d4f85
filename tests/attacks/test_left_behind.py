"""What a cut-off run leaves behind holds nothing that was erased, and nothing of anybody else's is taken away."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from counterclaim.desk import backup as room
from counterclaim.desk.admit import Arrival, admit_contents
from counterclaim.desk.backup import backup, restore
from counterclaim.desk.encrypt import encrypt
from counterclaim.desk.erase import erase, plan_of
from counterclaim.desk.locking import Opening
from counterclaim.desk.open import Desk, open_desk
from counterclaim.record.errors import PolicyError, StorageError, UsageError
from counterclaim.vault.objects import HEADER
from counterclaim.vault.slots import Factors
from counterclaim.vault.vault import Vault, Writer
from rest_room import CASE, KEY_FILE, QUICK, every_file, small_desk

CANARY = b"a canary that a page holds " + secrets.token_hex(16).encode()
CONTENT = b"".join(CANARY + b" %d\n" % number for number in range(400))


def holding_canary(folder: Path) -> list[str]:
    return [path.name for path in every_file(folder) if CANARY in path.read_bytes()]


def admitted(desk: Desk, content: bytes = CONTENT) -> int:
    row = admit_contents(desk, [Arrival(input="x", name="x", content=content)], case=CASE).rows[0]
    assert row.exhibit is not None
    return row.exhibit.number


# --- erasing what a cut-off admission left ------------------------------------------------------

KILLED = """
import os, sys
from pathlib import Path
from counterclaim.desk.admit import Arrival, admit_contents
from counterclaim.desk.open import open_desk
from counterclaim.vault.vault import Writer
Writer.record = lambda *_: os.kill(os.getpid(), 9)
content = Path(sys.argv[2]).read_bytes()
admit_contents(open_desk(Path(sys.argv[1])), [Arrival(input="x", name="x", content=content)], case="room")
"""


@pytest.mark.skipif(os.name != "posix", reason="no SIGKILL there")
def test_what_a_killed_admission_of_the_same_file_left_is_erased_with_it(tmp_path: Path) -> None:
    desk = small_desk(tmp_path / "vault", factors=None, files=1)
    (tmp_path / "picture").write_bytes(CONTENT)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "vault"), str(tmp_path / "picture")], check=False
    )
    assert killed.returncode == -9
    number = admitted(desk)
    assert len(holding_canary(tmp_path / "vault")) == 2
    done = erase(desk, plan_of(desk, case=CASE, exhibit=number), reason="mistake")
    assert holding_canary(tmp_path / "vault") == []
    assert done.left_over == 1
    assert all(check.outcome != "failed" for check in desk.vault.checks())


UNFINISHED = {
    "half": (HEADER + CONTENT)[:9000],
    "half, its second block never written": (HEADER + CONTENT)[:4096] + bytes(4096) + (HEADER + CONTENT)[8192:9000],
}


@pytest.mark.parametrize("part", UNFINISHED.values(), ids=UNFINISHED.keys())
def test_an_unfinished_file_of_the_same_bytes_is_erased_with_it_and_others_stay(tmp_path: Path, part: bytes) -> None:
    desk = small_desk(tmp_path / "vault", factors=None, files=1)
    number = admitted(desk)
    other = desk.vault.keep(b"of somebody else", name="ab" * 16)
    begun = tmp_path / "vault" / "objects" / "ab" / ("abcd" * 8 + ".part")
    begun.write_bytes(part)
    erase(desk, plan_of(desk, case=CASE, exhibit=number), reason="mistake")
    assert holding_canary(tmp_path / "vault") == []
    assert (begun.parent / f"{other}.kept").exists()


def test_in_an_encrypted_vault_it_is_said_that_left_over_files_cannot_be_read(tmp_path: Path) -> None:
    desk = small_desk(tmp_path / "vault", factors=Factors(key_file=KEY_FILE), files=1)
    desk.vault.keep(CONTENT)
    done = erase(desk, plan_of(desk, case=CASE, exhibit=admitted(desk)), reason="mistake")
    assert (done.left_over, done.unreadable) == (0, 1)
    assert holding_canary(tmp_path / "vault") == []


def test_an_admission_whose_bytes_an_erasure_took_meanwhile_is_not_entered(tmp_path: Path, monkeypatch) -> None:
    desk = small_desk(tmp_path / "vault", factors=None, files=1)
    number, record = admitted(desk), Writer.record

    def erased_first(writer: Writer, events):
        if any(event.kind == "admit" for event in events):
            monkeypatch.setattr(Writer, "record", record)
            for file in [one for one in desk.vault.files() if one.state == "kept"]:
                writer.remove_left_over(file.name)
        return record(writer, events)

    monkeypatch.setattr(Writer, "record", erased_first)
    size = desk.vault.size()
    with pytest.raises(StorageError, match="kept for this entry"):
        admitted(open_desk(tmp_path / "vault"), b"other words")
    assert desk.vault.size() == size
    assert desk.vault.holding(CASE, number) is not None
    assert all(check.outcome != "failed" for check in desk.vault.checks())


# --- folders beside the vault -------------------------------------------------------------------


def backed_up(desk: Desk, into: Path, *, with_keys: bool = False) -> Opening:
    backup(desk, into, passphrase="a backup's own", with_keys=with_keys)
    return Opening(passphrase="a backup's own")


def somebody_elses(folder: Path) -> Path:
    folder.mkdir()
    (folder / "notes.txt").write_text("of somebody else", "utf-8")
    return folder / "notes.txt"


def test_a_restore_takes_no_folder_away_that_it_did_not_make(tmp_path: Path) -> None:
    brought = backed_up(small_desk(tmp_path / "vault", factors=None, files=1), tmp_path / "b")
    theirs = [somebody_elses(tmp_path / name) for name in ("r8.restoring", "r8.restoring-x", "r8.restoring.keys")]
    restore(tmp_path / "b", tmp_path / "r8", brought)
    with pytest.raises(PolicyError):
        restore(tmp_path / "b", tmp_path / "r9", Opening(passphrase="another"))
    assert all(path.read_text("utf-8") == "of somebody else" for path in theirs)
    names = ["b", "r8", "r8.restoring", "r8.restoring-x", "r8.restoring.keys", "vault"]
    assert sorted(path.name for path in tmp_path.iterdir()) == names


def test_an_encryption_takes_no_folder_away_that_it_did_not_make(tmp_path: Path) -> None:
    desk = small_desk(tmp_path / "vault", factors=None, files=1)
    theirs = somebody_elses(tmp_path / "vault.encrypting")
    with pytest.raises(UsageError, match="a free name"):
        encrypt(desk, Factors(key_file=KEY_FILE), costs=QUICK)
    assert theirs.exists()
    assert not Vault.open(tmp_path / "vault").encrypted


RESTORE_KILLED = """
import os, sys
from pathlib import Path
from counterclaim.desk import backup
from counterclaim.desk.locking import Opening
setattr(backup, sys.argv[3], lambda *_, **__: os.kill(os.getpid(), 9))
backup.restore(Path(sys.argv[1]), Path(sys.argv[2]), Opening(passphrase="a backup's own"), with_keys=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="no SIGKILL there")
@pytest.mark.parametrize("step", ["_checked", "_keys_restored", "_rollback"])
def test_a_killed_restore_leaves_nothing_that_hinders_the_next_one(tmp_path: Path, monkeypatch, step: str) -> None:
    desk = small_desk(tmp_path / "vault", factors=None, files=1)
    brought = backed_up(desk, tmp_path / "b", with_keys=True)
    monkeypatch.setenv("COUNTERCLAIM_CONFIG", str(tmp_path / "another machine"))
    given = [sys.executable, "-c", RESTORE_KILLED, str(tmp_path / "b"), str(tmp_path / "r"), step]
    assert subprocess.run(given, check=False).returncode == -9
    assert len(list(tmp_path.glob("r.restoring-*"))) == 1
    restore(tmp_path / "b", tmp_path / "r", brought, with_keys=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["another machine", "b", "r", "vault"]
    again = open_desk(tmp_path / "r")
    again.record(again.event("inquiry", case=CASE, body={"searched": "x"}))


def test_a_restore_at_work_keeps_its_folder_while_another_begins(tmp_path: Path, monkeypatch) -> None:
    brought = backed_up(small_desk(tmp_path / "vault", factors=None, files=1), tmp_path / "b")
    checked, done = room._checked, []

    def meanwhile(*arguments: object):
        monkeypatch.setattr(room, "_checked", checked)
        done.append(restore(tmp_path / "b", tmp_path / "other", brought))
        return checked(*arguments)

    monkeypatch.setattr(room, "_checked", meanwhile)
    done.append(restore(tmp_path / "b", tmp_path / "r", brought))
    assert len(done) == 2
    assert (tmp_path / "r" / "format").exists()
    assert (tmp_path / "other" / "format").exists()


@pytest.mark.skipif(os.name != "posix", reason="no SIGKILL there")
def test_what_a_killed_encryption_built_is_known_as_ours_and_taken_away(tmp_path: Path) -> None:
    desk = small_desk(tmp_path / "vault", factors=None, files=1)
    script = (
        "import os, sys; from pathlib import Path; from counterclaim.vault import encrypting as room;"
        "from counterclaim.desk.encrypt import encrypt; from counterclaim.desk.open import open_desk;"
        "from counterclaim.vault.slots import Costs, Factors;"
        "room._check_same = lambda *_: os.kill(os.getpid(), 9);"
        "encrypt(open_desk(Path(sys.argv[1])), Factors(key_file=bytes(range(64))))"
    )
    killed = subprocess.run([sys.executable, "-c", script, str(tmp_path / "vault")], check=False)
    assert killed.returncode == -9
    assert (tmp_path / "vault.encrypting").is_dir()
    encrypt(open_desk(desk.vault.folder), Factors(key_file=KEY_FILE), costs=QUICK)
    assert [path.name for path in tmp_path.iterdir()] == ["vault"]
