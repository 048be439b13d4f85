"""A vault of every released format comes to this one, whole, whenever the power goes; and none goes back."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from counterclaim.cli.main import main
from counterclaim.desk.migrate import migrate
from counterclaim.desk.open import Desk, open_desk
from counterclaim.desk.verify import verify
from counterclaim.record.check import Anchors, Check, holds
from counterclaim.record.custody import consistency_holds
from counterclaim.record.errors import CounterclaimError, StorageError, UsageError
from counterclaim.vault import migration
from counterclaim.vault.layout import FORMAT_NUMBER
from counterclaim.vault.migration import default_backup, format_number
from counterclaim.vault.tables import VIEW_TABLES
from counterclaim.vault.vault import Vault

VAULTS = Path(__file__).parents[1] / "vectors" / "vaults"
RELEASED = range(1, FORMAT_NUMBER)


class PowerCut(BaseException):
    """Nobody catches it: as if the process had ended there."""


def unpacked(number: int, into: Path) -> Path:
    with tarfile.open(VAULTS / f"format-{number}.tar.gz") as packed:
        packed.extractall(into, filter="data")
    return into / "vault"


@pytest.fixture(params=RELEASED)
def old(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = unpacked(request.param, tmp_path)
    monkeypatch.setenv("COUNTERCLAIM_CONFIG", str(tmp_path / "config"))
    return folder


def checked(folder: Path) -> list[Check]:
    desk = open_desk(folder)
    return list(verify(folder, anchors=Anchors(fingerprint=desk.fingerprint())))


def rows_of(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every view that is there."""
    with closing(sqlite3.connect(folder / "custody.db")) as connection:
        held = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        names = [table.name for table in VIEW_TABLES if table.name in held]
        return {name: sorted(connection.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr) for name in names}


def notes_of(folder: Path) -> dict[int, bytes]:
    with closing(sqlite3.connect(folder / "custody.db")) as connection:
        return dict(connection.execute("SELECT size, note FROM checkpoint"))


def test_a_vault_of_every_released_format_is_kept() -> None:
    missing = [number for number in RELEASED if not (VAULTS / f"format-{number}.tar.gz").is_file()]
    assert missing == [], "a released format without a vault: tools/make_vault_fixture.py makes one before the change"


def test_the_tool_makes_the_vault_that_the_next_format_is_tried_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool = Path(__file__).parents[2] / "tools" / "make_vault_fixture.py"
    subprocess.run([sys.executable, str(tool), "--into", str(tmp_path)], check=True, capture_output=True)
    with tarfile.open(tmp_path / f"format-{FORMAT_NUMBER}.tar.gz") as packed:
        packed.extractall(tmp_path, filter="data")
    monkeypatch.setenv("COUNTERCLAIM_CONFIG", str(tmp_path / "config"))
    rows = checked(tmp_path / "vault")
    assert {row.outcome for row in rows} == {"passed"}, rows
    assert holds(verify(tmp_path / "bag", anchors=Anchors(fingerprint=open_desk(tmp_path / "vault").fingerprint())))


def test_an_old_vault_is_read_and_verified_as_it_is_and_not_written_to(old: Path) -> None:
    rows = checked(old)
    assert holds(rows)
    assert {row.name: row.outcome for row in rows if row.outcome != "passed"} == {"histories": "not_checked"}
    desk = open_desk(old)
    assert desk.vault.exhibits("fixture" if desk.vault.case("fixture") else desk.vault.cases()[0].name)
    with pytest.raises(UsageError, match="format 1") as refused:
        desk.record(desk.event("inquiry", case="", body={}))
    assert "counterclaim migrate" in refused.value.remedy()
    assert checked(old) == rows


