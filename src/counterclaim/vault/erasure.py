"""Destroys what entries say and keeps that they are there; refuses to erase the record of an erasure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, bindparam, update

from counterclaim.record.custody import Entry, Event
from counterclaim.record.errors import MalformedError, UsageError
from counterclaim.vault import at_rest, log, object_keys
from counterclaim.vault.log import Salts, Signer
from counterclaim.vault.tables import ENTRY
from counterclaim.vault.views import rebuild

ENTRIES_MAX = 100_000  # in one act: its list of indices stands in one entry, and all of it is one transaction
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
