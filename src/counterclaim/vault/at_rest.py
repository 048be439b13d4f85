"""What a vault's encryption at rest holds together: its form, its recipients, its checks; refuses a mixed form."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from counterclaim.record.check import Check
from counterclaim.record.custody import Entry
from counterclaim.record.errors import BusyError, CounterclaimError, IntegrityError, UsageError
from counterclaim.vault import cipher, tables
from counterclaim.vault.database import Database, database_is_plain
from counterclaim.vault.layout import layout_checks
from counterclaim.vault.lock import locked
from counterclaim.vault.object_keys import key_of, objects_with_keys
from counterclaim.vault.objects import ObjectKeys
from counterclaim.vault.seal import DATABASE, SEAL, check_seal
from counterclaim.vault.secret import VaultKeys
from counterclaim.vault.slots import UNLOCK, LockedError, read_unlocking, recipient_of

LOCKED = "not checked: locked"
_NEEDS_CONTENT = ("database", "entries", "tree", "checkpoints", "views", "tokens", "objects", "object keys")


def check_form(folder: Path, keys: VaultKeys | None) -> None:
    """Let a vault be opened in the one form it has. Raises LockedError, IntegrityError, UsageError."""
    slots, plain = read_unlocking(folder), database_is_plain(folder)
    if slots is None and not plain:
        raise IntegrityError(f"{DATABASE}: a plain database, or {UNLOCK} beside an encrypted one", "neither")
    if slots is not None and plain:
        raise IntegrityError(f"{DATABASE}: an encrypted database, as {UNLOCK} says", "a plain one")
    if slots is not None and keys is None:
        raise LockedError("a passphrase, key file or authenticator", "none: this vault is locked")
    if slots is None and keys is not None:
        raise UsageError("an encrypted vault for these keys", "a plain one")


def object_keys_of(
    database: Database, keys: VaultKeys | None, *, recipients: Sequence[str] | None = None
) -> ObjectKeys | None:
    """Where this vault's objects have their keys; None where nothing is encrypted.

    `recipients` are the others that keys are wrapped for, where the log does not hold them yet.
    """
    if keys is None:
        return None

    def wrapped_of(name: str) -> bytes | None:
        with database.reading() as connection:
            return key_of(connection, name)

    def all_recipients() -> Sequence[Any]:
        others = recipients_in(database) if recipients is None else recipients
        return [recipient_of(one) for one in (keys.recipient(), *others)]

    return ObjectKeys(identity=keys.identity(), recipients=all_recipients, wrapped_of=wrapped_of)


def rewrapped_keys(database: Database, keys: VaultKeys | None) -> dict[str, bytes]:
    """Unwrap and wrap every object's key, by object name. Raises UsageError, IntegrityError."""
    held = object_keys_of(database, keys)
    if held is None:
        raise UsageError("an encrypted vault", "a plain one")
    recipients, wrapped = held.recipients(), {}
    with database.reading() as connection:
        for name in sorted(objects_with_keys(connection)):
            key = cipher.unwrapped(key_of(connection, name) or b"", name=name, identity=held.identity)
            wrapped[name] = cipher.wrapped(key, name=name, recipients=recipients)
    return wrapped


def recipients_in(database: Database) -> tuple[str, ...]:
    """The recipients the newest entry about them names: they stand in the signed log, so none can be slipped in."""
    statement = (
        select(tables.NOTE.c.plain).where(tables.NOTE.c.kind == "rotate_key").order_by(tables.NOTE.c.entry.desc())
    )
    with database.reading() as connection:
        for row in connection.execute(statement):
            if "recipients" in (body := json.loads(row.plain)):
                return tuple(str(one) for one in body["recipients"])
    return ()


def erased_objects_in(database: Database) -> frozenset[str]:
    """The names of the objects that erasures took with them, as their entries say."""
    with database.reading() as connection:
        bodies = connection.execute(select(tables.NOTE.c.plain).where(tables.NOTE.c.kind == "erase")).scalars().all()
    return frozenset(str(name) for body in bodies for name in json.loads(body).get("objects", []))


def objects_in(entry: Entry) -> tuple[str, ...]:
    """The objects an entry names: one where it is an admission."""
    event = entry.event()
    name = None if event is None or event.kind != "admit" else event.body.get("object")
    return () if name is None else (str(name),)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaysLogged:
    """What the log says of the ways to open its vault, by id.

    `ways` are those it names; None where it names none (a vault of before its first ways were logged). `removed` are
    those taken away, with the index of the entry that says so.
    """

    ways: tuple[str, ...] | None
    removed: Mapping[str, int]


def ways_logged(database: Database) -> WaysLogged:
    """Fold what `vault_created` and `rotate_key` entries say of the ways to open the vault."""
    kinds, note = ("vault_created", "rotate_key"), tables.NOTE
    statement = select(note.c.entry, note.c.plain).where(note.c.kind.in_(kinds)).order_by(note.c.entry)
    with database.reading() as connection:
        bodies = [(int(row.entry), json.loads(row.plain)) for row in connection.execute(statement)]
    ways: list[str] | None = None
    removed: dict[str, int] = {}
    for index, body in bodies:
        if "slots" in body:  # made, or encrypted anew: no earlier way is left
            removed |= dict.fromkeys(ways or (), index)
            ways = [str(one) for one in body["slots"]]
        if "slot_added" in body and ways is not None:
            ways.append(str(body["slot_added"]))
        if "slot_removed" in body:
            gone = str(body["slot_removed"])
            ways = None if ways is None else [one for one in ways if one != gone]
            removed[gone] = index
    return WaysLogged(ways=None if ways is None else tuple(ways), removed=removed)


