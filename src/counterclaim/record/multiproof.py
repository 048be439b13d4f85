"""One proof that several entries stand in the log: the siblings nobody can work out, level by level; refuses spares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from counterclaim.record.custody import checked_hash, node_hash
from counterclaim.record.errors import MalformedError


def siblings_of(indices: Sequence[int], size: int) -> Iterator[tuple[int, int]]:
    """Yield the nodes (level, index) that lead from the leaves at `indices` to the root of a tree of `size`.

    Node (level, i) covers the leaves [i << level, min((i + 1) << level, size)), as RFC 6962 section 2.1 splits them.
    Level 0 first, from left to right; a node that has no right neighbour goes up as it is. Raises MalformedError.
    """
    known, level, width = sorted({*indices}), 0, size
    if not known or known[0] < 0 or known[-1] >= size:
        raise MalformedError(f"indices within 0..{size - 1}", str(known[:1] + known[-1:]))
    while width > 1:
        above = sorted({index >> 1 for index in known})
        held = {*known}
        for index in known:
            if index ^ 1 not in held and index ^ 1 < width:
                yield level, index ^ 1
        known, level, width = above, level + 1, (width + 1) >> 1


def root_of_multiproof(leaves: Mapping[int, bytes], size: int, proof: Sequence[bytes]) -> bytes | None:
    """Return the root that `proof` leads to from these leaf hashes (index: 32 bytes), or None where it does not fit.

    The proof must hold exactly the hashes of `siblings_of`, in that order: one too many or too few fits nothing.
    """
    if not leaves or min(leaves) < 0 or max(leaves) >= size:
        return None
    rest = iter(proof)
    level, width = {index: checked_hash(digest) for index, digest in leaves.items()}, size
    while width > 1:
        above: dict[int, bytes] = {}
        for index in sorted(level):
            if index >> 1 in above:
                continue
            left = index & ~1
            if left + 1 >= width:
                above[index >> 1] = level[index]
                continue
            pair = [level.get(one) or next(rest, None) for one in (left, left + 1)]
            if pair[0] is None or pair[1] is None:
                return None
            above[index >> 1] = node_hash(pair[0], pair[1])
        level, width = above, (width + 1) >> 1
    return level[0] if next(rest, None) is None else None
