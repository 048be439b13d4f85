"""Reads detached OpenTimestamps proofs over a checkpoint note; refuses operations that calendars do not use."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from counterclaim.record.errors import IntegrityError, MalformedError
from counterclaim.vault.block_headers import BlockHeaders

AUTHORITY = "OpenTimestamps"
# The file's first bytes, and the format below, as python-opentimestamps 0.4.5 writes and reads them (core/timestamp.py,
# core/op.py, core/notary.py); this parser is our own.
MAGIC = b"\x00OpenTimestamps\x00\x00Proof\x00\xbf\x89\xe2\xe8\x84\xe8\x92\x94"
VERSION = 1
PROOF_BYTES_MAX = 1 << 18  # an upgraded proof over four calendars has some 3 kB
MESSAGE_BYTES_MAX = 4096  # core/op.py: MAX_MSG_LENGTH, MAX_RESULT_LENGTH
DEPTH_MAX = 256  # core/timestamp.py: its recursion limit
PAYLOAD_BYTES_MAX = 8192  # core/notary.py: MAX_PAYLOAD_SIZE
ADDRESS_BYTES_MAX = 1000  # core/notary.py: MAX_URI_LENGTH
HEIGHT_MAX = 10_000_000  # one block in ten minutes: beyond the year 2190
NUMBER_BYTES_MAX = 5  # base-128 digits of a number below 2^35
_BITCOIN, _PENDING = bytes.fromhex("0588960d73d71901"), bytes.fromhex("83dfe30d2ef90c8e")
_APPEND, _PREPEND, _SHA256, _BRANCH, _ATTESTATION = 0xF0, 0xF1, 0x08, 0xFF, 0x00
_HASHES: Mapping[int, str] = {0x02: "sha1", 0x03: "ripemd160", 0x08: "sha256"}
_ADDRESS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._/:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """Where one branch of a proof ends: `message` stands in a Bitcoin block's header, or is promised by a calendar.

    `height` belongs to "bitcoin", `address` to "pending"; another chain's or a newer kind is "unknown".
    """

    kind: Literal["bitcoin", "pending", "unknown"]
    message: bytes
    height: int = 0
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A detached proof over a SHA-256 (32 bytes) and every end its branches reach, in the order of the file."""

    digest: bytes
    attestations: tuple[Attestation, ...]

    def heights(self) -> tuple[int, ...]:
        """The Bitcoin blocks it leads to."""
        return tuple(one.height for one in self.attestations if one.kind == "bitcoin")


def is_proof(content: bytes) -> bool:
    """Whether these bytes begin as an OpenTimestamps proof does."""
    return content.startswith(MAGIC)


def proof_of(content: bytes) -> Proof:
    """Parse a proof strictly, computing the message of every branch. Raises MalformedError."""
    if not is_proof(content) or len(content) > PROOF_BYTES_MAX:
        raise MalformedError(f"an OpenTimestamps proof of at most {PROOF_BYTES_MAX} bytes", "something else")
    reader = _Reader(content, len(MAGIC))
    if reader.number() != VERSION or reader.byte() != _SHA256:
        raise MalformedError("an OpenTimestamps proof of version 1 over a SHA-256", "another")
    digest = reader.take(hashlib.sha256().digest_size)
    ends = tuple(_ends(reader, digest))
    if not reader.at_end():
        raise MalformedError("the end of the proof", "further bytes")
    return Proof(digest=digest, attestations=ends)


def proof_holds(proof: Proof, note: bytes, headers: BlockHeaders | None) -> str:
    """Words for what the proof shows of `note`: "timestamped by Bitcoin block N (these bytes existed by T)".

    Without `headers`, or where the file has none of its blocks, nothing is shown: empty words. Raises IntegrityError
    for a proof over other bytes, and for one whose block has another Merkle root.
    """
    if proof.digest != hashlib.sha256(note).digest():
        raise IntegrityError("an OpenTimestamps proof over this checkpoint", "one over other bytes")
    held = [] if headers is None else [one for one in proof.attestations if _in_reach(one, headers)]
    if headers is None or not held:
        return ""
    for one in held:
        if headers.merkle_root(one.height) != one.message:
            raise IntegrityError(f"the Merkle root of Bitcoin block {one.height}", "another")
    first = min(one.height for one in held)
    return f"timestamped by Bitcoin block {first} (these bytes existed by {headers.moment(first)})"


