"""Lets one call of a vault fail in one of two ways: not persisted, or persisted and reported as failed."""

from __future__ import annotations

import contextlib
import errno
import os
import random
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pytest
from sqlalchemy.engine.default import DefaultDialect

Place = Literal["disk", "commit"]
DISK_CALLS = ("open", "write", "fsync", "replace", "unlink", "mkdir", "chmod")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """The `nth` call at this place fails; if `always`, every one after it too."""

    place: Place
    nth: int
    persisted: bool
    always: bool
    code: int


def drawn_fault(dice: random.Random) -> Fault:
    place: Place = dice.choice(("disk", "disk", "commit"))
    return Fault(
        place=place,
        nth=1 if place == "commit" else dice.randrange(1, 25),
        persisted=dice.random() < 0.5,
        always=place == "disk" and dice.random() < 0.2,
        code=dice.choice((errno.ENOSPC, errno.EIO)),
    )


class Failing:
    """The calls while one fault is at work; `came` says whether any failed."""

    def __init__(self, fault: Fault) -> None:
        self._fault = fault
        self._counted = 0
        self._one = threading.Lock()  # several objects are written at once
        self.came = False

    def _due(self) -> bool:
        with self._one:
            self._counted += 1
            due = self._counted == self._fault.nth or (self._fault.always and self._counted > self._fault.nth)
            self.came |= due
            return due

    def call(self, real: Callable[..., Any], *given: Any, **named: Any) -> Any:
        """Make the call, or fail it."""
        if not self._due():
            return real(*given, **named)
        if self._fault.persisted:
            answer = real(*given, **named)
            if real is _OPEN:
                os.close(answer)
        raise OSError(self._fault.code, os.strerror(self._fault.code))

    def opened(self, path: Any, flags: int, *given: Any, **named: Any) -> Any:
        """Opening to read cannot lose anything."""
        return (
            self.call(_OPEN, path, flags, *given, **named)
            if flags & os.O_CREAT
            else _OPEN(path, flags, *given, **named)
        )

    @property
    def commit(self) -> Callable[[DefaultDialect, Any], None]:
        """A function, so that the dialect it is put into binds itself."""

        def committed(dialect: DefaultDialect, connection: Any) -> None:
            self.committed(dialect, connection)

        return committed

    def committed(self, dialect: DefaultDialect, connection: Any) -> None:
        """Commit, or not, and report as SQLite does when the disk fails (sqlite.org/rescode.html, SQLITE_IOERR)."""
        if self._due():
            if self._fault.persisted:
                _COMMIT(dialect, connection)
            error = dialect.loaded_dbapi.OperationalError("disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR
            raise error
        _COMMIT(dialect, connection)


_OPEN, _COMMIT = os.open, DefaultDialect.do_commit


@contextlib.contextmanager
def at_work(fault: Fault | None) -> Iterator[Failing | None]:
    """Let `fault` happen while the block runs."""
    if fault is None:
        yield None
        return
    failing = Failing(fault)
    with pytest.MonkeyPatch.context() as patched:
        if fault.place == "commit":
            patched.setattr(DefaultDialect, "do_commit", failing.commit)
        else:
            for name in DISK_CALLS[1:]:
                real = getattr(os, name)
                patched.setattr(os, name, lambda *given, real=real, **named: failing.call(real, *given, **named))
            patched.setattr(os, "open", failing.opened)
        yield failing
