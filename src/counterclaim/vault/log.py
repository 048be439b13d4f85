"""The custody log in its tables: appends, heads, proofs, signatures; refuses to sign over a head that does not hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import Connection, func, insert, select

from counterclaim.record.canonical import plain_of_json
from counterclaim.record.checkpoint import (
    Checkpoint,
    NoteSignature,
    SignedCheckpoint,
    key_hash_of,
    signed_checkpoint_of,
)
from counterclaim.record.custody import Entry, Event, check_entry, class_of, entry_of, leaf_hash
from counterclaim.record.errors import IntegrityError, MalformedError
from counterclaim.record.multiproof import siblings_of
from counterclaim.vault import histories
from counterclaim.vault.history_map import stored_root
from counterclaim.vault.tables import CHECKPOINT, ENTRY, NODE
from counterclaim.vault.tree import NodeAt, consistency_at, grown, inclusion_at, range_root, root_at
from counterclaim.vault.views import fold

EVENTS_MAX = 10_000  # in one transaction: its write-ahead file and its memory stay small
DETAIL_BYTES_MAX = 64 << 20  # one reading of a very long page; SQLite itself ends at 1 GB a row
ROWS_AT_A_TIME = 500  # while the log is walked: memory stays flat

Salts = Callable[[], bytes]
"""Gives 16 fresh random bytes at each call."""


class Signer(Protocol):
    """The log's key, wherever it is kept: a file, a card, a test."""

    @property
    def name(self) -> str:
        """The key's name in a signed note (no space, no plus)."""

    @property
    def public_key(self) -> bytes:
        """The 32 bytes of the Ed25519 public key."""

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte Ed25519 signature over `message`. RFC 8032."""


@dataclass(frozen=True, slots=True)
class Ed25519Signer:
    """A signer whose private key is in memory (it is never shown in a representation)."""

    name: str
    private_key: Ed25519PrivateKey = field(repr=False)

    @property
    def public_key(self) -> bytes:
        """The 32 raw bytes."""
        return self.private_key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature. RFC 8032."""
        return self.private_key.sign(message)


