"""A vault: a folder with exhibits' bytes, the custody log and its views; refuses to write without the log's key."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from sqlalchemy import select

from counterclaim.record.check import Anchors, Check
from counterclaim.record.checkpoint import SignedCheckpoint, public_key_of, verifier_key_of
from counterclaim.record.custody import Entry, Event, Tool
from counterclaim.record.errors import (
    BusyError,
    CounterclaimError,
    IntegrityError,
    MalformedError,
    StorageError,
    UsageError,
)
from counterclaim.record.history import HistoriesProof
from counterclaim.vault import at_rest, erasure, histories, log, object_keys, tables
from counterclaim.vault.checks import checks_of, signer_checks
from counterclaim.vault.database import MIGRATE_FIRST, Database, check_schema_number, create_database
from counterclaim.vault.disk import PART, PRIVATE_FILE, READ_ONLY, make_folder, make_folders, write_whole
from counterclaim.vault.layout import FORMAT, FORMAT_NUMBER, LOG_KEY, check_not_between, format_of, format_text
from counterclaim.vault.lock import LOCK, locked
from counterclaim.vault.log import Salts, Signer
from counterclaim.vault.objects import OBJECTS, FolderStorage, Objects, StoredFile
from counterclaim.vault.quick import quick_checks
from counterclaim.vault.seal import DATABASE, break_seal, check_seal, put_seal
from counterclaim.vault.secret import VaultKeys
from counterclaim.vault.shelf import Shelf
from counterclaim.vault.slots import Unlocking
from counterclaim.vault.views import rebuild, views_digest

LOCK_WAIT_SECONDS = 30.0  # longer than one admission takes; a person waits no longer for a sign


class Vault(Shelf):
    """One vault, opened to read. `writer` opens it to write, one process at a time."""

    def __init__(self, folder: Path, keys: VaultKeys | None = None) -> None:
        """Use `Vault.open` or `Vault.create`, which check what lies there."""
        self.folder = folder
        self.keys = keys
        database = Database(folder, None if keys is None else keys.database_key())
        super().__init__(database, Objects(FolderStorage(folder), at_rest.object_keys_of(database, keys)))
        self.key_name, self.public_key = _read_key(folder)

    @classmethod
    def open(cls, folder: Path, keys: VaultKeys | None = None) -> Vault:
        """Open to read, with `keys` where it is encrypted at rest (`Unlocking.open_with`); needs no signing key.

        Raises UsageError (no vault), LockedError (encrypted, no keys), MalformedError (newer format), IntegrityError.
        """
        _check_format(folder)
        at_rest.check_form(folder, keys)
        return cls(folder, keys)

    @classmethod
    def create(
        cls, folder: Path, *, origin: str, signer: Signer, salts: Salts, at: str, actor: str, tool: Tool,
        opening: tuple[VaultKeys, Unlocking] | None = None,
    ) -> Vault:  # fmt: skip
        """Make an empty vault in a new or empty folder, with its first entry; encrypted where `opening` is given.

        Raises UsageError, StorageError.
        """
        keys, unlocking = opening or (None, None)
        try:
            if folder.exists() and any(folder.iterdir()):
                raise UsageError("a new or empty folder for the vault", f"{folder.name}, which holds something")
            make_folders(folder)
        except OSError as error:
            raise StorageError("a folder for the vault", f"{folder.name}: {error.strerror}") from error
        make_folder(folder / OBJECTS)
        _write(folder, LOCK, b"", mode=PRIVATE_FILE)
        _write(folder, LOG_KEY, f"{verifier_key_of(signer.name, signer.public_key)}\n".encode(), mode=READ_ONLY)
        if unlocking is not None:
            unlocking.write(folder)
        create_database(folder, None if keys is None else keys.database_key())
        ways = {} if unlocking is None else {"slots": [slot.id for slot in unlocking.slots]}
        event = Event(
            kind="vault_created", event_class="record", at=at, actor=actor, case="", tool=tool, basis="custody",
            body={"origin": origin, **ways},
        )  # fmt: skip
        vault = cls(folder, keys)
        with vault._database.writing() as connection:
            log.append(connection, (event,), origin=origin, signer=signer, salts=salts)
        vault._seal()
        # Last: a folder without it is no vault, so a creation that was cut off is never taken for one.
        _write(folder, FORMAT, format_text(), mode=READ_ONLY)
        return vault

    # --- writing ---

    def keep(self, content: bytes, *, name: str | None = None) -> str:
        """Make bytes durable and return the object's random name; no lock is needed. Raises StorageError.

        `name` (32 hex digits) is for those who need the same bytes of a log twice; it must never be a digest.
        """
        kept = secrets.token_hex(16) if name is None else name
        self._keep({kept: content})
        return kept

    def keep_all(self, contents: Sequence[bytes]) -> tuple[str, ...]:
        """Make several contents durable at once: all or none; returns their random names. Raises StorageError."""
        names = tuple(secrets.token_hex(16) for _ in contents)
        self._keep(dict(zip(names, contents, strict=True)))
        return names

    def _keep(self, contents: Mapping[str, bytes]) -> None:
        """Keep bytes in the form the vault has; what came into one that was encrypted meanwhile goes at once."""
        at_rest.check_form(self.folder, self.keys)
        self._objects.keep_all(contents)
        try:
            at_rest.check_form(self.folder, self.keys)
        except CounterclaimError:
            for name in contents:
                self._objects.destroy(name)
            raise

    @contextlib.contextmanager
    def writer(self, *, signer: Signer, salts: Salts, wait_seconds: float = LOCK_WAIT_SECONDS) -> Iterator[Writer]:
        """Hold the vault's lock, check its seal and its head, and hand out a writer; seals again at the end.

        Raises BusyError, UsageError (another key), IntegrityError (changed since it was sealed), StorageError.
        """
        if (signer.name, signer.public_key) != (self.key_name, self.public_key):
            raise UsageError("the key of this vault's log", f"the key {signer.name!r}")
        with locked(self.folder, wait_seconds=wait_seconds):
            if (number := format_of(_read(self.folder, FORMAT))) < FORMAT_NUMBER:
                raise UsageError(f"a vault of format {FORMAT_NUMBER}", f"format {number}", remedy=MIGRATE_FIRST)
            sealed = check_seal(self.folder) is not None
            with self._database.reading() as connection:
                check_schema_number(connection)
                head = log.check_head(connection, name=self.key_name, public_key=self.public_key)
                log.check_histories(connection, head)
            break_seal(self.folder)
            if not sealed:
                self._enter_left_over()
            writer = Writer(self._database, self._objects, origin=head.origin, signer=signer, salts=salts)
            try:
                yield writer
            finally:
                writer.close()
                # Without a seal the next writer looks for what this one left to do.
                if not writer.unfinished:
                    self._seal()

    def _enter_left_over(self) -> None:
        """Rename the objects whose entry a stopped writer had committed; finish the erasures it had."""
        named = {holding.object for holding in self.holdings()}
        for name in at_rest.erased_objects_in(self._database) - named:
            self._objects.destroy(name)
        for file in self._objects.files():
            if file.state == "kept" and file.name in named:
                self._objects.enter(file.name)

    def _seal(self) -> None:
        try:
            if self._database.fold_write_ahead():
                put_seal(self.folder, size=self.size())
        except (StorageError, BusyError):
            # What was recorded is durable in the write-ahead file; without a seal the checks say so and go on.
            return

    # --- reading the log ---

    def size(self) -> int:
        """How many entries the log has."""
        with self._database.reading() as connection:
            return log.size_of(connection)

    def entry(self, index: int) -> Entry:
        """Return one entry. Raises UsageError where there is none."""
        with self._database.reading() as connection:
            entry = log.entry_at(connection, index)
        if entry is None:
            raise UsageError("the index of an entry", str(index))
        return entry

    def entries(self, case: str | None = None, exhibit: int | None = None) -> tuple[Entry, ...]:
        """Entries in order: all, those of a case, or those of one exhibit of a case. Raises UsageError."""
        if exhibit is not None and case is None:
            raise UsageError("the case of the exhibit", "none")
        statement = select(tables.ENTRY).order_by(tables.ENTRY.c.idx)
        if exhibit is not None:
            of, condition = tables.ACTIVITY_EXHIBIT, tables.ACTIVITY_EXHIBIT.c.exhibit == exhibit
            statement = statement.join(of, of.c.entry == tables.ENTRY.c.idx).where(of.c.case == case, condition)
        elif case is not None:
            of = tables.ACTIVITY
            statement = statement.join(of, of.c.entry == tables.ENTRY.c.idx).where(of.c.case == case)
        rows = self._rows(statement)
        return tuple(Entry(index=row.idx, leaf=row.leaf, payload=row.payload, detail=row.detail) for row in rows)

    def files(self) -> Iterator[StoredFile]:
        """List everything that lies below `objects`, named by an entry or not."""
        return self._objects.files()

    def objects_of(self, index: int) -> tuple[str, ...]:
        """The objects that go when this entry is erased: that of an admission. Raises UsageError."""
        return at_rest.objects_in(self.entry(index))

    def checkpoint(self, size: int | None = None) -> SignedCheckpoint:
        """Return the newest checkpoint, or the one of a given size. Raises IntegrityError, UsageError."""
        with self._database.reading() as connection:
            note = log.newest_note(connection) if size is None else log.note_at(connection, size)
        if note is None:
            raise UsageError("the size of a checkpoint", str(size))
        return log.read_note(note)

    @property
    def origin(self) -> str:
        """The log's name, as its newest checkpoint carries it."""
        return self.checkpoint().checkpoint.origin

    @property
    def verifier_key(self) -> str:
        """The log's key as one vkey line (no line end). C2SP signed-note."""
        return verifier_key_of(self.key_name, self.public_key)

    def inclusion(self, index: int, size: int) -> tuple[bytes, ...]:
        """Return the inclusion proof of an entry in the tree of `size` entries. Raises MalformedError."""
        with self._database.reading() as connection:
            return log.inclusion_of(connection, index, size)

    def multiproof(self, indices: Sequence[int], size: int) -> tuple[bytes, ...]:
        """Return the one proof that several entries stand in the tree of `size`. Raises MalformedError."""
        with self._database.reading() as connection:
            return log.multiproof_of(connection, indices, size)

    def histories(self, case: str, exhibits: Iterable[int]) -> HistoriesProof:
        """Return the histories of these exhibits with one proof under the newest checkpoint. Raises UsageError."""
        with self._database.reading() as connection:
            return histories.proof_of(connection, case, exhibits)

    def consistency(self, old_size: int, size: int | None = None) -> tuple[bytes, ...]:
        """Return the consistency proof from `old_size` to `size` (the whole log if None). Raises MalformedError."""
        with self._database.reading() as connection:
            return log.consistency_of(connection, old_size, log.size_of(connection) if size is None else size)

    @property
    def encrypted(self) -> bool:
        """Whether everything here that says something is encrypted at rest."""
        return self.keys is not None

    def recipients(self) -> tuple[str, ...]:
        """The age recipients, beside the vault itself, that exhibits' keys are wrapped for."""
        return at_rest.recipients_in(self._database)

    def ways_logged(self) -> at_rest.WaysLogged:
        """What the log says of the ways to open this vault."""
        return at_rest.ways_logged(self._database)

    def rewrapped_keys(self) -> dict[str, bytes]:
        """Every object's key, wrapped anew for the recipients of now (`Writer.rewrap` keeps them)."""
        return at_rest.rewrapped_keys(self._database, self.keys)

    def views_digest(self) -> str:
        """SHA-256 (hex) over all view rows in order."""
        with self._database.reading() as connection:
            return views_digest(connection)

    def checks(self, *, anchors: Anchors | None = None, older: SignedCheckpoint | None = None) -> Iterator[Check]:
        """Check everything that lies in the vault, one row each; `older` is a checkpoint known from outside."""
        yield from checks_of(self.folder, self._database, self._objects, anchors=anchors or Anchors(), older=older)
        yield from at_rest.checks_of(self.folder, self._database, self.keys)

    def log_checks(self, *, anchors: Anchors | None = None, older: SignedCheckpoint | None = None) -> Iterator[Check]:
        """Check leaves, tree and newest checkpoint alone, a million entries in seconds; nothing of what they say."""
        with self._database.reading() as connection:
            yield from quick_checks(connection, name=self.key_name, public_key=self.public_key, older=older)
        yield from signer_checks(self.folder, anchors or Anchors())


