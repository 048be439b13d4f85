"""Folds the histories again from the entries and compares all that is stored and signed; refuses rows it did not get.

An erased entry no longer says what it was about. For it the stored rows stand, and every checkpoint since it was
entered has signed them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

from sqlalchemy import Connection

from counterclaim.record.check import Check
from counterclaim.record.history import history_key
from counterclaim.vault.histories import tag_of
from counterclaim.vault.history_map import MapNode, grow, root_of_nodes, stored_nodes
from counterclaim.vault.seal import DATABASE

NOT_YET = "a vault of format 1 has none; `counterclaim migrate` enters them"

About = tuple[str, tuple[int, ...]]
"""The case of an entry, and the exhibits it names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """One stored row: entry `idx` is number `nth` of the history found by `tag`, which is of exhibit `exhibit`."""

    tag: bytes
    nth: int
    idx: int
    exhibit: int
    salt: bytes


@dataclass(slots=True)
class _Running:
    """The digest of a growing history, without writing all its entries out again at each: History.digest, resumed."""

    key: bytes
    exhibit: int
    count: int = 0
    last: int = -1
    salt: bytes = b""
    begun: hashlib._Hash = field(default_factory=lambda: hashlib.sha256(b'\x00{"entries":['))

    def add(self, index: int, salt: bytes) -> None:
        self.begun.update(f"{',' if self.count else ''}{index}".encode("ascii"))
        self.count, self.last, self.salt = self.count + 1, index, salt

    def digest(self) -> bytes:
        whole = self.begun.copy()
        rest = f'],"exhibit":{self.exhibit},"key":"{self.key.hex()}","salt":"{self.salt.hex()}","v":1}}'
        whole.update(rest.encode("ascii"))
        return whole.digest()


class HistoryFold:
    """The map as it grows entry by entry. What does not fit is told once, by the entry where it was found."""

    def __init__(self, leaves: Sequence[bytes], about: Sequence[About | None]) -> None:
        """`leaves` are leaf hashes; `about` says what each entry names, None where it is erased."""
        self._leaves = leaves
        self._about = about
        self._histories: dict[bytes, _Running] = {}
        self._changed: dict[bytes, _Running] = {}
        self.nodes: dict[str, MapNode] = {}

    def add(self, index: int, rows: Sequence[HistoryRow]) -> str | None:
        """Add the rows of one entry; returns what is amiss with them, or None."""
        about = self._about[index]
        if about is not None:
            wanted = {(tag_of(self._leaves[0], about[0], number), number) for number in about[1]}
            if {(row.tag, row.exhibit) for row in rows} != wanted:
                return f"entry {index} is in other histories than those of the exhibits it names"
        for row in rows:
            held = self._histories.get(row.tag)
            if held is None:
                held = _Running(key=history_key(self._leaves[index], row.exhibit), exhibit=row.exhibit)
                self._histories[row.tag] = held
            if row.nth != held.count or row.exhibit != held.exhibit or index <= held.last:
                return f"entry {index} stands in another place of a history than its own"
            held.add(index, row.salt)
            self._changed[held.key] = held
        return None

    def root(self) -> bytes:
        """Return the root over everything added so far (32 bytes)."""
        grow(self.nodes, {key: held.digest() for key, held in self._changed.items()})
        self._changed = {}
        return root_of_nodes(self.nodes)

    def count(self) -> int:
        """How many histories there are."""
        return len(self._histories)


def history_checks(
    connection: Connection,
    *,
    leaves: Sequence[bytes],
    about: Sequence[About | None],
    signed: Mapping[int, bytes | None],
    migrated_at: int | None,
) -> Iterator[Check]:
    """Compare rows, nodes and the root each checkpoint signs with a fresh fold, in the order of the log.

    `signed` is the root in the checkpoint of each size. Checkpoints up to the entry `migrated_at` have none; all
    others must have theirs.
    """
    fold = HistoryFold(leaves, about)
    amiss = _first_amiss(fold, _rows_by_entry(connection), signed, -1 if migrated_at is None else migrated_at)
    if amiss is None and stored_nodes(connection) != fold.nodes:
        amiss = "the stored map is not that of the histories"
    if amiss is None:
        reason = f"{fold.count()} histories, complete under each of {len(signed)} checkpoints"
        yield Check(name="histories", outcome="passed", what=DATABASE, reason=reason)
    else:
        yield Check(name="histories", outcome="failed", what=DATABASE, reason=amiss)


def _rows_by_entry(connection: Connection) -> dict[int, list[HistoryRow]]:
    statement = "SELECT idx, exhibit, tag, nth, salt FROM history ORDER BY idx, exhibit"
    return {
        index: [HistoryRow(idx=index, exhibit=row[1], tag=row[2], nth=row[3], salt=row[4]) for row in rows]
        for index, rows in groupby(connection.exec_driver_sql(statement), key=itemgetter(0))
    }


def _first_amiss(
    fold: HistoryFold, rows: dict[int, list[HistoryRow]], signed: Mapping[int, bytes | None], migrated_at: int
) -> str | None:
    size = max(signed, default=0)
    for index in range(size):
        amiss = fold.add(index, rows.pop(index, ()))
        if amiss is not None:
            return amiss
        if index + 1 in signed:
            wanted = fold.root() if index >= migrated_at else None
            if signed[index + 1] != wanted:
                return f"checkpoint {index + 1} does not sign the histories of its entries"
    return f"a row of entry {min(rows)}, which is not there" if rows else None


def unsigned_checks(signed: Mapping[int, bytes | None]) -> Iterator[Check]:
    """Refuse, in a vault of format 1, a checkpoint that signs histories: somebody took the newer tables away."""
    taken = [size for size, root in signed.items() if root is not None]
    if taken:
        reason = f"checkpoint {min(taken)} signs histories that a vault of format 1 does not have"
        yield Check(name="histories", outcome="failed", what=DATABASE, reason=reason)
    else:
        yield Check(name="histories", outcome="not_checked", what=DATABASE, reason=NOT_YET)
