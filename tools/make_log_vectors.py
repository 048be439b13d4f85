"""Writes the test vectors of the custody log, so that others can implement docs/SPEC-custody-log.md without our code.

    python tools/make_log_vectors.py --into tests/vectors/custody-log

Clock, salts and key are fixed; the key is published here and signs nothing but these vectors.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from counterclaim.record.canonical import sha256_hex
from counterclaim.record.checkpoint import Checkpoint, fingerprint_of, tlog_proof_text, verifier_key_of
from counterclaim.record.custody import (
    Event,
    Tool,
    class_of,
    consistency_proof,
    entry_of,
    inclusion_proof,
    leaf_hash,
    root_of,
)
from counterclaim.record.history import (
    NOTHING,
    History,
    bits_of,
    branches_of,
    history_key,
    map_nodes,
    map_root,
)
from counterclaim.record.multiproof import siblings_of
from counterclaim.vault.histories import tag_of
from counterclaim.vault.log import Ed25519Signer, signed
from counterclaim.vault.objects import HEADER
from counterclaim.vault.seal import Seal

ORIGIN = "vectors.example/custody-log"
SEED = bytes(range(32))
TOOL = Tool(name="counterclaim", version="0.0.0-vectors")


def salt_of(number: int) -> bytes:
    """Sixteen bytes that anybody can make again: SHA-256("salt <number>")[:16]."""
    return hashlib.sha256(f"salt {number}".encode()).digest()[:16]


def _event(kind: str, body: dict[str, Any], *, exhibits: tuple[int, ...] = (), inputs: tuple[str, ...] = ()) -> Event:
    return Event(
        kind=kind,
        event_class=class_of(kind),
        at="2026-01-02T03:04:05Z",
        actor="p1",
        case="drevonia",
        tool=TOOL,
        basis="public interest",
        exhibits=exhibits,
        inputs=inputs,
        body=body,
    )


def events() -> list[Event]:
    """Seven events that between them need every rule of the canonical form."""
    return [
        _event("vault_created", {"origin": ORIGIN}),
        _event("inquiry", {"searched": "Şəkil, фото, fotoğraf", "found": 0}),
        _event(
            "inquiry", {"z": 1, "a": [True, None, -(2**53) + 1], "\u20ac": "euro", "\U0001f600": "beyond", "\ufb33": ""}
        ),
        _event("view", {}, exhibits=(1, 2)),
        _event("inquiry", {"text": 'quote " backslash \\ line\n tab\t bell\x07 slash / \u2028'}),
        _event("not_used", {"exhibit": 1, "why": "a copy"}, exhibits=(1,), inputs=("00" * 32,)),
        _event("erase", {"entries": [1], "why": "asked for"}),
    ]


def entry_vectors() -> list[dict[str, Any]]:
    """Each event with its salts, its three byte strings as text, and its leaf hash."""
    rows = []
    for index, event in enumerate(events()):
        salts = (salt_of(2 * index), salt_of(2 * index + 1))
        entry = entry_of(event, index=index, salts=salts)
        assert entry.payload is not None  # noqa: S101 (just sealed)
        assert entry.detail is not None  # noqa: S101
        rows.append(
            {
                "index": index,
                "payload_salt": salts[0].hex(),
                "detail_salt": salts[1].hex(),
                "detail": entry.detail.decode(),
                "payload": entry.payload.decode(),
                "leaf": entry.leaf.decode(),
                "leaf_hash": leaf_hash(entry.leaf).hex(),
            }
        )
    return rows


def tree_vectors() -> dict[str, Any]:
    """Roots of every size, and every proof, over the leaf hashes of the entries."""
    hashes = [bytes.fromhex(row["leaf_hash"]) for row in entry_vectors()]
    sizes = range(len(hashes) + 1)
    return {
        "roots": [root_of(hashes[:size]).hex() for size in sizes],
        "inclusion": [
            {"index": index, "size": size, "proof": [part.hex() for part in inclusion_proof(hashes[:size], index)]}
            for size in sizes
            for index in range(size)
        ],
        "consistency": [
            {"old_size": old, "size": size, "proof": [part.hex() for part in consistency_proof(hashes[:size], old)]}
            for size in sizes
            for old in range(size + 1)
        ],
    }


def _histories() -> dict[int, History]:
    """The histories of the vector log: entries 3 and 5 name exhibit 1, entry 3 names exhibit 2 as well."""
    leaves = [bytes.fromhex(row["leaf_hash"]) for row in entry_vectors()]
    told = [(index, number) for index, event in enumerate(events()) for number in sorted(set(event.exhibits))]
    histories: dict[int, History] = {}
    for place, (index, number) in enumerate(told):
        held = histories.get(number)
        key, entries = (held.key, held.entries) if held else (history_key(leaves[index], number), ())
        salt = salt_of(2 * len(leaves) + place)
        histories[number] = History(exhibit=number, key=key, entries=(*entries, index), salt=salt)
    return histories


def history_vectors() -> dict[str, Any]:
    """Tags, keys, contents and digests of the vector log's histories, and the root its checkpoint signs."""
    leaves = [bytes.fromhex(row["leaf_hash"]) for row in entry_vectors()]
    histories = _histories()
    return {
        "case": "drevonia",
        "histories": [
            {
                "exhibit": number,
                "tag": tag_of(leaves[0], "drevonia", number).hex(),
                "first_leaf": leaves[history.entries[0]].hex(),
                "key": history.key.hex(),
                "salt": history.salt.hex(),
                "content": history.content().decode(),
                "digest": history.digest().hex(),
            }
            for number, history in histories.items()
        ],
        "root": map_root({history.key: history.digest() for history in histories.values()}).hex(),
    }


