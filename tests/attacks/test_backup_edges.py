"""A full disk, a refused entry, a second passphrase: what backup and restore then say, and what they leave."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from counterclaim.cli.main import main
from counterclaim.desk.admit import Arrival, admit_contents
from counterclaim.desk.backup import backup, restore
from counterclaim.desk.locking import Opening
from counterclaim.desk.open import Desk, open_desk
from counterclaim.record.errors import BusyError, IntegrityError, StorageError, UsageError
from counterclaim.vault.slots import Factors
from rest_room import CASE, KEY_FILE, PASSPHRASE, small_desk

OWN = "a backup's own"
POSIX = pytest.mark.skipif(os.name != "posix", reason="no RLIMIT_FSIZE there")


def furnished(folder: Path, factors: Factors | None = None) -> Desk:
    desk = small_desk(folder, factors=factors, files=1)
    admit_contents(desk, [Arrival(input="big", name="big", content=secrets.token_bytes(900_000))], case=CASE)
    return desk


@contextmanager
def files_of_at_most(size_bytes: int) -> Iterator[None]:
    """As a full disk: a write beyond it fails with EFBIG (setrlimit(2); Python ignores SIGXFSZ)."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


# --- a full disk ------------------------------------------------------------------------------


@POSIX
@pytest.mark.parametrize("size_bytes", [100_000, 300_000, 905_000])
def test_a_disk_that_fills_while_a_backup_is_written_is_told_and_leaves_nothing(
    tmp_path: Path, size_bytes: int, capsys
) -> None:
    desk = furnished(tmp_path / "vault")
    size = desk.vault.size()
    with files_of_at_most(size_bytes), pytest.raises(StorageError, match="written to disk"):
        backup(desk, tmp_path / "b", passphrase=OWN)
    assert [path.name for path in tmp_path.iterdir()] == ["vault"]
    assert desk.vault.size() == size
    monkey = pytest.MonkeyPatch()
    monkey.setenv("COUNTERCLAIM_BACKUP_PASSPHRASE", OWN)
    given = ["backup", "--passphrase", "--into", str(tmp_path / "b"), "--vault", str(tmp_path / "vault")]
    with files_of_at_most(size_bytes):
        assert main(given) == 4
    monkey.undo()
    assert "Free space" in capsys.readouterr().err


