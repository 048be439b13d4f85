"""The published vectors of histories, map and multiproofs hold by the standard library, and the bad ones do not."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

from counterclaim.record.errors import MalformedError
from counterclaim.record.history import Placed, map_root_of_proof
from counterclaim.record.multiproof import root_of_multiproof

FOLDER = Path(__file__).parent / "custody-log"
NOTHING = bytes(32)


def loaded(name: str) -> Any:
    return json.loads((FOLDER / name).read_text("utf-8"))


def sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def bits(key: bytes) -> str:
    return "".join(f"{byte:08b}" for byte in key)


def whole_map(digests: dict[bytes, bytes]) -> dict[str, bytes]:
    """Every node by its way, straight from the specification's rule."""
    nodes: dict[str, bytes] = {}

    def node(way: str) -> bytes:
        inside = {key: digest for key, digest in digests.items() if bits(key).startswith(way)}
        if not inside:
            return NOTHING
        if len(inside) == 1:
            (nodes[way],) = inside.values()
        else:
            nodes[way] = sha256(b"\x01" + node(way + "0") + node(way + "1"))
        return nodes[way]

    node("")
    return nodes


def root_of_map_proof(placed: list[dict[str, Any]], proof: list[str]) -> bytes | None:
    """The specification's words in code: which neighbours a proof lists, and what they lead to."""
    digests = {}
    for one in placed:
        key = bytes.fromhex(one["key"])
        if not 0 <= one["depth"] <= 256 or bits(key)[: one["depth"]] in digests:
            return None
        digests[bits(key)[: one["depth"]]] = bytes.fromhex(one["digest"])
    if not digests or any(other != way and other.startswith(way) for way in digests for other in digests):
        return None
    above = {way[:step] for way in digests for step in range(len(way) + 1)}
    beside = {way[:-1] + "10"[int(way[-1])] for way in above if way} - above
    order = sorted(beside, key=lambda way: (-len(way), way))
    if len(order) != len(proof):
        return None
    given = dict(zip(order, map(bytes.fromhex, proof), strict=True))

    def node(way: str) -> bytes:
        held = digests.get(way, given.get(way))
        return sha256(b"\x01" + node(way + "0") + node(way + "1")) if held is None else held

    return node("")


def test_keys_tags_and_digests_follow_from_the_entries() -> None:
    leaves = [bytes.fromhex(row["leaf_hash"]) for row in loaded("entries.json")]
    payloads = [json.loads(row["payload"]) for row in loaded("entries.json")]
    told = loaded("histories.json")
    digests = {}
    for row in told["histories"]:
        content = json.loads(row["content"])
        assert json.dumps(content, sort_keys=True, separators=(",", ":")) == row["content"]
        assert content["entries"] == [i for i, payload in enumerate(payloads) if row["exhibit"] in payload["exhibits"]]
        first = leaves[content["entries"][0]]
        key = sha256(b"counterclaim-history/1\n" + first + str(row["exhibit"]).encode())
        assert key.hex() == row["key"] == content["key"]
        tag = sha256(leaves[0] + f'["{told["case"]}",{row["exhibit"]}]'.encode())
        assert (tag.hex(), first.hex(), content["salt"]) == (row["tag"], row["first_leaf"], row["salt"])
        digests[key] = sha256(b"\x00" + row["content"].encode())
        assert digests[key].hex() == row["digest"]
    root = whole_map(digests)[""]
    assert root.hex() == told["root"]
    lines = loaded("checkpoint.json")["note"].split("\n")
    assert lines[3] == f"histories {base64.b64encode(root).decode()}"
    assert loaded("checkpoint.json")["note_of_format_1"].split("\n")[:3] == lines[:3]


def test_the_nodes_of_each_map_follow_from_its_histories() -> None:
    for row in loaded("map.json")["nodes"]:
        keys = [
            sha256(b"counterclaim-history/1\n" + sha256(f"first {n}".encode()) + str(n).encode())
            for n in range(1, row["histories"] + 1)
        ]
        nodes = whole_map({key: sha256(b"history " + key) for key in keys})
        assert {way: digest.hex() for way, digest in nodes.items()} == row["nodes"]


def test_each_map_proof_holds_or_does_not_as_it_says() -> None:
    rows = loaded("map.json")["proofs"]
    for row in rows:
        placed = [
            Placed(key=bytes.fromhex(one["key"]), depth=one["depth"], digest=bytes.fromhex(one["digest"]))
            for one in row["placed"]
        ]
        root = bytes.fromhex(row["root"])
        assert (root_of_map_proof(row["placed"], row["proof"]) == root) is row["holds"], row["why"]
        try:
            ours = map_root_of_proof(placed, [bytes.fromhex(one) for one in row["proof"]])
        except MalformedError:
            ours = None
        assert (ours == root) is row["holds"], row["why"]
    assert sum(row["holds"] for row in rows) == 6
    assert sum(not row["holds"] for row in rows) == 18


def test_each_multiproof_holds_or_does_not_as_it_says() -> None:
    rows = loaded("multiproofs.json")
    for row in rows:
        leaves = {int(index): bytes.fromhex(digest) for index, digest in row["leaves"].items()}
        proof = [bytes.fromhex(one) for one in row["proof"]]
        root = bytes.fromhex(row["root"])
        assert (root_by_range(leaves, row["size"], proof) == root) is row["holds"], row["why"]
        assert (root_of_multiproof(leaves, row["size"], proof) == root) is row["holds"], row["why"]
    assert sum(row["holds"] for row in rows) == 6
    assert sum(not row["holds"] for row in rows) >= 18


def root_by_range(leaves: dict[int, bytes], size: int, proof: list[bytes]) -> bytes | None:
    """Name the nodes of the tree by level, list the missing ones, put the proof in their places."""
    widths = [size]
    while widths[-1] > 1:
        widths.append((widths[-1] + 1) // 2)
    known = [{index >> level for index in leaves} for level in range(len(widths))]
    missing = [
        (level, index ^ 1)
        for level, width in enumerate(widths[:-1])
        for index in sorted(known[level])
        if index ^ 1 not in known[level] and index ^ 1 < width
    ]
    if len(missing) != len(proof):
        return None
    given = dict(zip(missing, proof, strict=True))

    def node(level: int, index: int) -> bytes:
        if (level, index) in given:
            return given[level, index]
        if level == 0:
            return leaves[index]
        left, right = 2 * index, 2 * index + 1
        return (
            node(level - 1, left)
            if right >= widths[level - 1]
            else sha256(b"\x01" + node(level - 1, left) + node(level - 1, right))
        )

    return node(len(widths) - 1, 0)