def _map_of(count: int) -> dict[bytes, bytes]:
    """A map of made-up histories: keys of exhibits 1..count whose first leaf is SHA-256("first <number>")."""
    keys = [history_key(hashlib.sha256(f"first {n}".encode()).digest(), n) for n in range(1, count + 1)]
    return {key: hashlib.sha256(b"history " + key).digest() for key in keys}


def _proof_row(digests: dict[bytes, bytes], numbers: list[int]) -> dict[str, Any]:
    nodes, keys = map_nodes(digests), [*digests]
    chosen = sorted(keys[number - 1] for number in numbers)
    depths = [next(d for d in range(257) if nodes.get(bits_of(key)[:d]) == digests[key]) for key in chosen]
    ways = [bits_of(key)[:depth] for key, depth in zip(chosen, depths, strict=True)]
    return {
        "histories": len(digests),
        "placed": [
            {"key": key.hex(), "depth": depth, "digest": digests[key].hex()}
            for key, depth in zip(chosen, depths, strict=True)
        ],
        "proof": [nodes.get(way, NOTHING).hex() for way in branches_of(ways)],
        "root": map_root(digests).hex(),
        "holds": True,
        "why": f"exhibits {', '.join(map(str, numbers))} of {len(digests)}",
    }


def _flipped(text: str) -> str:
    return ("1" if text[0] == "0" else "0") + text[1:]


