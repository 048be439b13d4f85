"""The signing key and the pseudonym secret, kept outside the vault; refuses to print either."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from platformdirs import user_config_path
from typing_extensions import override

from counterclaim.record.checkpoint import fingerprint_of
from counterclaim.record.custody import SALT_BYTES
from counterclaim.record.errors import CounterclaimError, PolicyError, StorageError
from counterclaim.vault.disk import flush_folder, make_folders
from counterclaim.vault.log import Ed25519Signer
from counterclaim.vault.secret import phrase_bytes

PASSPHRASE_VARIABLE = "COUNTERCLAIM_PASSPHRASE"  # noqa: S105 (the variable's name, not a passphrase)
CONFIG_VARIABLE = "COUNTERCLAIM_CONFIG"
PSEUDONYM_HEX = 6  # 24 bits: distinct among the few people of a case, useless for guessing a name
PRIVATE_MODE = 0o600
PENDING = "signing-key.pem.next"
PEM_HEAD_BYTES = 64  # the first line of a PEM file, which says whether it is encrypted (RFC 7468 section 11)


class KeyMissingError(CounterclaimError):
    """The vault is here and its signing key is not."""

    exit_code = 4

    @override
    def standard_remedy(self) -> str:
        """Say where keys live and what still works without."""
        return (
            f"Put the key folder back (see docs/keys.md, or set {CONFIG_VARIABLE}); "
            "without it the vault can be verified, and nothing else."
        )


def salt() -> bytes:
    """16 fresh random bytes, as every payload and detail needs."""
    return secrets.token_bytes(SALT_BYTES)


def config_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The XDG (or platform) configuration folder, or the one the person named."""
    named = environment.get(CONFIG_VARIABLE)
    return Path(named) if named else user_config_path("counterclaim")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFolder:
    """The folder that holds one vault's key: `signing-key.pem`, `pseudonyms.key`, `latest.note`.

    `signing-key.pem.next` is the same key as a vault opens it that is about to take another's place (desk/encrypt.py).
    """

    path: Path

    def exists(self) -> bool:
        """Whether a signing key stands here."""
        return (self.path / "signing-key.pem").is_file()

    def protected(self) -> bool:
        """Whether the signing key is under a passphrase."""
        return b"ENCRYPTED" in (self.path / "signing-key.pem").read_bytes()[:PEM_HEAD_BYTES]

    def latest_note(self) -> bytes | None:
        """The last checkpoint this machine saw: an older vault in its place is noticed."""
        note = self.path / "latest.note"
        return note.read_bytes() if note.is_file() else None

    def remember(self, note: bytes) -> None:
        """Keep the newest checkpoint outside the vault, replaced in one step."""
        temporary = self.path / f"latest.note.{os.getpid()}.new"
        _write_private(temporary, note)
        temporary.replace(self.path / "latest.note")

    def pseudonym_of(self, name: str, *, case: str) -> str:
        """The name a person has in this case's log: `P-` and 6 hex digits of an HMAC; never the name."""
        key = self.path / "pseudonyms.key"
        if not key.is_file():
            raise KeyMissingError(f"the pseudonym key in {self.path.name}", "none")
        secret = key.read_bytes()
        digest = hmac.new(secret, f"{case}\n{name}".encode("utf-8", "surrogateescape"), hashlib.sha256).hexdigest()
        return f"P-{digest[:PSEUDONYM_HEX]}"

    def signer(self, *, name: str, passphrase: str | None, pending: bool = False) -> Ed25519Signer:
        """Load the signing key. Raises PolicyError when the passphrase is missing or does not open it."""
        pem = self.path / (PENDING if pending else "signing-key.pem")
        if not pem.is_file():
            raise KeyMissingError(f"a signing key in {self.path.name}", "none")
        return Ed25519Signer(name=name, private_key=opened_key(pem.read_bytes(), passphrase))

    def opens_with(self, passphrase: str) -> bool:
        """Whether the signing key is under this passphrase and no other."""
        if not self.protected():
            return False
        with suppress(PolicyError):
            opened_key((self.path / "signing-key.pem").read_bytes(), passphrase)
            return True
        return False

    def prepare(self, signer: Ed25519Signer, passphrase: str) -> None:
        """Write the signing key under another passphrase beside the one that stands. Raises StorageError."""
        self._write_key(PENDING, signer, passphrase)

    def protect(self, signer: Ed25519Signer, passphrase: str) -> None:
        """Write the signing key anew under another passphrase, replaced in one step. Raises StorageError."""
        self._write_key("signing-key.pem", signer, passphrase)
        (self.path / PENDING).unlink(missing_ok=True)

    def _write_key(self, name: str, signer: Ed25519Signer, passphrase: str) -> None:
        temporary = self.path / f"{name}.{os.getpid()}.new"
        try:
            _write_private(temporary, sealed_key(signer.private_key, passphrase))
            temporary.replace(self.path / name)
            flush_folder(self.path)  # or a power cut brings the old passphrase back
        except OSError as error:
            raise StorageError(f"room for a key in {self.path.name}", str(error)) from error

    def write_sheet(self, *, origin: str, public_key: bytes, encrypted: bool) -> None:
        """Write the recovery sheet. Raises StorageError."""
        sheet = recovery_sheet(origin=origin, public_key=public_key, encrypted=encrypted)
        try:
            _write_private(self.path / "recovery-sheet.txt", sheet.encode())
        except OSError as error:
            raise StorageError(f"room for a recovery sheet in {self.path.name}", str(error)) from error


