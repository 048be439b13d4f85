"""Builds an encrypted copy of a vault beside it, checks it, and puts it in its place; refuses to swap what differs."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import Connection, insert, select

from counterclaim.record.errors import IntegrityError, StorageError, UsageError
from counterclaim.vault import object_keys
from counterclaim.vault.at_rest import object_keys_of
from counterclaim.vault.database import Database, create_database
from counterclaim.vault.disk import PART, PRIVATE_FILE, READ_ONLY, flush_folder, make_folder, overwrite, write_whole
from counterclaim.vault.layout import FORMAT, LOG_KEY
from counterclaim.vault.lock import LOCK, locked
from counterclaim.vault.objects import OBJECTS, FolderStorage, Objects
from counterclaim.vault.rows import Holding
from counterclaim.vault.seal import put_seal
from counterclaim.vault.secret import VaultKeys
from counterclaim.vault.slots import Unlocking
from counterclaim.vault.tables import LOG_TABLES
from counterclaim.vault.vault import Vault
from counterclaim.vault.views import rebuild

NEW, OLD = ".encrypting", ".plain"  # beside the vault, on the same file system: a rename then moves nothing
ROWS_AT_ONCE = 500
OBJECTS_AT_ONCE = 16


def encrypt_in_place(vault: Vault, keys: VaultKeys, unlocking: Unlocking, *, wait_seconds: float) -> Vault:
    """Replace a vault, plain or encrypted, by one encrypted under `keys`; the old files are overwritten and unlinked.

    The log, its checkpoints and the objects' names stay as they are, so every proof holds on. Until the new vault has
    passed all its checks the old one is not touched; `finish` takes up what a power cut left.
    Raises IntegrityError, StorageError, BusyError.
    """
    folder = vault.folder
    new, old = beside(folder, NEW), beside(folder, OLD)
    _remove(new)
    if old.exists():
        raise UsageError(
            "no folder left of an earlier encryption", old.name, remedy="Run `counterclaim encrypt` again."
        )
    with locked(folder, wait_seconds=wait_seconds):
        try:
            _build(vault, new, keys, unlocking)
            _check_same(vault, Vault.open(new, keys))
            os.rename(folder, old)  # noqa: PTH104 (as in disk.py)
            os.rename(new, folder)  # noqa: PTH104
            flush_folder(folder.parent)
        except OSError as error:
            raise StorageError("an encrypted vault beside the old one", error.strerror or str(error)) from error
    _scrub(old)
    return Vault.open(folder, keys)


def finish(folder: Path) -> bool:
    """Take up what a power cut left of an encryption; whether there was anything. Raises StorageError."""
    new, old = beside(folder, NEW), beside(folder, OLD)
    if old.exists() and not folder.exists():
        old.rename(folder)  # between the two renames: the old vault is the vault again
        _remove(new)
        return True
    if old.exists() and _same_log(folder, old):
        _scrub(old)
        return True
    return False


def beside(folder: Path, ending: str) -> Path:
    """The folder beside a vault that belongs to its encryption."""
    return folder.resolve().with_name(folder.resolve().name + ending)


def _same_log(folder: Path, old: Path) -> bool:
    with contextlib.suppress(OSError):
        return (folder / LOG_KEY).read_bytes() == (old / LOG_KEY).read_bytes()
    return False


def _build(vault: Vault, new: Path, keys: VaultKeys, unlocking: Unlocking) -> None:
    new.mkdir(mode=0o700)
    make_folder(new / OBJECTS)
    for name, mode in ((LOCK, PRIVATE_FILE), (LOG_KEY, READ_ONLY)):
        write_whole(new / name, (vault.folder / name).read_bytes(), part=new / (name + PART), mode=mode)
    unlocking.write(new)
    create_database(new, keys.database_key())
    database = Database(new, keys.database_key())
    objects = Objects(FolderStorage(new), object_keys_of(database, keys, recipients=vault.recipients()))
    held = Database(vault.folder, None if vault.keys is None else vault.keys.database_key())
    with held.reading() as source, database.writing() as target:
        for table in LOG_TABLES:
            rows = source.execute(select(table).execution_options(yield_per=ROWS_AT_ONCE))
            for batch in rows.mappings().partitions(ROWS_AT_ONCE):
                target.execute(insert(table), [dict(row) for row in batch])
        rebuild(target)
        _carry_objects(vault, objects, target)
    database.fold_write_ahead()
    put_seal(new, size=vault.size())
    write_whole(new / FORMAT, (vault.folder / FORMAT).read_bytes(), part=new / (FORMAT + PART), mode=READ_ONLY)


def _carry_objects(vault: Vault, objects: Objects, target: Connection) -> None:
    for batch in _batches(vault.holdings()):
        contents = {one.object: vault.content_of(one.exhibit) for one in batch}
        objects.keep_all(contents)
        object_keys.add_keys(target, objects.wrapped_keys_of(list(contents)))
        for name in contents:
            objects.enter(name)


def _batches(holdings: Sequence[Holding]) -> Iterator[Sequence[Holding]]:
    for start in range(0, len(holdings), OBJECTS_AT_ONCE):
        yield holdings[start : start + OBJECTS_AT_ONCE]


def _check_same(old: Vault, new: Vault) -> None:
    failed = [check for check in new.checks() if check.outcome == "failed"]
    if failed:
        raise IntegrityError("an encrypted vault that passes its checks", f"{failed[0].name}: {failed[0].reason}")
    if (old.checkpoint(), old.views_digest()) != (new.checkpoint(), new.views_digest()):
        raise IntegrityError("an encrypted vault with the same log and views", "another")


def _scrub(old: Path) -> None:
    """Overwrite and unlink every file of the plain vault. An SSD may keep copies: docs/at-rest.md says so."""
    try:
        for path in sorted(old.rglob("*"), reverse=True):
            if path.is_dir() and not path.is_symlink():
                continue
            if not path.is_symlink():
                overwrite(path)
            path.unlink()
        _remove(old)
        flush_folder(old.parent)
    except OSError as error:
        raise StorageError("the plain files overwritten", f"{old.name}: {error.strerror}") from error


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
