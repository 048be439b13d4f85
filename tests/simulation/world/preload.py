"""Builds the shim and keeps a stage under it; refuses to go on where no C compiler is found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from world.trace import Call, Found, calls_of, found_in

KILL, FAIL, FAIL_AFTER, SHORT = 1, 2, 3, 4
WRITES, SYNCS, NAMES, OPENS = 1, 2, 4, 8
EVERY = WRITES | SYNCS | NAMES | OPENS
MEMORY = Path("/", "dev", "shm")  # a folder in memory, where there is one: thousands of small vaults are laid out


def scratch() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="counterclaim-", dir=MEMORY if MEMORY.is_dir() else None)


def built_shim(folder: Path) -> Path:
    """The shim as a shared object. Raises CalledProcessError where it does not compile."""
    made = folder / "shim.so"
    source = Path(__file__).with_name("shim.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", str(made), str(source), "-ldl", "-pthread"], check=True)
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """What happens at the `nth` call of these `kinds`, and, if `always`, at every one after it."""

    nth: int
    how: int
    code: int = 0
    kinds: int = EVERY
    always: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """One journey as it was recorded: what lay there before, every call, what lay there at the end."""

    name: str
    seed: int
    encrypted: bool
    before: Found
    calls: tuple[Call, ...]
    after: Found
    killed: bool

    @property
    def marks(self) -> tuple[dict[str, Any], ...]:
        """What the journey said, in order."""
        return tuple(json.loads(call.path) for call in self.calls if call.kind == "mark")

    def said(self, key: str) -> list[Any]:
        """Everything it said under this key."""
        return [mark[key] for mark in self.marks if key in mark]

    def then(self, other: Journey) -> Journey:
        """This and another process's journey below the same folder, as one."""
        killed = self.killed or other.killed
        return replace(other, before=self.before, calls=self.calls + other.calls, killed=killed)


class Stage:
    """`with Stage(shim) as stage:` forks recorded journeys from one process that has everything imported."""

    def __init__(self, shim: Path) -> None:
        self._shim = shim

    def __enter__(self) -> Self:
        here = Path(__file__)
        found = [str(here.parents[2]), str(here.parents[1]), os.environ.get("PYTHONPATH", "")]
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, found)),
            "LD_PRELOAD": str(self._shim),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        command = [sys.executable, str(Path(__file__).with_name("stage.py"))]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate(timeout=60)

    def take(
        self,
        journey: str,
        root: Path,
        *,
        seed: int,
        mutant: str | None = None,
        arm: Arm | None = None,
        encrypted: bool = False,
    ) -> Journey:
        """Take one journey below `root` (made where it is missing); the trace lies beside it and is removed."""
        root.mkdir(exist_ok=True)
        before, trace = found_in(root), root.with_name(root.name + ".trace")
        armed = [arm.nth, arm.how, arm.code, arm.kinds, int(arm.always)] if arm else None
        command = {
            "journey": journey, "root": str(root), "trace": str(trace), "seed": seed, "mutant": mutant, "arm": armed,
            "encrypted": encrypted,
        }  # fmt: skip
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        status = int(self._process.stdout.readline())
        calls = calls_of(trace)
        trace.unlink()
        killed = os.WIFSIGNALED(status)
        return Journey(
            name=journey,
            seed=seed,
            encrypted=encrypted,
            before=before,
            calls=calls,
            after=found_in(root),
            killed=killed,
        )
