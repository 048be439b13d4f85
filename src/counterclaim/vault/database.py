"""Transactions on custody.db: immediate and synced to write, query-only to read; refuses to make a missing file.

With a key the file is SQLCipher's; then a file or a library that does not encrypt is refused before a write.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, InterfaceError, ProgrammingError
from sqlalchemy.exc import IntegrityError as ConstraintError
from sqlalchemy.pool import NullPool, StaticPool

from counterclaim.record.errors import (
    BusyError,
    CounterclaimError,
    IntegrityError,
    MalformedError,
    StorageError,
    UsageError,
)
from counterclaim.vault.seal import DATABASE
from counterclaim.vault.tables import SCHEMA_NUMBER, migration_names, statements_of, views_name

LOCK_WAIT_SECONDS = 10.0  # another program that has the file open (a backup tool) gets this long
_PRAGMAS = (
    "synchronous=FULL",  # in WAL mode: the write-ahead file is flushed at each commit (sqlite.org/pragma.html)
    "foreign_keys=ON",
    "secure_delete=ON",  # what is erased is overwritten with zeros, not only unlinked
    "temp_store=MEMORY",  # what a sort spills must not reach a disk outside the vault
    "trusted_schema=OFF",  # a planted view or trigger may call no function with side effects
    "cell_size_check=ON",
    "fullfsync=ON",  # macOS; no effect elsewhere
    "checkpoint_fullfsync=ON",
)
MIGRATE_FIRST = "Run `counterclaim migrate` once; it keeps a copy. Reading and verifying work without it."
PLAIN_HEADER = b"SQLite format 3\x00"
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
    except _cipher_errors() as error:
        raise _ours(error) from error


def _cipher_errors() -> tuple[type[BaseException], ...]:
    """The errors of the other driver, where it was loaded: they share no class with sqlite3's."""
    loaded = sys.modules.get("sqlcipher3.dbapi2")
    return () if loaded is None else (loaded.Error,)


def cipher_driver() -> ModuleType:
    """The driver whose SQLite encrypts. Imported late: a plain vault does not load it."""
    from sqlcipher3 import dbapi2

    driver: ModuleType = dbapi2
    return driver


def _ours(error: BaseException | None) -> CounterclaimError:
    # The low byte is the primary result code (sqlite.org/rescode.html); Python 3.11 gives it.
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _BUSY:
        return BusyError(f"{DATABASE} unlocked", str(error))
    if code in _STORAGE:
        return StorageError(f"{DATABASE}: a disk that takes and gives bytes", str(error))
    return IntegrityError(f"{DATABASE}: a readable custody database", str(error))


