"""Bitcoin block headers from a file a person gave; refuses one whose headers do not follow from each other."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from counterclaim.record.errors import IntegrityError, MalformedError

HEADER_BYTES = 80  # Bitcoin: version 4, previous 32, Merkle root 32, time 4, bits 4, nonce 4
HEADERS_MAX = 4_000_000  # one in ten minutes: until the year 2085; 320 MB
TARGET_MAX = 0xFFFF << 208  # Bitcoin's easiest target (difficulty 1): bits 0x1d00ffff
_MANTISSA_SIGN = 0x800000


@dataclass(frozen=True, slots=True)
class BlockHeaders:
    """Consecutive headers: the one of height `first` stands at the file's beginning, each 80 bytes after the last.

    Made by `block_headers_of`, which checks them. The file is the anchor: that these are the headers of the chain
    everybody shares is what the person who gave it vouches for.
    """

    content: bytes
    first: int

    def holds(self, height: int) -> bool:
        """Whether the header of this height is in the file."""
        return 0 <= (height - self.first) * HEADER_BYTES < len(self.content)

    def merkle_root(self, height: int) -> bytes:
        """The 32 bytes as they stand in the header."""
        return self._field(height, 36, 68)

    def moment(self, height: int) -> str:
        """The header's time, RFC 3339. Its miner sets it; the network holds it to within some two hours."""
        seconds = int.from_bytes(self._field(height, 68, 72), "little")
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def _field(self, height: int, begin: int, end: int) -> bytes:
        if not self.holds(height):
            raise MalformedError(f"the header of block {height}", "a file without it")
        at = (height - self.first) * HEADER_BYTES
        return self.content[at + begin : at + end]


def block_headers_of(content: bytes, *, first: int = 0, target_max: int = TARGET_MAX) -> BlockHeaders:
    """Check a file of headers: each below the target it names, and each naming the one before it.

    `target_max` is the chain's easiest target. Raises MalformedError (no whole headers), IntegrityError.
    """
    if not content or len(content) % HEADER_BYTES or len(content) > HEADERS_MAX * HEADER_BYTES or first < 0:
        raise MalformedError(f"headers of {HEADER_BYTES} bytes each, {HEADERS_MAX} at most", f"{len(content)} bytes")
    before = None
    for at in range(0, len(content), HEADER_BYTES):
        header = content[at : at + HEADER_BYTES]
        digest = hashlib.sha256(hashlib.sha256(header).digest()).digest()
        height = first + at // HEADER_BYTES
        if int.from_bytes(digest, "little") > _target_of(header, height, target_max):
            raise IntegrityError(f"the work that the header of block {height} names", "less")
        if before is not None and header[4:36] != before:
            raise IntegrityError(f"a header of block {height} that names the one before it", "another")
        before = digest
    return BlockHeaders(content, first)


def _target_of(header: bytes, height: int, target_max: int) -> int:
    """The target that the field `bits` encodes: a 3-byte mantissa and an exponent of 256."""
    bits = int.from_bytes(header[72:76], "little")
    exponent, mantissa = bits >> 24, bits & 0xFFFFFF
    target = mantissa << 8 * (exponent - 3) if exponent > 3 else mantissa >> 8 * (3 - exponent)  # noqa: PLR2004
    if mantissa & _MANTISSA_SIGN or not 0 < target <= target_max:
        raise IntegrityError(f"a target of block {height} within the chain's bounds", f"bits {bits:08x}")
    return target
