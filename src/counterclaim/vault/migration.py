"""Brings a vault of an older format to this one, after a copy and in one transaction; refuses to go back.

1. Copy custody.db, durably, to a place outside the vault.
2. In one transaction: the new tables, the histories of all entries, the views folded anew, and a `migrate` entry with
   its signed checkpoint.
3. Put the new `format` file in the place of the old one.
4. Seal, where the vault was sealed.

A power cut leaves the old vault (before 2 is committed), the new one (after 3), or one that the next call finishes.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from counterclaim.record.custody import Entry, Event, check_entry, leaf_hash, root_of
from counterclaim.record.errors import BusyError, IntegrityError, MalformedError, StorageError, UsageError
from counterclaim.vault import histories, log
from counterclaim.vault.database import Database, schema_number
from counterclaim.vault.disk import PART, PRIVATE_FILE, READ_ONLY, flush, flush_folder, write_whole
from counterclaim.vault.layout import FORMAT, FORMAT_NUMBER, format_of, format_text
from counterclaim.vault.lock import locked
from counterclaim.vault.log import Salts, Signer
from counterclaim.vault.seal import CHUNK_BYTES, DATABASE, break_seal, check_seal, put_seal, sha256_of_file
from counterclaim.vault.tables import SCHEMA_NUMBER, migration_names, statements_of
from counterclaim.vault.vault import LOCK_WAIT_SECONDS, Vault
from counterclaim.vault.views import rebuild


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """What was done: the format it had, the entry that records it, and where the copy lies.

    `entry` and `backup` are None where nothing was left to do but the last step, or nothing at all.
    """

    was: int
    entry: Entry | None
    backup: Path | None


def format_number(folder: Path) -> int:
    """Return the number in the vault's `format` file. Raises IntegrityError, StorageError, MalformedError."""
    try:
        return format_of((folder / FORMAT).read_bytes())
    except OSError as error:
        raise StorageError("a file that can be read", f"{FORMAT}: {error.strerror}") from error


def default_backup(folder: Path) -> Path:
    """Beside the vault's folder, never in it: an erasure must not leave what it took in a copy inside the vault."""
    whole = folder.resolve()  # of `.` the name is empty, and its parent itself; of a link, the vault may lie elsewhere
    return whole.parent / f"{whole.name}-before-format-{FORMAT_NUMBER}.db"


def migrate(
    vault: Vault, *, signer: Signer, salts: Salts, event: Event, backup: Path, wait_seconds: float = LOCK_WAIT_SECONDS
) -> Migrated:
    """Bring the vault to this program's format and enter `event` (kind migrate, body {"from": ..., "to": ...}).

    Raises UsageError (another key, a backup's name that is taken), IntegrityError (the log does not hold), BusyError
    (a reader or another writer) and StorageError.
    """
    if (signer.name, signer.public_key) != (vault.key_name, vault.public_key):
        raise UsageError("the key of this vault's log", f"the key {signer.name!r}")
    database = Database(vault.folder, None if vault.keys is None else vault.keys.database_key())
    with locked(vault.folder, wait_seconds=wait_seconds):
        was = format_number(vault.folder)
        sealed = check_seal(vault.folder) is not None
        with database.reading() as connection:
            schema = schema_number(connection)
            head = log.check_head(connection, name=vault.key_name, public_key=vault.public_key)
        if was == FORMAT_NUMBER == schema:
            return Migrated(was=was, entry=None, backup=None)
        entry = None
        if schema < SCHEMA_NUMBER:
            _copy(vault.folder, database, backup)
            break_seal(vault.folder)
            with database.writing() as connection:
                entry = _moved(connection, schema, event, origin=head.origin, signer=signer, salts=salts)
        break_seal(vault.folder)
        _put_format(vault.folder)
        if sealed:  # where a writer was stopped before, the next one finishes its work first
            _seal(vault.folder, database)
    return Migrated(was=was, entry=entry, backup=None if entry is None else backup)


