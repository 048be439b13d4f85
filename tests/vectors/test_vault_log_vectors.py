"""The published vectors are what the program makes, and hold by the standard library alone."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FOLDER = Path(__file__).parent / "custody-log"
TOOL = Path(__file__).parents[2] / "tools" / "make_log_vectors.py"


def loaded(name: str):
    return json.loads((FOLDER / name).read_text("utf-8"))


def sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def test_the_tool_makes_the_published_vectors_again(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(TOOL), "--into", str(tmp_path)], check=True)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert made == {path.name: path.read_bytes() for path in FOLDER.glob("*.json")}
    assert len(made) == 7


def test_each_entry_commits_from_detail_to_payload_to_leaf() -> None:
    for row in loaded("entries.json"):
        leaf, payload = json.loads(row["leaf"]), json.loads(row["payload"])
        assert payload["detail_sha256"] == sha256(row["detail"].encode()).hex()
        assert leaf["payload_sha256"] == sha256(row["payload"].encode()).hex()
        assert set(leaf) == {"v", "class", "payload_sha256"}
        assert row["leaf_hash"] == sha256(b"\x00" + row["leaf"].encode()).hex()
        assert (payload["salt"], json.loads(row["detail"])["salt"]) == (row["payload_salt"], row["detail_salt"])


def test_roots_and_proofs_follow_from_the_leaves() -> None:
    leaves, tree = [bytes.fromhex(row["leaf_hash"]) for row in loaded("entries.json")], loaded("tree.json")
    assert [root.hex() for root in (mth(leaves[:size]) for size in range(len(leaves) + 1))] == tree["roots"]
    for row in tree["inclusion"]:
        assert [part.hex() for part in path(row["index"], leaves[: row["size"]])] == row["proof"]
    for row in tree["consistency"]:
        old, held = row["old_size"], leaves[: row["size"]]
        assert [part.hex() for part in (subproof(old, held, whole=True) if old else [])] == row["proof"]


def half(leaves: list[bytes]) -> int:
    return 1 << (len(leaves) - 1).bit_length() - 1


def mth(leaves: list[bytes]) -> bytes:
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"")
    k = half(leaves)
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:]))


def path(m: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    k = half(leaves)
    return [*path(m, leaves[:k]), mth(leaves[k:])] if m < k else [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m: int, leaves: list[bytes], *, whole: bool) -> list[bytes]:
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = half(leaves)
    if m <= k:
        return [*subproof(m, leaves[:k], whole=whole), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], whole=False), mth(leaves[:k])]


def test_the_note_is_signed_by_the_published_key() -> None:
    head = loaded("checkpoint.json")
    text, line = head["note"].split("\n\n")
    dash, name, encoded = line.rstrip("\n").split(" ")
    raw, key = base64.b64decode(encoded), bytes.fromhex(head["public_key"])
    assert (dash, name) == ("\u2014", "vectors.example/custody-log")
    assert raw[:4] == sha256(name.encode() + b"\n\x01" + key)[:4]
    Ed25519PublicKey.from_public_bytes(key).verify(raw[4:], text.encode() + b"\n")
    assert head["fingerprint"] == sha256(key).hex()
    assert base64.b64decode(text.split("\n")[2]).hex() == loaded("tree.json")["roots"][-1]
    assert head["tlog_proof_of_entry_3"].endswith("\n\n" + head["note"])


def test_files_are_what_the_specification_says() -> None:
    files = loaded("files.json")
    kept = files["object"]
    content = bytes.fromhex(kept["content"])
    assert bytes.fromhex(kept["envelope"]) == b"counterclaim-object/1\n" + content
    assert kept["sha256"] == sha256(content).hex()
    head, _, tail = files["seal"]["file"].rpartition("seal ")
    assert tail == sha256(head.encode()).hex() + "\n"
