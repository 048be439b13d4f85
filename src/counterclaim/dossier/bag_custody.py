"""The one form of each text under `custody/` in a bag (docs/SPEC-bag.md); refuses any other form of the same values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence

from counterclaim.dossier.bag_form import (
    CONSISTENCY,
    COSIGNATURES,
    HISTORIES,
    INDEX_DIGITS,
    LEAVES,
    BagError,
)
from counterclaim.record.checkpoint import NoteSignature
from counterclaim.record.cosignature import PROOF_HASHES_MAX, cosignature_of, time_and_signature_of
from counterclaim.record.custody import checked_hash
from counterclaim.record.errors import MalformedError
from counterclaim.record.history import KEY_BITS, History

LEAVES_MAX = 50_000  # as many as a bag has files
COSIGNATURES_MAX = 64  # partners sign by hand, file by file
EARLIER_MAX = 256  # checkpoints a consistency proof is given from: some five years of one publication a week
SEEN_MAX = (
    253402300799  # the last second of the year 9999, so that every time in a cosignature can be written as a date
)
_HASH = re.compile(r"[0-9a-f]{64}")
_LEAF = re.compile(r'([0-9]{8}) (\{"class":"(?:act|record|viewing)","payload_sha256":"[0-9a-f]{64}","v":1\})')
_HISTORY = re.compile(
    r'(0|[1-9][0-9]{0,2}) (\{"entries":\[(?:0|[1-9][0-9]{0,7})(?:,[1-9][0-9]{0,7})*\],"exhibit":[1-9][0-9]{0,7},'
    r'"key":"[0-9a-f]{64}","salt":"[0-9a-f]{32}","v":1\})'
)
_OLD = re.compile(r"old ([1-9][0-9]{0,15})")


def leaves_text(leaves: Mapping[int, bytes]) -> bytes:
    """Give `custody/leaves` over {index: leaf}: eight digits, a space, the stored leaf, LF; rising."""
    return b"".join(b"%0*d %s\n" % (INDEX_DIGITS, index, leaf) for index, leaf in sorted(leaves.items()))


def leaves_in(content: bytes) -> dict[int, bytes]:
    """Read `custody/leaves` strictly: {index: leaf}, at least one, rising. Raises BagError."""
    leaves: dict[int, bytes] = {}
    last = -1
    for line in _lines(content, LEAVES):
        match = _LEAF.fullmatch(line)
        if match is None or int(match[1]) <= last:
            raise BagError(LEAVES, "rising indices of eight digits, each with its leaf in canonical JSON", line[:80])
        last = int(match[1])
        leaves[last] = match[2].encode("ascii")
    if not 1 <= len(leaves) <= LEAVES_MAX:
        raise BagError(LEAVES, f"1 to {LEAVES_MAX} entries", str(len(leaves)))
    return leaves


def hashes_text(hashes: Iterable[bytes]) -> bytes:
    """Give a proof: each hash as 64 lower-case hex digits and LF; no hash is no byte."""
    return "".join(f"{checked_hash(digest).hex()}\n" for digest in hashes).encode("ascii")


def hashes_in(content: bytes, path: str) -> tuple[bytes, ...]:
    """Read a proof strictly. Raises BagError."""
    lines = _lines(content, path)
    if not all(map(_HASH.fullmatch, lines)):
        raise BagError(path, "lines of 64 lower-case hex digits", "another line")
    return tuple(map(bytes.fromhex, lines))


def histories_text(histories: Sequence[tuple[History, int]]) -> bytes:
    """Give `custody/histories`: depth, a space, the history's stored bytes, LF; rising by key."""
    placed = sorted(histories, key=lambda one: one[0].key)
    return b"".join(b"%d %s\n" % (depth, history.content()) for history, depth in placed)