def test_a_migrated_vault_holds_with_every_old_checkpoint_and_view(old: Path) -> None:
    notes, views = notes_of(old), rows_of(old)
    before = Vault.open(old).checkpoint()
    copied = (old / "custody.db").read_bytes()
    done = migrate(open_desk(old))
    assert done.backup == default_backup(old)
    assert done.backup.read_bytes() == copied
    assert done.backup.stat().st_mode & 0o077 == 0
    assert (done.was, done.now, format_number(old)) == (1, FORMAT_NUMBER, FORMAT_NUMBER)
    rows = checked(old)
    assert {row.outcome for row in rows} == {"passed"}, rows
    vault = Vault.open(old)
    head = vault.checkpoint().checkpoint
    assert {size: note for size, note in notes_of(old).items() if size in notes} == notes
    assert head.size == before.checkpoint.size + 1
    proof = vault.consistency(before.checkpoint.size)
    assert consistency_holds(
        old_size=before.checkpoint.size, old_root=before.checkpoint.root, size=head.size, root=head.root, proof=proof
    )
    assert holds(vault.checks(older=before))
    now = rows_of(old)
    for name, was in views.items():
        brought = [row for row in now[name] if done.entry in row and ("migrate" in row or name == "note")]
        assert [row for row in now[name] if row not in brought] == was, name
    event = vault.entry(done.entry or 0).event()
    assert event is not None
    assert (event.kind, event.body["from"], event.body["to"]) == ("migrate", 1, FORMAT_NUMBER)


def test_a_migrated_vault_proves_histories_and_takes_new_entries(old: Path) -> None:
    migrate(open_desk(old))
    desk = open_desk(old)
    case = desk.vault.cases()[0].name
    numbers = [exhibit.number for exhibit in desk.vault.exhibits(case)]
    for _ in range(2):
        proof = desk.vault.histories(case, numbers)
        assert proof.root() == desk.vault.checkpoint().checkpoint.histories
        told = {history.exhibit: history.entries for history, _ in proof.histories}
        assert told == {n: tuple(entry.index for entry in desk.vault.entries(case, n)) for n in numbers}
        desk.record(desk.event("view", case=case, exhibits=(numbers[0],), body={}))
    assert {row.outcome for row in checked(old)} == {"passed"}


def test_a_second_migration_does_nothing(old: Path) -> None:
    migrate(open_desk(old))
    files = {path: path.read_bytes() for path in old.rglob("*") if path.is_file() and path.name != "custody.db-shm"}
    again = migrate(open_desk(old))
    assert (again.was, again.entry, again.backup) == (FORMAT_NUMBER, None, None)
    assert {path: path.read_bytes() for path in files} == files


