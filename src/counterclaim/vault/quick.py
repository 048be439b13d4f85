"""Checks the log alone, a million entries in seconds: leaves, tree, newest checkpoint; refuses to speak of contents.

What entries say, the histories, the views and the objects are left to the whole check (checks.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from counterclaim.record.check import Check
from counterclaim.record.checkpoint import SignedCheckpoint
from counterclaim.vault import log
from counterclaim.vault.seal import DATABASE
from counterclaim.vault.tree import levels_of, root_at


def leaf_hashes(connection: Connection) -> list[bytes]:
    """Hash every leaf as stored, in order: 32 bytes each. RFC 6962 section 2.1."""
    sha256, mark = hashlib.sha256, b"\x00"
    # The driver's own cursor: rows of SQLAlchemy cost more than the hashes, and there is one for each leaf.
    cursor = connection.connection.cursor()
    try:
        return [sha256(mark + leaf).digest() for (leaf,) in cursor.execute("SELECT leaf FROM entry ORDER BY idx")]
    finally:
        cursor.close()


def quick_checks(
    connection: Connection, *, name: str, public_key: bytes, older: SignedCheckpoint | None = None
) -> Iterator[Check]:
    """Say whether the leaves, all of them, are those the newest checkpoint signs, and whether they extend `older`."""
    leaves = leaf_hashes(connection)
    size, levels, head = log.size_of(connection), levels_of(leaves), log.read_note(log.newest_note(connection))
    if not size == len(leaves) == head.checkpoint.size:
        reason = f"{len(leaves)} leaves up to entry {size - 1}, and a checkpoint of {head.checkpoint.size}"
    elif root_at(size, lambda level, index: levels[level][index]) != head.checkpoint.root:
        reason = "the leaves do not lead to the root its newest checkpoint signs"
    elif not log.signed_by(head, name=name, public_key=public_key):
        reason = "its newest checkpoint is not signed by the key of this log"
    else:
        reason = f"{size} leaves under the newest checkpoint; what they commit to was not looked at"
        yield Check(name="log", outcome="passed", what=DATABASE, reason=reason)
        if older is not None:
            yield _older_check(levels, older, name=name, public_key=public_key)
        return
    yield Check(name="log", outcome="failed", what=DATABASE, reason=reason)


def _older_check(levels: Sequence[Sequence[bytes]], older: SignedCheckpoint, *, name: str, public_key: bytes) -> Check:
    size, what = older.checkpoint.size, f"checkpoint {older.checkpoint.size} from outside"
    holds = (
        log.signed_by(older, name=name, public_key=public_key)
        and size <= len(levels[0])
        and root_at(size, lambda level, index: levels[level][index]) == older.checkpoint.root
    )
    reason = "a prefix of this log" if holds else "the log does not extend it, or its key did not sign it"
    return Check(name="older checkpoint", outcome="passed" if holds else "failed", what=what, reason=reason)
