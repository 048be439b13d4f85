"""Runs parsers of untrusted bytes behind walls: bytes go in, plain values come out; refuses to parse where none hold.

A preloaded worker (`walls/warden.py`) forks one child a file (`walls/cell.py`), which shuts itself in
before it looks at a byte. The desk never unpickles anything a child wrote, and reads only JSON from it.
"""

from __future__ import annotations

import json
import os
import socket
import struct
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import FileIO
from typing import Any, NoReturn, Self

from counterclaim.desk.walls.budget import Budget
from counterclaim.desk.walls.confine import Walls
from counterclaim.desk.walls.unjailed import Unjailed, environment_of
from counterclaim.desk.walls.warden import receive, send
from counterclaim.record.errors import CounterclaimError, PolicyError

TASKS = "counterclaim.desk.jailed"
GRACE_SECONDS = 20  # beyond a file's budget, for the worker itself to end the child and say so
START_SECONDS_MAX = 120  # loading every parser takes 2 s on an idle machine
NO_WALLS = Walls(landlock=0, seccomp=False)


class JailEndedError(CounterclaimError):
    """The child ended without an answer: killed by a limit, by a signal, or by its own error."""

    exit_code = 4


class OverBudgetError(JailEndedError):
    """The child was ended because the file asked for more than its size allows: it is declined, not broken."""


@dataclass(slots=True, kw_only=True)
class Jail:
    """A handle on one worker process; started at first use, started again if it dies. For one thread at a time.

    `tasks` names the module whose `TASKS` a child may be asked for; it is chosen by the code that builds the jail
    and never by a request. `budget` replaces what the content's size would give.
    """

    unjailed_allowed: bool = False
    tasks: str = TASKS
    budget: Budget | None = None
    _worker: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _line: socket.socket | None = field(default=None, init=False)
    _walls: Walls = field(default=NO_WALLS, init=False)
    _held: tuple[bytes, FileIO] | None = field(default=None, init=False)
    _unjailed: Unjailed | None = field(default=None, init=False)

    def run(self, task: str, arguments: Mapping[str, Any], content: bytes) -> Any:  # noqa: ANN401 (JSON values)
        """Do `task` over `content` in a child.

        Raises OverBudgetError where the file took more than its budget, JailEndedError where the child gave no
        answer, and PolicyError where no jail holds here and the person did not allow parsing without one.
        """
        given = json.dumps(arguments).encode()
        budget = self.budget or Budget.of(content, arguments=given)
        if not self.walls().seccomp:
            ended, answer = self._without_walls().run(task, given, content, budget)
        else:
            ended, answer = self._asked(task, given, content, budget)
        match ended["how"]:
            case "ok":
                return _value_of(answer)
            case "over":
                raise OverBudgetError("an answer within the file's budget", str(ended["words"]))
            case _:
                raise JailEndedError("an answer from the jailed child", str(ended["words"]))

    def walls(self) -> Walls:
        """Which walls hold on this machine, tried by the worker when it started; none where there can be none."""
        if sys.platform != "linux" or not hasattr(os, "memfd_create"):  # some Pythons are built for older systems
            return NO_WALLS
        self._running()
        return self._walls

    def rest(self) -> None:
        """Let go of the last content; the worker stays."""
        if self._held is not None:
            self._held[1].close()
            self._held = None

    def close(self) -> None:
        """End the worker; a later run starts another."""
        self.rest()
        if self._line is not None:
            self._line.close()
            self._line = None
        if self._worker is not None:
            self._worker.kill()
            self._worker.wait()
            self._worker = None
        if self._unjailed is not None:
            self._unjailed.close()
            self._unjailed = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _asked(self, task: str, given: bytes, content: bytes, budget: Budget) -> tuple[dict[str, Any], bytes]:
        """Hand the worker the request and wait for the child's end."""
        line = self._running()
        with _memory_of(given) as arguments:
            try:
                line.settimeout(budget.seconds + GRACE_SECONDS)
                descriptors = (arguments.fileno(), self._memory(content).fileno())
                send(line, {"task": task, "budget": budget.plain()}, descriptors=descriptors)
                return receive(line)
            except (OSError, EOFError, struct.error, ValueError) as error:
                self._lost(error)

    def _lost(self, error: Exception) -> NoReturn:
        self.close()
        raise JailEndedError("an answer from the jail", f"the worker ended: {error}") from error

    def _memory(self, content: bytes) -> FileIO:
        """The content in memory of its own; asked again about the same bytes, the same memory, copied once."""
        if self._held is None or self._held[0] is not content:
            self.rest()
            self._held = (content, _memory_of(content))
        return self._held[1]

    def _without_walls(self) -> Unjailed:
        if not self.unjailed_allowed:
            raise PolicyError(
                "a system that can shut a parser in (Linux with seccomp)",
                sys.platform,
                remedy="Files are kept all the same. To parse here, say --unjailed or COUNTERCLAIM_UNJAILED=yes.",
            )
        if self._unjailed is None:
            self._unjailed = Unjailed(tasks=self.tasks)
        return self._unjailed

    def _running(self) -> socket.socket:
        if self._line is None or self._worker is None or self._worker.poll() is not None:
            self.close()
            ours, theirs = socket.socketpair()
            with theirs:
                code = (
                    "import sys; from counterclaim.desk.walls.warden import serve; serve(sys.argv[1], int(sys.argv[2]))"
                )
                self._worker = subprocess.Popen(  # noqa: S603 (our own interpreter and our own words)
                    # -P: a folder of evidence must not bring modules of its own.
                    [sys.executable, "-P", "-c", code, self.tasks, str(theirs.fileno())],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    pass_fds=(theirs.fileno(),),
                    env=environment_of(os.environ),
                )
            self._line = ours
            try:
                ours.settimeout(START_SECONDS_MAX)
                self._walls = Walls(**receive(ours)[0])
            except (OSError, EOFError, struct.error, ValueError) as error:
                self._lost(error)
        return self._line


def _memory_of(content: bytes) -> FileIO:
    """The bytes in memory without a name on any disk, sealed against writing (memfd_create(2), fcntl(2))."""
    import fcntl

    memory = FileIO(os.memfd_create("counterclaim", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING), "r+")
    left = memoryview(content)
    while left:
        left = left[memory.write(left) or 0 :]
    seals = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK
    fcntl.fcntl(memory, fcntl.F_ADD_SEALS, seals)
    return memory


def _value_of(answer: bytes) -> Any:  # noqa: ANN401 (JSON values)
    """What the child wrote, as plain values; it may have been taken over, so nothing about the form is believed."""

    def refused(word: str) -> NoReturn:
        raise ValueError(word)

    try:
        return json.loads(answer, parse_constant=refused)
    except (ValueError, RecursionError) as error:
        raise JailEndedError("JSON from the jailed child", type(error).__name__) from error
