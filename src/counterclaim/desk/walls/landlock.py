"""Landlock with every right handled and none granted: no path, no port, no signal out; refuses to grant anything.

Source: Linux `Documentation/userspace-api/landlock.rst` and `include/uapi/linux/landlock.h`.
"""

from __future__ import annotations

import ctypes
import os
import struct

from counterclaim.desk.walls.syscalls import LANDLOCK_CREATE_RULESET, LANDLOCK_RESTRICT_SELF

_CREATE_RULESET_VERSION = 1
_PR_SET_NO_NEW_PRIVS = 38
ABI_KNOWN = 7  # the newest whose rights stand below; a newer kernel is asked for these
# Rights by the ABI that brought the last of them: ABI 1 has 13 (execute ... make symlink), then refer (2),
# truncate (3), ioctl on devices (5); TCP bind and connect (4); abstract unix sockets and signals (6).
_FILE_RIGHTS = ((5, 1 << 16), (3, 1 << 15), (2, 1 << 14), (1, 1 << 13))
_NETWORK_SINCE, _NETWORK = 4, 0b11
_SCOPE_SINCE, _SCOPE = 6, 0b11


def abi(libc: ctypes.CDLL) -> int:
    """The kernel's Landlock version; 0 where there is none or it was left out at boot."""
    answer: int = libc.syscall(LANDLOCK_CREATE_RULESET, None, 0, _CREATE_RULESET_VERSION)
    return max(answer, 0)


def ruleset_of(version: int) -> bytes:
    """`struct landlock_ruleset_attr` that handles every right of this ABI, as long as that ABI knows it."""
    version = min(version, ABI_KNOWN)
    files = next(limit - 1 for since, limit in _FILE_RIGHTS if version >= since)
    parts = [files]
    if version >= _NETWORK_SINCE:
        parts.append(_NETWORK)
    if version >= _SCOPE_SINCE:
        parts.append(_SCOPE)
    return struct.pack(f"={len(parts)}Q", *parts)


def restrict(libc: ctypes.CDLL, version: int) -> None:
    """Take every right Landlock knows from this process, for good. Raises OSError where the kernel refuses."""
    ruleset = ruleset_of(version)
    handle = libc.syscall(LANDLOCK_CREATE_RULESET, ctypes.create_string_buffer(ruleset, len(ruleset)), len(ruleset), 0)
    if handle < 0:
        raise OSError(ctypes.get_errno(), "the Landlock ruleset was refused")
    try:
        if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "no_new_privs was refused")
        if libc.syscall(LANDLOCK_RESTRICT_SELF, handle, 0) != 0:
            raise OSError(ctypes.get_errno(), "Landlock was refused")
    finally:
        os.close(handle)