@POSIX
@pytest.mark.parametrize("size_bytes", [2000, 300_000])
def test_a_disk_that_fills_while_restoring_says_nothing_against_the_backup(tmp_path: Path, size_bytes: int) -> None:
    backup(furnished(tmp_path / "vault"), tmp_path / "b", passphrase=OWN)
    with files_of_at_most(size_bytes), pytest.raises(StorageError) as told:
        restore(tmp_path / "b", tmp_path / "r", Opening(), passphrase=OWN)
    assert "Keep this backup" in told.value.remedy()
    assert "damaged" not in str(told.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b", "vault"]
    restore(tmp_path / "b", tmp_path / "r", Opening(), passphrase=OWN)


def test_a_medium_that_cannot_read_the_backup_is_not_a_damaged_backup(tmp_path: Path, monkeypatch) -> None:
    from counterclaim.vault import backup as room

    backup(furnished(tmp_path / "vault"), tmp_path / "b", passphrase=OWN)
    read, calls = room._Disk.read, []

    def failing(disk: room._Disk, size: int = -1) -> bytes:
        calls.append(size)
        if len(calls) > 3:
            disk.file = BrokenFile()
        return read(disk, size)

    class BrokenFile:
        def read(self, _size: int) -> bytes:
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(room._Disk, "read", failing)
    with pytest.raises(StorageError) as told:
        restore(tmp_path / "b", tmp_path / "r", Opening(), passphrase=OWN)
    assert "another disk" in told.value.remedy()


def test_a_file_that_lies_where_the_backup_is_begun_stays(tmp_path: Path) -> None:
    desk = furnished(tmp_path / "vault")
    (tmp_path / "b.part").write_text("of somebody else", "utf-8")
    with pytest.raises(UsageError, match=r"b\.part"):
        backup(desk, tmp_path / "b", passphrase=OWN)
    assert (tmp_path / "b.part").read_text("utf-8") == "of somebody else"
    (tmp_path / "b.part").write_bytes(b"counterclaim-backup/1\ncut off")
    backup(desk, tmp_path / "b", passphrase=OWN)
    assert not (tmp_path / "b.part").exists()


# --- the entry about a backup -------------------------------------------------------------------


def test_no_backup_is_written_of_a_vault_older_than_this_machine_remembers(tmp_path: Path) -> None:
    desk = furnished(tmp_path / "vault")
    backup(desk, tmp_path / "b", passphrase=OWN)
    desk.record(desk.event("inquiry", case=CASE, body={"searched": "x"}))
    restore(tmp_path / "b", tmp_path / "r", Opening(), passphrase=OWN)
    with pytest.raises(IntegrityError, match="remembers"):
        backup(open_desk(tmp_path / "r"), tmp_path / "c", passphrase=OWN)
    assert not list(tmp_path.glob("c*"))


def test_a_backup_whose_entry_cannot_be_made_stays_and_is_said_to_be_unlogged(tmp_path: Path, monkeypatch) -> None:
    desk = furnished(tmp_path / "vault")

    def busy(*_: object) -> None:
        raise BusyError("a vault nobody else writes to", "another process holds its lock")

    monkeypatch.setattr(Desk, "record", busy)
    with pytest.raises(StorageError) as told:
        backup(desk, tmp_path / "b", passphrase=OWN)
    assert f"lies at {tmp_path / 'b'}; no entry of the log names it" in told.value.remedy()
    restore(tmp_path / "b", tmp_path / "r", Opening(), passphrase=OWN)


def test_the_newest_backup_is_restored_without_accepting_an_older_one(tmp_path: Path) -> None:
    desk = furnished(tmp_path / "vault")
    backup(desk, tmp_path / "before", passphrase=OWN)
    backup(desk, tmp_path / "b", passphrase=OWN)
    older = restore(tmp_path / "before", tmp_path / "older", Opening(), passphrase=OWN)
    assert any("--accept-older" in note for note in older.notes)
    newest = restore(tmp_path / "b", tmp_path / "r", Opening(), passphrase=OWN)
    assert any("newest backup" in note for note in newest.notes)
    again = open_desk(tmp_path / "r")
    again.record(again.event("inquiry", case=CASE, body={"searched": "x"}))


def test_a_backup_after_which_something_was_entered_is_an_older_one(tmp_path: Path) -> None:
    desk = furnished(tmp_path / "vault")
    backup(desk, tmp_path / "b", passphrase=OWN)
    desk.record(desk.event("inquiry", case=CASE, body={"searched": "x"}))
    assert any(
        "--accept-older" in note for note in restore(tmp_path / "b", tmp_path / "r", Opening(), passphrase=OWN).notes
    )


# --- two passphrases --------------------------------------------------------------------------


@pytest.mark.parametrize("phrases", [(OWN, PASSPHRASE), (PASSPHRASE, OWN)], ids=["as named", "swapped"])
def test_a_backups_passphrase_and_the_vaults_are_each_used_for_what_they_open(
    tmp_path: Path, phrases: tuple[str, str]
) -> None:
    desk = furnished(tmp_path / "vault", Factors(passphrase=PASSPHRASE))
    backup(desk, tmp_path / "b", passphrase=OWN)
    restored = restore(tmp_path / "b", tmp_path / "r", Opening(passphrase=phrases[1]), passphrase=phrases[0])
    assert restored.opened
    assert {check.outcome for check in restored.checks if check.name in {"objects", "entries"}} == {"passed"}


def test_a_backup_to_the_vaults_own_slots_opens_though_another_backups_passphrase_is_set(
    tmp_path: Path, monkeypatch
) -> None:
    desk = furnished(tmp_path / "vault", Factors(passphrase=PASSPHRASE))
    backup(desk, tmp_path / "b")
    monkeypatch.setenv("COUNTERCLAIM_BACKUP_PASSPHRASE", OWN)
    monkeypatch.setenv("COUNTERCLAIM_PASSPHRASE", PASSPHRASE)
    assert main(["restore", str(tmp_path / "b"), "--into", str(tmp_path / "r")]) == 0


def test_a_restore_that_could_not_check_the_content_says_so_in_its_last_line(
    tmp_path: Path, monkeypatch, capsys
) -> None:
    desk = furnished(tmp_path / "vault", Factors(key_file=KEY_FILE))
    backup(desk, tmp_path / "b", passphrase=OWN)
    monkeypatch.setenv("COUNTERCLAIM_BACKUP_PASSPHRASE", OWN)
    assert main(["restore", str(tmp_path / "b"), "--into", str(tmp_path / "r")]) == 0
    told = capsys.readouterr().out
    assert "NOT CHECKED" in told.splitlines()[-1]
    assert ".restoring" not in told
    (tmp_path / "kf").write_bytes(KEY_FILE)
    given = ["restore", str(tmp_path / "b"), "--into", str(tmp_path / "r2"), "--key-file", str(tmp_path / "kf")]
    assert main(given) == 0
    assert capsys.readouterr().out.splitlines()[-1].endswith("everything in it was checked.")