class Writer:
    """The one writer of a vault while its lock is held."""

    def __init__(self, database: Database, objects: Objects, *, origin: str, signer: Signer, salts: Salts) -> None:
        """Handed out by `Vault.writer`."""
        self._database = database
        self._objects = objects
        self._origin = origin
        self._signer = signer
        self._salts = salts
        self._closed = False
        self.unfinished = False

    def close(self) -> None:
        """Refuse everything from here on: the lock is about to go."""
        self._closed = True

    def record(self, events: Sequence[Event]) -> tuple[Entry, ...]:
        """Enter events in one transaction: entries, nodes, views and the signed checkpoint. Returns after the commit.

        Raises MalformedError (nothing is recorded) and StorageError (nothing is acknowledged).
        """
        self._check_open()
        names = [str(event.body.get("object")) for event in events if event.kind == "admit"]
        wrapped = self._objects.wrapped_keys_of(names)
        self._objects.check_held(names)
        with self._database.writing() as connection:
            entries = log.append(connection, events, origin=self._origin, signer=self._signer, salts=self._salts)
            # In the transaction of the entry: an acknowledged exhibit always has its key.
            object_keys.add_keys(connection, wrapped)
        for name in names:
            # The entry is durable: a rename that fails now is made up for by the next writer.
            with contextlib.suppress(StorageError, MalformedError):
                self._objects.enter(name)
        return entries

    def rewrap(self, wrapped: Mapping[str, bytes], *, event: Event) -> Entry:
        """Put other wrappings of the same keys in place, by object name, and enter `event`, in one transaction."""
        self._check_open()
        with self._database.writing() as connection:
            (entry,) = log.append(connection, (event,), origin=self._origin, signer=self._signer, salts=self._salts)
            object_keys.replace_keys(connection, wrapped)
        return entry

    def erase(self, indices: Sequence[int], *, event: Event) -> tuple[Entry, ...]:
        """Destroy what these entries say and enter `event` (kind erase, body {"entries": [index...], ...}).

        The salted leaves stay, so every earlier proof still holds; the views are folded anew without them. Where one
        is an admission its object goes too: the key in the same transaction, then the bytes. Returns what is left.
        Raises UsageError (no such entry, or one that may not go), MalformedError, and StorageError where all is
        recorded and a file could not be destroyed: the next writer tries again.
        """
        self._check_open()
        with self._database.writing() as connection:
            done = erasure.erase(
                connection, indices, event, origin=self._origin, signer=self._signer, salts=self._salts
            )
        # The write-ahead file still holds the old pages; a reader in the way leaves that to the close.
        with contextlib.suppress(BusyError):
            self._database.fold_write_ahead()
        self.unfinished = bool(done.objects)
        for name in done.objects:
            self._objects.destroy(name)
        self.unfinished = False
        return done.entries

    def remove_left_over(self, name: str) -> bool:
        """Overwrite and unlink a file no entry names; False where an entry does name it. Raises StorageError."""
        self._check_open()
        with self._database.reading() as connection:
            named = connection.execute(select(tables.EXHIBIT.c.object).where(tables.EXHIBIT.c.object == name)).first()
        if named is None:
            self._objects.destroy(name)
        return named is None

    def rebuild_views(self) -> str:
        """Drop all views, fold the log again, and return the digest of the views."""
        self._check_open()
        with self._database.writing() as connection:
            rebuild(connection)
            return views_digest(connection)

    def _check_open(self) -> None:
        if self._closed:
            raise UsageError("a writer that holds the lock", "one that was closed")


def _write(folder: Path, name: str, content: bytes, *, mode: int) -> None:
    write_whole(folder / name, content, part=folder / (name + PART), mode=mode)


def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except FileNotFoundError as error:
        raise IntegrityError(f"{name}: a file of the vault", "no such file") from error
    except OSError as error:
        raise StorageError("a file that can be read", f"{name}: {error.strerror}") from error


def _check_format(folder: Path) -> None:
    check_not_between(folder)
    if not (folder / FORMAT).is_file() or not (folder / DATABASE).is_file():
        remedy = "Give the folder of a vault, or make one with `counterclaim init`."
        raise UsageError("a vault", f"{folder.name}, which holds none", remedy=remedy)
    format_of(_read(folder, FORMAT))


def _read_key(folder: Path) -> tuple[str, bytes]:
    content = _read(folder, LOG_KEY)
    try:
        name, key = public_key_of(content.decode("utf-8"))
    except (UnicodeDecodeError, CounterclaimError) as error:
        raise IntegrityError(f"{LOG_KEY}: the log's verifier key", "other bytes") from error
    if f"{verifier_key_of(name, key)}\n".encode() != content:
        raise IntegrityError(f"{LOG_KEY}: the log's verifier key in its one form", "other bytes")
    return name, key
