"""Exhibit bytes under random names in a versioned envelope; refuses to give back bytes whose digest is another."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from counterclaim.record.canonical import sha256_hex
from counterclaim.record.errors import IntegrityError, MalformedError, StorageError
from counterclaim.vault.disk import PART, READ_ONLY, make_folder, write_whole

HEADER = b"counterclaim-object/1\n"
KEPT = ".kept"  # durable, and not yet named by an entry of the log
OBJECT_BYTES_MAX = 1 << 31  # one exhibit is read whole into memory to be hashed and examined
OBJECTS = "objects"
_NAME = re.compile(r"[0-9a-f]{32}")
_FILE = re.compile(r"([0-9a-f]{32})(\.kept|\.part)?")

State = Literal["entered", "kept", "part", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """One file of a store: its path relative to the vault, the object's name, and how far it came.

    `entered` is named by an entry of the log, `kept` is durable but not yet named, `part` was never finished.
    """

    path: str
    name: str
    state: State


class Storage(Protocol):
    """Where envelopes lie. A name is 32 hex digits; `put` returns only when the bytes are durable."""

    def put(self, name: str, envelope: bytes) -> None:
        """Keep new bytes under a new name, in the state `kept`. Raises StorageError."""

    def get(self, name: str) -> bytes:
        """Return the bytes under this name, kept or entered. Raises IntegrityError naming a missing file."""

    def enter(self, name: str) -> None:
        """Mark a kept object as named by an entry. Raises StorageError."""

    def files(self) -> Iterator[StoredFile]:
        """List everything that lies in the store, in the order of paths."""


class FolderStorage:
    """Envelopes as read-only files `objects/ab/<name>` below the vault's folder."""

    def __init__(self, vault: Path) -> None:
        """`vault` is the folder that holds `objects`."""
        self._root = vault / OBJECTS

    def _path(self, name: str) -> Path:
        return self._root / name[:2] / object_name_of(name)

    def put(self, name: str, envelope: bytes) -> None:
        """Write temp, flush, read back, rename, make read-only, flush the folders. Raises StorageError."""
        path = self._path(name)
        kept = path.with_name(name + KEPT)
        make_folder(path.parent)
        if path.exists() or kept.exists():
            raise StorageError("a name that is free", name, remedy="Draw another random name.")
        write_whole(kept, envelope, part=path.with_name(name + PART), mode=READ_ONLY)

    def get(self, name: str) -> bytes:
        """Read the envelope. Raises IntegrityError (no such file) and StorageError (it cannot be read)."""
        path = self._path(name)
        # Twice the entered name: a writer may rename between two looks, and renames one way only.
        for candidate in (path, path.with_name(name + KEPT), path):
            try:
                return candidate.read_bytes()
            except FileNotFoundError:
                continue
            except OSError as error:
                raise StorageError("bytes read from disk", f"{_shown(path)}: {error.strerror}") from error
        raise IntegrityError(f"{_shown(path)}: the exhibit's bytes", "no such file")

    def enter(self, name: str) -> None:
        """Rename `<name>.kept` to `<name>`; where that was done before, nothing happens. Raises StorageError."""
        path = self._path(name)
        try:
            # No flush: if a power cut undoes the rename, `get` and the next writer find the kept name.
            os.replace(path.with_name(name + KEPT), path)  # noqa: PTH105 (as in disk.py)
        except FileNotFoundError:
            return
        except OSError as error:
            raise StorageError("an object that can be renamed", f"{_shown(path)}: {error.strerror}") from error

    def files(self) -> Iterator[StoredFile]:
        """Walk the folder without following links; whatever is no object file comes as `unknown`."""
        for folder in _sorted(self._root):
            if not stat.S_ISDIR(folder.lstat().st_mode):
                yield StoredFile(path=f"{OBJECTS}/{folder.name}", name="", state="unknown")
                continue
            for path in _sorted(folder):
                # A writer at work renames: what is gone between two looks is found under its new name by `get`.
                if (mode := _mode_of(path)) is not None:
                    yield _stored(path, mode)


def _sorted(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise StorageError("a folder that can be listed", f"{folder.name}: {error.strerror}") from error


def _mode_of(path: Path) -> int | None:
    try:
        return path.lstat().st_mode
    except FileNotFoundError:
        return None


def _stored(path: Path, mode: int) -> StoredFile:
    match = _FILE.fullmatch(path.name)
    if match is None or path.parent.name != path.name[:2] or not stat.S_ISREG(mode):
        return StoredFile(path=_shown(path), name="", state="unknown")
    state: State = "entered" if match[2] is None else "kept" if match[2] == KEPT else "part"
    return StoredFile(path=_shown(path), name=match[1], state=state)


def _shown(path: Path) -> str:
    return f"{OBJECTS}/{path.parent.name}/{path.name}"


def object_name_of(text: str) -> str:
    """Check an object's name: 32 lower-case hex digits, so that it never becomes a path. Raises MalformedError."""
    if not _NAME.fullmatch(text):
        raise MalformedError("an object's name of 32 lower-case hex digits", repr(text[:80]))
    return text


class Objects:
    """The exhibits' bytes in some storage, in their envelope."""

    def __init__(self, storage: Storage) -> None:
        """`storage` is a folder, or any other place with the same four methods."""
        self._storage = storage

    def keep(self, content: bytes, *, name: str) -> str:
        """Make `content` durable under the new random `name`; returns the name. Raises StorageError, MalformedError."""
        if len(content) > OBJECT_BYTES_MAX:
            raise MalformedError(f"at most {OBJECT_BYTES_MAX} bytes", f"{len(content)} bytes")
        self._storage.put(object_name_of(name), HEADER + content)
        return name

    def content_of(self, name: str, sha256: str) -> bytes:
        """Return the bytes, hashed anew on each read. Raises IntegrityError naming the file."""
        envelope = self._storage.get(object_name_of(name))
        shown = f"{OBJECTS}/{name[:2]}/{name}"
        if not envelope.startswith(HEADER):
            raise IntegrityError(f"{shown}: the header {HEADER.decode().strip()}", "other bytes")
        content = envelope[len(HEADER) :]
        if sha256_hex(content) != sha256:
            raise IntegrityError(f"{shown}: bytes of the recorded digest", "other bytes")
        return content

    def enter(self, name: str) -> None:
        """Mark the object as named by an entry. Raises StorageError."""
        self._storage.enter(name)

    def files(self) -> Iterator[StoredFile]:
        """List everything that lies in the storage."""
        return self._storage.files()
