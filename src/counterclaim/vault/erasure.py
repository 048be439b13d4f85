"""Destroys what entries say and keeps that they are there; refuses to erase the record of an erasure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection, bindparam, update

from counterclaim.record.custody import Entry, Event
from counterclaim.record.errors import MalformedError, StorageError, UsageError
from counterclaim.vault import at_rest, log, object_keys
from counterclaim.vault.disk import PART
from counterclaim.vault.log import Salts, Signer
from counterclaim.vault.objects import HEADER, StoredFile
from counterclaim.vault.tables import ENTRY
from counterclaim.vault.views import rebuild

ENTRIES_MAX = 100_000  # in one act: its list of indices stands in one entry, and all of it is one transaction
BLOCK_BYTES = 4096  # what file systems write at once: a power cut leaves whole blocks of zeros in an unfinished file
CHUNK_BYTES = 1 << 20
# What says why something is missing, what the log is and which checkpoints sign histories stays.
KEPT_KINDS = frozenset({"erase", "migrate", "vault_created"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """The entries as they are left (leaf alone), the entry that records it, and the objects that must go now."""

    entries: tuple[Entry, ...]
    record: Entry
    objects: tuple[str, ...]


def erase(
    connection: Connection, indices: Sequence[int], event: Event, *, origin: str, signer: Signer, salts: Salts
) -> Erased:
    """Destroy payload and detail of these entries, enter `event`, drop the keys of admitted objects, fold views anew.

    The caller holds the transaction, and destroys the objects after it: the event's body names them under "objects",
    so that a later writer can finish that. Raises UsageError, MalformedError.
    """
    wanted = tuple(sorted({*indices}))
    if not 0 < len(wanted) <= ENTRIES_MAX or log.erased_indices(event) != {*wanted}:
        raise MalformedError(f"an erase event that names the same 1 to {ENTRIES_MAX} entries", f"{len(wanted)} entries")
    entries = [_erasable(connection, index) for index in wanted]
    objects = tuple(name for entry in entries for name in at_rest.objects_in(entry))
    body = {**event.body, "entries": list(wanted), "objects": list(objects)}
    (record,) = log.append(connection, (replace(event, body=body),), origin=origin, signer=signer, salts=salts)
    object_keys.drop_keys(connection, objects)
    emptied = update(ENTRY).where(ENTRY.c.idx == bindparam("index")).values(payload=None, detail=None)
    connection.execute(emptied, [{"index": index} for index in wanted])
    rebuild(connection)
    left = tuple(replace(entry, payload=None, detail=None) for entry in entries)
    return Erased(entries=left, record=record, objects=objects)


def _erasable(connection: Connection, index: int) -> Entry:
    entry = log.entry_at(connection, index)
    if entry is None or entry.payload is None or log.kind_of(entry) in KEPT_KINDS:
        raise UsageError("an entry that can be erased", f"entry {index}")
    return entry


# --- files an admission left that was cut off --------------------------------------------------


def left_over_of(files: Iterable[StoredFile], *, named: AbstractSet[str]) -> Iterator[StoredFile]:
    """The files in the states `kept` and `part` that no entry names: an admission was cut off, or is at work."""
    return (file for file in files if file.state in {"kept", "part"} and file.name not in named)


def holds_some_of(path: Path, contents: Mapping[str, bytes | None]) -> bool:
    """Whether a plain vault's file holds any of these contents (by SHA-256, in hex); a `.part` also one it begins.

    A content that is None (the exhibit's own file is damaged) is known by its digest alone. Raises StorageError.
    """
    envelopes = [memoryview(HEADER + content) for content in contents.values() if content is not None]
    alike = [True] * len(envelopes)
    digest, read, some = hashlib.sha256(), 0, False
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                digest.update(chunk[len(HEADER) :] if read == 0 else chunk)
                alike = [
                    still and _begun(chunk, envelope[read : read + len(chunk)])
                    for still, envelope in zip(alike, envelopes, strict=True)
                ]
                read += len(chunk)
                some = some or any(chunk[len(HEADER) :] if read == len(chunk) else chunk)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise StorageError("a left-over file that can be read", f"{path.name}: {error.strerror}") from error
    return digest.hexdigest() in contents or (path.suffix == PART and some and any(alike))


def _begun(chunk: bytes, envelope: memoryview) -> bool:
    """Whether every block is the envelope's, or zeros that were never written."""
    if len(chunk) > len(envelope):
        return False
    if chunk == envelope:
        return True
    blocks = range(0, len(chunk), BLOCK_BYTES)
    return all(
        (part := chunk[at : at + BLOCK_BYTES]) == envelope[at : at + len(part)] or not any(part) for at in blocks
    )
