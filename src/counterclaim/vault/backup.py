"""One encrypted file that holds a whole vault, and the way back; refuses to report a backup it has not read back.

A backup is a line of JSON and an age file (age-encryption.org/v1). In the age file stands a tar archive: the vault's
files, then `manifest.json` with the SHA-256 of each. Whoever has the identity can do without this program:
`tail -n +3 FILE | age -d -i IDENTITY | tar x`.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tarfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from counterclaim.record.canonical import canonical_json, plain_of_json
from counterclaim.record.errors import (
    CounterclaimError,
    IntegrityError,
    MalformedError,
    PolicyError,
    StorageError,
    UsageError,
)
from counterclaim.vault.archive import MANIFEST, Manifest, Unpacking, manifest_of, packed
from counterclaim.vault.disk import PART, PRIVATE_FILE, flush, flush_folder
from counterclaim.vault.slots import Unlocking, identity_of, recipient_of

FIRST_LINE = b"counterclaim-backup/1\n"
HEADER_BYTES_MAX = 256 * 1024  # the slots of one vault and one sealed identity
CHUNK_BYTES = 1 << 20
COPY = "Copy the backup to another disk, and restore it from there: where it lies it cannot be read."
KEEP = "Keep this backup: nothing is known to be wrong with it. Free space or mend the disk, then restore again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What stands before the age file: how an identity that opens it can be had, where it is not given as such.

    `sealed` is an age identity under a passphrase (age's scrypt recipient); `unlock` is the vault's unlock.json, where
    the backup is to the vault's own recipient.
    """

    sealed: bytes = b""
    unlock: bytes = b""

    def content(self) -> bytes:
        """Two lines."""
        return FIRST_LINE + canonical_json({"sealed": self.sealed.hex(), "unlock": self.unlock.hex()}) + b"\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A backup that was read back: the file's SHA-256 (hex) and size, and how many files it holds."""

    sha256: str
    size_bytes: int
    files: int


class _Source:
    """A reader over pieces, as age pulls it."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes; empty at the end."""
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._rest = piece
        given, self._rest = (self._rest, b"") if size < 0 else (self._rest[:size], self._rest[size:])
        return given


@dataclass(slots=True)
class _Counted:
    """A writer that keeps the digest and the size of what passes."""

    file: IO[bytes] | _Disk
    digest: Any = field(default_factory=hashlib.sha256)
    size_bytes: int = 0

    def write(self, content: bytes) -> int:
        """Write all of it."""
        self.digest.update(content)
        self.size_bytes += len(content)
        return self.file.write(content)

    def flush(self) -> None:
        """As age asks for."""
        self.file.flush()


@dataclass(slots=True)
class _Disk:
    """What age reads from or writes to; keeps the disk's own failure, which age tells as its own or as damage."""

    file: Any
    failure: OSError | None = None

    def read(self, size: int = -1) -> bytes:
        """As the file."""
        return bytes(self._done(self.file.read, size))

    def write(self, content: bytes) -> int:
        """As the file."""
        return int(self._done(self.file.write, content))

    def flush(self) -> None:
        """As the file."""
        self._done(self.file.flush)

    def _done(self, act: Callable[..., Any], *arguments: Any) -> Any:  # noqa: ANN401 (a file's own)
        try:
            return act(*arguments)
        except OSError as error:
            self.failure = error
            raise

    def check(self) -> None:
        """Raise the failure there was."""
        if self.failure is not None:
            raise self.failure


def write_backup(
    into: Path, files: Mapping[str, Path], *, recipients: Sequence[str], head: Head, log: Mapping[str, Any]
) -> Written:
    """Write `files` (by their names in the archive) into one encrypted file, and read it back before saying so.

    For reading back, the file is also encrypted to an identity that is drawn here and forgotten. Raises StorageError
    and IntegrityError; `into` then does not exist.
    """
    from pyrage import x25519

    once = x25519.Identity.generate()
    to = [recipient_of(one) for one in recipients]
    part = into.with_name(into.name + PART)
    _check_ours(part)
    try:
        manifest, counted = _written(part, files, [*to, once.to_public()], head, log)
        read = read_backup(part, [once], lambda _name, _size: _Nowhere())
        if read != manifest:
            raise IntegrityError("a backup that reads back as it was written", "other bytes")
        if sha256_of(part) != counted.digest.hexdigest():
            raise IntegrityError("a backup file of the digest that was written", "another")
        os.replace(part, into)  # noqa: PTH105 (as in disk.py)
        flush_folder(into.parent)
    except OSError as error:
        raise StorageError("a backup written to disk", f"{into.name}: {error.strerror or error}") from error
    finally:
        with contextlib.suppress(OSError):  # after an interrupt too: half a backup must not lie there
            part.unlink(missing_ok=True)
    return Written(sha256=counted.digest.hexdigest(), size_bytes=counted.size_bytes, files=len(manifest.files))


