"""The seal over the database file of a vault at rest; refuses to say anything about a vault in use."""

from __future__ import annotations

import contextlib
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from counterclaim.record.canonical import sha256_hex
from counterclaim.record.errors import IntegrityError, StorageError
from counterclaim.vault.disk import PART, READ_ONLY, flush, flush_folder, write_whole

SEAL = "custody.seal"
DATABASE = "custody.db"
WRITE_AHEAD = "custody.db-wal"
CHUNK_BYTES = 1 << 20  # the database is hashed in pieces: it may be larger than memory
_TEXT = re.compile(r"counterclaim-seal 1\nsize (0|[1-9][0-9]{0,15})\ncustody\.db ([0-9a-f]{64})\n")
_SELF = re.compile(r"seal ([0-9a-f]{64})\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """The size of the log and the SHA-256 (hex) of the database file at a clean close."""

    size: int
    database_sha256: str

    def content(self) -> bytes:
        """Return the file's bytes; the last line is the digest of those before: damage to the seal shows as such."""
        text = f"counterclaim-seal 1\nsize {self.size}\n{DATABASE} {self.database_sha256}\n".encode()
        return text + f"seal {sha256_hex(text)}\n".encode()


def seal_of(content: bytes) -> Seal:
    """Read a seal strictly. Raises IntegrityError naming the file."""
    try:
        text = content.decode("ascii")
    except UnicodeDecodeError as error:
        raise IntegrityError(f"{SEAL}: a seal", "other bytes") from error
    lines = text.splitlines(keepends=True)
    head, tail = _TEXT.fullmatch("".join(lines[:3])), _SELF.fullmatch("".join(lines[3:]))
    if head is None or tail is None or tail[1] != sha256_hex("".join(lines[:3]).encode()):
        raise IntegrityError(f"{SEAL}: a seal", "other bytes")
    return Seal(size=int(head[1]), database_sha256=head[2])


def sha256_of_file(path: Path) -> str:
    """SHA-256 of a file as 64 hex digits. Raises StorageError."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as opened:
            while chunk := opened.read(CHUNK_BYTES):
                digest.update(chunk)
    except OSError as error:
        raise StorageError("a file that can be read", f"{path.name}: {error.strerror}") from error
    return digest.hexdigest()


def read_seal(vault: Path) -> Seal | None:
    """Return the seal, or None where there is none. Raises IntegrityError, StorageError."""
    try:
        return seal_of((vault / SEAL).read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StorageError("a seal that can be read", error.strerror or str(error)) from error


def check_seal(vault: Path) -> Seal | None:
    """Compare the seal with the database file (the caller holds the lock); None where there is no seal.

    Raises IntegrityError naming the file that changed.
    """
    seal = read_seal(vault)
    if seal is None:
        return None
    if sha256_of_file(vault / DATABASE) != seal.database_sha256:
        raise IntegrityError(f"{DATABASE}: the bytes it had when it was sealed", "other bytes")
    if size := _size_of(vault / WRITE_AHEAD):
        raise IntegrityError(f"{WRITE_AHEAD}: nothing beside a sealed database", f"{size} bytes")
    return seal


def _size_of(path: Path) -> int:
    """Return a file's size; 0 where there is none: a reader that closes takes SQLite's empty file away."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise StorageError("a file that can be looked at", f"{path.name}: {error.strerror}") from error


def break_seal(vault: Path) -> None:
    """Take the seal away before anything is written. Raises StorageError."""
    try:
        (vault / SEAL).unlink(missing_ok=True)
        flush_folder(vault)
    except OSError as error:
        raise StorageError("a seal that can be taken away", error.strerror or str(error)) from error


def _settle(vault: Path) -> None:
    """Make durable that the write-ahead file is empty or gone: a power cut could bring it back beside the seal.

    SQLite syncs neither, and needs not: what comes back holds nothing new. Raises StorageError.
    """
    try:
        with contextlib.suppress(FileNotFoundError), (vault / WRITE_AHEAD).open("r+b") as opened:
            flush(opened.fileno())
        flush_folder(vault)
    except OSError as error:
        raise StorageError("a write-ahead file that stays empty", error.strerror or str(error)) from error


def put_seal(vault: Path, *, size: int) -> None:
    """Seal the database file as it lies there (the caller holds the lock). Raises StorageError."""
    _settle(vault)
    seal = Seal(size=size, database_sha256=sha256_of_file(vault / DATABASE))
    part = vault / (SEAL + PART)
    try:
        part.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError("a seal that can be written", error.strerror or str(error)) from error
    write_whole(vault / SEAL, seal.content(), part=part, mode=READ_ONLY)
