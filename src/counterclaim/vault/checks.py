"""Checks everything that lies in a vault, one row each; refuses to call a signer checked that nobody vouched for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from counterclaim.record.canonical import canonical_json, plain_of_json
from counterclaim.record.check import Anchors, Check
from counterclaim.record.checkpoint import SignedCheckpoint, fingerprint_of, public_key_of
from counterclaim.record.custody import Entry, Event, check_entry, leaf_hash
from counterclaim.record.errors import BusyError, CounterclaimError, IntegrityError
from counterclaim.vault import log, tables
from counterclaim.vault.anchor_checks import Reach, anchor_checks, older_check
from counterclaim.vault.database import Database, database_in_memory, schema_number, schema_of
from counterclaim.vault.history_checks import About, history_checks, unsigned_checks
from counterclaim.vault.layout import FORMAT, LOG_KEY, format_of, format_text, layout_checks
from counterclaim.vault.lock import locked
from counterclaim.vault.objects import OBJECTS, Objects, StoredFile
from counterclaim.vault.seal import DATABASE, SEAL, check_seal
from counterclaim.vault.tree import levels_of, root_at
from counterclaim.vault.views import digests_of_views, fold_all

NOT_SEALED = "not sealed: a writer ended without closing; contents are checked all the same"
AT_WORK = "not sealed: a writer is at work; contents are checked all the same"
ERASURE_STOPPED = "its entry is erased, its bytes are still here: the next act on this vault destroys them"
MIGRATION_STOPPED = "a migration was stopped before its last step; `counterclaim migrate` finishes it"
SIGNER_NOT_CHECKED = "consistent; signer not checked"


def checks_of(
    folder: Path, database: Database, objects: Objects, *, anchors: Anchors, older: SignedCheckpoint | None
) -> Iterator[Check]:
    """Yield the rows in the order files, format, key, seal, objects, log, views, tokens, signer."""
    yield from _guarded("files", "vault", layout_checks(folder))
    yield from _guarded("format", FORMAT, _format_checks(folder))
    yield from _guarded("key", LOG_KEY, _key_checks(folder))
    yield from _guarded("seal", DATABASE, _seal_checks(folder))
    yield from _guarded("log", DATABASE, _content_checks(folder, database, objects, anchors=anchors, older=older))
    yield from _guarded("signer", LOG_KEY, signer_checks(folder, anchors))


def _guarded(name: str, what: str, rows: Iterator[Check]) -> Iterator[Check]:
    """Turn what cannot be read into a failed row, so that the other groups are still checked."""
    try:
        yield from rows
    except CounterclaimError as error:
        yield Check(name=name, outcome="failed", what=what, reason=str(error))


def _passed(name: str, what: str, reason: str) -> Check:
    return Check(name=name, outcome="passed", what=what, reason=reason)


def _failed(name: str, what: str, reason: str) -> Check:
    return Check(name=name, outcome="failed", what=what, reason=reason)


# --- files ------------------------------------------------------------------------------------


def _format_checks(folder: Path) -> Iterator[Check]:
    number = format_of(_bytes_of(folder, FORMAT))
    yield _passed("format", FORMAT, format_text(number).decode().strip())


def _migration_checks(folder: Path, connection: Connection) -> Iterator[Check]:
    """Compare the number in `format` with that of the database, which a migration changes first."""
    written, held = format_of(_bytes_of(folder, FORMAT)), schema_number(connection)
    if written < held:
        yield Check(name="format", outcome="not_checked", what=FORMAT, reason=MIGRATION_STOPPED)
    elif written > held:
        yield _failed("format", FORMAT, f"format {written}, and a database of format {held}")


def _bytes_of(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise IntegrityError(f"{name}: a file that can be read", error.strerror or str(error)) from error


def _key_of(folder: Path) -> tuple[str, bytes]:
    try:
        return public_key_of(_bytes_of(folder, LOG_KEY).decode("utf-8"))
    except UnicodeDecodeError as error:
        raise IntegrityError(f"{LOG_KEY}: a verifier key", "other bytes") from error


def _key_checks(folder: Path) -> Iterator[Check]:
    name, key = _key_of(folder)
    yield _passed("key", LOG_KEY, f"{name}, fingerprint {fingerprint_of(key)}")


def _seal_checks(folder: Path) -> Iterator[Check]:
    try:
        with locked(folder, wait_seconds=0.0, shared=True):
            seal = check_seal(folder)
    except BusyError:
        yield Check(name="seal", outcome="not_checked", what=DATABASE, reason=AT_WORK)
        return
    if seal is None:
        yield Check(name="seal", outcome="not_checked", what=DATABASE, reason=NOT_SEALED)
    else:
        yield _passed("seal", DATABASE, f"the bytes it was sealed with, {seal.size} entries ({SEAL})")


def _object_checks(objects: Objects, listed: list[StoredFile], walked: _Walked) -> Iterator[Check]:
    amiss = False
    for name, sha256 in walked.objects:
        try:
            objects.content_of(name, sha256)
        except CounterclaimError as error:
            amiss = True
            yield _failed("object", f"{OBJECTS}/{name[:2]}/{name}", str(error))
    names = {name for name, _ in walked.objects}
    for file in listed:
        if file.name in walked.erased_objects - names:
            yield Check(name="object", outcome="not_checked", what=file.path, reason=ERASURE_STOPPED)
        elif file.state == "unknown" or (file.state == "entered" and file.name not in names):
            amiss = True
            yield _failed("object", file.path, "no entry names this file")
        elif file.state != "entered" and file.name not in names:
            # A writer stopped between bytes and entry leaves exactly this; nobody was told that it is held.
            reason = "named by no entry: left by a writer that was stopped, or put there; no exhibit rests on it"
            yield Check(name="object", outcome="not_checked", what=file.path, reason=reason)
    if not amiss:
        yield _passed("objects", OBJECTS, f"{len(walked.objects)} objects hashed")


# --- the log ----------------------------------------------------------------------------------


def _content_checks(
    folder: Path, database: Database, objects: Objects, *, anchors: Anchors, older: SignedCheckpoint | None
) -> Iterator[Check]:
    # Files before the log: what was entered by then is named in any state of the log read after.
    listed = list(objects.files())
    name, key = _key_of(folder)
    with database.reading() as connection:
        yield from _guarded("format", FORMAT, _migration_checks(folder, connection))
        yield from _guarded("database", DATABASE, _database_checks(connection))
        walked = _Walked()
        yield from _guarded("entries", DATABASE, _entry_checks(connection, walked))
        levels = levels_of(walked.leaves)
        yield from _guarded("tree", DATABASE, _node_checks(connection, levels))
        yield from _guarded("checkpoints", DATABASE, _checkpoint_checks(connection, levels, name, key))
        yield from _guarded("histories", DATABASE, _history_checks(connection, walked))
        yield from _guarded("views", DATABASE, _view_checks(connection))
        reach = Reach(connection=connection, key=(name, key), is_prefix=lambda head: _prefix(levels, head))
        yield from _guarded("anchors", DATABASE, anchor_checks(reach, anchors))
        if older is not None:
            yield older_check(reach, older, name="older checkpoint")
    yield from _guarded("objects", OBJECTS, _object_checks(objects, listed, walked))


@dataclass(slots=True)
class _Walked:
    """What one walk over the entries gathers for the checks after it.

    `leaves` are leaf hashes; `objects` (name, digest) of what admissions name, `erased_objects` the names of those an
    erasure took; `about` what each entry names (None where it is erased); `migrated_at` the entry that brought the
    histories, where the vault is older than they are.
    """

    leaves: list[bytes] = field(default_factory=list)
    objects: list[tuple[str, str]] = field(default_factory=list)
    about: list[About | None] = field(default_factory=list)
    erased_objects: set[str] = field(default_factory=set)
    migrated_at: int | None = None


def _database_checks(connection: Connection) -> Iterator[Check]:
    number = schema_number(connection)
    rows = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(10)")]
    with database_in_memory(number) as fresh:
        same = schema_of(connection) == schema_of(fresh)
    if rows != ["ok"]:
        yield _failed("database", DATABASE, "; ".join(rows))
    elif not same:
        yield _failed("database", DATABASE, "tables, indexes or triggers other than this format's")
    else:
        yield _passed("database", DATABASE, "sound, and of this format's schema")


def _entry_checks(connection: Connection, walked: _Walked) -> Iterator[Check]:
    """Check each entry, and gather what the other checks need."""
    amiss = False
    erased: set[int] = set()
    allowed: set[int] = set()
    for position, entry in enumerate(log.entries_of(connection)):
        walked.leaves.append(leaf_hash(entry.leaf))
        walked.about.append(None)
        try:
            _check_one(entry, position)
            event = entry.event()
        except CounterclaimError as error:
            amiss = True
            yield _failed("entry", f"{DATABASE}: entry {entry.index}", str(error))
            continue
        if event is None:
            erased.add(entry.index)
            continue
        walked.about[-1] = (event.case, event.exhibits)
        if event.kind == "admit":
            digest = str(dict(event.body.get("exhibit") or {}).get("sha256"))
            walked.objects.append((str(event.body.get("object")), digest))
        elif event.kind == "erase":
            allowed.update(index for index in _list_in(event, "entries") if isinstance(index, int))
            walked.erased_objects.update(map(str, _list_in(event, "objects")))
        elif event.kind == "migrate" and event.body.get("from") == 1:
            walked.migrated_at = entry.index
    for index in sorted(erased - allowed):
        amiss = True
        yield _failed("entry", f"{DATABASE}: entry {index}", "its content is gone and no erasure was recorded")
    if not amiss:
        reason = f"{len(walked.leaves)} entries keep their commitments" + (
            f", {len(erased)} of them erased" if erased else ""
        )
        yield _passed("entries", DATABASE, reason)


def _list_in(event: Event, name: str) -> list[Any]:
    held = event.body.get(name)
    return held if isinstance(held, list) else []


def _check_one(entry: Entry, position: int) -> None:
    if entry.index != position:
        raise IntegrityError(f"entry {position}", f"entry {entry.index}")
    check_entry(entry)
    for part in (entry.payload, entry.detail):
        if part is not None and canonical_json(plain_of_json(part)) != part:
            raise IntegrityError(f"entry {entry.index}: canonical JSON", "another form")


def _node_checks(connection: Connection, levels: list[list[bytes]]) -> Iterator[Check]:
    statement = select(tables.NODE).order_by(tables.NODE.c.level, tables.NODE.c.idx)
    expected = ((level, index, digest) for level, digests in enumerate(levels) for index, digest in enumerate(digests))
    rows = connection.execute(statement.execution_options(yield_per=log.ROWS_AT_A_TIME))
    for row in rows:
        wanted = next(expected, None)
        if wanted != (row.level, row.idx, row.hash):
            yield _failed("tree", f"{DATABASE}: node {row.level}/{row.idx}", "not what the leaves give")
            return
    if next(expected, None) is not None:
        yield _failed("tree", DATABASE, "nodes of the tree are missing")
        return
    yield _passed("tree", DATABASE, f"the nodes are those of {len(levels[0])} leaves")


def _checkpoint_checks(connection: Connection, levels: list[list[bytes]], name: str, key: bytes) -> Iterator[Check]:
    rows = connection.execute(select(tables.CHECKPOINT).order_by(tables.CHECKPOINT.c.size)).all()
    size, amiss, origins = len(levels[0]), False, set()
    for row in rows:
        what = f"{DATABASE}: checkpoint {row.size}"
        head = log.read_note(row.note)
        origins.add(head.checkpoint.origin)
        if head.checkpoint.size != row.size or not _prefix(levels, head):
            amiss = True
            yield _failed("checkpoint", what, "not a prefix of this log")
        elif not log.signed_by(head, name=name, public_key=key):
            amiss = True
            yield _failed("checkpoint", what, "not signed by the key of this log")
    if not rows or rows[-1].size != size:
        amiss = True
        yield _failed("checkpoint", DATABASE, f"no checkpoint signs all {size} entries")
    if len(origins) > 1:
        amiss = True
        yield _failed("checkpoint", DATABASE, "checkpoints of more than one origin")
    if not amiss:
        yield _passed("checkpoints", DATABASE, f"{len(rows)} checkpoints, each a signed prefix of {size} entries")


def _prefix(levels: list[list[bytes]], head: SignedCheckpoint) -> bool:
    size = head.checkpoint.size
    return size <= len(levels[0]) and root_at(size, lambda level, index: levels[level][index]) == head.checkpoint.root


def _history_checks(connection: Connection, walked: _Walked) -> Iterator[Check]:
    rows = connection.execute(select(tables.CHECKPOINT).order_by(tables.CHECKPOINT.c.size))
    signed = {row.size: log.read_note(row.note).checkpoint.histories for row in rows if row.size <= len(walked.leaves)}
    if schema_number(connection) == 1:
        yield from unsigned_checks(signed)
        return
    yield from history_checks(
        connection, leaves=walked.leaves, about=walked.about, signed=signed, migrated_at=walked.migrated_at
    )


def _view_checks(connection: Connection) -> Iterator[Check]:
    with database_in_memory() as fresh:
        fold_all(fresh, log.entries_of(connection))
        wanted = digests_of_views(fresh)
        same = {name for kind, name, *_ in {*schema_of(fresh)} & {*schema_of(connection)} if kind == "table"}
    # Of an older vault, the views whose form is still this one: `migrate` folds all of them anew.
    held = digests_of_views(connection, same)
    changed = sorted(name for name in held if wanted[name] != held[name])
    if changed or not held:
        yield _failed("views", DATABASE, f"not what the log gives: {', '.join(changed)}")
    else:
        yield _passed("views", DATABASE, f"{len(held)} views equal to a fresh fold of the log")


def signer_checks(folder: Path, anchors: Anchors) -> Iterator[Check]:
    """Compare the log's key with the fingerprint given from outside, where one was."""
    _, key = _key_of(folder)
    if anchors.fingerprint is None:
        yield Check(name="signer", outcome="not_checked", what=LOG_KEY, reason=SIGNER_NOT_CHECKED)
    elif anchors.fingerprint == fingerprint_of(key):
        yield _passed("signer", LOG_KEY, "the fingerprint given from outside")
    else:
        yield _failed("signer", LOG_KEY, f"its fingerprint is {fingerprint_of(key)}, not the one given from outside")
