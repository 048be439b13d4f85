"""C2SP cosignatures as text: keys, the signed message, lines, requests; refuses a line not in its one form."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from counterclaim.record.checkpoint import KEY_HASH_BYTES, NoteSignature
from counterclaim.record.custody import HASH_BYTES, checked_hash
from counterclaim.record.errors import MalformedError

COSIGNATURE_TYPE = b"\x04"  # C2SP signed-note: signature type of a timestamped Ed25519 cosignature
TIME_BYTES = 8  # C2SP tlog-cosignature: big-endian POSIX seconds before the signature
SIGNATURE_BYTES = 64  # Ed25519, RFC 8032 section 5.1.6
TIME_MAX = 2**63 - 1  # C2SP tlog-cosignature: the largest time a cosignature may state
PROOF_HASHES_MAX = 63  # C2SP tlog-witness: a proof in a tree of fewer than 2^63 leaves has no more
NAME_CHARACTERS_MAX = 200  # as a bag bounds the name of a key
_NAME = re.compile(rf"[!-*,-~]{{1,{NAME_CHARACTERS_MAX}}}")
_LINE = re.compile("\u2014 ([^ +\\s]+) ([A-Za-z0-9+/]+={0,2})")
_OLD = re.compile(r"old (0|[1-9][0-9]{0,15})")

SignatureHolds = Callable[[bytes, bytes, bytes], bool]
"""(32-byte public key, message, 64-byte signature) -> whether the Ed25519 signature holds."""


def cosigner_key_hash_of(name: str, public_key: bytes) -> bytes:
    """SHA-256(name || 0x0A || 0x04 || public key)[:4]. C2SP tlog-cosignature."""
    whole = name.encode() + b"\n" + COSIGNATURE_TYPE + checked_hash(public_key)
    return hashlib.sha256(whole).digest()[:KEY_HASH_BYTES]


def cosigner_vkey_of(name: str, public_key: bytes) -> str:
    """A cosigner's key as one line: name+hash+base64(0x04 || key). C2SP signed-note, "vkey". Raises MalformedError."""
    encoded = base64.b64encode(COSIGNATURE_TYPE + checked_hash(public_key)).decode()
    return f"{checked_name(name)}+{cosigner_key_hash_of(name, public_key).hex()}+{encoded}"


def cosigner_key_of(vkey_line: str) -> tuple[str, bytes]:
    """Read a cosigner's vkey line: (name, 32-byte Ed25519 public key). Raises MalformedError."""
    name, _, rest = vkey_line.strip().partition("+")
    written_hash, _, encoded = rest.partition("+")
    raw = _base64(encoded)
    if raw[:1] != COSIGNATURE_TYPE or len(raw) != 1 + HASH_BYTES or not _NAME.fullmatch(name):
        raise MalformedError("a cosigner's key line (type 0x04)", vkey_line[:80])
    if cosigner_key_hash_of(name, raw[1:]).hex() != written_hash:
        raise MalformedError("a cosigner's key line whose hash is that of its key", vkey_line[:80])
    return name, raw[1:]


def checked_name(name: str) -> str:
    """The name itself if it can name a key: printable ASCII without space or plus. Raises MalformedError."""
    if not _NAME.fullmatch(name):
        raise MalformedError(f"a key's name of 1 to {NAME_CHARACTERS_MAX} letters without space or plus", repr(name))
    return name


def cosigned_message(checkpoint_text: bytes, time: int) -> bytes:
    """What a cosigner signs: two header lines, then the checkpoint's text. C2SP tlog-cosignature.

    `checkpoint_text` is the note's text with its last line end and without signatures; `time` is POSIX seconds.
    """
    if not 0 <= time <= TIME_MAX:
        raise MalformedError(f"a time within 0..{TIME_MAX}", str(time))
    return f"cosignature/v1\ntime {time}\n".encode() + checkpoint_text


