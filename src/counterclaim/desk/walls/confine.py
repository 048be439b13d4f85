"""Shuts a forked child in: descriptors, limits, Landlock, seccomp, in that order; refuses to go on where one fails.

Everything is prepared in the worker, so that a child only makes the calls. Linux alone has these walls.
"""

from __future__ import annotations

import ctypes
import os
import platform
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass

from counterclaim.desk.walls import landlock
from counterclaim.desk.walls.budget import Budget
from counterclaim.desk.walls.seccomp import Filter
from counterclaim.desk.walls.syscalls import MACHINES

ANSWER = 3  # the one descriptor a child keeps besides three that lead nowhere
DESCRIPTORS_MAX = 256  # the worker never has more, so that a child has closed all of them when it closed these
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 1, 4  # include/uapi/linux/prctl.h
_PROBE_SECONDS_MAX = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Walls:
    """What was seen to hold on this machine: Landlock's ABI (0: none), and whether the seccomp filter bites."""

    landlock: int
    seccomp: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Confinement:
    """The walls made ready; `enter` raises them around the calling process for good."""

    libc: ctypes.CDLL
    filter: Filter | None
    landlock: int

    def enter(self, answer: int, budget: Budget, *, base_bytes: int) -> None:
        """Keep the answer pipe alone, limit this process and raise every wall. Raises OSError where one is refused.

        `base_bytes` is the address space the worker already takes; the budget's memory comes on top.
        """
        self.keep_only(answer)
        self.libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        if self.landlock:
            landlock.restrict(self.libc, self.landlock)
        limit(budget, base_bytes=base_bytes)
        if self.filter is not None:
            self.filter.install(self.libc, threads=budget.threads)

    def end_with(self, parent: int) -> None:
        """End this process when the worker that forked it ends."""
        self.libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it ended before it was asked
            os._exit(1)

    @staticmethod
    def keep_only(answer: int) -> None:
        """Standard input and both outputs lead nowhere, the answer pipe is descriptor 3, and no other is open."""
        nowhere = os.open(os.devnull, os.O_RDWR)
        kept = os.dup(answer) if answer <= ANSWER else answer
        for standard in (0, 1, 2):
            os.dup2(nowhere, standard)
        os.dup2(kept, ANSWER)
        os.closerange(ANSWER + 1, DESCRIPTORS_MAX)


def confinement() -> Confinement:
    """What this machine offers, unproven: `walls_of` tries it."""
    libc = ctypes.CDLL(None, use_errno=True)
    machine = MACHINES.get(platform.machine()) if sys.byteorder == "little" and sys.maxsize > 2**32 else None
    return Confinement(
        libc=libc, filter=Filter(machine=machine) if machine else None, landlock=landlock.abi(libc) if machine else 0
    )


def limit(budget: Budget, *, base_bytes: int) -> None:
    """Bound what this process may take: no file, no core, no further descriptor, no further process."""
    import resource

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    limits = [
        (resource.RLIMIT_CPU, budget.cpu_seconds, budget.cpu_seconds + 1),
        (resource.RLIMIT_AS, base_bytes + budget.memory_bytes, base_bytes + budget.memory_bytes),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_NOFILE, ANSWER + 1, ANSWER + 1),
    ]
    if not budget.threads:  # the system counts threads as processes
        limits.append((resource.RLIMIT_NPROC, 0, 0))
    for kind, soft, most in limits:
        _, hard = resource.getrlimit(kind)
        free = hard == resource.RLIM_INFINITY
        resource.setrlimit(kind, (soft if free else min(soft, hard), most if free else min(most, hard)))


def walls_of(offered: Confinement) -> Walls:
    """Try each wall alone in a child of its own: it holds if the root folder does not open behind it."""

    def behind_landlock() -> None:
        landlock.restrict(offered.libc, offered.landlock)

    def behind_seccomp() -> None:
        if offered.filter is not None:
            offered.filter.install(offered.libc)

    return Walls(
        landlock=offered.landlock if offered.landlock and _denied(behind_landlock) else 0,
        seccomp=offered.filter is not None and _denied(behind_seccomp),
    )


def _denied(raise_wall: Callable[[], None]) -> bool:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            signal.alarm(_PROBE_SECONDS_MAX)
            raise_wall()
            try:
                os.open("/", os.O_RDONLY)
            except PermissionError:
                code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0