def _in_reach(one: Attestation, headers: BlockHeaders) -> bool:
    return one.kind == "bitcoin" and headers.holds(one.height)


class _Reader:
    """Takes bytes off the front; every take is bounded and a short file is refused."""

    def __init__(self, content: bytes, at: int) -> None:
        self._content = content
        self._at = at

    def take(self, count: int) -> bytes:
        """Exactly `count` bytes."""
        taken = self._content[self._at : self._at + count]
        if len(taken) != count:
            raise MalformedError("a whole OpenTimestamps proof", "one cut short")
        self._at += count
        return taken

    def byte(self) -> int:
        """One byte as a number."""
        return self.take(1)[0]

    def number(self) -> int:
        """An unsigned base-128 number, low digits first, in its one shortest form."""
        value = 0
        for place in range(NUMBER_BYTES_MAX):
            digit = self.byte()
            value |= (digit & 0x7F) << 7 * place
            if not digit & 0x80:
                if digit == 0 and place:
                    break
                return value
        raise MalformedError("a short number in an OpenTimestamps proof", "a longer one")

    def sized(self, least: int, most: int) -> bytes:
        """Bytes after their count, `least` to `most` of them."""
        count = self.number()
        if not least <= count <= most:
            raise MalformedError(f"{least} to {most} bytes in an OpenTimestamps proof", str(count))
        return self.take(count)

    def at_end(self) -> bool:
        """Whether nothing is left."""
        return self._at == len(self._content)


def _ends(reader: _Reader, digest: bytes) -> list[Attestation]:
    """Walk every branch, depth first, without recursion: a mark 0xFF says that more begin at the same message."""
    found: list[Attestation] = []
    waiting: list[tuple[bytes, int]] = [(digest, 0)]
    while waiting:
        message, depth = waiting.pop()
        tag = reader.byte()
        if tag == _BRANCH:
            waiting.append((message, depth))
            tag = reader.byte()
        if tag == _ATTESTATION:
            found.append(_attestation(reader, message))
        elif depth < DEPTH_MAX:
            waiting.append((_applied(reader, tag, message), depth + 1))
        else:
            raise MalformedError(f"an OpenTimestamps proof at most {DEPTH_MAX} deep", "a deeper one")
    return found


def _applied(reader: _Reader, tag: int, message: bytes) -> bytes:
    """One operation on the message. Raises MalformedError for one that is not carried out here (keccak among them)."""
    if tag in (_APPEND, _PREPEND):
        given = reader.sized(1, MESSAGE_BYTES_MAX)
        result = message + given if tag == _APPEND else given + message
        if len(result) > MESSAGE_BYTES_MAX:
            raise MalformedError(f"a message of at most {MESSAGE_BYTES_MAX} bytes", f"{len(result)} bytes")
        return result
    name = _HASHES.get(tag)
    if name is None or name not in hashlib.algorithms_available:
        raise MalformedError("the operations append, prepend, sha256, sha1 and ripemd160", f"0x{tag:02x}")
    return hashlib.new(name, message, usedforsecurity=False).digest()


def _attestation(reader: _Reader, message: bytes) -> Attestation:
    kind = reader.take(len(_BITCOIN))
    payload = reader.sized(0, PAYLOAD_BYTES_MAX)
    inside = _Reader(payload, 0)
    if kind == _BITCOIN:
        height = inside.number()
        if height > HEIGHT_MAX or not inside.at_end():
            raise MalformedError("the height of a Bitcoin block", str(height))
        return Attestation(kind="bitcoin", message=message, height=height)
    if kind == _PENDING:
        address = inside.sized(0, ADDRESS_BYTES_MAX)
        if not _ADDRESS.issuperset(address) or not inside.at_end():
            raise MalformedError("the address of a calendar", repr(address[:80]))
        return Attestation(kind="pending", message=message, address=address.decode("ascii"))
    return Attestation(kind="unknown", message=message)
