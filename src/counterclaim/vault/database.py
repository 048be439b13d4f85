"""Transactions on custody.db: immediate and synced to write, query-only to read; refuses to make a missing file."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, InterfaceError, ProgrammingError
from sqlalchemy.exc import IntegrityError as ConstraintError
from sqlalchemy.pool import NullPool, StaticPool

from counterclaim.record.errors import BusyError, CounterclaimError, IntegrityError, MalformedError, StorageError
from counterclaim.vault.seal import DATABASE
from counterclaim.vault.tables import SCHEMA_NUMBER, migration_names, statements_of

LOCK_WAIT_SECONDS = 10.0  # another program that has the file open (a backup tool) gets this long
_PRAGMAS = (
    "synchronous=FULL",  # in WAL mode: the write-ahead file is flushed at each commit (sqlite.org/pragma.html)
    "foreign_keys=ON",
    "secure_delete=ON",  # what is erased is overwritten with zeros, not only unlinked
    "trusted_schema=OFF",  # a planted view or trigger may call no function with side effects
    "cell_size_check=ON",
    "fullfsync=ON",  # macOS; no effect elsewhere
    "checkpoint_fullfsync=ON",
)
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_STORAGE = {
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOMEM,
}  # fmt: skip


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Turn the database's errors into ours, each naming the file."""
    try:
        yield
    except ConstraintError as error:
        raise MalformedError("an event that fits what is recorded", str(error.orig)) from error
    except (InterfaceError, ProgrammingError) as error:  # a list or an object where the views hold text or a number
        raise MalformedError("an event whose values fit the views", str(error.orig)) from error
    except DBAPIError as error:
        raise _ours(error.orig) from error
    except sqlite3.Error as error:
        raise _ours(error) from error


def _ours(error: BaseException | None) -> CounterclaimError:
    # The low byte is the primary result code (sqlite.org/rescode.html); Python 3.11 gives it.
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _BUSY:
        return BusyError(f"{DATABASE} unlocked", str(error))
    if code in _STORAGE:
        return StorageError(f"{DATABASE}: a disk that takes and gives bytes", str(error))
    return IntegrityError(f"{DATABASE}: a readable custody database", str(error))


def _engine(connect: Callable[[], sqlite3.Connection], *, begin: str, pool: type[NullPool | StaticPool]) -> Engine:
    """Build an engine that opens its transactions itself.

    `isolation_level=None` takes them out of the driver's hands, which would begin late and deferred
    (SQLAlchemy, "Serializable isolation / Savepoints / Transactional DDL" of the pysqlite dialect).
    """
    engine = create_engine("sqlite://", creator=connect, poolclass=pool)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _connection(uri: str, *pragmas: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        uri, uri=True, timeout=LOCK_WAIT_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


class Database:
    """The database file of one vault. Every use opens and closes a connection: no forked child inherits one."""

    def __init__(self, vault: Path) -> None:
        """`vault` is the folder that holds custody.db."""
        self._vault = vault
        self._uri = f"file:{quote(str((vault / DATABASE).absolute()))}"

    @cached_property
    def _reader(self) -> Engine:
        # A vault on a read-only medium has no room for the write-ahead index; nobody can write to it either.
        uri = self._uri + ("?mode=rw" if os.access(self._vault, os.W_OK) else "?mode=ro&immutable=1")
        return _engine(lambda: _connection(uri, *_PRAGMAS, "query_only=ON"), begin="BEGIN", pool=NullPool)

    @cached_property
    def _writer(self) -> Engine:
        uri = self._uri + "?mode=rw"
        return _engine(lambda: _connection(uri, *_PRAGMAS), begin="BEGIN IMMEDIATE", pool=NullPool)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view of the database while the block runs. Raises IntegrityError, StorageError, BusyError."""
        with told(), self._reader.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """One immediate transaction, durable when the block has ended without an error."""
        with told(), self._writer.begin() as connection:
            yield connection

    def fold_write_ahead(self) -> bool:
        """Move the write-ahead file into the database and empty it; False where a reader was in the way."""
        with told():
            connection = self._writer.raw_connection()
            try:
                cursor = connection.cursor()
                busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                return not busy
            finally:
                connection.close()


def create_database(vault: Path) -> None:
    """Make the empty database file with the newest schema. Raises StorageError."""
    path = vault / DATABASE
    with told():
        connection = _connection(f"file:{quote(str(path.absolute()))}?mode=rwc", "journal_mode=WAL", *_PRAGMAS)
        with contextlib.closing(connection):
            connection.execute("BEGIN IMMEDIATE")
            for name in (*migration_names(), "views.sql"):
                for statement in statements_of(name):
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version={SCHEMA_NUMBER}")
            connection.execute("COMMIT")
    try:
        path.chmod(0o600)
    except OSError as error:
        raise StorageError("a database file of one's own", error.strerror or str(error)) from error


@contextlib.contextmanager
def database_in_memory() -> Iterator[Connection]:
    """Yield a database of the same schema that no file holds: where a fresh fold is compared with the stored views."""
    engine = _engine(lambda: _connection("file::memory:", "trusted_schema=OFF"), begin="BEGIN", pool=StaticPool)
    with told(), engine.begin() as connection:
        for name in (*migration_names(), "views.sql"):
            for statement in statements_of(name):
                connection.exec_driver_sql(statement)
        yield connection
    engine.dispose()


def schema_of(connection: Connection) -> list[tuple[Any, ...]]:
    """Every table, index, view and trigger with its text, in order: a planted trigger is a changed schema."""
    rows = connection.exec_driver_sql("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name")
    return [tuple(row) for row in rows]


def check_schema_number(connection: Connection) -> None:
    """Refuse a database whose schema is not this program's. Raises IntegrityError or MalformedError."""
    number = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
    if number > SCHEMA_NUMBER:
        raise MalformedError(
            f"{DATABASE} of schema {SCHEMA_NUMBER} at most",
            f"schema {number}",
            remedy="Use a newer Counterclaim for this vault.",
        )
    if number < SCHEMA_NUMBER:
        raise IntegrityError(f"{DATABASE} of schema {SCHEMA_NUMBER}", f"schema {number}")
