"""A tar archive made and taken apart as it streams by, with a manifest at its end; refuses a name no vault has."""

from __future__ import annotations

import hashlib
import re
import tarfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from counterclaim.record.canonical import canonical_json, plain_of_json
from counterclaim.record.errors import CounterclaimError, IntegrityError

MANIFEST = "manifest.json"
MANIFEST_FORMAT = "counterclaim-backup 1"
MANIFEST_BYTES_MAX = 512 << 20  # 130 bytes a file: more than three million files
BLOCK = tarfile.BLOCKSIZE
CHUNK_BYTES = 1 << 20
# The only names that are ever unpacked: a path out of the folder cannot be written in them.
NAMES = re.compile(
    r"format|log-key\.vkey|unlock\.json|custody\.db|custody\.seal|objects/[0-9a-f]{2}/[0-9a-f]{32}(?:\.kept)?"
    r"|keys/(?:signing-key\.pem|pseudonyms\.key|latest\.note|recovery-sheet\.txt)"
)


@dataclass(slots=True, kw_only=True)
class Manifest:
    """What a backup holds: each file's (SHA-256 in hex, size in bytes), and which log it is (origin, size, root)."""

    log: dict[str, Any] = field(default_factory=dict)
    files: dict[str, tuple[str, int]] = field(default_factory=dict)

    def content(self) -> bytes:
        """Canonical JSON."""
        files = [{"name": name, "sha256": sha256, "size_bytes": size} for name, (sha256, size) in self.files.items()]
        return canonical_json({"format": MANIFEST_FORMAT, "log": self.log, "files": files})


def packed(files: Mapping[str, Path], manifest: Manifest) -> Iterator[bytes]:
    """Yield the archive's bytes, a file after the other, filling the manifest on the way. Raises OSError."""
    for name, path in files.items():
        digest, size, left = hashlib.sha256(), path.stat().st_size, 0
        yield _header(name, size)
        with path.open("rb") as file:
            left = size
            while left and (chunk := file.read(min(CHUNK_BYTES, left))):
                digest.update(chunk)
                left -= len(chunk)
                yield chunk
        if left:
            raise IntegrityError(f"{name}: {size} bytes", f"{size - left}: it became shorter while it was copied")
        yield _padding(size)
        manifest.files[name] = (digest.hexdigest(), size)
    content = manifest.content()
    yield _header(MANIFEST, len(content))
    yield content + _padding(len(content)) + bytes(2 * BLOCK)


def _header(name: str, size: int) -> bytes:
    told = tarfile.TarInfo(name)
    told.size, told.mode = size, 0o600  # no time, no owner: neither is anybody's business
    return told.tobuf(tarfile.GNU_FORMAT)


def _padding(size: int) -> bytes:
    return bytes(-size % BLOCK)


class Unpacking:
    """Takes an archive apart as its bytes come; `open_file(name, size)` gives what has `write` and `close`."""

    def __init__(self, open_file: Callable[[str, int], Any]) -> None:
        """Nothing is opened before its header has come."""
        self._open = open_file
        self._rest = b""
        self._file: Any = None
        self._name, self._left, self._skip = "", 0, 0
        self._digest, self._size = hashlib.sha256(), 0
        self._manifest: list[bytes] | None = None
        self.files: dict[str, tuple[str, int]] = {}
        self.ended = False

    def write(self, content: bytes) -> int:
        """Take the next bytes. Raises IntegrityError for an archive this program does not write."""
        self._rest += content
        while self._step():
            pass
        return len(content)

    def flush(self) -> None:
        """Nothing is held back."""

    def manifest(self) -> bytes:
        """The manifest's bytes. Raises IntegrityError where the archive ended before it."""
        if not self.ended or self._manifest is None:
            raise IntegrityError("a backup up to its manifest", "one that ends before")
        return b"".join(self._manifest)

    def _step(self) -> bool:
        if self._left:
            taken, self._rest = self._rest[: self._left], self._rest[self._left :]
            self._left -= len(taken)
            self._take(taken)
            return bool(taken)
        if self._skip:
            passed = min(self._skip, len(self._rest))
            self._rest, self._skip = self._rest[passed:], self._skip - passed
            return passed > 0
        if len(self._rest) < BLOCK:
            return False
        block, self._rest = self._rest[:BLOCK], self._rest[BLOCK:]
        self._begin(block)
        return True

    def _begin(self, block: bytes) -> None:
        if not any(block):
            self.ended = True
            return
        told = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
        known = NAMES.fullmatch(told.name) is not None and told.name not in self.files
        last = told.name == MANIFEST and self._manifest is None and told.size <= MANIFEST_BYTES_MAX
        if self.ended or not told.isreg() or not (known or last) or (known and self._manifest is not None):
            raise IntegrityError("a file of a vault", repr(told.name[:80]))
        self._name, self._left, self._skip = told.name, told.size, -told.size % BLOCK
        self._digest, self._size = hashlib.sha256(), told.size
        if last:
            self._manifest = []
        else:
            self._file = self._open(told.name, told.size)
        if not self._left:
            self._close()

    def _take(self, content: bytes) -> None:
        if self._file is None:
            if self._manifest is not None:
                self._manifest.append(content)
            return
        self._digest.update(content)
        self._file.write(content)
        if not self._left:
            self._close()

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
            self.files[self._name] = (self._digest.hexdigest(), self._size)


def manifest_of(unpacking: Unpacking) -> Manifest:
    """The manifest of what was unpacked, held against it. Raises IntegrityError."""
    content = unpacking.manifest()
    try:
        plain: Any = plain_of_json(content)
        files = {one["name"]: (one["sha256"], one["size_bytes"]) for one in plain["files"]}
        manifest = Manifest(log=dict(plain["log"]), files=files)
    except (CounterclaimError, KeyError, TypeError, ValueError) as error:
        raise IntegrityError("a manifest of a backup", "other bytes") from error
    if plain["format"] != MANIFEST_FORMAT or files != unpacking.files:
        raise IntegrityError("a backup with the files its manifest names", "others")
    return manifest