def _engine(
    connect: Callable[[], sqlite3.Connection],
    *,
    begin: str,
    pool: type[NullPool | StaticPool],
    driver: ModuleType = sqlite3,
) -> Engine:
    """Build an engine that opens its transactions itself.

    `isolation_level=None` takes them out of the driver's hands, which would begin late and deferred
    (SQLAlchemy, "Serializable isolation / Savepoints / Transactional DDL" of the pysqlite dialect).
    """
    engine = create_engine("sqlite://", creator=connect, poolclass=pool, module=driver)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _connection(uri: str, *pragmas: str, key: bytes | None = None) -> sqlite3.Connection:
    driver = sqlite3 if key is None else cipher_driver()
    connection: sqlite3.Connection = driver.connect(
        uri, uri=True, timeout=LOCK_WAIT_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        if key is not None:
            _unlock(connection, key)
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


def _unlock(connection: sqlite3.Connection, key: bytes) -> None:
    """Give the raw key (no derivation inside SQLCipher: it is already one), and see that somebody took it.

    A library that does not encrypt passes over both statements in silence; a package that overwrites another's
    module, or a build without the codec, would write everything in plain. Raises IntegrityError.
    """
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    if connection.execute("PRAGMA cipher_version").fetchone() is None:
        raise IntegrityError(
            f"{DATABASE}: a database library that encrypts", "one that does not",
            remedy="Nothing was written. Install counterclaim again: another package took the place of sqlcipher3.",
        )  # fmt: skip


def check_encrypted(vault: Path) -> None:
    """Look at the file itself: SQLite's own header means plain text. Raises IntegrityError, StorageError."""
    if database_is_plain(vault):
        raise IntegrityError(f"{DATABASE}: an encrypted database", "a plain one")


def database_is_plain(vault: Path) -> bool:
    """Whether custody.db begins as every plain SQLite file does (sqlite.org/fileformat2.html, section 1.3.1)."""
    try:
        with (vault / DATABASE).open("rb") as file:
            return file.read(len(PLAIN_HEADER)) == PLAIN_HEADER
    except OSError as error:
        raise StorageError("a file that can be read", f"{DATABASE}: {error.strerror}") from error


class Database:
    """The database file of one vault. Every use opens and closes a connection: no forked child inherits one."""

    def __init__(self, vault: Path, key: bytes | None = None) -> None:
        """`vault` is the folder that holds custody.db; `key` is its raw key (32 bytes) where it is encrypted."""
        self._vault = vault
        self._key = key
        self._uri = f"file:{quote(str((vault / DATABASE).absolute()))}"

    @property
    def encrypted(self) -> bool:
        """Whether this database is SQLCipher's."""
        return self._key is not None

    def _connect(self, uri: str, *pragmas: str) -> sqlite3.Connection:
        if self._key is not None:
            check_encrypted(self._vault)
        return _connection(uri, *_PRAGMAS, *pragmas, key=self._key)

    def _engine(self, connect: Callable[[], sqlite3.Connection], *, begin: str) -> Engine:
        driver = sqlite3 if self._key is None else cipher_driver()
        return _engine(connect, begin=begin, pool=NullPool, driver=driver)

    @cached_property
    def _reader(self) -> Engine:
        # A vault on a read-only medium has no room for the write-ahead index; nobody can write to it either.
        uri = self._uri + ("?mode=rw" if os.access(self._vault, os.W_OK) else "?mode=ro&immutable=1")
        return self._engine(lambda: self._connect(uri, "query_only=ON"), begin="BEGIN")

    @cached_property
    def _writer(self) -> Engine:
        uri = self._uri + "?mode=rw"
        return self._engine(lambda: self._connect(uri), begin="BEGIN IMMEDIATE")

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

    def damaged_pages(self) -> tuple[str, ...]:
        """What SQLCipher's per-page HMACs find wrong, one line each; an empty tuple where all hold.

        Only for an encrypted database (`PRAGMA cipher_integrity_check`, HMAC-SHA512 over each page).
        """
        if not self.encrypted:
            return ()
        with self.reading() as connection:
            rows = connection.exec_driver_sql("PRAGMA cipher_integrity_check")
            return tuple(str(row[0]) for row in rows)


def create_database(vault: Path, key: bytes | None = None) -> None:
    """Make the empty database file with the newest schema, encrypted where a key is given. Raises StorageError."""
    path = vault / DATABASE
    with told():
        connection = _connection(f"file:{quote(str(path.absolute()))}?mode=rwc", "journal_mode=WAL", *_PRAGMAS, key=key)
        with contextlib.closing(connection):
            connection.execute("BEGIN IMMEDIATE")
            for name in (*migration_names(), "views.sql"):
                for statement in statements_of(name):
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version={SCHEMA_NUMBER}")
            connection.execute("COMMIT")
    if key is not None:
        check_encrypted(vault)
    try:
        path.chmod(0o600)
    except OSError as error:
        raise StorageError("a database file of one's own", error.strerror or str(error)) from error


@contextlib.contextmanager
def database_in_memory(number: int = SCHEMA_NUMBER) -> Iterator[Connection]:
    """Yield a database of this schema that no file holds: where a fresh fold is compared with the stored views."""
    engine = _engine(lambda: _connection("file::memory:", "trusted_schema=OFF"), begin="BEGIN", pool=StaticPool)
    with told(), engine.begin() as connection:
        for name in (*migration_names(number), views_name(number)):
            for statement in statements_of(name):
                connection.exec_driver_sql(statement)
        yield connection
    engine.dispose()


def schema_of(connection: Connection) -> list[tuple[Any, ...]]:
    """Every table, index, view and trigger with its text, in order: a planted trigger is a changed schema."""
    rows = connection.exec_driver_sql("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name")
    return [tuple(row) for row in rows]


def schema_number(connection: Connection) -> int:
    """Return the number of the database's schema. Raises MalformedError for one this program does not know."""
    number = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
    if not 1 <= number <= SCHEMA_NUMBER:
        raise MalformedError(
            f"{DATABASE} of schema {SCHEMA_NUMBER} at most",
            f"schema {number}",
            remedy="Use a newer Counterclaim for this vault.",
        )
    return number


def check_schema_number(connection: Connection) -> None:
    """Refuse to write to a database of an older schema. Raises UsageError or MalformedError."""
    number = schema_number(connection)
    if number < SCHEMA_NUMBER:
        raise UsageError(f"{DATABASE} of schema {SCHEMA_NUMBER}", f"schema {number}", remedy=MIGRATE_FIRST)