def cosignature_line(*, name: str, public_key: bytes, time: int, signature: bytes) -> str:
    """The line a cosigner gives back, with its line end: key hash, time and 64-byte signature in base64."""
    if len(signature) != SIGNATURE_BYTES or not 0 <= time <= TIME_MAX:
        raise MalformedError(f"a time and a signature of {SIGNATURE_BYTES} bytes", f"{time}, {len(signature)} bytes")
    stamped = time.to_bytes(TIME_BYTES, "big") + signature
    key_hash = cosigner_key_hash_of(checked_name(name), public_key)
    return NoteSignature(name=name, key_hash=key_hash, signature=stamped).line()


def cosignature_of(line: str) -> NoteSignature:
    """Parse one cosignature line, with or without its line end. Raises MalformedError for any other form."""
    match = _LINE.fullmatch(line.removesuffix("\n"))
    raw = _base64(match[2]) if match else b""
    if match is None or len(raw) != KEY_HASH_BYTES + TIME_BYTES + SIGNATURE_BYTES or not _NAME.fullmatch(match[1]):
        raise MalformedError("a cosignature line (C2SP tlog-cosignature)", repr(line[:80]))
    parsed = NoteSignature(name=match[1], key_hash=raw[:KEY_HASH_BYTES], signature=raw[KEY_HASH_BYTES:])
    time_and_signature_of(parsed)
    return parsed


def time_and_signature_of(cosignature: NoteSignature) -> tuple[int, bytes]:
    """The POSIX seconds and the 64-byte Ed25519 signature inside a cosignature. Raises MalformedError."""
    stamped = cosignature.signature
    time = int.from_bytes(stamped[:TIME_BYTES], "big")
    if len(stamped) != TIME_BYTES + SIGNATURE_BYTES or time > TIME_MAX:
        raise MalformedError("a time and an Ed25519 signature", f"{len(stamped)} bytes")
    return time, stamped[TIME_BYTES:]


def cosigned_at(
    line: str | NoteSignature, *, checkpoint_text: bytes, vkey: str, signature_holds: SignatureHolds
) -> int | None:
    """When the cosigner of `vkey` cosigned this checkpoint, by its own clock (POSIX seconds); None where it did not.

    Another key's line is None too. Raises MalformedError for a line or a key of another form.
    """
    parsed = cosignature_of(line) if isinstance(line, str) else line
    name, public_key = cosigner_key_of(vkey)
    if (parsed.name, parsed.key_hash) != (name, cosigner_key_hash_of(name, public_key)):
        return None
    time, signature = time_and_signature_of(parsed)
    return time if signature_holds(public_key, cosigned_message(checkpoint_text, time), signature) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CosignRequest:
    """What a log sends to a cosigner: the size last cosigned, the proof from there, and the log's signed note."""

    old_size: int
    proof: tuple[bytes, ...]
    note: bytes

    def text(self) -> bytes:
        """The one form of the request. C2SP tlog-witness, add-checkpoint."""
        hashes = "".join(f"{base64.b64encode(checked_hash(one)).decode()}\n" for one in self.proof)
        return f"old {self.old_size}\n{hashes}\n".encode() + self.note


def cosign_request_of(content: bytes) -> CosignRequest:
    """Parse a request strictly: any other byte raises MalformedError; the note is parsed by its own rules."""
    head, _, note = content.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise MalformedError("a request in ASCII before its note", str(error)) from error
    match = _OLD.fullmatch(lines[0])
    if match is None or len(lines) - 1 > PROOF_HASHES_MAX:
        raise MalformedError("a request that begins with `old SIZE`, and its proof", repr(lines[0][:80]))
    request = CosignRequest(old_size=int(match[1]), proof=_hashes(lines[1:]), note=note)
    if request.text() != content:
        raise MalformedError("a request in its one form", "other bytes")
    return request


def _hashes(lines: Iterable[str]) -> tuple[bytes, ...]:
    return tuple(checked_hash(_base64(line)) for line in lines)


def _base64(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedError("base64", repr(text[:80])) from error
    if base64.b64encode(raw).decode() != text:
        raise MalformedError("base64 in its one form", repr(text[:80]))
    return raw
