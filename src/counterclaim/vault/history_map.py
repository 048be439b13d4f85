"""The map over the exhibits' histories as stored nodes, grown along a few ways only; refuses a missing node."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from sqlalchemy import Connection

from counterclaim.record.custody import node_hash
from counterclaim.record.errors import IntegrityError
from counterclaim.record.history import NOTHING, bits_of

WAYS_AT_A_TIME = 500  # bound values of one statement: SQLite's own limit was 999 for long (sqlite.org/limits.html)
_PUT = 'INSERT OR REPLACE INTO map_node (way, hash, "key") VALUES (?, ?, ?)'


class MapNode(NamedTuple):
    """A node of the map: its hash (32 bytes), and the key of its history where it is a leaf (else None)."""

    hash: bytes
    key: bytes | None


def root_of_nodes(nodes: Mapping[str, MapNode]) -> bytes:
    """Return the map's root (32 bytes); an empty map has the root of nothing."""
    root = nodes.get("")
    return NOTHING if root is None else root.hash


def grow(nodes: dict[str, MapNode], changes: Mapping[bytes, bytes]) -> set[str]:
    """Put {key: digest of its history} into the map; returns the ways of the nodes that changed.

    `nodes` must hold every node on the keys' ways and their neighbours (`nodes_towards`), or the whole map.
    """
    placed: set[str] = set()
    above: set[str] = set()
    for key, digest in changes.items():
        bits = bits_of(key)
        depth = _branch_of(nodes, bits, above)
        found = nodes.get(bits[:depth])
        if found is not None and found.key is not None and found.key != key:
            other = bits_of(found.key)
            first, depth = depth, _parting(bits, other, depth) + 1
            for step in range(first, depth):
                # Whether inner or not, its hash is worked out below; until then it only must not pass for a leaf.
                nodes[bits[:step]] = MapNode(NOTHING, None)
            nodes[other[:depth]] = found
            placed.add(other[:depth])
        way = bits[:depth]
        nodes[way] = MapNode(digest, key)
        placed.add(way)
        above.update(way[:step] for step in range(depth))
    for way in sorted(above, key=len, reverse=True):
        left, right = nodes.get(way + "0"), nodes.get(way + "1")
        nodes[way] = MapNode(node_hash(left.hash if left else NOTHING, right.hash if right else NOTHING), None)
    return placed | above


def _branch_of(nodes: Mapping[str, MapNode], bits: str, inner: set[str]) -> int:
    """Walk down until the way ends in a leaf or in nothing; returns how many steps that took."""
    depth = 0
    while (way := bits[:depth]) in inner or ((node := nodes.get(way)) is not None and node.key is None):
        depth += 1
    return depth


def _parting(first: str, second: str, start: int) -> int:
    return next(at for at in range(start, len(first)) if first[at] != second[at])


def depth_of(nodes: Mapping[str, MapNode], key: bytes) -> int:
    """Return how many steps below the root the history of `key` stands. Raises IntegrityError where it does not."""
    bits = bits_of(key)
    depth = _branch_of(nodes, bits, set())
    found = nodes.get(bits[:depth])
    if found is None or found.key != key:
        raise IntegrityError("custody.db: a leaf of the map for each history", "none")
    return depth


# --- in the database --------------------------------------------------------------------------


def nodes_towards(connection: Connection, keys: Iterable[bytes]) -> dict[str, MapNode]:
    """Read the nodes on the ways of `keys`, and the neighbour of each: a few dozen a key, however large the map."""
    wanted = [bits_of(key) for key in keys]
    nodes: dict[str, MapNode] = {}
    level, depth = {""}, 0
    while level:
        nodes |= _read(connection, level)
        level = set()
        for bits in wanted:
            node = nodes.get(bits[:depth])
            if node is not None and node.key is None:
                level |= {bits[:depth] + "0", bits[:depth] + "1"}
        depth += 1
    return nodes


def _read(connection: Connection, ways: Iterable[str]) -> Iterator[tuple[str, MapNode]]:
    rest = sorted(ways)
    while rest:
        now, rest = rest[:WAYS_AT_A_TIME], rest[WAYS_AT_A_TIME:]
        marks = ", ".join("?" * len(now))
        statement = f'SELECT way, hash, "key" FROM map_node WHERE way IN ({marks})'  # noqa: S608 (marks alone)
        for way, digest, key in connection.exec_driver_sql(statement, tuple(now)):
            yield way, MapNode(digest, key)


def put_nodes(connection: Connection, nodes: Mapping[str, MapNode], ways: Iterable[str]) -> None:
    """Store the nodes at these ways."""
    rows = [(way, nodes[way].hash, nodes[way].key) for way in sorted(ways)]
    if rows:
        connection.exec_driver_sql(_PUT, rows)


def stored_root(connection: Connection) -> bytes:
    """Return the root of the stored map (32 bytes)."""
    return root_of_nodes(dict(_read(connection, [""])))


def stored_nodes(connection: Connection) -> dict[str, MapNode]:
    """Read the whole map."""
    rows = connection.exec_driver_sql('SELECT way, hash, "key" FROM map_node')
    return {way: MapNode(digest, key) for way, digest, key in rows}
