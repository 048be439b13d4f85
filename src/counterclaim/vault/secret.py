"""The 32 bytes a vault at rest hangs on, and the keys that follow from them; refuses to show any of them."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from counterclaim.record.errors import MalformedError, UsageError

if TYPE_CHECKING:
    from pyrage.x25519 import Identity

SECRET_BYTES = 32
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"  # BIP 173
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


@dataclass(frozen=True, slots=True)
class VaultKeys:
    """What an opened vault works with. Every key is HKDF-SHA256 (RFC 5869) over the secret, with an info of its own."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != SECRET_BYTES:
            raise MalformedError(f"a vault secret of {SECRET_BYTES} bytes", f"{len(self.secret)} bytes")

    def database_key(self) -> bytes:
        """The raw key of custody.db under SQLCipher, 32 bytes."""
        return self._derived("counterclaim custody.db 1")

    def identity(self) -> Identity:
        """The age identity that unwraps the keys of this vault's exhibits (age-encryption.org/v1, X25519)."""
        from pyrage import x25519

        return x25519.Identity.from_str(age_identity_of(self._derived("counterclaim age identity 1")))

    def recipient(self) -> str:
        """The age recipient of this vault: `age1...`."""
        return str(self.identity().to_public())

    def mac(self, message: bytes) -> str:
        """HMAC-SHA256 (hex) that only an opened vault can make: over unlock.json."""
        return hmac.new(self._derived("counterclaim unlock.json 1"), message, hashlib.sha256).hexdigest()

    def signing_passphrase(self) -> str:
        """What the signing key's file is encrypted with: whoever opens the vault, by whatever slot, can sign."""
        return self._derived("counterclaim signing key 1").hex()

    def _derived(self, info: str) -> bytes:
        return derived(self.secret, info)


def phrase_bytes(phrase: str) -> bytes:
    """A passphrase as bytes. Raises UsageError for one that is no text: bytes of an environment that are no UTF-8."""
    try:
        return phrase.encode()
    except UnicodeEncodeError as error:
        remedy = "Write it in UTF-8, or give it in a file with --passphrase-file."
        raise UsageError("a passphrase in UTF-8", "other bytes", remedy=remedy) from error


def derived(secret: bytes, info: str, *, salt: bytes | None = None) -> bytes:
    """32 bytes by HKDF-SHA256. RFC 5869."""
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=info.encode()).derive(secret)


def age_identity_of(key: bytes) -> str:
    """Write 32 bytes as an age identity: Bech32 (BIP 173) in capitals, as the age specification has it."""
    prefix = "age-secret-key-"
    values = _five_bits(key)
    checked = [*_expanded(prefix), *values, *([0] * 6)]
    remainder = _polymod(checked) ^ 1
    checksum = [(remainder >> 5 * (5 - place)) & 31 for place in range(6)]
    return (prefix + "1" + "".join(_BECH32[value] for value in (*values, *checksum))).upper()


def _five_bits(content: bytes) -> list[int]:
    bits = int.from_bytes(content, "big")
    length = len(content) * 8
    padding = -length % 5
    bits <<= padding
    return [(bits >> shift) & 31 for shift in range(length + padding - 5, -1, -5)]


def _expanded(prefix: str) -> list[int]:
    return [*(ord(one) >> 5 for one in prefix), 0, *(ord(one) & 31 for one in prefix)]


def _polymod(values: Sequence[int]) -> int:
    checksum = 1
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(_GENERATORS):
            checksum ^= generator if (top >> place) & 1 else 0
    return checksum
