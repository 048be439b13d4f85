"""Writes the test vectors of the custody log, so that others can implement docs/SPEC-custody-log.md without our code.

    python tools/make_log_vectors.py --into tests/vectors/custody-log

Clock, salts and key are fixed; the key is published here and signs nothing but these vectors.
"""

from __future__ import annotations

import argparse
import hashlib
import json
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


def checkpoint_vectors() -> dict[str, Any]:
    """Key, signed note and one proof file over the whole vector log."""
    signer = Ed25519Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(SEED))
    hashes = [bytes.fromhex(row["leaf_hash"]) for row in entry_vectors()]
    note = signed(Checkpoint(origin=ORIGIN, size=len(hashes), root=root_of(hashes)), signer).note()
    return {
        "private_seed": SEED.hex(),
        "public_key": signer.public_key.hex(),
        "verifier_key": verifier_key_of(signer.name, signer.public_key),
        "fingerprint": fingerprint_of(signer.public_key),
        "note": note.decode(),
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
