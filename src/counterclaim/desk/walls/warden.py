"""The worker: loads every parser once, then forks a child a file and watches it; refuses to look into any file itself.

Bytes and arguments pass through it as descriptors only, so that no child finds an earlier file in the memory it
inherits. An answer passes through it unread.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import signal
import socket
import struct
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from counterclaim.desk.walls.budget import Budget
from counterclaim.desk.walls.cell import MEMORY, REACHED, VALUE, WORDS_MAX, Task, shown, work
from counterclaim.desk.walls.confine import DESCRIPTORS_MAX, Confinement, confinement, walls_of
from counterclaim.desk.walls.reach import Absent, Reach

FRAME = struct.Struct(">QQ")  # length of the JSON header, length of what follows it
_SIGXCPU_WORDS = "more than {} s of processor time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a child ended: "ok" with its answer, "over" its budget, or "broken"; `words` say how."""

    how: str
    words: str = ""
    answer: bytes = b""


def address_space_bytes() -> int:
    """What this process already takes of the address space (proc(5), statm), which every child inherits."""
    return int(Path("/proc/self/statm").read_bytes().split()[0]) * os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Warden:
    """The tasks by name, and the walls every child is put behind."""

    tasks: dict[str, Task]
    walls: Confinement
    absent: frozenset[str] = frozenset()
    base_bytes: int = field(default_factory=address_space_bytes)

    def forked(self, task: str, budget: Budget, arguments: int, content: int, *, desk: int | None = None) -> Ended:
        """Do `task` in a child of its own; `desk` is a descriptor that hangs up when nobody waits any more."""
        chosen, reach, worker = self.tasks[task], Reach(absent=self.absent), os.getpid()
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                self.walls.end_with(worker)
                work(
                    chosen,
                    arguments=arguments,
                    content=content,
                    answer=writing,
                    walls=self.walls,
                    budget=budget,
                    base_bytes=self.base_bytes,
                    reach=reach,
                )
            finally:
                os._exit(1)  # whatever happened, a child never goes on as a worker
        os.close(writing)
        try:
            answer, past = _collect(reading, budget, desk=desk)
        finally:
            os.close(reading)
        if past:
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        return Ended(how="over", words=past) if past else _ended(status, answer, budget)


def _ended(status: int, answer: bytes, budget: Budget) -> Ended:
    if os.WIFSIGNALED(status):
        name = signal.Signals(os.WTERMSIG(status)).name
        if name == "SIGXCPU":
            return Ended(how="over", words=_SIGXCPU_WORDS.format(budget.cpu_seconds))
        told = " (a system call that the jail does not allow)" if name == "SIGSYS" else ""
        return Ended(how="broken", words=f"ended by signal {name}{told}")
    kind, rest = answer[:1], answer[1:]
    if kind == MEMORY:
        return Ended(how="over", words=f"more than {budget.memory_bytes // 1024**2} MiB of memory")
    words = shown(rest[: 4 * WORDS_MAX].decode("utf-8", "replace"))  # a character has at most four bytes
    if kind == REACHED:
        return Ended(how="broken", words=f"it reached for what the jail had not loaded: {words}")
    if kind != VALUE or os.WEXITSTATUS(status) != 0:
        return Ended(how="broken", words=words or f"exit code {os.WEXITSTATUS(status)}")
    return Ended(how="ok", answer=rest)


def _collect(pipe: int, budget: Budget, *, desk: int | None) -> tuple[bytes, str]:
    """Read until the child closes its end; (what came, "" or why the child must end now)."""
    parts: list[bytes] = []
    deadline, size = time.monotonic() + budget.seconds, 0
    ears = [pipe] if desk is None else [pipe, desk]
    while True:
        left = deadline - time.monotonic()
        ready = select.select(ears, [], [], left)[0] if left > 0 else []
        if desk in ready:
            return b"", "nobody waits for the answer"
        if not ready:
            return b"", f"no answer within {budget.seconds:g} s"
        part = os.read(pipe, 1 << 16)
        if not part:
            return b"".join(parts), ""
        size += len(part)
        if size > budget.answer_bytes:
            return b"", f"an answer over {budget.answer_bytes} bytes"
        parts.append(part)


def loaded(module: str) -> tuple[dict[str, Task], frozenset[str]]:
    """The module's tasks after its warm-up, and the names it sought that are not installed."""
    socket.has_ipv6 = False  # urllib3, which trafilatura imports, would bind a socket to see whether ::1 is there
    absent = Absent()
    sys.meta_path.append(absent)
    room = importlib.import_module(module)
    if hasattr(room, "warm_up"):
        room.warm_up()
    sys.meta_path.remove(absent)
    return room.TASKS, frozenset(absent.names)


def serve(module: str, descriptor: int) -> None:
    """The worker's life: load, say which walls hold, then a child for each request until the desk hangs up."""
    import resource

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the desk decides when to stop
    desk = socket.socket(fileno=os.dup(descriptor))
    os.close(descriptor)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS_MAX, hard))
    tasks, absent = loaded(module)
    offered = confinement()
    held = walls_of(offered)
    walls = Confinement(libc=offered.libc, filter=offered.filter if held.seccomp else None, landlock=held.landlock)
    warden = Warden(tasks=tasks, walls=walls, absent=absent)
    gc.freeze()  # children share the worker's memory longer when the collector leaves it alone
    send(desk, {"landlock": held.landlock, "seccomp": held.seccomp})
    with suppress(OSError, EOFError):  # the desk hung up while it was told something
        while (request := receive_request(desk)) is not None:
            header, descriptors = request
            try:
                ended = warden.forked(header["task"], Budget(**header["budget"]), *descriptors, desk=desk.fileno())
            finally:
                for one in descriptors:
                    os.close(one)
            send(desk, {"how": ended.how, "words": ended.words}, ended.answer)


def send(to: socket.socket, header: dict[str, Any], body: bytes = b"", descriptors: tuple[int, ...] = ()) -> None:
    """One frame: lengths, a JSON header, a body, and descriptors beside the lengths."""
    plain = json.dumps(header).encode()
    lengths = FRAME.pack(len(plain), len(body))
    if descriptors:
        socket.send_fds(to, [lengths], list(descriptors))
    else:
        to.sendall(lengths)
    to.sendall(plain)
    to.sendall(body)


def receive(source: socket.socket) -> tuple[dict[str, Any], bytes]:
    """One frame without descriptors. Raises EOFError where the other side hung up."""
    header_size, body_size = FRAME.unpack(exactly(source, FRAME.size))
    header: dict[str, Any] = json.loads(exactly(source, header_size))
    return header, exactly(source, body_size)


def receive_request(source: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """One request with its two descriptors; None where the desk hung up."""
    lengths, descriptors, _, _ = socket.recv_fds(source, FRAME.size, 2)
    if not lengths:
        return None
    lengths += exactly(source, FRAME.size - len(lengths))
    header_size, _ = FRAME.unpack(lengths)
    return json.loads(exactly(source, header_size)), descriptors


def exactly(source: socket.socket, size: int) -> bytes:
    """`size` bytes from the socket. Raises EOFError."""
    held = bytearray()
    while len(held) < size:
        part = source.recv(min(size - len(held), 1 << 20))
        if not part:
            raise EOFError(f"{len(held)} of {size} bytes")
        held += part
    return bytes(held)
