"""Exhibit bytes under random names in a versioned envelope; refuses to give back bytes whose digest is another."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal, Protocol

from counterclaim.record.canonical import sha256_hex
from counterclaim.record.errors import IntegrityError, MalformedError, StorageError, UsageError
from counterclaim.vault import cipher, disk
from counterclaim.vault.disk import PART, READ_ONLY, Pieces, Write, overwrite, write_all

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
    """Where envelopes lie. A name is 32 hex digits; `put` returns only when all the bytes are durable."""

    def put(self, envelopes: Mapping[str, Pieces]) -> None:
        """Keep new bytes, by new names, in the state `kept`: all or none. Raises StorageError."""

    def get(self, name: str) -> bytes:
        """Return the bytes under this name, kept or entered. Raises IntegrityError naming a missing file."""

    def holds(self, name: str) -> bool:
        """Whether there are bytes under this name, kept or entered."""

    def enter(self, name: str) -> None:
        """Mark a kept object as named by an entry. Raises StorageError."""

    def destroy(self, name: str) -> None:
        """Overwrite and unlink the bytes, kept or entered, if there are any. Raises StorageError."""

    def files(self) -> Iterator[StoredFile]:
        """List everything that lies in the store, in the order of paths."""


class FolderStorage:
    """Envelopes as read-only files `objects/ab/<name>` below the vault's folder."""

    def __init__(self, vault: Path) -> None:
        """`vault` is the folder that holds `objects`."""
        self._root = vault / OBJECTS
        self._settled: set[Path] = set()

    def _path(self, name: str) -> Path:
        return self._root / name[:2] / object_name_of(name)

    def put(self, envelopes: Mapping[str, Pieces]) -> None:
        """Write temp, flush, read back, rename, make read-only, flush the folders. Raises StorageError."""
        self._settle({self._path(name).parent for name in envelopes})
        writes = []
        for name, envelope in envelopes.items():
            path = self._path(name)
            kept = path.with_name(name + KEPT)
            if path.exists() or kept.exists():
                raise StorageError("a name that is free", name, remedy="Draw another random name.")
            part = path.with_name(name + PART)
            writes.append(Write(path=kept, pieces=envelope, part=part, mode=READ_ONLY))
        write_all(writes)

    def _settle(self, folders: set[Path]) -> None:
        """Make the folders, and their names durable, once a process: who made one may have been stopped before that."""
        try:
            for folder in folders - self._settled:
                folder.mkdir(mode=disk.PRIVATE_FOLDER, exist_ok=True)
            if folders - self._settled:
                disk.flush_folder(self._root)
        except OSError as error:
            raise StorageError("a folder that can be made", f"{OBJECTS}: {error.strerror}") from error
        self._settled |= folders

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

    def holds(self, name: str) -> bool:
        """Look for the file under either name."""
        path = self._path(name)
        return path.with_name(name + KEPT).is_file() or path.is_file()

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

    def destroy(self, name: str) -> None:
        """Overwrite, unlink and flush the folder. Raises StorageError."""
        path = self._path(name)
        try:
            for candidate in (path, path.with_name(name + KEPT), path.with_name(name + PART)):
                if candidate.is_file() and not candidate.is_symlink():
                    overwrite(candidate)
                    candidate.unlink()
            if path.parent.is_dir():
                disk.flush_folder(path.parent)
        except OSError as error:
            raise StorageError("an object that can be destroyed", f"{_shown(path)}: {error.strerror}") from error

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


def _plain_pieces(content: bytes) -> tuple[bytes, bytes]:
    return HEADER, content


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectKeys:
    """Where an encrypted vault's objects have their keys: the identity, the recipients, and the wrapped keys.

    `recipients` gives all that a new key is wrapped for; `wrapped_of` looks a wrapped key up by the object's name.
    """

    identity: Any
    recipients: Callable[[], Sequence[Any]]
    wrapped_of: Callable[[str], bytes | None]