def _moved(connection: Connection, schema: int, event: Event, *, origin: str, signer: Signer, salts: Salts) -> Entry:
    if (event.kind, event.body.get("from"), event.body.get("to")) != ("migrate", schema, SCHEMA_NUMBER):
        raise MalformedError(f"a migrate event from {schema} to {SCHEMA_NUMBER}", f"{event.kind}: {dict(event.body)}")
    for name in migration_names()[schema:]:
        for statement in statements_of(name):
            connection.exec_driver_sql(statement)
    connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA_NUMBER}")
    if schema < 2:  # noqa: PLR2004 (the format that brought the histories)
        _enter_histories(connection, salts=salts)
    rebuild(connection)
    (entry,) = log.append(connection, (event,), origin=origin, signer=signer, salts=salts)
    return entry


def _enter_histories(connection: Connection, *, salts: Salts) -> None:
    """Fold every entry that is not erased into the histories, after checking each and all: none is taken on trust.

    Raises IntegrityError where entries are not those the newest checkpoint signs.
    """
    leaves: list[bytes] = []
    namings = []
    for entry in log.entries_of(connection):
        check_entry(entry)
        leaves.append(leaf_hash(entry.leaf))
        event = entry.event()
        if event is not None:
            namings += histories.namings_of(entry, event, first=leaves[0])
    if root_of(leaves) != log.read_note(log.newest_note(connection)).checkpoint.root:
        raise IntegrityError(f"{DATABASE}: the entries its newest checkpoint signs", "others")
    histories.enter(connection, namings, salts=salts)


def _put_format(folder: Path) -> None:
    part = folder / (FORMAT + PART)
    try:
        part.unlink(missing_ok=True)
        (folder / FORMAT).chmod(PRIVATE_FILE)  # Windows replaces no read-only file
    except OSError as error:
        raise StorageError("a format file that can be replaced", error.strerror or str(error)) from error
    write_whole(folder / FORMAT, format_text(), part=part, mode=READ_ONLY)


def _seal(folder: Path, database: Database) -> None:
    with contextlib.suppress(StorageError, BusyError):  # as at a writer's close: without a seal the checks say so
        if database.fold_write_ahead():
            with database.reading() as connection:
                size = log.size_of(connection)
            put_seal(folder, size=size)


# --- the copy ---------------------------------------------------------------------------------


def _copy(folder: Path, database: Database, target: Path) -> None:
    """Copy the database file as it stands, with nothing left in its write-ahead file (the caller holds the lock)."""
    if folder.resolve() in (target.resolve(), *target.resolve().parents):
        raise UsageError("a place for the copy outside the vault", str(target))
    if not database.fold_write_ahead():
        raise BusyError("a vault nobody reads while it is migrated", "a reader that holds custody.db")
    digest = sha256_of_file(folder / DATABASE)
    if target.exists():
        # A run that was stopped after its copy left exactly this.
        if target.is_file() and sha256_of_file(target) == digest:
            return
        raise UsageError("a name for the copy that is free", str(target), remedy="Name another with --backup.")
    part = target.with_name(target.name + PART)
    try:
        part.unlink(missing_ok=True)
        _write_copy(folder / DATABASE, part)
        if sha256_of_file(part) != digest:
            raise IntegrityError(f"{target.name}: the bytes of {DATABASE}", "other bytes from the medium")
        part.replace(target)
        flush_folder(target.parent)
    except OSError as error:
        remedy = "Name a place with room for it with --backup."
        raise StorageError("a copy of the database", error.strerror or str(error), remedy=remedy) from error


def _write_copy(source: Path, part: Path) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with source.open("rb") as read, os.fdopen(os.open(part, flags, PRIVATE_FILE), "wb") as written:
        while chunk := read.read(CHUNK_BYTES):
            written.write(chunk)
        written.flush()
        flush(written.fileno())
