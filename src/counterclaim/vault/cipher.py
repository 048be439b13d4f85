"""An exhibit's bytes under a key of their own, wrapped for its recipients; refuses bytes in any other order."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from counterclaim.record.errors import IntegrityError

SEALED_HEADER = b"counterclaim-object/2\n"
CHUNK_BYTES = 1 << 20  # one chunk is one call of the cipher; larger gains nothing, smaller costs 16 bytes each
TAG_BYTES = 16  # RFC 8439
KEY_BYTES = 32
LENGTH_BYTES = 8
_KEY_MARK = b"counterclaim-key/1\n"


def new_key() -> bytes:
    """32 random bytes for one object, used for nothing else: that is what lets its nonces be counted."""
    return secrets.token_bytes(KEY_BYTES)


def padded_size(size_bytes: int) -> int:
    """Round a size up so that it tells little: Padmé, at most 12 % more, 3 % for a photograph of a megabyte.

    Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs", PoPETs 2019(4),
    section 4. The exact size of a well-known picture would name it as well as its digest does.
    """
    if size_bytes < 2:  # noqa: PLR2004 (a logarithm of a logarithm needs two)
        return size_bytes
    exponent = size_bytes.bit_length() - 1
    low_bits = exponent - exponent.bit_length()
    mask = (1 << low_bits) - 1
    return (size_bytes + mask) & ~mask


def sealed(content: bytes, *, key: bytes, name: str) -> list[bytes]:
    """The envelope in pieces: header, then chunks of the content, zeros up to the padded size, and the length.

    The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár, CRYPTO 2015) as age uses it: an 11-byte counter and
    a flag on the last chunk make the nonce, so chunks cannot be dropped, doubled or put in another order. Header and
    object name are associated data: an envelope under another name does not open.
    """
    total = padded_size(len(content) + LENGTH_BYTES)
    cipher, bound, view = ChaCha20Poly1305(key), _bound(name), memoryview(content)
    # The length stands last, so that whole chunks are encrypted where they lie; only the end is copied.
    whole = min(len(content), total - LENGTH_BYTES) // CHUNK_BYTES * CHUNK_BYTES
    end = bytes(view[whole:]) + bytes(total - len(content) - LENGTH_BYTES) + len(content).to_bytes(LENGTH_BYTES, "big")
    chunks = [view[start : start + CHUNK_BYTES] for start in range(0, whole, CHUNK_BYTES)]
    chunks += [memoryview(end)[start : start + CHUNK_BYTES] for start in range(0, len(end), CHUNK_BYTES)]
    last = len(chunks) - 1
    return [
        SEALED_HEADER,
        *(cipher.encrypt(_nonce(index, last=index == last), chunk, bound) for index, chunk in enumerate(chunks)),
    ]


def opened(envelope: bytes, *, key: bytes, name: str) -> bytes:
    """Open an envelope whole. Raises IntegrityError for a changed, cut, lengthened or misplaced one."""
    if not envelope.startswith(SEALED_HEADER):
        raise IntegrityError(f"the header {SEALED_HEADER.decode().strip()}", "other bytes")
    cipher, bound, view = ChaCha20Poly1305(key), _bound(name), memoryview(envelope)[len(SEALED_HEADER) :]
    size = CHUNK_BYTES + TAG_BYTES
    plain: list[bytes] = []
    try:
        for index, start in enumerate(range(0, len(view), size)):
            nonce = _nonce(index, last=start + size >= len(view))
            plain.append(cipher.decrypt(nonce, view[start : start + size], bound))
    except (InvalidTag, ValueError) as error:
        raise IntegrityError("an encrypted object as it was written", "other bytes") from error
    whole = b"".join(plain)
    length = int.from_bytes(whole[-LENGTH_BYTES:], "big")
    if len(whole) < LENGTH_BYTES or length > len(whole) - LENGTH_BYTES:
        raise IntegrityError("an encrypted object as it was written", "another length")
    return whole[:length]


def _nonce(index: int, *, last: bool) -> bytes:
    return index.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


def _bound(name: str) -> bytes:
    return SEALED_HEADER + name.encode()


def wrapped(key: bytes, *, name: str, recipients: Sequence[Any]) -> bytes:
    """Wrap an object's key for age recipients, together with the name it belongs to."""
    import pyrage

    content: bytes = pyrage.encrypt(_KEY_MARK + name.encode() + key, list(recipients))
    return content


def unwrapped(content: bytes, *, name: str, identity: Any) -> bytes:  # noqa: ANN401 (pyrage ships no types)
    """Unwrap an object's key. Raises IntegrityError where it is another object's, or not for this identity."""
    import pyrage

    try:
        plain: bytes = pyrage.decrypt(content, [identity])
    except pyrage.DecryptError as error:
        raise IntegrityError(f"object {name}: a wrapped key this vault opens", "another") from error
    if plain[:-KEY_BYTES] != _KEY_MARK + name.encode():
        raise IntegrityError(f"object {name}: its own wrapped key", "another object's")
    return plain[-KEY_BYTES:]
