"""Reads a file a person named, within a bound; never waits on a pipe and never reads a device without end."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from counterclaim.record.errors import StorageError, UsageError

BYTES_MAX = 512 * 1024**2  # one exhibit is held in memory while it is written and read back


def bytes_of(path: Path, *, what: str = "a file", bytes_max: int = BYTES_MAX) -> bytes:
    """The bytes of a regular file.

    Raises UsageError where it is missing, empty, no regular file or larger than `bytes_max`; StorageError where
    the system cannot read it.
    """
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise _unreadable(path, what, error) from error
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise UsageError(what, f"not a regular file: {path}")
    with os.fdopen(handle, "rb") as file:
        try:
            content = file.read(bytes_max + 1)
        except OSError as error:
            raise _unreadable(path, what, error) from error
    if not content:
        raise UsageError(what, f"an empty file: {path}")
    if len(content) > bytes_max:
        raise UsageError(f"{what} of at most {bytes_max} bytes", f"a larger one: {path}")
    return content


def _unreadable(path: Path, what: str, error: OSError) -> UsageError | StorageError:
    match error.errno:
        case errno.ENOENT | errno.ENOTDIR:
            return UsageError(what, f"no such file: {path}")
        case errno.ENAMETOOLONG:
            return UsageError(what, f"no such file, the name is too long: {path}")
        case errno.EISDIR | errno.ENXIO:
            return UsageError(what, f"not a regular file: {path}")
        case _:
            reason = f"{path} could not be read: {error.strerror or error}"
            return StorageError(what, reason, remedy="Check the file's permissions and the disk it is on.")
