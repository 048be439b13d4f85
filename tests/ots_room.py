"""OpenTimestamps proofs made with the reference library, and headers mined at a target a test can reach."""

from __future__ import annotations

import hashlib
from functools import partial

from opentimestamps.core.notary import BitcoinBlockHeaderAttestation, PendingAttestation
from opentimestamps.core.op import OpAppend, OpPrepend, OpSHA256
from opentimestamps.core.serialize import BytesSerializationContext
from opentimestamps.core.timestamp import DetachedTimestampFile, Timestamp

from counterclaim.vault.block_headers import block_headers_of

EASY = 0x7FFFFF << 232  # the target of Bitcoin's regression tests (bits 0x207fffff): every second hash is below it
BITS = (0x207FFFFF).to_bytes(4, "little")
easy_headers_of = partial(block_headers_of, target_max=EASY)


def sha256d(content: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(content).digest()).digest()


def mined(roots: list[bytes], *, seconds: int = 1_700_000_000) -> bytes:
    """Consecutive headers over these Merkle roots, ten minutes apart."""
    headers, before = b"", b"\x00" * 32
    for number, root in enumerate(roots):
        for nonce in range(1 << 20):
            time = (seconds + 600 * number).to_bytes(4, "little")
            header = (2).to_bytes(4, "little") + before + root + time + BITS + nonce.to_bytes(4, "little")
            if int.from_bytes(sha256d(header), "little") <= EASY:
                break
        headers, before = headers + header, sha256d(header)
    return headers


def proof_over(note: bytes, *, height: int | None, address: str = "https://calendar.example/") -> tuple[bytes, bytes]:
    """A proof over the note's SHA-256 to a block (or waiting for a calendar), and the message it ends in."""
    digest = hashlib.sha256(note).digest()
    top = Timestamp(digest)
    inner = top.ops.add(OpAppend(b"\x05" * 16)).ops.add(OpSHA256()).ops.add(OpPrepend(b"\x01" * 32))
    end = inner.ops.add(OpSHA256()).ops.add(OpSHA256())
    end.attestations.add(PendingAttestation(address) if height is None else BitcoinBlockHeaderAttestation(height))
    return serialized(top), end.msg


def serialized(top: Timestamp) -> bytes:
    context = BytesSerializationContext()
    DetachedTimestampFile(OpSHA256(), top).serialize(context)
    return context.getbytes()
