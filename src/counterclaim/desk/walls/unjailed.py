"""Parses in a process of its own, without walls, where a person allowed that; refuses to do it in the desk's process.

For systems that have no jail (macOS, Windows, Linux without seccomp). A crash or an endless loop ends that process
and not the program; nothing keeps a hostile file from what the user may read, write or send.
"""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO, Any, cast

from counterclaim.desk.walls.budget import Budget

_FRAME = struct.Struct(">QQQ")  # lengths of the task's name, its arguments and the content; of two, in an answer
KEPT_VARIABLES = (
    "OPENBLAS_CORETYPE",
    "PYTHONPATH",
    "COVERAGE_PROCESS_START",
    "SYSTEMROOT",
    "TEMP",
    "TMP",
    "COUNTERCLAIM_ENGLISH_PIPELINE",
    "COUNTERCLAIM_RUSSIAN_PIPELINE",
)


def environment_of(ours: Mapping[str, str]) -> dict[str, str]:
    """What a worker gets of our environment: no passphrase, and one thread in the numeric libraries.

    A forked child must not inherit a pool of threads it cannot use.
    """
    kept = {name: ours[name] for name in KEPT_VARIABLES if name in ours}
    alone = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "OMP_THREAD_LIMIT"), "1")
    return {"PATH": ours.get("PATH", ""), "LANG": "C.UTF-8", **alone, **kept}


@dataclass(slots=True, kw_only=True)
class Unjailed:
    """A process that does one task after the other; started at first use, and again where it was ended."""

    tasks: str
    _worker: tuple[subprocess.Popen[bytes], IO[bytes], IO[bytes]] | None = field(default=None, init=False)

    def run(self, task: str, arguments: bytes, content: bytes, budget: Budget) -> tuple[dict[str, Any], bytes]:
        """Do `task` and give how it ended, as the jail gives it; of the budget, the wall clock is held."""
        worker, into, out = self._running()
        past = threading.Event()

        def end() -> None:
            past.set()
            worker.kill()

        timer = threading.Timer(budget.seconds, end)
        timer.start()
        try:
            name = task.encode()
            into.write(_FRAME.pack(len(name), len(arguments), len(content)) + name + arguments)
            into.write(content)
            into.flush()
            header_size, body_size, _ = _FRAME.unpack(_exactly(out, _FRAME.size))
            return json.loads(_exactly(out, header_size)), _exactly(out, body_size)
        except (OSError, EOFError) as error:
            self.close()
            if past.is_set():
                return {"how": "over", "words": f"no answer within {budget.seconds:g} s"}, b""
            return {"how": "broken", "words": f"the process ended: {error}"}, b""
        finally:
            timer.cancel()

    def close(self) -> None:
        """End the process; a later run starts another."""
        if self._worker is not None:
            worker, *pipes = self._worker
            worker.kill()
            worker.wait()
            for pipe in pipes:
                with suppress(OSError):  # what was still to be written has nobody to read it
                    pipe.close()
            self._worker = None

    def _running(self) -> tuple[subprocess.Popen[bytes], IO[bytes], IO[bytes]]:
        if self._worker is None or self._worker[0].poll() is not None:
            self.close()
            code = "import sys; from counterclaim.desk.walls.unjailed import serve; serve(sys.argv[1])"
            worker = subprocess.Popen(  # noqa: S603 (our own interpreter and our own words)
                [sys.executable, "-P", "-c", code, self.tasks],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # libraries print what stands in a file
                env=environment_of(os.environ),
            )
            self._worker = (worker, cast("IO[bytes]", worker.stdin), cast("IO[bytes]", worker.stdout))
        return self._worker


def serve(module: str) -> None:
    """The process's life: the module's tasks, one after the other, until the pipe closes."""
    from counterclaim.desk.walls.cell import last_words, shown
    from counterclaim.desk.walls.warden import loaded

    tasks, _ = loaded(module)
    into, out = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # what a library prints must not stand between our frames
    while head := into.read(_FRAME.size):
        name_size, arguments_size, content_size = _FRAME.unpack(head)
        name, arguments = _exactly(into, name_size).decode(), _exactly(into, arguments_size)
        content = _exactly(into, content_size)
        try:
            how, words = "ok", ""
            answer = json.dumps(tasks[name](json.loads(arguments), content), allow_nan=False).encode()
        except MemoryError:
            how, words, answer = "over", "more memory than there is", b""
        except BaseException:  # noqa: BLE001 (last words, as in the jail; the desk decides what they mean)
            how, words, answer = "broken", last_words(), b""
        header = json.dumps({"how": how, "words": shown(words)}).encode()
        out.write(_FRAME.pack(len(header), len(answer), 0) + header + answer)
        out.flush()


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    content = pipe.read(size)
    if len(content) != size:
        raise EOFError(f"{len(content)} of {size} bytes")
    return content
