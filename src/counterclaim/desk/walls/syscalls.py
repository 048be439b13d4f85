"""Which system calls a jailed child may make, by name and by number on two machines; refuses every other call.

Numbers: Linux `arch/x86/entry/syscalls/syscall_64.tbl` and `include/uapi/asm-generic/unistd.h` (which aarch64 uses).
They never change: Linux keeps its calls for ever. ADR 0070 says why each group stands where it does.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass

# Memory, answers, time and the process's own end: what decoding needs once every library is loaded.
ALLOWED = (
    "futex",
    "read",
    "write",
    "close",
    "lseek",
    "fstat",
    "munmap",
    "mremap",
    "brk",
    "madvise",
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "sigaltstack",
    "restart_syscall",
    "getrandom",
    "clock_gettime",
    "clock_getres",
    "clock_nanosleep",
    "nanosleep",
    "gettimeofday",
    "time",
    "sched_yield",
    "sched_getaffinity",
    "getpid",
    "gettid",
    "getrusage",
    "exit",
    "exit_group",
)
# Allowed by their arguments only: no memory that can be run, and a signal to this process alone (`abort` sends one).
MEMORY_CALLS = ("mmap", "mprotect")
OWN_SIGNAL = "tgkill"
# Only where HEIF is decoded: libde265 waits for ever for the one thread it wants. `clone3` keeps its flags where a
# filter cannot read them, so it is told "no such call" and the C library falls back to `clone`, whose flags are read.
THREAD_ALLOWED = ("rseq", "set_robust_list")
THREAD_CALL, THREAD_CALL_UNREADABLE = "clone", "clone3"
# Looking for a file or a terminal, as libraries do and go on without: told no, and let live.
PROBES: dict[str, int] = {
    "open": errno.EACCES,
    "openat": errno.EACCES,
    "stat": errno.EACCES,
    "lstat": errno.EACCES,
    "newfstatat": errno.EACCES,
    "statx": errno.EACCES,
    "access": errno.EACCES,
    "faccessat": errno.EACCES,
    "faccessat2": errno.EACCES,
    "readlink": errno.EACCES,
    "readlinkat": errno.EACCES,
    "getcwd": errno.EACCES,
    "ioctl": errno.ENOTTY,
    "sysinfo": errno.EPERM,
    "uname": errno.EPERM,
}

_X86_64 = {
    "read": 0, "write": 1, "open": 2, "close": 3, "stat": 4, "fstat": 5, "lstat": 6, "lseek": 8, "mmap": 9,
    "mprotect": 10, "munmap": 11, "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15,
    "ioctl": 16, "access": 21, "sched_yield": 24, "mremap": 25, "madvise": 28, "nanosleep": 35, "getpid": 39,
    "clone": 56, "exit": 60, "uname": 63, "getcwd": 79, "readlink": 89, "gettimeofday": 96, "getrusage": 98,
    "sysinfo": 99, "sigaltstack": 131, "gettid": 186, "time": 201, "futex": 202, "sched_getaffinity": 204,
    "restart_syscall": 219, "clock_gettime": 228, "clock_getres": 229, "clock_nanosleep": 230, "exit_group": 231,
    "tgkill": 234, "openat": 257, "newfstatat": 262, "readlinkat": 267, "faccessat": 269, "set_robust_list": 273,
    "getrandom": 318, "statx": 332, "rseq": 334, "clone3": 435, "faccessat2": 439,
}  # fmt: skip
# aarch64 never had open, stat, lstat, access, readlink and time: their newer forms came first.
_AARCH64 = {
    "getcwd": 17, "ioctl": 29, "faccessat": 48, "openat": 56, "close": 57, "lseek": 62, "read": 63, "write": 64,
    "readlinkat": 78, "newfstatat": 79, "fstat": 80, "exit": 93, "exit_group": 94, "futex": 98,
    "set_robust_list": 99, "nanosleep": 101, "clock_gettime": 113, "clock_getres": 114, "clock_nanosleep": 115,
    "sched_getaffinity": 123, "sched_yield": 124, "restart_syscall": 128, "tgkill": 131, "sigaltstack": 132,
    "rt_sigaction": 134, "rt_sigprocmask": 135, "rt_sigreturn": 139, "uname": 160, "getrusage": 165,
    "gettimeofday": 169, "getpid": 172, "gettid": 178, "sysinfo": 179, "brk": 214, "munmap": 215, "mremap": 216,
    "clone": 220, "mmap": 222, "mprotect": 226, "madvise": 233, "getrandom": 278, "statx": 291, "rseq": 293,
    "clone3": 435, "faccessat2": 439,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A processor's name as `platform.machine()` gives it, its audit number, and its calls by name.

    `audit` is AUDIT_ARCH_* of `linux/audit.h`. `calls_max` is the number above which calls are of another ABI
    (x32 on x86-64 sets bit 30: `arch/x86/include/uapi/asm/unistd.h`), None where there is no such ABI.
    `seccomp` is the number of the call that installs the filter.
    """

    name: str
    audit: int
    calls: dict[str, int]
    calls_max: int | None
    seccomp: int


MACHINES = {
    "x86_64": Machine(name="x86_64", audit=0xC000003E, calls=_X86_64, calls_max=0x3FFF_FFFF, seccomp=317),
    "aarch64": Machine(name="aarch64", audit=0xC00000B7, calls=_AARCH64, calls_max=None, seccomp=277),
}
# The same on every machine that has them (`asm-generic/unistd.h` since Linux 5.13).
LANDLOCK_CREATE_RULESET = 444
LANDLOCK_RESTRICT_SELF = 446
