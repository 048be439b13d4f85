"""Writes bytes so that they outlive a power cut; refuses to leave a half-written file behind."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from counterclaim.record.errors import IntegrityError, StorageError

PRIVATE_FOLDER = 0o700  # names of objects and their number are nobody else's business
READ_ONLY = 0o400
PRIVATE_FILE = 0o600
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


def write_whole(path: Path, content: bytes, *, part: Path, mode: int) -> None:
    """Write `part`, flush, read it back, rename it to `path`, set `mode`, flush the folder.

    Raises StorageError for a full or broken disk (the part is removed) and IntegrityError where
    the medium gives back other bytes than were written.
    """
    try:
        _write_part(part, content)
        _check_written(part, content)
        os.replace(part, path)  # noqa: PTH105 (named beside os.write and os.fsync, whose failures the tests inject)
        path.chmod(mode)
        flush_folder(path.parent)
    except OSError as error:
        _give_up(part, path)
        raise StorageError("bytes written to disk", f"{path.name}: {error.strerror or error}") from error
    except IntegrityError:
        _give_up(part)
        raise


def _write_part(part: Path, content: bytes) -> None:
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), PRIVATE_FILE)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        flush(descriptor)
    finally:
        os.close(descriptor)


def _check_written(part: Path, content: bytes) -> None:
    if part.read_bytes() != content:
        raise IntegrityError(f"{part.name}: the bytes that were written", "other bytes from the medium")


def _give_up(*paths: Path) -> None:
    """Take away what was not finished: nobody was told of it, so nothing acknowledged goes."""
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink()
