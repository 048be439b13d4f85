"""All entries about one exhibit, provable as a whole: a sorted Merkle map; refuses two places for one exhibit.

The map is a compact sparse Merkle tree (Dahlberg, Pulls, Peeters, "Efficient Sparse Merkle Trees", NordSec 2016;
compacted as in Gao, Hu, Wu, "Jellyfish Merkle Tree", 2021): an exhibit's place is given by the bits of its key, and a
branch that holds one history alone is that history. So a key has exactly one place, and a proof shows of its neighbours
nothing but 32 bytes each.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from counterclaim.record.canonical import canonical_json
from counterclaim.record.custody import HASH_BYTES, SALT_BYTES, checked_hash, leaf_hash, node_hash
from counterclaim.record.errors import MalformedError

NOTHING = bytes(HASH_BYTES)  # a branch without any history, and the root of an empty map
KEY_BITS = 8 * HASH_BYTES
_KEY_DOMAIN = b"counterclaim-history/1\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Which entries are about one exhibit: `entries` are their indices, rising; the first is its admission.

    `key` (32 bytes) is its place in the map; `salt` (16 bytes, new at each entry) keeps a neighbour's hash unguessable.
    """

    exhibit: int
    key: bytes
    entries: tuple[int, ...]
    salt: bytes

    def content(self) -> bytes:
        """The stored bytes: canonical JSON with the fields entries, exhibit, key, salt, v. Raises MalformedError."""
        if not self.entries or list(self.entries) != sorted({*self.entries}) or self.entries[0] < 0:
            raise MalformedError("one or more rising indices", str(self.entries[:8]))
        if len(self.salt) != SALT_BYTES:
            raise MalformedError(f"a salt of {SALT_BYTES} bytes", f"{len(self.salt)} bytes")
        return canonical_json(
            {
                "v": 1,
                "exhibit": self.exhibit,
                "key": checked_hash(self.key).hex(),
                "entries": list(self.entries),
                "salt": self.salt.hex(),
            }
        )

    def digest(self) -> bytes:
        """The hash of the stored bytes as a leaf: SHA-256(0x00 || content), 32 bytes."""
        return leaf_hash(self.content())


def history_key(first_leaf: bytes, exhibit: int) -> bytes:
    """The place of an exhibit: SHA-256(domain || leaf hash of its first entry || its number in ASCII), 32 bytes.

    The leaf is salted, so nobody who lacks the entry can name or guess the key, and whoever holds it needs no secret.
    """
    return hashlib.sha256(_KEY_DOMAIN + checked_hash(first_leaf) + str(exhibit).encode("ascii")).digest()


def bits_of(key: bytes) -> str:
    """The 256 bits of a key as a text of 0 and 1, the most significant first: the way from the root, left is 0."""
    return f"{int.from_bytes(checked_hash(key)):0{KEY_BITS}b}"


# --- the whole map, from nothing but its histories: the reference that stored nodes are compared with ----------


def map_nodes(digests: Mapping[bytes, bytes]) -> dict[str, bytes]:
    """Every node of the map over {key: digest of its history}, by its way from the root ("" is the root)."""
    placed = sorted((bits_of(key), digest) for key, digest in digests.items())
    nodes: dict[str, bytes] = {}
    _fill(nodes, placed, "")
    return nodes


def _fill(nodes: dict[str, bytes], placed: Sequence[tuple[str, bytes]], way: str) -> bytes:
    if not placed:
        return NOTHING
    if len(placed) == 1:
        nodes[way] = placed[0][1]
        return nodes[way]
    middle = next((at for at, (bits, _) in enumerate(placed) if bits[len(way)] == "1"), len(placed))
    left, right = _fill(nodes, placed[:middle], way + "0"), _fill(nodes, placed[middle:], way + "1")
    nodes[way] = node_hash(left, right)
    return nodes[way]


def map_root(digests: Mapping[bytes, bytes]) -> bytes:
    """The root of the map over {key: digest of its history}: 32 bytes."""
    return map_nodes(digests).get("", NOTHING)


# --- one proof for several histories --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A history in a proof: its key, how many steps below the root it stands, and its digest (32 bytes)."""

    key: bytes
    depth: int
    digest: bytes

    def way(self) -> str:
        """The steps from the root to it. Raises MalformedError for a depth beyond the key."""
        if not 0 <= self.depth <= KEY_BITS:
            raise MalformedError(f"a depth within 0..{KEY_BITS}", str(self.depth))
        return bits_of(self.key)[: self.depth]


def branches_of(ways: Sequence[str]) -> Iterator[str]:
    """Yield the neighbours that lead from the places `ways` to the root: the deepest first, then from left to right."""
    level, at = {*ways}, max(map(len, ways), default=0)
    while at:
        here = sorted(way for way in level if len(way) == at)
        for way in here:
            if (other := _neighbour(way)) not in level:
                yield other
        level = {way for way in level if len(way) < at} | {way[:-1] for way in here}
        at -= 1


def _neighbour(way: str) -> str:
    return way[:-1] + ("0" if way[-1] == "1" else "1")


def map_root_of_proof(placed: Sequence[Placed], proof: Sequence[bytes]) -> bytes | None:
    """Return the root that `proof` leads to from these histories, or None where it does not fit.

    The proof must hold exactly the hashes of `branches_of`, in that order; no two histories may stand on one way.
    """
    level = {one.way(): checked_hash(one.digest) for one in placed}
    if not placed or len(level) != len(placed):
        return None
    rest, at = iter(proof), max(map(len, level))
    while at:
        here = sorted(way for way in level if len(way) == at)
        for way in here:
            if (own := level.pop(way, None)) is None:
                continue
            other = level.pop(_neighbour(way), None) or next(rest, None)
            if other is None or way[:-1] in level:
                return None
            level[way[:-1]] = node_hash(own, checked_hash(other)) if way[-1] == "0" else node_hash(other, own)
        at -= 1
    return level[""] if next(rest, None) is None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoriesProof:
    """Some exhibits' histories, and the one proof that leads from them to the root of the map.

    `histories` are (history, its depth in the map) in the order of keys; `proof` are hashes in that of `branches_of`.
    """

    histories: tuple[tuple[History, int], ...]
    proof: tuple[bytes, ...]

    def root(self) -> bytes | None:
        """The root of the map that this leads to (32 bytes), or None where it does not fit. Raises MalformedError."""
        placed = [Placed(key=history.key, depth=depth, digest=history.digest()) for history, depth in self.histories]
        return map_root_of_proof(placed, self.proof)