def histories_in(content: bytes) -> tuple[tuple[History, int], ...]:
    """Read `custody/histories` strictly: (history, depth), at least one, rising by key. Raises BagError."""
    histories: list[tuple[History, int]] = []
    for line in _lines(content, HISTORIES):
        match = _HISTORY.fullmatch(line)
        if match is None or int(match[1]) > KEY_BITS:
            raise BagError(HISTORIES, "a depth and a history in canonical JSON", line[:80])
        history = _history_of(match[2].encode("ascii"))
        if histories and history.key <= histories[-1][0].key:
            raise BagError(HISTORIES, "histories that rise by key", history.key.hex())
        histories.append((history, int(match[1])))
    if not histories:
        raise BagError(HISTORIES, "at least one history", "none")
    return tuple(histories)


def _history_of(content: bytes) -> History:
    plain = json.loads(content)
    history = History(
        exhibit=plain["exhibit"],
        key=bytes.fromhex(plain["key"]),
        entries=tuple(plain["entries"]),
        salt=bytes.fromhex(plain["salt"]),
    )
    try:
        if history.content() != content:
            raise BagError(HISTORIES, "a history in canonical JSON", "another form")
    except MalformedError as error:
        raise BagError(HISTORIES, error.expected, error.got) from error
    return history


def cosignatures_in(content: bytes) -> tuple[NoteSignature, ...]:
    """Read `custody/cosignatures` strictly: one line a key, at least one. Raises BagError."""
    try:
        lines = content.decode("utf-8").split("\n")
        signatures = tuple(map(cosignature_of, lines[:-1]))
        seen = [time_and_signature_of(one)[0] for one in signatures]
    except (UnicodeDecodeError, MalformedError) as error:
        raise BagError(COSIGNATURES, "cosignature lines (C2SP tlog-cosignature)", str(error)[:80]) from error
    keys = {(one.name, one.key_hash) for one in signatures}
    if lines[-1] or not signatures or len(keys) != len(signatures) or len(keys) > COSIGNATURES_MAX:
        raise BagError(COSIGNATURES, f"1 to {COSIGNATURES_MAX} lines, each of another key", f"{len(keys)} keys")
    if max(seen) > SEEN_MAX:
        raise BagError(COSIGNATURES, f"times of at most {SEEN_MAX} seconds", str(max(seen)))
    return signatures


def consistency_text(proofs: Mapping[int, Sequence[bytes]]) -> bytes:
    """Give `custody/consistency` over {old size: proof}: `old SIZE`, its hashes in hex, one a line; rising."""
    return b"".join(b"old %d\n%s" % (old, hashes_text(proof)) for old, proof in sorted(proofs.items()))


def consistency_in(content: bytes, *, size: int) -> dict[int, tuple[bytes, ...]]:
    """Read `custody/consistency` strictly: {old size: proof}, at least one, rising, below `size`. Raises BagError."""
    proofs: dict[int, tuple[bytes, ...]] = {}
    last = 0
    for line in _lines(content, CONSISTENCY):
        match = _OLD.fullmatch(line)
        if match is not None and last < int(match[1]) < size:
            last = int(match[1])
            proofs[last] = ()
        elif match is None and last and _HASH.fullmatch(line) and len(proofs[last]) < PROOF_HASHES_MAX:
            proofs[last] = (*proofs[last], bytes.fromhex(line))
        else:
            raise BagError(CONSISTENCY, "rising old sizes below this one, each with its hashes", line[:80])
    if not 1 <= len(proofs) <= EARLIER_MAX:
        raise BagError(CONSISTENCY, f"1 to {EARLIER_MAX} old sizes", str(len(proofs)))
    return proofs


def _lines(content: bytes, path: str) -> list[str]:
    """The lines of an ASCII text of which each ends in LF. Raises BagError."""
    try:
        lines = content.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise BagError(path, "ASCII", str(error)[:80]) from error
    if lines.pop():
        raise BagError(path, "a last line that ends in LF", "none")
    return lines
