"""Builds an encrypted copy of a vault beside it, checks it, and puts it in its place; refuses to swap what differs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import Connection, insert, select

from counterclaim.record.errors import IntegrityError, StorageError, UsageError
from counterclaim.vault import object_keys
from counterclaim.vault.at_rest import object_keys_of
from counterclaim.vault.database import Database, create_database
from counterclaim.vault.disk import PART, PRIVATE_FILE, READ_ONLY, flush_folder, make_folder, overwrite, write_whole
from counterclaim.vault.layout import FORMAT, LOG_KEY, NEW, OLD, beside, between_renames
from counterclaim.vault.lock import LOCK, locked
from counterclaim.vault.objects import OBJECTS, FolderStorage, Objects
from counterclaim.vault.rows import Holding
from counterclaim.vault.seal import put_seal
from counterclaim.vault.secret import VaultKeys
from counterclaim.vault.slots import Unlocking
from counterclaim.vault.tables import LOG_TABLES
from counterclaim.vault.vault import Vault
from counterclaim.vault.views import rebuild
from counterclaim.vault.workshop import make_workshop, remove_workshop, take_away

ROWS_AT_ONCE = 500
OBJECTS_AT_ONCE = 16


def encrypt_in_place(vault: Vault, keys: VaultKeys, unlocking: Unlocking, *, wait_seconds: float) -> Vault:
    """Replace a vault, plain or encrypted, by one encrypted under `keys`; the old one stays beside it.

    The log, its checkpoints and the objects' names stay as they are, so every proof holds on. Until the new vault has
    passed all its checks the old one is not touched; `put_back` takes up what a power cut between the two renames
    left, and `scrub_old` overwrites the old files, once nothing hangs on them.
    Raises IntegrityError, StorageError, BusyError.
    """
    folder = vault.folder.resolve()  # a rename of a link would move the link, and leave the vault
    old = beside(folder, OLD)
    if old.exists():
        raise UsageError("a free name beside the vault", old.name, remedy="Move that folder: it is not this vault's.")
    shop = beside(folder, NEW)
    new = shop / folder.name
    with locked(folder, wait_seconds=wait_seconds):
        make_workshop(shop)
        try:
            _build(vault, new, keys, unlocking)
            _check_same(vault, Vault.open(new, keys))
            os.rename(folder, old)  # noqa: PTH104 (as in disk.py)
            os.rename(new, folder)  # noqa: PTH104
            flush_folder(folder.parent)
            take_away(shop)
        except OSError as error:
            raise StorageError("an encrypted vault beside the old one", error.strerror or str(error)) from error
    return Vault.open(vault.folder, keys)


def put_back(folder: Path) -> bool:
    """Make the old vault the vault again where a cut fell between the two renames; whether it did.

    Raises StorageError, BusyError (that encryption is still at work).
    """
    if not between_renames(folder):
        return False
    whole, old = folder.resolve(), beside(folder, OLD)
    try:
        with locked(old, wait_seconds=0.0):
            os.rename(old, whole)  # noqa: PTH104
            flush_folder(whole.parent)
    except OSError as error:
        raise StorageError("the vault under its own name", error.strerror or str(error)) from error
    remove_workshop(beside(folder, NEW))
    return True


def old_left(folder: Path) -> bool:
    """Whether the folder this vault had before its encryption still lies beside it."""
    old = beside(folder, OLD)
    try:
        # The key line goes last, so an empty folder is one whose scrubbing was cut off at its very end.
        return (
            old.is_dir()
            and not old.is_symlink()
            and (not any(old.iterdir()) or (folder / LOG_KEY).read_bytes() == _key_line(old))
        )
    except OSError as error:
        raise StorageError("a folder that can be read", f"{old.name}: {error.strerror}") from error


def scrub_old(folder: Path) -> bool:
    """Overwrite and unlink what the vault was before; whether there was anything. Raises StorageError."""
    if not old_left(folder):
        return False
    remove_workshop(beside(folder, NEW))
    _scrub(beside(folder, OLD))
    return True


def _key_line(old: Path) -> bytes | None:
    path = old / LOG_KEY
    return path.read_bytes() if path.is_file() else None


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
        # The line of the public key, which tells whose folder this is, stays until everything else is gone.
        for path in sorted(old.rglob("*"), reverse=True):
            if path.is_dir() and not path.is_symlink():
                path.rmdir()
            elif path != old / LOG_KEY:
                if not path.is_symlink():
                    overwrite(path)
                path.unlink()
        (old / LOG_KEY).unlink(missing_ok=True)
        old.rmdir()
        flush_folder(old.parent)
    except OSError as error:
        raise StorageError("the plain files overwritten", f"{old.name}: {error.strerror}") from error
