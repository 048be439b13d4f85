"""RFC 6962 roots and proofs from the stored perfect subtrees, in O(log n) look-ups; refuses a size beyond the log."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

from counterclaim.record.custody import EMPTY_ROOT, checked_hash, node_hash, split_of
from counterclaim.record.errors import MalformedError

NodeAt = Callable[[int, int], bytes]
"""Gives the hash of the perfect subtree over leaves [index << level, (index + 1) << level)."""


def grown(index: int, leaf_digest: bytes, node_at: NodeAt) -> Iterator[tuple[int, int, bytes]]:
    """Yield the nodes (level, index, hash) that leaf number `index` completes, the leaf's own first."""
    level, digest = 0, leaf_digest
    yield level, index, digest
    while index & 1:
        digest = node_hash(node_at(level, index - 1), digest)
        level, index = level + 1, index >> 1
        yield level, index, digest


def levels_of(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """Every perfect subtree of the tree over these leaf hashes, level by level. A million leaves take a second."""
    sha256, mark = hashlib.sha256, b"\x01"
    levels = [[*map(checked_hash, leaves)]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        pairs = zip(below[::2], below[1::2], strict=False)  # an odd one at the end completes nothing
        # As node_hash, whose check of 32 bytes is done once above.
        levels.append([sha256(mark + left + right).digest() for left, right in pairs])
    return levels


def range_root(low: int, high: int, node_at: NodeAt) -> bytes:
    """MTH(leaves[low:high]) for a range RFC 6962 section 2.1 splits off, so `low` is aligned."""
    parts: list[bytes] = []
    while low < high:
        level = (high - low).bit_length() - 1
        parts.append(node_at(level, low >> level))
        low += 1 << level
    digest = parts.pop()
    while parts:
        digest = node_hash(parts.pop(), digest)
    return digest


def root_at(size: int, node_at: NodeAt) -> bytes:
    """Return the root of the tree over the first `size` leaves: 32 bytes."""
    return range_root(0, size, node_at) if size else EMPTY_ROOT


def inclusion_at(index: int, size: int, node_at: NodeAt) -> tuple[bytes, ...]:
    """PATH(index, leaves[:size]), nearest sibling first. RFC 6962 section 2.1.1. Raises MalformedError."""
    if not 0 <= index < size:
        raise MalformedError(f"an index within 0..{size - 1}", str(index))
    path: list[bytes] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + split_of(high - low)
        if index < middle:
            path.append(range_root(middle, high, node_at))
            high = middle
        else:
            path.append(range_root(low, middle, node_at))
            low = middle
    return tuple(reversed(path))


def consistency_at(old_size: int, size: int, node_at: NodeAt) -> tuple[bytes, ...]:
    """PROOF(old_size, leaves[:size]). RFC 6962 section 2.1.2; empty for old sizes 0 and n. Raises MalformedError."""
    if not 0 <= old_size <= size:
        raise MalformedError(f"an old size within 0..{size}", str(old_size))
    if old_size in (0, size):
        return ()
    path: list[bytes] = []
    low, high, complete = 0, size, True
    while old_size != high:
        middle = low + split_of(high - low)
        if old_size <= middle:
            path.append(range_root(middle, high, node_at))
            high = middle
        else:
            path.append(range_root(low, middle, node_at))
            low, complete = middle, False
    if not complete:
        path.append(range_root(low, high, node_at))
    return tuple(reversed(path))