class Objects:
    """The exhibits' bytes in some storage, in their envelope: in plain, or each under a key of its own."""

    def __init__(self, storage: Storage, keys: ObjectKeys | None = None) -> None:
        """`storage` is a folder, or any other place with the same methods; with `keys` every object is encrypted."""
        self._storage = storage
        self._keys = keys
        self._drawn: dict[str, bytes] = {}

    def keep(self, content: bytes, *, name: str) -> str:
        """Make `content` durable under the new random `name`; returns the name. Raises StorageError, MalformedError."""
        self.keep_all({name: content})
        return name

    def keep_all(self, contents: Mapping[str, bytes]) -> None:
        """Make several contents durable, by their new random names: all or none. Raises StorageError, MalformedError.

        The keys of encrypted ones are handed to the transaction that enters them (`wrapped_keys_of`); until then
        they are in memory alone, and an object whose key was never committed can be read by nobody.
        """
        for name, content in contents.items():
            object_name_of(name)
            if len(content) > OBJECT_BYTES_MAX:
                raise MalformedError(f"at most {OBJECT_BYTES_MAX} bytes", f"{len(content)} bytes")
        if self._keys is None:
            self._storage.put({name: partial(_plain_pieces, content) for name, content in contents.items()})
            return
        drawn = {name: cipher.new_key() for name in contents}
        recipients = self._keys.recipients()
        wrapped = {name: cipher.wrapped(key, name=name, recipients=recipients) for name, key in drawn.items()}
        self._storage.put(
            {name: partial(cipher.sealed, contents[name], key=key, name=name) for name, key in drawn.items()}
        )
        self._drawn |= wrapped

    def wrapped_keys_of(self, names: Sequence[str]) -> dict[str, bytes]:
        """Give the wrapped keys of objects that are about to be entered. Raises UsageError for one without a key."""
        if self._keys is None:
            return {}
        missing = [name for name in names if name not in self._drawn]
        if missing:
            raise UsageError("an object this vault kept since it was opened", missing[0])
        return {name: self._drawn[name] for name in names}

    def content_of(self, name: str, sha256: str) -> bytes:
        """Return the bytes, hashed anew on each read. Raises IntegrityError naming the file."""
        envelope = self._storage.get(object_name_of(name))
        shown = f"{OBJECTS}/{name[:2]}/{name}"
        try:
            content = self._plain_of(envelope, name)
        except IntegrityError as error:
            raise IntegrityError(f"{shown}: {error.expected}", error.got) from error
        if sha256_hex(content) != sha256:
            raise IntegrityError(f"{shown}: bytes of the recorded digest", "other bytes")
        return content

    def _plain_of(self, envelope: bytes, name: str) -> bytes:
        if self._keys is None:
            if not envelope.startswith(HEADER):
                raise IntegrityError(f"the header {HEADER.decode().strip()}", "other bytes")
            return envelope[len(HEADER) :]
        wrapped = self._drawn.get(name) or self._keys.wrapped_of(name)
        if wrapped is None:
            raise IntegrityError("a key for this object", "none: it was destroyed, or never committed")
        key = cipher.unwrapped(wrapped, name=name, identity=self._keys.identity)
        return cipher.opened(envelope, key=key, name=name)

    def check_held(self, names: Sequence[str]) -> None:
        """Let objects be entered that are still there: an erasure may have taken one for left over. StorageError."""
        for name in names:
            if not self._storage.holds(name):
                remedy = (
                    "The same bytes were erased meanwhile. Nothing was entered; admit them again if they must stay."
                )
                raise StorageError("the bytes that were kept for this entry", "none", remedy=remedy)

    def enter(self, name: str) -> None:
        """Mark the object as named by an entry. Raises StorageError."""
        self._storage.enter(name)
        self._drawn.pop(name, None)

    def destroy(self, name: str) -> None:
        """Overwrite and unlink an object's bytes; its key is the transaction's business. Raises StorageError."""
        self._drawn.pop(name, None)
        self._storage.destroy(object_name_of(name))

    def files(self) -> Iterator[StoredFile]:
        """List everything that lies in the storage."""
        return self._storage.files()
