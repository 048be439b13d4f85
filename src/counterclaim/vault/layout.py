"""Which files a vault holds; refuses anything else that lies in its folder."""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from counterclaim.record.check import Check
from counterclaim.record.errors import IntegrityError, MalformedError, StorageError
from counterclaim.vault.disk import PART
from counterclaim.vault.lock import LOCK
from counterclaim.vault.objects import OBJECTS
from counterclaim.vault.seal import DATABASE, SEAL, WRITE_AHEAD
from counterclaim.vault.slots import UNLOCK

FORMAT = "format"
FORMAT_NUMBER = 2
_FORMAT = re.compile(r"counterclaim-vault ([1-9][0-9]{0,5})\n")
LOG_KEY = "log-key.vkey"
ALWAYS = frozenset({FORMAT, LOCK, LOG_KEY, DATABASE})
AT_TIMES = frozenset({FORMAT + PART, SEAL, SEAL + PART, WRITE_AHEAD, DATABASE + "-shm", UNLOCK, UNLOCK + PART})
NEW, OLD = ".encrypting", ".plain"  # beside the vault, on the same file system: a rename then moves nothing


def beside(folder: Path, ending: str) -> Path:
    """The folder beside a vault, itself and not a link to it, that belongs to its encryption."""
    whole = folder.resolve()
    return whole.with_name(whole.name + ending)


def between_renames(folder: Path) -> bool:
    """Whether a power cut stopped an encryption after the old folder was moved away and before the new one came."""
    old = beside(folder, OLD)
    return not folder.exists() and beside(folder, NEW).is_dir() and (old / LOG_KEY).is_file()


def check_not_between(folder: Path) -> None:
    """Refuse to call a vault gone that lies beside its name. Raises StorageError."""
    if between_renames(folder):
        remedy = f"Run `counterclaim encrypt --vault {folder}` to finish it; nothing is lost."
        raise StorageError("a vault", f"an encryption of {folder.name} that was cut off", remedy=remedy)


def format_text(number: int = FORMAT_NUMBER) -> bytes:
    """Write the bytes of the file `format`."""
    return f"counterclaim-vault {number}\n".encode()


def format_of(content: bytes) -> int:
    """Read the file `format`. Raises IntegrityError, and MalformedError for a format newer than this program."""
    match = _FORMAT.fullmatch(content.decode("ascii", "replace"))
    if match is None:
        raise IntegrityError(f"{FORMAT}: the line {format_text().decode().strip()!r}", "other bytes")
    if int(match[1]) > FORMAT_NUMBER:
        remedy = "Use a newer Counterclaim; this one would not understand everything in this vault."
        raise MalformedError(
            f"{FORMAT}: a vault of format {FORMAT_NUMBER} at most", f"format {match[1]}", remedy=remedy
        )
    return int(match[1])


def _found(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    for path in sorted(folder.iterdir()):
        # SQLite's own files and the seal come and go while a writer is at work.
        with contextlib.suppress(FileNotFoundError):
            state = path.lstat()
            yield path.name, state


def layout_checks(folder: Path) -> Iterator[Check]:
    """Name every file that is missing, that is not a plain file, or that no version of the format has there."""
    try:
        found = dict(_found(folder))
    except OSError as error:
        raise StorageError("a folder that can be listed", error.strerror or str(error)) from error
    amiss = False
    for name in sorted((ALWAYS | {OBJECTS}) - set(found)):
        amiss = True
        yield Check(name="files", outcome="failed", what=name, reason="missing")
    for name, state in found.items():
        plain = stat.S_ISDIR(state.st_mode) if name == OBJECTS else stat.S_ISREG(state.st_mode)
        known = name in ALWAYS | AT_TIMES | {OBJECTS}
        if not known or not plain or (name == LOCK and state.st_size):
            amiss = True
            reason = "not a file of a vault" if not known else "not what this file must be"
            yield Check(name="files", outcome="failed", what=name, reason=reason)
    if not amiss:
        yield Check(name="files", outcome="passed", what="vault", reason=f"{len(found)} names, all of the format")
