"""Keeps one vault's secret in memory for some minutes behind a Unix socket; refuses everybody but its own user.

Started by `counterclaim unlock` as a process of its own (`python -m counterclaim.desk.agent SOCKET MINUTES`, the
secret on its standard input). Killed, timed out or asked to, it is gone, and the vault is locked.
"""

from __future__ import annotations

import contextlib
import ctypes
import ctypes.util
import mmap
import os
import select
import signal
import socket
import struct
import sys
import time
from collections.abc import Iterator
from pathlib import Path

SECRET_BYTES = 32
COMMAND_BYTES_MAX = 16
SPEAK_SECONDS_MAX = 1.0  # whoever connects and says nothing holds nobody up
LOOK_SECONDS = 5.0  # how often the clock is looked at: a machine that slept wakes locked
READY = b"ready\n"
_PR_SET_DUMPABLE = 4  # linux/prctl.h
_MCL_CURRENT_AND_FUTURE = 3  # sys/mman.h
_CREDENTIALS = struct.Struct("3i")  # struct ucred: pid, uid, gid (unix(7))


def main(arguments: list[str]) -> int:
    """Read the secret, say that it is ready, and serve until the time is up."""
    path, minutes = Path(arguments[0]), float(arguments[1])
    harden()
    kept = mmap.mmap(-1, mmap.PAGESIZE)  # a page of its own, so that it can be locked and wiped as one
    _lock_page(kept)
    # Past Python's buffers, which would keep a copy of it.
    if os.readv(0, [memoryview(kept)[:SECRET_BYTES]]) != SECRET_BYTES:
        return 1
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(0))
    try:
        with _listening(path) as listening:
            sys.stdout.buffer.write(READY)
            sys.stdout.flush()
            _let_go_of_the_terminal()
            _serve(listening, kept, seconds=minutes * 60)
    finally:
        kept[:] = bytes(mmap.PAGESIZE)
        with contextlib.suppress(OSError):
            path.unlink()
    return 0


def harden() -> None:
    """No core file, no ptrace by others, no swap where the system allows it: what fails is no reason to stop."""
    no_core_file()
    if sys.platform == "linux":
        library = _libc()
        library.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        # Where the limit on locked memory is too low (8 MiB is common) the page of the secret is locked alone.
        library.mlockall(_MCL_CURRENT_AND_FUTURE)
    os.umask(0o077)


def no_core_file() -> None:
    """Let no crash write this process's memory to a disk. Windows writes none by itself."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(ctypes.util.find_library("c"), use_errno=True)


def _lock_page(page: mmap.mmap) -> None:
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    _libc().mlock(ctypes.c_void_p(address), ctypes.c_size_t(mmap.PAGESIZE))
    with contextlib.suppress(AttributeError, OSError):
        page.madvise(mmap.MADV_DONTDUMP)


@contextlib.contextmanager
def _listening(path: Path) -> Iterator[socket.socket]:
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(str(path))
        path.chmod(0o600)
        listening.listen(8)
        yield listening


def _let_go_of_the_terminal() -> None:
    """Nothing holds the pipe of whoever started this, nor their folder."""
    os.chdir("/")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    os.close(nowhere)


def _now() -> float:
    """Seconds that go on while the machine sleeps (clock_gettime(2)); a closed lid counts as idle."""
    boot_time = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot_time is None else time.clock_gettime(boot_time)


def _serve(listening: socket.socket, kept: mmap.mmap, *, seconds: float) -> None:
    ends = _now() + seconds
    while (left := ends - _now()) > 0:
        ready, _, _ = select.select([listening], [], [], min(left, LOOK_SECONDS))
        if not ready or _now() >= ends:
            continue
        connection, _ = listening.accept()
        with connection, contextlib.suppress(OSError):
            connection.settimeout(SPEAK_SECONDS_MAX)
            if peer_of(connection) != os.getuid():
                continue
            match connection.recv(COMMAND_BYTES_MAX):
                case b"secret\n":
                    connection.sendall(memoryview(kept)[:SECRET_BYTES])
                    ends = _now() + seconds
                case b"left\n":
                    connection.sendall(f"{int(ends - _now())}\n".encode())
                case b"lock\n":
                    connection.sendall(b"locked\n")
                    return
                case _:
                    continue


def peer_of(connection: socket.socket) -> int:
    """The user id of the process at the other end, as the system says. Raises OSError."""
    if sys.platform == "linux":
        _, user, _ = _CREDENTIALS.unpack(
            connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        )
        return int(user)
    user_id, group_id = ctypes.c_uint(), ctypes.c_uint()  # pragma: no cover (no macOS in the test machines)
    if _libc().getpeereid(connection.fileno(), ctypes.byref(user_id), ctypes.byref(group_id)):
        raise OSError(ctypes.get_errno(), "getpeereid")
    return user_id.value


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
