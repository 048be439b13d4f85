"""Which entries are about which exhibit, remembered past their erasure; refuses an exhibit that no entry names."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from counterclaim.record.canonical import canonical_json
from counterclaim.record.custody import Entry, Event, leaf_hash
from counterclaim.record.errors import UsageError
from counterclaim.record.history import NOTHING, HistoriesProof, History, bits_of, branches_of, history_key
from counterclaim.vault.history_map import (
    depth_of,
    grow,
    nodes_towards,
    put_nodes,
    root_of_nodes,
    stored_root,
)
from counterclaim.vault.tables import ENTRY, HISTORY

Salts = Callable[[], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """One entry names one exhibit: `tag` finds the exhibit's history, `leaf` is the entry's leaf hash (32 bytes)."""

    tag: bytes
    exhibit: int
    index: int
    leaf: bytes


def tag_of(first: bytes, case: str, exhibit: int) -> bytes:
    """Find a history again without holding the case's name: SHA-256(leaf hash of entry 0 || JSON [case, exhibit]).

    A look-up inside the database, used nowhere outside it.
    """
    return hashlib.sha256(first + canonical_json([case, exhibit])).digest()


def namings_of(entry: Entry, event: Event, *, first: bytes) -> list[Naming]:
    """List the exhibits an entry names, each once, in the order of numbers; `first` is the leaf hash of entry 0."""
    numbers = sorted(set(event.exhibits))
    if not numbers:
        return []
    leaf = leaf_hash(entry.leaf)
    return [
        Naming(tag=tag_of(first, event.case, number), exhibit=number, index=entry.index, leaf=leaf)
        for number in numbers
    ]


def first_leaf(connection: Connection) -> bytes:
    """Return the leaf hash of entry 0 (32 bytes)."""
    leaf: bytes = connection.execute(select(ENTRY.c.leaf).where(ENTRY.c.idx == 0)).scalar_one()
    return leaf_hash(leaf)


def history_at(connection: Connection, tag: bytes) -> History | None:
    """Return one exhibit's history as it stands, or None where no entry names the exhibit."""
    statement = "SELECT idx, exhibit, salt FROM history WHERE tag = ? ORDER BY nth"
    rows = connection.exec_driver_sql(statement, (tag,)).all()
    if not rows:
        return None
    leaf = connection.exec_driver_sql("SELECT leaf FROM entry WHERE idx = ?", (rows[0][0],)).scalar_one()
    key = history_key(leaf_hash(leaf), rows[0][1])
    return History(exhibit=rows[0][1], key=key, entries=tuple(row[0] for row in rows), salt=rows[-1][2])


def enter(connection: Connection, namings: Sequence[Naming], *, salts: Salts) -> bytes:
    """Add to the histories what new entries name, and grow the map; returns its root (32 bytes).

    One salt is drawn for each naming, in order. The entries themselves must be stored already.
    """
    if not namings:
        return stored_root(connection)
    grown: dict[bytes, tuple[bytes, int, list[int], bytes]] = {}
    rows = []
    for naming in namings:
        key, exhibit, entries, _ = grown.get(naming.tag) or _begun(connection, naming)
        salt = salts()
        values = {"tag": naming.tag, "nth": len(entries), "idx": naming.index, "exhibit": exhibit, "salt": salt}
        rows.append(values)
        entries.append(naming.index)
        grown[naming.tag] = (key, exhibit, entries, salt)
    connection.execute(insert(HISTORY), rows)
    changes = {
        key: History(exhibit=exhibit, key=key, entries=tuple(entries), salt=salt).digest()
        for key, exhibit, entries, salt in grown.values()
    }
    nodes = nodes_towards(connection, changes)
    put_nodes(connection, nodes, grow(nodes, changes))
    return root_of_nodes(nodes)


def _begun(connection: Connection, naming: Naming) -> tuple[bytes, int, list[int], bytes]:
    """Give key, exhibit, entries and salt of the history as it is stored, or of a new one."""
    held = history_at(connection, naming.tag)
    if held is None:
        return history_key(naming.leaf, naming.exhibit), naming.exhibit, [], b""
    return held.key, held.exhibit, list(held.entries), held.salt


def proof_of(connection: Connection, case: str, exhibits: Iterable[int]) -> HistoriesProof:
    """Return the histories of `exhibits` with one proof under the newest checkpoint.

    Raises UsageError for an exhibit no entry names (or that only entries erased in format 1 named).
    """
    first = first_leaf(connection)
    found: list[History] = []
    for number in sorted({*exhibits}):
        history = history_at(connection, tag_of(first, case, number))
        if history is None:
            raise UsageError("an exhibit that an entry names", f"E{number} of {case!r}")
        found.append(history)
    found.sort(key=lambda history: history.key)
    nodes = nodes_towards(connection, [history.key for history in found])
    depths = [depth_of(nodes, history.key) for history in found]
    ways = [bits_of(history.key)[:depth] for history, depth in zip(found, depths, strict=True)]
    proof = tuple(node.hash if (node := nodes.get(way)) else NOTHING for way in branches_of(ways))
    return HistoriesProof(histories=tuple(zip(found, depths, strict=True)), proof=proof)
