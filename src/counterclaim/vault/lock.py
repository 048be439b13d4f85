"""One writer at a time: an advisory lock on the vault's file `lock`; refuses to wait longer than it was told."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from counterclaim.record.errors import BusyError, StorageError

LOCK = "lock"
PAUSE_SECONDS = 0.02  # between two tries: shorter than a person notices, longer than a busy loop


@contextlib.contextmanager
def locked(vault: Path, *, wait_seconds: float, shared: bool = False) -> Iterator[None]:
    """Hold the lock while the block runs; `shared` is for those who only need that nobody writes.

    The system frees it when the process ends, however it ends. Raises BusyError, StorageError.
    """
    flags = os.O_RDONLY if shared else os.O_RDWR
    try:
        descriptor = os.open(vault / LOCK, flags)
    except OSError as error:
        raise StorageError("the vault's file lock", error.strerror or str(error)) from error
    try:
        _wait_for(descriptor, wait_seconds=wait_seconds, shared=shared)
        yield
    finally:
        os.close(descriptor)


def _wait_for(descriptor: int, *, wait_seconds: float, shared: bool) -> None:
    deadline = time.monotonic() + wait_seconds
    while not _try(descriptor, shared=shared):
        if time.monotonic() >= deadline:
            raise BusyError("a vault nobody else writes to", "another process holds its lock")
        time.sleep(PAUSE_SECONDS)


if sys.platform == "win32":  # pragma: no cover (no Windows in the test machines)
    import msvcrt

    def _try(descriptor: int, *, shared: bool) -> bool:
        # msvcrt knows exclusive locks only: there a verification and a writer exclude each other.
        del shared
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try(descriptor: int, *, shared: bool) -> bool:
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
