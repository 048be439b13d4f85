"""Writes bytes so that they outlive a power cut; refuses to leave a half-written file behind."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import TypeVar

from counterclaim.record.errors import IntegrityError, StorageError

T = TypeVar("T")
Pieces = Callable[[], Sequence[bytes]]
"""Gives a file's bytes, in pieces."""
PRIVATE_FOLDER = 0o700  # names of objects and their number are nobody else's business
READ_ONLY = 0o400
PRIVATE_FILE = 0o600
FLUSHES_AT_ONCE = 8  # more gained nothing on the disks measured, and each holds one file's bytes
ZEROS_AT_ONCE = 1 << 20
PART = ".part"  # what is being written; a reader never takes it for the finished file


def flush(descriptor: int) -> None:
    """Send a file's bytes to the medium itself. Raises OSError."""
    if sys.platform == "darwin":  # pragma: no cover (no macOS in the test machines)
        import fcntl

        # macOS: fsync leaves the bytes in the drive's cache (fsync(2) there); F_FULLFSYNC does not.
        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    else:
        os.fsync(descriptor)


def flush_folder(folder: Path) -> None:
    """Make the folder's list of names durable. Windows has no such call and journals names itself. Raises OSError."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        flush(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Make a folder, and make its name durable in its parent. An existing one is left as it is. Raises StorageError."""
    try:
        if not folder.is_dir():
            folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
            flush_folder(folder.parent)
    except OSError as error:
        raise StorageError("a folder that can be made", f"{folder.name}: {error.strerror}") from error


def make_folders(folder: Path) -> None:
    """Make a folder and those above it that are missing, each name durable in its parent. Raises StorageError.

    Syncing what lies in a folder does not sync the folder's own name (fsync(2)): it is flushed even where it is there.
    """
    for path in reversed([folder, *(above for above in folder.parents if not above.exists())]):
        make_folder(path)
    with contextlib.suppress(PermissionError):  # somebody else's folder that may not be listed; its name is not ours
        flush_folder(folder.absolute().parent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One file to be written: what makes its bytes, the name it has until it is whole, and its mode afterwards.

    `pieces` is called in the thread that writes: what is encrypted is then in memory for a few files at a time.
    """

    path: Path
    pieces: Pieces
    part: Path
    mode: int


def write_whole(path: Path, content: bytes, *, part: Path, mode: int) -> None:
    """Write `part`, flush, read it back, rename it to `path`, set `mode`, flush the folder.

    Raises StorageError for a full or broken disk (the part is removed) and IntegrityError where
    the medium gives back other bytes than were written.
    """
    write_all([Write(path=path, pieces=lambda: (content,), part=part, mode=mode)])


def write_all(writes: Sequence[Write]) -> None:
    """Make several files durable together: each is written, flushed and read back; then all names, each folder once.

    The flushes run side by side, because a disk takes several in the time of one. Either all are durable when this
    returns, or no new one is left; a file that stood there before is never taken away. Raises StorageError and
    IntegrityError as `write_whole`.
    """
    fresh = [write.path for write in writes if not write.path.exists()]
    try:
        _each(_write_checked, writes)
        for write in writes:
            os.replace(write.part, write.path)  # noqa: PTH105 (named beside os.write and os.fsync, whose failures the tests inject)
            write.path.chmod(write.mode)
        _each(flush_folder, list(dict.fromkeys(write.path.parent for write in writes)))
    except OSError as error:
        _give_up(*(write.part for write in writes), *fresh)
        name = writes[0].path.name if len(writes) == 1 else f"{len(writes)} files"
        raise StorageError("bytes written to disk", f"{name}: {error.strerror or error}") from error
    except IntegrityError:
        _give_up(*(write.part for write in writes), *fresh)
        raise


def _each(act: Callable[[T], None], jobs: Sequence[T]) -> None:
    """Do `act` for every job, several at a time; the first error is raised when all have ended."""
    if len(jobs) == 1:
        act(jobs[0])
    elif jobs:
        with ThreadPoolExecutor(max_workers=FLUSHES_AT_ONCE) as pool:
            for done in [pool.submit(act, job) for job in jobs]:
                done.result()


def _write_checked(write: Write) -> None:
    pieces = write.pieces()
    _write_part(write.part, pieces)
    _check_written(write.part, pieces)


def _write_part(part: Path, pieces: Sequence[bytes]) -> None:
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), PRIVATE_FILE)
    try:
        for piece in pieces:
            rest = memoryview(piece)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
        flush(descriptor)
    finally:
        os.close(descriptor)


def _check_written(part: Path, pieces: Sequence[bytes]) -> None:
    with part.open("rb", buffering=0) as file:
        same = all(_read(file, len(piece)) == piece for piece in pieces) and not file.read(1)
    if not same:
        raise IntegrityError(f"{part.name}: the bytes that were written", "other bytes from the medium")


def _read(file: FileIO, size_bytes: int) -> bytes:
    """Read this many bytes, or what there is: one read gives at most 2 GiB (read(2))."""
    content = file.read(size_bytes) or b""
    while len(content) < size_bytes and (more := file.read(size_bytes - len(content))):
        content += more
    return content


def overwrite(path: Path) -> None:
    """Write zeros over a file before it is unlinked. Raises OSError.

    On a disk that writes in place the bytes are gone; on an SSD, or a file system that copies on write, they may not
    be, which is why an object's key goes first.
    """
    size = path.stat().st_size
    path.chmod(PRIVATE_FILE)
    descriptor = os.open(path, os.O_WRONLY | getattr(os, "O_BINARY", 0))
    try:
        while size > 0:
            size -= os.write(descriptor, bytes(min(size, ZEROS_AT_ONCE)))
        flush(descriptor)
    finally:
        os.close(descriptor)


def _give_up(*paths: Path) -> None:
    """Take away what was not finished: nobody was told of it, so nothing acknowledged goes."""
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink()