# --- checks -----------------------------------------------------------------------------------


def checks_of(folder: Path, database: Database, keys: VaultKeys | None) -> Iterator[Check]:
    """The rows about encryption of an opened vault: unlock.json, the database's pages, the objects' keys.

    A plain vault has none: that it is plain is said at every start, and is no damage.
    """
    if keys is None:
        return
    for name, what, rows in (
        ("unlock", UNLOCK, _unlock_checks(folder, database, keys)),
        ("pages", DATABASE, page_checks(folder, database)),
        ("object keys", DATABASE, _key_checks(database)),
    ):
        try:
            yield from rows
        except CounterclaimError as error:
            yield Check(name=name, outcome="failed", what=what, reason=str(error))


def _unlock_checks(folder: Path, database: Database, keys: VaultKeys) -> Iterator[Check]:
    slots = read_unlocking(folder)
    if slots is None or slots.sealed(keys).mac != slots.mac:
        raise IntegrityError(f"{UNLOCK}: the slots this vault was closed with", "others")
    reason = f"{len(slots.slots)} ways to open it, each as an opened vault wrote it"
    yield Check(name="unlock", outcome="passed", what=UNLOCK, reason=reason)
    yield from _way_checks({slot.id for slot in slots.slots}, ways_logged(database))


def _way_checks(held: set[str], logged: WaysLogged) -> Iterator[Check]:
    """Compare the ways in the file with those the log names: an older copy of the file bears the same key's HMAC."""
    for way in sorted(held & set(logged.removed)):
        reason = f"entry {logged.removed[way]} took this way away, and it is here: an older copy of the file"
        yield Check(name="ways", outcome="failed", what=f"{UNLOCK}: {way}", reason=reason)
    named = set(logged.ways or ())
    for way in sorted(held - named - set(logged.removed)):
        yield Check(name="ways", outcome="not_checked", what=f"{UNLOCK}: {way}", reason="no entry names this way")
    for way in sorted(named - held):
        reason = "the log names this way, and it is not here: a `key remove` that was cut off, or an older copy"
        yield Check(name="ways", outcome="not_checked", what=f"{UNLOCK}: {way}", reason=reason)
    if held == named:
        yield Check(name="ways", outcome="passed", what=UNLOCK, reason="the ways the log names, and no other")


def page_checks(folder: Path, database: Database) -> Iterator[Check]:
    """Whether the HMAC of every page of an encrypted database holds."""
    try:
        # A writer that moves pages into the file meanwhile would look like damage.
        with locked(folder, wait_seconds=0.0, shared=True):
            damaged = database.damaged_pages()
    except BusyError:
        yield Check(name="pages", outcome="not_checked", what=DATABASE, reason="a writer is at work")
        return
    if damaged:
        yield Check(name="pages", outcome="failed", what=DATABASE, reason="; ".join(damaged[:10]))
    else:
        yield Check(name="pages", outcome="passed", what=DATABASE, reason="the HMAC of every page holds")


def _key_checks(database: Database) -> Iterator[Check]:
    with database.reading() as connection:
        held = objects_with_keys(connection)
        named = frozenset(connection.execute(select(tables.EXHIBIT.c.object)).scalars())
    for name in sorted(held - named):
        yield Check(name="object keys", outcome="failed", what=f"{DATABASE}: object {name}", reason="of no exhibit")
    for name in sorted(named - held):
        yield Check(name="object keys", outcome="failed", what=f"{DATABASE}: object {name}", reason="its key is gone")
    if held == named:
        yield Check(name="object keys", outcome="passed", what=DATABASE, reason=f"{len(held)} exhibits, a key each")


def locked_checks(folder: Path) -> Iterator[Check]:
    """What can be said of an encrypted vault without opening it, and a row for each thing that cannot."""
    yield from layout_checks(folder)
    plain = database_is_plain(folder)
    yield Check(
        name="encryption", outcome="failed" if plain else "passed", what=DATABASE,
        reason="a plain database in an encrypted vault" if plain else "no plain header",
    )  # fmt: skip
    try:
        with locked(folder, wait_seconds=0.0, shared=True):
            seal = check_seal(folder)
        outcome, reason = ("not_checked", "not sealed") if seal is None else ("passed", f"sealed ({SEAL})")
        yield Check(name="seal", outcome=outcome, what=DATABASE, reason=reason)  # type: ignore[arg-type]
    except BusyError:
        yield Check(name="seal", outcome="not_checked", what=DATABASE, reason="a writer is at work")
    except CounterclaimError as error:
        yield Check(name="seal", outcome="failed", what=DATABASE, reason=str(error))
    for name in _NEEDS_CONTENT:
        yield Check(name=name, outcome="not_checked", what=folder.name, reason=LOCKED)