def test_the_bag_published_before_still_verifies_by_the_verifier_in_it(old: Path) -> None:
    fingerprint = open_desk(old).fingerprint()
    migrate(open_desk(old))
    bag = old.parent / "bag"
    told = subprocess.run(
        [sys.executable, str(bag / "verify.py"), "--fingerprint", fingerprint, str(bag)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout


# --- the power goes ---------------------------------------------------------------------------


def _cut(*_: object, **__: object) -> None:
    raise PowerCut


def before_the_copy_is_named(patched: pytest.MonkeyPatch) -> None:
    patched.setattr(migration.Path, "replace", _cut)


def after_the_copy(patched: pytest.MonkeyPatch) -> None:
    patched.setattr(migration, "break_seal", _cut)


def in_the_transaction(patched: pytest.MonkeyPatch) -> None:
    patched.setattr(migration, "rebuild", _cut)


def at_the_end_of_the_transaction(patched: pytest.MonkeyPatch) -> None:
    append = migration.log.append

    def appended(*given: object, **named: object) -> None:
        append(*given, **named)  # type: ignore[arg-type]
        raise PowerCut

    patched.setattr(migration.log, "append", appended)


def after_the_transaction(patched: pytest.MonkeyPatch) -> None:
    patched.setattr(migration, "_put_format", _cut)


def while_the_format_is_written(patched: pytest.MonkeyPatch) -> None:
    def half(*_: object, part: Path, **__: object) -> None:
        part.write_bytes(b"counterclaim-va")
        raise PowerCut

    patched.setattr(migration, "write_whole", half)


def before_the_seal(patched: pytest.MonkeyPatch) -> None:
    patched.setattr(migration, "_seal", _cut)


def cut_off(folder: Path, cut: Callable[[pytest.MonkeyPatch], None]) -> None:
    with pytest.MonkeyPatch.context() as patched:
        cut(patched)
        with pytest.raises(PowerCut):
            migrate(open_desk(folder))


CUTS = [
    before_the_copy_is_named, after_the_copy, in_the_transaction, at_the_end_of_the_transaction,
    after_the_transaction, while_the_format_is_written, before_the_seal,
]  # fmt: skip


@pytest.mark.parametrize("cut", CUTS, ids=lambda cut: cut.__name__)
def test_a_migration_that_was_cut_off_leaves_a_whole_vault_and_is_finished_by_the_next(
    old: Path, cut: Callable[[pytest.MonkeyPatch], None]
) -> None:
    size = Vault.open(old).size()
    cut_off(old, cut)
    rows = checked(old)
    assert holds(rows), [row for row in rows if row.outcome == "failed"]
    assert Vault.open(old).size() in (size, size + 1)
    migrate(open_desk(old))
    assert (Vault.open(old).size(), format_number(old)) == (size + 1, FORMAT_NUMBER)
    desk = open_desk(old)
    desk.record(desk.event("inquiry", case="", body={}))
    assert {row.outcome for row in checked(old)} == {"passed"}
    assert len([entry for entry in Vault.open(old).entries() if b'"kind":"migrate"' in (entry.payload or b"")]) == 1


def test_no_writer_begins_on_a_migration_that_was_cut_off(old: Path) -> None:
    cut_off(old, after_the_transaction)
    assert [row.reason for row in checked(old) if row.name == "format" and row.outcome == "not_checked"]
    desk = open_desk(old)
    with pytest.raises(UsageError, match="format 1"):
        desk.record(desk.event("inquiry", case="", body={}))


# --- what is refused --------------------------------------------------------------------------


def test_a_copy_goes_neither_into_the_vault_nor_over_another_file(old: Path, tmp_path: Path) -> None:
    taken = tmp_path / "taken.db"
    taken.write_bytes(b"a letter")
    for backup, error in ((old / "copy.db", UsageError), (taken, UsageError), (tmp_path / "no" / "copy", StorageError)):
        with pytest.raises(error) as refused:
            migrate(open_desk(old), backup=backup)
        assert "--backup" in refused.value.remedy() or error is UsageError
    assert taken.read_bytes() == b"a letter"
    assert format_number(old) == 1
    assert migrate(open_desk(old), backup=tmp_path / "elsewhere.db").backup == tmp_path / "elsewhere.db"


def test_a_log_that_was_changed_is_not_migrated(old: Path) -> None:
    with closing(sqlite3.connect(old / "custody.db")) as connection:
        leaf = connection.execute("SELECT leaf FROM entry WHERE idx = 3").fetchone()[0]
        connection.execute("UPDATE entry SET payload = NULL, detail = NULL, leaf = ? WHERE idx = 3", (leaf + b" ",))
        connection.commit()
    (old / "custody.seal").unlink()
    with pytest.raises(CounterclaimError):
        migrate(open_desk(old))
    assert format_number(old) == 1
    assert not holds(checked(old))


def test_a_vault_restored_from_an_older_copy_is_not_migrated(old: Path) -> None:
    desk = open_desk(old)
    ahead = desk.keys.path / "latest.note"
    later = migrated_copy(old)
    ahead.write_bytes(later.vault.checkpoint().note())
    with pytest.raises(CounterclaimError, match="extends the checkpoint"):
        migrate(open_desk(old))


def migrated_copy(old: Path) -> Desk:
    shutil.copytree(old, old.parent / "later")
    desk = open_desk(old.parent / "later")
    migrate(desk)
    return desk


def test_the_command_names_the_copy_and_says_what_stays_in_it(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["migrate", "--vault", str(old)]) == 0
    told = capsys.readouterr()
    assert str(default_backup(old)) in told.out
    assert "erased" in told.err
    assert main(["migrate", "--vault", str(old)]) == 0
    assert "nothing to do" in capsys.readouterr().out