def signature_holds(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` (64 bytes) over `message` was made with the private half of `public_key` (32 bytes)."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def signed(checkpoint: Checkpoint, signer: Signer) -> SignedCheckpoint:
    """Sign the checkpoint's text. C2SP signed-note and tlog-checkpoint."""
    signature = NoteSignature(
        name=signer.name,
        key_hash=key_hash_of(signer.name, signer.public_key),
        signature=signer.sign(checkpoint.text().encode()),
    )
    return SignedCheckpoint(checkpoint=checkpoint, signatures=(signature,))


def signed_by(checkpoint: SignedCheckpoint, *, name: str, public_key: bytes) -> bool:
    """Whether a signature of this key stands on the checkpoint and holds; other keys' lines are passed over."""
    wanted, message = key_hash_of(name, public_key), checkpoint.checkpoint.text().encode()
    return any(
        signature.name == name
        and signature.key_hash == wanted
        and signature_holds(public_key, message, signature.signature)
        for signature in checkpoint.signatures
    )


# --- reading ----------------------------------------------------------------------------------


def size_of(connection: Connection) -> int:
    """How many entries the log has."""
    highest = connection.execute(select(func.max(ENTRY.c.idx))).scalar_one()
    return 0 if highest is None else int(highest) + 1


def entries_of(connection: Connection) -> Iterator[Entry]:
    """Walk all entries in order."""
    rows = connection.execute(select(ENTRY).order_by(ENTRY.c.idx).execution_options(yield_per=ROWS_AT_A_TIME))
    for row in rows:
        yield Entry(index=row.idx, leaf=row.leaf, payload=row.payload, detail=row.detail)


def entry_at(connection: Connection, index: int) -> Entry | None:
    """Return the entry of this index, or None."""
    row = connection.execute(select(ENTRY).where(ENTRY.c.idx == index)).first()
    return None if row is None else Entry(index=row.idx, leaf=row.leaf, payload=row.payload, detail=row.detail)


def node_reader(connection: Connection, known: dict[tuple[int, int], bytes] | None = None) -> NodeAt:
    """Look up stored nodes; `known` holds those not yet stored. The look-up raises IntegrityError for a missing one."""
    cache = {} if known is None else known

    def node_at(level: int, index: int) -> bytes:
        if (level, index) not in cache:
            statement = select(NODE.c.hash).where(NODE.c.level == level, NODE.c.idx == index)
            digest = connection.execute(statement).scalar_one_or_none()
            if digest is None:
                raise IntegrityError(f"custody.db: node {level}/{index} of the tree", "none")
            cache[level, index] = digest
        return cache[level, index]

    return node_at


def note_at(connection: Connection, size: int) -> bytes | None:
    """Return the signed note of the checkpoint of this size, or None."""
    note: bytes | None = connection.execute(
        select(CHECKPOINT.c.note).where(CHECKPOINT.c.size == size)
    ).scalar_one_or_none()
    return note


def newest_note(connection: Connection) -> bytes:
    """Return the signed note of the newest checkpoint. Raises IntegrityError where there is none."""
    note: bytes | None = connection.execute(
        select(CHECKPOINT.c.note).order_by(CHECKPOINT.c.size.desc()).limit(1)
    ).scalar_one_or_none()
    if note is None:
        raise IntegrityError("custody.db: a checkpoint", "none")
    return note


def inclusion_of(connection: Connection, index: int, size: int) -> tuple[bytes, ...]:
    """Return the inclusion proof of entry `index` in the tree of `size`. Raises MalformedError, IntegrityError."""
    _check_size(connection, size)
    return inclusion_at(index, size, node_reader(connection))


def multiproof_of(connection: Connection, indices: Sequence[int], size: int) -> tuple[bytes, ...]:
    """Return the one proof of several entries in the tree of `size`. Raises MalformedError, IntegrityError."""
    _check_size(connection, size)
    node_at = node_reader(connection)
    return tuple(
        range_root(index << level, min((index + 1) << level, size), node_at)
        for level, index in siblings_of(indices, size)
    )


def consistency_of(connection: Connection, old_size: int, size: int) -> tuple[bytes, ...]:
    """Return the consistency proof from `old_size` to `size`. Raises MalformedError, IntegrityError."""
    _check_size(connection, size)
    return consistency_at(old_size, size, node_reader(connection))


def _check_size(connection: Connection, size: int) -> None:
    if not 0 <= size <= size_of(connection):
        raise MalformedError(f"a size within 0..{size_of(connection)}", str(size))


# --- writing ----------------------------------------------------------------------------------


def check_head(connection: Connection, *, name: str, public_key: bytes) -> Checkpoint:
    """Return the newest checkpoint after checking that it holds over the nodes and is signed by the log's key.

    Signing over a log that was cut or changed would launder it. Raises IntegrityError.
    """
    size = size_of(connection)
    head = read_note(newest_note(connection))
    if head.checkpoint.size != size or head.checkpoint.root != root_at(size, node_reader(connection)):
        raise IntegrityError("custody.db: a log of the size and root its checkpoint signs", f"{size} entries")
    if not signed_by(head, name=name, public_key=public_key):
        raise IntegrityError("custody.db: a checkpoint signed by the log's key", "another signature")
    return head.checkpoint


def check_histories(connection: Connection, head: Checkpoint) -> None:
    """Compare the stored map of histories with the root the newest checkpoint signs. Raises IntegrityError."""
    if head.histories != stored_root(connection):
        raise IntegrityError("custody.db: the map of histories its checkpoint signs", "another root")


def read_note(note: bytes) -> SignedCheckpoint:
    """Parse a stored note. Raises IntegrityError naming the database."""
    try:
        return signed_checkpoint_of(note)
    except MalformedError as error:
        raise IntegrityError("custody.db: a signed checkpoint", str(error)) from error


def append(
    connection: Connection, events: Sequence[Event], *, origin: str, signer: Signer, salts: Salts
) -> tuple[Entry, ...]:
    """Enter events, their nodes, views and histories, and the new signed checkpoint; the caller holds the transaction.

    `salts` are drawn in this order: two for each event, then one for each exhibit each of them names.

    Raises MalformedError for an event the log or the views cannot hold.
    """
    if not 0 < len(events) <= EVENTS_MAX:
        raise MalformedError(f"1 to {EVENTS_MAX} events", str(len(events)))
    size = size_of(connection)
    entries = tuple(_sealed(event, size + offset, salts) for offset, event in enumerate(events))
    rows = [
        {"idx": entry.index, "leaf": entry.leaf, "payload": entry.payload, "detail": entry.detail} for entry in entries
    ]
    connection.execute(insert(ENTRY), rows)
    known: dict[tuple[int, int], bytes] = {}
    node_at, nodes = node_reader(connection, known), []
    for entry in entries:
        for level, index, digest in grown(entry.index, leaf_hash(entry.leaf), node_at):
            known[level, index] = digest
            nodes.append({"level": level, "idx": index, "hash": digest})
    connection.execute(insert(NODE), nodes)
    for entry in entries:
        fold(connection, entry, entry.event())
    first = node_at(0, 0)
    namings = [
        naming
        for entry, event in zip(entries, events, strict=True)
        for naming in histories.namings_of(entry, event, first=first)
    ]
    grown_to, root = size + len(entries), histories.enter(connection, namings, salts=salts)
    head = signed(Checkpoint(origin=origin, size=grown_to, root=root_at(grown_to, node_at), histories=root), signer)
    connection.execute(insert(CHECKPOINT).values(size=grown_to, note=head.note()))
    return entries


def _sealed(event: Event, index: int, salts: Salts) -> Entry:
    if event.event_class != class_of(event.kind):
        raise MalformedError(f"class {class_of(event.kind)!r} for {event.kind!r}", repr(event.event_class))
    entry = entry_of(event, index=index, salts=(salts(), salts()))
    if entry.detail is not None and len(entry.detail) > DETAIL_BYTES_MAX:
        raise MalformedError(f"an event of at most {DETAIL_BYTES_MAX} bytes", f"{len(entry.detail)} bytes")
    check_entry(entry)
    return entry


def erased_indices(event: Event) -> frozenset[int]:
    """Return the entries an erase event names. Raises MalformedError."""
    named = event.body.get("entries")
    if (
        event.kind != "erase"
        or not isinstance(named, list | tuple)
        or not all(isinstance(index, int) for index in named)
    ):
        raise MalformedError("an erase event whose body lists 'entries'", event.kind)
    return frozenset(named)


def kind_of(entry: Entry) -> str | None:
    """Return the kind of an entry as its payload says, or None where that was erased. Raises MalformedError."""
    if entry.payload is None:
        return None
    payload = plain_of_json(entry.payload)
    return str(payload.get("kind")) if isinstance(payload, dict) else None