def opened_key(pem: bytes, passphrase: str | None) -> Ed25519PrivateKey:
    """An Ed25519 key from PEM; a passphrase is not asked of a key that has none.

    Raises PolicyError when the passphrase is missing or does not open it, UsageError for one that is no text.
    """
    needed = b"ENCRYPTED" in pem[:PEM_HEAD_BYTES]
    try:
        key = serialization.load_pem_private_key(pem, phrase_bytes(passphrase) if passphrase and needed else None)
    except TypeError as error:
        raise PolicyError(
            "the passphrase of the signing key", str(error), remedy=f"Give it in {PASSPHRASE_VARIABLE}."
        ) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise PolicyError(
            "a passphrase that opens the signing key",
            "it does not open",
            remedy=f"Give the right one in {PASSPHRASE_VARIABLE}.",
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyMissingError("an Ed25519 key", type(key).__name__)
    return key


def sealed_key(key: Ed25519PrivateKey, passphrase: str | None) -> bytes:
    """The key as PEM (PKCS 8), encrypted where a passphrase is given."""
    protection = (
        serialization.BestAvailableEncryption(phrase_bytes(passphrase)) if passphrase else serialization.NoEncryption()
    )
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection)


def key_folder_of(origin: str, *, config: Path, beside: Path | None = None) -> KeyFolder:
    """Where the key of the log `origin` stands: in the configuration folder, or beside a demo's vault."""
    leaf = re.sub(r"[^A-Za-z0-9.-]", "_", origin)
    homes = [config / "keys" / leaf, *([beside / "keys" / leaf] if beside else [])]
    return KeyFolder(path=next((home for home in homes if (home / "signing-key.pem").is_file()), homes[0]))


def new_key(folder: Path, *, origin: str, passphrase: str | None, encrypted: bool = False) -> KeyFolder:
    """Make a signing key and a pseudonym secret; writes the recovery sheet with the fingerprint.

    `encrypted` is whether the vault is, which is another loss to warn of.
    Raises StorageError where the folder cannot be written or already holds a key.
    """
    if (folder / "signing-key.pem").exists():
        raise StorageError("a folder without a key", f"{folder.name} already holds one")
    key = Ed25519PrivateKey.generate()
    pem = sealed_key(key, passphrase)
    try:
        make_folders(folder)
        _write_private(folder / "signing-key.pem", pem)
        _write_private(folder / "pseudonyms.key", secrets.token_bytes(32))
        public = key.public_key().public_bytes_raw()
        KeyFolder(path=folder).write_sheet(origin=origin, public_key=public, encrypted=encrypted)
        flush_folder(folder)  # a vault whose key a power cut took could never be written again
    except OSError as error:
        raise StorageError(f"room for a key in {folder.name}", str(error)) from error
    return KeyFolder(path=folder)


def recovery_sheet(*, origin: str, public_key: bytes, encrypted: bool) -> str:
    """The sheet to print: what the fingerprint is for, and what a lost key and passphrase mean."""
    digits = fingerprint_of(public_key)
    groups = " ".join(digits[at : at + 8] for at in range(0, len(digits), 8))
    return (
        f"Counterclaim recovery sheet\n\nLog          {origin}\nFingerprint  {groups}\n\n"
        "Give the fingerprint to anybody who will verify what you publish, by another way than the bag itself.\n"
        "Back up this folder apart from the vault. A lost key: the vault stays verifiable, and nothing\n"
        f"more can be signed with this key.\n{LOST_ENCRYPTED if encrypted else LOST_PLAIN}"
    )


LOST_PLAIN = (
    "This vault is not encrypted. A lost passphrase cannot be recovered by anybody; it has the same effect as a lost\n"
    "key. Whoever has the vault's disk can read everything in it without any passphrase.\n"
)
LOST_ENCRYPTED = (
    "This vault is encrypted. If what opens it is lost (passphrase, key file, security key) and no other way in was\n"
    "made, ALL EVIDENCE IN IT IS GONE. Nobody can recover it, the makers of the program included; this folder does\n"
    "not help. Make a second way in now: `counterclaim key add`. Only what was published stays verifiable.\n"
)


def _write_private(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_MODE)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
