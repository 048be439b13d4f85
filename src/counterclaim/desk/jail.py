"""Runs parsers of untrusted bytes in a child process with limits; bytes go in, plain values come out.

A preloaded worker forks one child a file. The child gets its limits, works, writes JSON and ends; the
parent never unpickles anything a child wrote. The full jail (Landlock, seccomp) builds on this file.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import IO, Any, Self

from counterclaim.record.errors import CounterclaimError, PolicyError

SECONDS_MAX = 60  # wall clock for one file: the slowest real camera file took under 2 s
CPU_SECONDS_MAX = 45
MEMORY_BYTES_MAX = 3 * 1024**3  # 100 megapixels as 8-bit RGB and as float luma, twice over
ANSWER_BYTES_MAX = 64 * 1024**2  # a reading of the longest page allowed is under 20 MB
FILES_OPEN_MAX = 64
_FRAME = struct.Struct(">QQ")  # length of the JSON header, length of the content
AVAILABLE = hasattr(os, "fork")

Task = Callable[[Mapping[str, Any], bytes], Any]


class JailEndedError(CounterclaimError):
    """The child ended without an answer: killed by a limit, by a signal, or by its own error."""

    exit_code = 4


def tasks() -> dict[str, Task]:
    """The work a child may be asked to do, by name; importing here preloads every parser."""
    from counterclaim.desk.jailed import TASKS

    return TASKS


@dataclass(slots=True, kw_only=True)
class Jail:
    """A handle on one worker process; started at first use, started again if it dies."""

    seconds_max: float = SECONDS_MAX
    unjailed_allowed: bool = False
    _worker: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def run(self, task: str, arguments: Mapping[str, Any], content: bytes) -> Any:  # noqa: ANN401 (JSON values)
        """Do `task` over `content` in a child. Raises JailEndedError when the child gave no answer.

        Where no child can be forked: PolicyError, unless the person allowed parsing without a jail.
        """
        if not AVAILABLE:
            if not self.unjailed_allowed:
                raise PolicyError(
                    "a system that can fork a limited child", sys.platform, remedy="Allow it with --unjailed."
                )
            return tasks()[task](arguments, content)
        header = json.dumps({"task": task, "arguments": arguments, "seconds_max": self.seconds_max}).encode()
        worker = self._running()
        try:
            answer = _exchange(worker, header, content)
        except (OSError, EOFError, struct.error) as error:
            self.close()
            raise JailEndedError("an answer from the jail", f"the worker ended: {error}") from error
        if answer["ended"] != "ok":
            raise JailEndedError("an answer from the jailed child", str(answer["ended"]))
        return answer["value"]

    def close(self) -> None:
        """End the worker; a later run starts another."""
        if self._worker is not None:
            self._worker.kill()
            self._worker.wait()
            for pipe in (self._worker.stdin, self._worker.stdout):
                if pipe is not None:
                    pipe.close()
            self._worker = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._worker is None or self._worker.poll() is not None:
            # One thread in the numeric libraries: a forked child must not inherit a pool it cannot use.
            environment = {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"}
            kept = {
                name: os.environ[name]
                for name in ("OPENBLAS_CORETYPE", "PYTHONPATH", "COVERAGE_PROCESS_START")
                if name in os.environ
            }
            self._worker = subprocess.Popen(
                # -P: a folder of evidence must not bring modules of its own.
                [sys.executable, "-P", "-c", "from counterclaim.desk.jail import serve; serve()"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=environment | kept,
            )
        return self._worker


def _exchange(worker: subprocess.Popen[bytes], header: bytes, content: bytes) -> dict[str, Any]:
    into, out = worker.stdin, worker.stdout
    if into is None or out is None:
        raise EOFError("no pipe")
    into.write(_FRAME.pack(len(header), len(content)) + header)
    into.write(content)
    into.flush()
    size, _ = _FRAME.unpack(_exactly(out, _FRAME.size))
    answer: dict[str, Any] = json.loads(_exactly(out, size))
    return answer


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    content = pipe.read(size)
    if len(content) != size:
        raise EOFError(f"{len(content)} of {size} bytes")
    return content


def serve() -> None:
    """The worker: preload, then fork a child for each request until the pipe closes."""
    socket.has_ipv6 = False  # urllib3, which trafilatura imports, would bind a socket to see whether ::1 is there
    known = tasks()
    into, out = sys.stdin.buffer, sys.stdout.buffer
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the desk decides when to stop
    while head := into.read(_FRAME.size):
        if len(head) != _FRAME.size:
            return
        header_size, content_size = _FRAME.unpack(head)
        request = json.loads(_exactly(into, header_size))
        content = _exactly(into, content_size)
        answer = json.dumps(_forked(known[request["task"]], request, content)).encode()
        out.write(_FRAME.pack(len(answer), 0) + answer)
        out.flush()


def _forked(task: Task, request: Mapping[str, Any], content: bytes) -> dict[str, Any]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _child(task, request["arguments"], content, writing)
    os.close(writing)
    answer, timed_out = _collect(reading, seconds_max=float(request["seconds_max"]))
    os.close(reading)
    if timed_out:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if timed_out:
        return {"ended": timed_out}
    if os.WIFSIGNALED(status):
        return {"ended": f"ended by signal {signal.Signals(os.WTERMSIG(status)).name}"}
    if os.WEXITSTATUS(status) != 0:
        return {"ended": answer.decode("utf-8", "replace")[-400:] or f"exit code {os.WEXITSTATUS(status)}"}
    return {"ended": "ok", "value": json.loads(answer)}


def _collect(pipe: int, *, seconds_max: float) -> tuple[bytes, str]:
    """Read until the child closes its end; (what came, "" or why the child must end now)."""
    parts: list[bytes] = []
    deadline, size = time.monotonic() + seconds_max, 0
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([pipe], [], [], left)[0]:
            return b"", f"no answer within {seconds_max:g} s"
        part = os.read(pipe, 1 << 16)
        if not part:
            return b"".join(parts), ""
        size += len(part)
        if size > ANSWER_BYTES_MAX:
            return b"", f"an answer over {ANSWER_BYTES_MAX} bytes"
        parts.append(part)


def _child(task: Task, arguments: Mapping[str, Any], content: bytes, writing: int) -> None:
    """Limit this process, do the work, write the answer or the last words, and end."""
    code = 1
    try:
        _limit()
        answer = json.dumps(task(arguments, content)).encode()
        code = 0
    except BaseException:  # noqa: BLE001 (a child's last words, whatever ended it; the parent decides what they mean)
        answer = _last_words().encode("utf-8", "backslashreplace")
    try:
        while answer:
            answer = answer[os.write(writing, answer) :]
    finally:
        os._exit(code)


def _last_words() -> str:
    """What ended the child, without the names of our modules."""
    error = sys.exc_info()[1]
    return str(error) if isinstance(error, CounterclaimError) else f"{type(error).__name__}: {error}"


def _limit() -> None:
    """Bound what the child may take; it may write no file and leave no core."""
    import resource

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    for kind, most in (
        (resource.RLIMIT_CPU, CPU_SECONDS_MAX),
        (resource.RLIMIT_AS, MEMORY_BYTES_MAX),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, FILES_OPEN_MAX),
    ):
        _, hard = resource.getrlimit(kind)
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (bound, bound))