def _written(
    part: Path, files: Mapping[str, Path], recipients: Sequence[Any], head: Head, log: Mapping[str, Any]
) -> tuple[Manifest, _Counted]:
    import pyrage

    manifest = Manifest(log=dict(log))
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), PRIVATE_FILE)
    with os.fdopen(handle, "wb") as file:
        source, disk = _Disk(_Source(packed(files, manifest))), _Disk(file)
        counted = _Counted(disk)
        counted.write(head.content())
        try:
            pyrage.encrypt_io(source, counted, list(recipients))
        except pyrage.EncryptError as error:
            source.check()
            disk.check()
            raise StorageError("a backup that can be encrypted", str(error)) from error
        file.flush()
        flush(file.fileno())
    return manifest, counted


def _check_ours(part: Path) -> None:
    """Let a file of this name be written over where a backup that was cut off left it. Raises UsageError."""
    if not os.path.lexists(part):
        return
    with contextlib.suppress(OSError):
        if not part.is_symlink() and part.is_file():
            with part.open("rb") as file:
                if file.read(len(FIRST_LINE)) == FIRST_LINE:
                    return
    remedy = "Move it away, or give the backup another name: it is not the beginning of a backup."
    raise UsageError(f"a free name {part.name} beside the backup", "a file that is there", remedy=remedy)


class _Nowhere:
    """Where read-back bytes go: their digests are taken on the way."""

    def write(self, _content: bytes) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


def read_head(path: Path) -> tuple[Head, int]:
    """Read what stands before the age file, and where that begins. Raises MalformedError, StorageError."""
    try:
        with path.open("rb") as file:
            first, line = file.readline(len(FIRST_LINE)), file.readline(HEADER_BYTES_MAX)
    except OSError as error:
        raise StorageError("a backup that can be read", f"{path.name}: {error.strerror}") from error
    try:
        plain: Any = plain_of_json(line.removesuffix(b"\n"))
        head = Head(sealed=bytes.fromhex(plain["sealed"]), unlock=bytes.fromhex(plain["unlock"]))
    except (CounterclaimError, KeyError, TypeError, ValueError) as error:
        raise MalformedError(f"{path.name}: a backup of a vault", "another file, or a damaged one") from error
    if first != FIRST_LINE or head.content() != first + line:
        raise MalformedError(f"{path.name}: a backup of a vault", "another file, or a damaged one")
    return head, len(first + line)


def read_backup(path: Path, identities: Sequence[Any], open_file: Callable[[str, int], Any]) -> Manifest:
    """Decrypt, unpack into what `open_file(name, size)` gives, and hold every digest against the manifest.

    Raises PolicyError (not for these identities), IntegrityError (damaged, cut off, not what its manifest says), and
    StorageError where the disk failed, which says nothing about the backup.
    """
    import pyrage

    _, begins = read_head(path)
    unpacking = Unpacking(open_file)
    source, target = _Disk(None), _Disk(unpacking)
    try:
        with path.open("rb") as source.file:
            source.file.seek(begins)
            pyrage.decrypt_io(source, target, list(identities))
    except (OSError, tarfile.TarError, pyrage.DecryptError) as error:
        for disk, what, remedy in ((source, "a backup that can be read", COPY), (target, "room to restore to", KEEP)):
            if (failure := disk.failure) is not None:
                raise StorageError(what, failure.strerror or str(failure), remedy=remedy) from error
        raise _damaged(path, error) from error
    return manifest_of(unpacking)


def _damaged(path: Path, error: Exception) -> CounterclaimError:
    if "No matching keys" in str(error):
        remedy = "Nothing was restored."
        return PolicyError("an identity or a passphrase this backup was made for", "another", remedy=remedy)
    return IntegrityError(f"{path.name}: a whole backup", f"a damaged one ({error})")


def identities_of(
    head: Head, *, passphrases: Sequence[str], keys_identity: Callable[[Unlocking], Any | None]
) -> list[Any]:
    """The identities the head leads to: by its passphrase, whichever of these it is, and by the vault's own slots."""
    import pyrage

    found = []
    for number, passphrase in enumerate(passphrases if head.sealed else (), start=1):
        try:
            found.append(identity_of(pyrage.passphrase.decrypt(head.sealed, passphrase).decode()))
            break
        except pyrage.DecryptError as error:
            if number == len(passphrases):
                raise PolicyError("the passphrase of this backup", "it does not open") from error
    if head.unlock:
        from counterclaim.vault.slots import unlocking_of

        own = keys_identity(unlocking_of(head.unlock))
        found += [] if own is None else [own]
    return found


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hex. Raises OSError."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


__all__ = ["MANIFEST", "Head", "Written", "identities_of", "read_backup", "read_head", "sha256_of", "write_backup"]
