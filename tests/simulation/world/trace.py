"""Reads what the shim recorded, as nouns in order; refuses a trace with a call that cannot be replayed."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_HEAD = struct.Struct("<IIIIQQq")  # as `struct record` in shim.c: little-endian, and no padding between the fields
_KINDS = (
    "", "create", "write", "size", "sync", "rename", "unlink", "mkdir", "rmdir", "link", "mode", "mark", "unknown",
    "sync_all",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """One change below the folder: `inode` and `offset` as the kernel gave them, `path` below the folder."""

    kind: str
    path: str
    other: str
    inode: int
    offset: int
    data: bytes
    mode: int


@dataclass(frozen=True, slots=True)
class Found:
    """What a folder held: its files with their bytes, and its folders, by path below it, with inode numbers."""

    files: dict[str, bytes]
    folders: frozenset[str]
    inodes: dict[str, int]


def calls_of(trace: Path) -> tuple[Call, ...]:
    """Every recorded call in order. Raises ValueError for one that cannot be replayed."""
    return tuple(_calls(trace.read_bytes()))


def _calls(content: bytes) -> Iterator[Call]:
    at = 0
    while at < len(content):
        op, first, second, mode, inode, length, offset = _HEAD.unpack_from(content, at)
        at += _HEAD.size
        path, other = content[at : at + first].decode(), content[at + first : at + first + second].decode()
        at += first + second
        data = content[at : at + length]
        at += length
        if _KINDS[op] == "unknown":
            raise ValueError(f"a change that cannot be replayed: {path} {other}")
        yield Call(_KINDS[op], path, other, inode, offset, data, mode)


def found_in(folder: Path) -> Found:
    """Everything that lies in `folder`; SQLite's shared-memory files stay out, which no power cut has to spare."""
    files, folders, inodes = {}, set(), {}
    for at, names, leaves in os.walk(folder):
        for name in names:
            path = Path(at, name)
            folders.add(str(path.relative_to(folder)))
            inodes[str(path.relative_to(folder))] = path.stat().st_ino
        for name in leaves:
            if not name.endswith("-shm"):
                path = Path(at, name)
                files[str(path.relative_to(folder))] = path.read_bytes()
                inodes[str(path.relative_to(folder))] = path.stat().st_ino
    inodes[""] = folder.stat().st_ino
    return Found(files, frozenset(folders), inodes)