def _spoilt_map_rows(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The same proof with one thing changed each."""
    first, *rest = row["placed"]
    spare = {"proof": [*row["proof"], "00" * 32], "why": "a hash too many"}
    yield {**row, **spare, "holds": False}
    yield {**row, "proof": row["proof"][:-1], "holds": False, "why": "a hash too few"}
    yield {**row, "proof": [_flipped(row["proof"][0]), *row["proof"][1:]], "holds": False, "why": "another hash"}
    yield {**row, "placed": rest, "holds": False, "why": "a history left out"}
    yield {**row, "placed": [first, first, *rest], "holds": False, "why": "a history twice"}
    for change, why in (
        ({"digest": _flipped(first["digest"])}, "another content"),
        ({"depth": first["depth"] + 1}, "a step deeper"),
        ({"depth": first["depth"] - 1}, "a step higher"),
        ({"key": _flipped(first["key"])}, "another key"),
    ):
        yield {**row, "placed": [{**first, **change}, *rest], "holds": False, "why": why}


def map_vectors() -> dict[str, Any]:
    """Maps of made-up histories with all their nodes, and proofs that hold and that do not."""
    good = [
        _proof_row(_map_of(count), numbers)
        for count, numbers in ((1, [1]), (2, [1]), (2, [1, 2]), (9, [4]), (9, [1, 5, 9]), (40, [7, 8, 30, 31]))
    ]
    return {
        "nodes": [
            {
                "histories": count,
                "nodes": {way: digest.hex() for way, digest in sorted(map_nodes(_map_of(count)).items())},
            }
            for count in (0, 1, 2, 3, 9)
        ],
        "proofs": [*good, *(bad for row in good[4:] for bad in _spoilt_map_rows(row))],
    }


def multiproof_vectors() -> list[dict[str, Any]]:
    """Proofs of several of up to 21 leaves, SHA-256("leaf <index>"), that hold and that do not."""
    rows: list[dict[str, Any]] = []
    for size, indices in ((1, [0]), (2, [1]), (7, [0, 3, 6]), (13, [12]), (21, [0, 1, 2, 9, 20]), (21, [20])):
        hashes = [hashlib.sha256(f"leaf {index}".encode()).digest() for index in range(size)]
        nodes = siblings_of(indices, size)
        proof = [root_of(hashes[at << level : min((at + 1) << level, size)]).hex() for level, at in nodes]
        leaves = {str(index): hashes[index].hex() for index in indices}
        row = {"size": size, "leaves": leaves, "proof": proof, "root": root_of(hashes).hex(), "holds": True, "why": ""}
        rows += [row, {**row, "proof": [*proof, "00" * 32], "holds": False, "why": "a hash too many"}]
        if not proof:
            continue
        first = str(indices[0])
        rows += [
            {**row, "proof": proof[:-1], "holds": False, "why": "a hash too few"},
            {**row, "proof": [_flipped(proof[0]), *proof[1:]], "holds": False, "why": "another hash"},
            {**row, "leaves": {**leaves, first: _flipped(leaves[first])}, "holds": False, "why": "another leaf"},
        ]
        if len(indices) > 1:
            fewer = {index: digest for index, digest in leaves.items() if index != first}
            rows.append({**row, "leaves": fewer, "holds": False, "why": "a leaf left out"})
    return rows


def checkpoint_vectors() -> dict[str, Any]:
    """Key, signed note and one proof file over the whole vector log."""
    signer = Ed25519Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(SEED))
    hashes = [bytes.fromhex(row["leaf_hash"]) for row in entry_vectors()]
    old = Checkpoint(origin=ORIGIN, size=len(hashes), root=root_of(hashes))
    histories = map_root({history.key: history.digest() for history in _histories().values()})
    note = signed(replace(old, histories=histories), signer).note()
    return {
        "private_seed": SEED.hex(),
        "public_key": signer.public_key.hex(),
        "verifier_key": verifier_key_of(signer.name, signer.public_key),
        "fingerprint": fingerprint_of(signer.public_key),
        "note": note.decode(),
        "note_of_format_1": signed(old, signer).note().decode(),
        "tlog_proof_of_entry_3": tlog_proof_text(index=3, hashes=inclusion_proof(hashes, 3), note=note).decode(),
    }


def file_vectors() -> dict[str, Any]:
    """An object's envelope and a seal."""
    content = b"\x00picture\n"
    return {
        "object": {"content": content.hex(), "sha256": sha256_hex(content), "envelope": (HEADER + content).hex()},
        "seal": {
            "size": 7,
            "database_sha256": "ab" * 32,
            "file": Seal(size=7, database_sha256="ab" * 32).content().decode(),
        },
    }


def vectors() -> dict[str, str]:
    """Every file of vectors by name, as text."""
    made = {
        "entries.json": entry_vectors(),
        "tree.json": tree_vectors(),
        "checkpoint.json": checkpoint_vectors(),
        "files.json": file_vectors(),
        "histories.json": history_vectors(),
        "map.json": map_vectors(),
        "multiproofs.json": multiproof_vectors(),
    }
    return {name: json.dumps(value, indent=1, ensure_ascii=True) + "\n" for name, value in made.items()}


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, required=True)
    into: Path = parser.parse_args().into
    into.mkdir(parents=True, exist_ok=True)
    for name, text in vectors().items():
        (into / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
