"""A marked folder beside a vault, where something is built until it is whole; refuses to take away anybody else's."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from counterclaim.record.errors import BusyError, StorageError, UsageError
from counterclaim.vault.disk import PRIVATE_FILE, flush_folder, make_folder, write_whole
from counterclaim.vault.lock import LOCK, locked

MARK = "counterclaim-workshop"
MARK_LINE = b"counterclaim-workshop/1: half-built; counterclaim takes this folder away at its next run here\n"


@contextlib.contextmanager
def workshop(target: Path, ending: str) -> Iterator[Path]:
    """Give a new folder on the file system of `target`, locked while the block runs, and take it away afterwards.

    What killed runs left beside `target` goes first. Raises StorageError.
    """
    clear_workshops(target, ending)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f"{target.name}{ending}-", dir=target.parent))
    except OSError as error:
        raise StorageError("a folder that can be made", f"{target.name}{ending}: {error.strerror}") from error
    try:
        _mark(folder)
        (folder / LOCK).touch(mode=PRIVATE_FILE)
        with locked(folder, wait_seconds=0.0):
            yield folder
    finally:
        with contextlib.suppress(OSError):
            take_away(folder)


def make_workshop(folder: Path) -> None:
    """Make a workshop of this very name. Raises UsageError where something is there that is not ours, StorageError.

    For one whose name tells a later run what to take up; its maker holds the vault's lock.
    """
    remove_workshop(folder)
    if os.path.lexists(folder):
        raise UsageError("a free name beside the vault", folder.name, remedy="Move that away: it is not this vault's.")
    make_folder(folder)
    _mark(folder)


def remove_workshop(folder: Path) -> None:
    """Take away a folder that carries our mark, or holds nothing; leave anything else as it is. Raises StorageError."""
    try:
        if _is_ours(folder) or _holds_nothing(folder):
            take_away(folder)
    except OSError as error:
        raise StorageError("a folder that can be removed", f"{folder.name}: {error.strerror}") from error


def _mark(folder: Path) -> None:
    # First of all: what lies here from now on is known as ours, whenever the power goes.
    write_whole(folder / MARK, MARK_LINE, part=folder / f"{MARK}.part", mode=PRIVATE_FILE)


def clear_workshops(target: Path, ending: str) -> None:
    """Take away what killed runs left beside `target`: a folder with our mark, whose maker no longer runs."""
    try:
        beside = sorted(target.parent.iterdir())
    except OSError:
        return
    for folder in beside:
        if f"{ending}-" not in folder.name or not _is_ours(folder):
            continue
        with contextlib.suppress(BusyError, StorageError, OSError):
            if (folder / LOCK).exists():
                with locked(folder, wait_seconds=0.0):
                    pass
            take_away(folder)


def _is_ours(folder: Path) -> bool:
    mark = folder / MARK
    if folder.is_symlink() or not folder.is_dir() or mark.is_symlink() or not mark.is_file():
        return False
    with contextlib.suppress(OSError), mark.open("rb") as file:
        return file.read(len(MARK_LINE) + 1) == MARK_LINE
    return False


def _holds_nothing(folder: Path) -> bool:
    """Whether a cut fell before the mark was whole, or after everything but the folder had gone."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    return {path.name for path in folder.iterdir()} <= {f"{MARK}.part"}


def take_away(folder: Path) -> None:
    """Remove all of it, the mark last: cut off in the middle, it is still known as ours. Raises OSError."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != MARK:
            path.unlink()
    (folder / MARK).unlink(missing_ok=True)
    folder.rmdir()
    flush_folder(folder.parent)
