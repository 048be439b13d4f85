"""A seccomp filter as an allow-list: any call that is not named kills; refuses machines whose calls it does not know.

Sources: Linux `Documentation/userspace-api/seccomp_filter.rst`, `include/uapi/linux/{seccomp,bpf_common,prctl}.h`.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from dataclasses import dataclass

from counterclaim.desk.walls.syscalls import (
    ALLOWED,
    MEMORY_CALLS,
    OWN_SIGNAL,
    PROBES,
    THREAD_ALLOWED,
    THREAD_CALL,
    THREAD_CALL_UNREADABLE,
    Machine,
)

KILL_PROCESS = 0x8000_0000  # SECCOMP_RET_KILL_PROCESS: Linux 4.14
ERRNO = 0x0005_0000  # SECCOMP_RET_ERRNO; the low 16 bits are the error
ALLOW = 0x7FFF_0000  # SECCOMP_RET_ALLOW
PROT_EXEC = 0x4
# What the C libraries ask for to start a thread: everything shared with this process (clone(2)). musl adds
# CLONE_DETACHED, which Linux has ignored since 2.6.
THREAD_FLAGS = 0x3D0F00
CLONE_DETACHED = 0x400000
_SET_MODE_FILTER = 1
_PR_SET_NO_NEW_PRIVS = 38
# BPF_LD|W|ABS, ALU|AND|K, JMP|JEQ|K, JGT, JSET, RET|K
_LOAD, _AND, _EQUAL, _ABOVE, _ANY_BIT, _RETURN = 0x20, 0x54, 0x15, 0x25, 0x45, 0x06
_NUMBER, _AUDIT = 0, 4  # offsets in struct seccomp_data
_ARGUMENTS = 16
_INSTRUCTION = struct.Struct("=HBBI")  # struct sock_filter: code, jump if true, jump if false, constant


Line = tuple[int, int, int, int]  # code, instructions to skip if true, if false, constant
_KILL: Line = (_RETURN, 0, 0, KILL_PROCESS)
_YES: Line = (_RETURN, 0, 0, ALLOW)


def _argument(index: int, *, high: bool = False) -> Line:
    """Load one half of an argument; both machines are little-endian."""
    return _LOAD, 0, 0, _ARGUMENTS + 8 * index + (4 if high else 0)


def _without_bit(call: int, bit: int) -> list[Line]:
    """Allow `call` where its third argument, a protection, lacks `bit` and has an empty upper half."""
    halves = [_argument(2, high=True), (_EQUAL, 0, 3, 0), _argument(2), (_ANY_BIT, 1, 0, bit)]
    return [(_EQUAL, 0, 6, call), *halves, _YES, _KILL]


def _thread(call: int) -> list[Line]:
    """Allow `call` where its first argument, the flags, are those of a thread and nothing else."""
    halves = [_argument(0, high=True), (_EQUAL, 0, 4, 0), _argument(0), (_AND, 0, 0, 0xFFFF_FFFF ^ CLONE_DETACHED)]
    return [(_EQUAL, 0, 7, call), *halves, (_EQUAL, 0, 1, THREAD_FLAGS), _YES, _KILL]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """The program for one machine; `program(pid)` lets that process signal itself and nobody else."""

    machine: Machine

    def program(self, pid: int, *, threads: bool = False) -> bytes:
        """The filter as bytes of `struct sock_filter`, 8 each; `threads` lets the process start threads."""
        number = self.machine.calls
        lines = [(_LOAD, 0, 0, _AUDIT), (_EQUAL, 1, 0, self.machine.audit), _KILL, (_LOAD, 0, 0, _NUMBER)]
        if self.machine.calls_max is not None:
            lines += [(_ABOVE, 0, 1, self.machine.calls_max), _KILL]
        for name in (*ALLOWED, *(THREAD_ALLOWED if threads else ())):
            if name in number:
                lines += [(_EQUAL, 0, 1, number[name]), _YES]
        for name in MEMORY_CALLS:
            lines += _without_bit(number[name], PROT_EXEC)
        # The first argument is the process; the kernel takes it as a 32-bit number.
        lines += [(_EQUAL, 0, 4, number[OWN_SIGNAL]), _argument(0), (_EQUAL, 0, 1, pid), _YES, _KILL]
        if threads:
            lines += _thread(number[THREAD_CALL])
            lines += [(_EQUAL, 0, 1, number[THREAD_CALL_UNREADABLE]), (_RETURN, 0, 0, ERRNO | errno.ENOSYS)]
        for name, error in PROBES.items():
            if name in number:
                lines += [(_EQUAL, 0, 1, number[name]), (_RETURN, 0, 0, ERRNO | error)]
        return b"".join(_INSTRUCTION.pack(*line) for line in [*lines, _KILL])

    def install(self, libc: ctypes.CDLL, *, threads: bool = False) -> None:
        """Put the filter over this process for good. Raises OSError where the kernel refuses.

        No new privileges can be gained from here on (`no_new_privs`), which is what lets anybody install a filter.
        """
        program = self.program(os.getpid(), threads=threads)
        held = ctypes.create_string_buffer(program, len(program))
        head = ctypes.create_string_buffer(
            struct.pack("@HxxxxxxQ", len(program) // _INSTRUCTION.size, ctypes.addressof(held))
        )
        if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "no_new_privs was refused")
        if libc.syscall(self.machine.seccomp, _SET_MODE_FILTER, 0, ctypes.byref(head)) != 0:
            raise OSError(ctypes.get_errno(), "the seccomp filter was refused")
