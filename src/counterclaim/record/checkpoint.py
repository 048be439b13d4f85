"""C2SP checkpoints and signed notes as text; signing and checking keys are handed in."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from counterclaim.record.custody import HASH_BYTES, checked_hash
from counterclaim.record.errors import MalformedError

ED25519_TYPE = b"\x01"  # C2SP signed-note: signature type of Ed25519
KEY_HASH_BYTES = 4
_HISTORIES = "histories "
_SIGNATURE = re.compile("\u2014 ([^ +\\s]+) ([A-Za-z0-9+/]+={0,2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The head of the log: its name, how many entries it has, and their Merkle root (32 bytes).

    `histories` is the root of the map of the exhibits' histories (32 bytes; record/history.py). Checkpoints of vaults
    of format 1 have none.
    """

    origin: str
    size: int
    root: bytes
    histories: bytes | None = None

    def text(self) -> str:
        """The note's text: origin, size, root in base64, each on a line. C2SP tlog-checkpoint.

        The root of the histories follows as an extension line, `histories` and base64.
        """
        head = f"{self.origin}\n{self.size}\n{base64.b64encode(checked_hash(self.root)).decode()}\n"
        if self.histories is None:
            return head
        return f"{head}{_HISTORIES}{base64.b64encode(checked_hash(self.histories)).decode()}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSignature:
    """One signature line: the key's name, its 4-byte hash, and the raw signature."""

    name: str
    key_hash: bytes
    signature: bytes

    def line(self) -> str:
        """The line as the note prints it (em dash, space, name, space, base64)."""
        return f"\u2014 {self.name} {base64.b64encode(self.key_hash + self.signature).decode()}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedCheckpoint:
    """A checkpoint with its signatures: the log's own first, cosigners' after it."""

    checkpoint: Checkpoint
    signatures: tuple[NoteSignature, ...]

    def note(self) -> bytes:
        """The exact bytes of the signed note; timestamps are taken over these."""
        return (self.checkpoint.text() + "\n" + "".join(signature.line() for signature in self.signatures)).encode()


def key_hash_of(name: str, public_key: bytes) -> bytes:
    """SHA-256(name || 0x0A || 0x01 || public key)[:4]. C2SP signed-note."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519_TYPE + checked_hash(public_key)).digest()[:KEY_HASH_BYTES]


def verifier_key_of(name: str, public_key: bytes) -> str:
    """The key as one line of text: name+hash+base64(type || key). C2SP signed-note, "vkey"."""
    return f"{name}+{key_hash_of(name, public_key).hex()}+{base64.b64encode(ED25519_TYPE + public_key).decode()}"


def public_key_of(verifier_key: str) -> tuple[str, bytes]:
    """Read a vkey line: (name, 32-byte Ed25519 public key). Raises MalformedError."""
    name, _, rest = verifier_key.strip().partition("+")
    written_hash, _, encoded = rest.partition("+")
    raw = _base64(encoded)
    if raw[:1] != ED25519_TYPE or len(raw) != 1 + HASH_BYTES or key_hash_of(name, raw[1:]).hex() != written_hash:
        raise MalformedError("an Ed25519 verifier key", verifier_key[:80])
    return name, raw[1:]


def fingerprint_of(public_key: bytes) -> str:
    """The fingerprint people compare: SHA-256 of the 32-byte public key, 64 hex digits."""
    return hashlib.sha256(checked_hash(public_key)).hexdigest()


def _base64(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedError("base64", text[:80]) from error
    if base64.b64encode(raw).decode() != text:
        raise MalformedError("canonical base64", text[:80])
    return raw


def signed_checkpoint_of(note: bytes) -> SignedCheckpoint:
    """Parse a signed note that holds a checkpoint, strictly: any other byte raises MalformedError."""
    try:
        text, _, tail = note.decode("utf-8").partition("\n\n")
    except UnicodeDecodeError as error:
        raise MalformedError("UTF-8", str(error)) from error
    checkpoint = _checkpoint_of(text.split("\n"), text)
    signatures = tuple(_signature_of(line) for line in tail.removesuffix("\n").split("\n"))
    signed = SignedCheckpoint(checkpoint=checkpoint, signatures=signatures)
    if signed.note() != note:
        raise MalformedError("a signed note in its one form", "other bytes")
    return signed


def _checkpoint_of(lines: Sequence[str], text: str) -> Checkpoint:
    match lines:
        case [origin, size, root]:
            histories = None
        case [origin, size, root, line] if line.startswith(_HISTORIES):
            histories = checked_hash(_base64(line.removeprefix(_HISTORIES)))
        case _:
            raise MalformedError("a checkpoint of three or four lines", repr(text[:80]))
    if not origin or not re.fullmatch(r"0|[1-9][0-9]{0,15}", size):
        raise MalformedError("a checkpoint of an origin and a size", repr(text[:80]))
    return Checkpoint(origin=origin, size=int(size), root=checked_hash(_base64(root)), histories=histories)


def _signature_of(line: str) -> NoteSignature:
    match = _SIGNATURE.fullmatch(line)
    if match is None:
        raise MalformedError("a signature line", repr(line[:80]))
    raw = _base64(match[2])
    return NoteSignature(name=match[1], key_hash=raw[:KEY_HASH_BYTES], signature=raw[KEY_HASH_BYTES:])


def tlog_proof_text(*, index: int, hashes: Sequence[bytes], note: bytes) -> bytes:
    """An inclusion proof in one text: header, index, hashes, blank line, checkpoint. C2SP tlog-proof."""
    lines = ["c2sp.org/tlog-proof@v1", f"index {index}", *(base64.b64encode(checked_hash(h)).decode() for h in hashes)]
    return ("\n".join(lines) + "\n\n").encode() + note
