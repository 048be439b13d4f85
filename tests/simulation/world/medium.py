"""A medium that loses power: what may lie on it after a cut, given which calls had been synced; refuses to be kind.

The model is that of ALICE (Pillai et al., OSDI 2014) and CrashMonkey (Mohan et al., OSDI 2018), at its weakest:
only fsync orders anything. What a file held at its last fsync is there. Of what was written since, each sector holds
any of the versions it had, and the file any of the sizes. Of the names a folder was given since its own fsync, each
change is kept or lost by itself; a rename is one change. Syncing a file does not sync its name.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from world.trace import Call, Found

MODES = (
    "nothing", "everything", "in order", "names only", "bytes only", "one kept", "one lost", "one lost", "some", "few",
    "most",
)  # fmt: skip
_SHARE = {"some": 0.5, "few": 0.15, "most": 0.85}
SECTORS = (512, 4096)  # what a disk writes as one: the old size and today's


@dataclass(slots=True)
class _File:
    durable: bytes = b""
    pending: list[tuple[int, bytes]] = field(default_factory=list)  # (when, the whole content after this call)

    def latest(self) -> bytes:
        return self.pending[-1][1] if self.pending else self.durable

    def sync(self) -> None:
        self.durable = self.latest()
        self.pending.clear()


@dataclass(slots=True)
class _Folder:
    durable: dict[str, int] = field(default_factory=dict)
    pending: list[tuple[int, dict[str, int | None]]] = field(default_factory=list)

    def latest(self) -> dict[str, int]:
        return _with(self.durable, [change for _, change in self.pending])

    def sync(self) -> None:
        self.durable = self.latest()
        self.pending.clear()


def _with(names: dict[str, int], changes: Sequence[dict[str, int | None]]) -> dict[str, int]:
    result: dict[str, int | None] = dict(names)
    for change in changes:
        result.update(change)
    return {name: node for name, node in result.items() if node is not None}


class Medium:
    """The files and folders as some calls left them, with what is durable and what is not."""

    def __init__(self, before: Found) -> None:
        """`before` lies there durably."""
        self._fresh = itertools.count(1)
        self._when = 0
        self._nodes: dict[int, _File | _Folder] = {0: _Folder()}
        self._of_inode: dict[int, int] = {before.inodes[""]: 0}
        for path in sorted(before.folders):
            self._lay(path, _Folder(), before.inodes[path])
        for path, content in sorted(before.files.items()):
            self._lay(path, _File(durable=content), before.inodes[path])

    def _lay(self, path: str, node: _File | _Folder, inode: int) -> None:
        folder, name = self._place(path)
        self._nodes[number := next(self._fresh)] = node
        self._of_inode[inode] = number
        folder.durable[name] = number

    def _place(self, path: str) -> tuple[_Folder, str]:
        """The folder a path lies in, as a running process sees it, and the last name."""
        parts = PurePosixPath(path).parts
        folder = self._nodes[0]
        for part in parts[:-1]:
            assert isinstance(folder, _Folder)
            folder = self._nodes[folder.latest()[part]]
        assert isinstance(folder, _Folder)
        return folder, parts[-1]

    def apply(self, call: Call) -> None:
        """Take one more call."""
        self._when += 1
        match call.kind:
            case "create" | "mkdir":
                node: _File | _Folder = _File() if call.kind == "create" else _Folder()
                self._nodes[number := next(self._fresh)] = node
                self._of_inode[call.inode] = number  # a number that was freed is given out again
                self._name(call.path, number)
            case "write" | "size":
                self._write(call)
            case "sync":
                self._nodes[self._of_inode[call.inode]].sync()
            case "sync_all":
                for node in self._nodes.values():
                    node.sync()
            case "rename":
                self._rename(call)
            case "unlink" | "rmdir":
                self._name(call.path, None)
            case "mode" | "mark":
                pass  # who may read a file is no matter of power
            case _:
                raise ValueError(call.kind)

    def _name(self, path: str, number: int | None) -> None:
        folder, name = self._place(path)
        folder.pending.append((self._when, {name: number}))

    def _rename(self, call: Call) -> None:
        source, name = self._place(call.path)
        target, other = self._place(call.other)
        if source is not target:
            raise ValueError("a rename from folder to folder is not modelled")
        source.pending.append((self._when, {name: None, other: source.latest()[name]}))

    def _write(self, call: Call) -> None:
        file = self._nodes[self._of_inode[call.inode]]
        assert isinstance(file, _File)
        before = file.latest()
        if call.kind == "size":
            after = before[: call.offset].ljust(call.offset, b"\0")
        else:
            end = call.offset + len(call.data)
            after = before[: call.offset].ljust(call.offset, b"\0") + call.data + before[end:]
        file.pending.append((self._when, after))

    # --- after the cut ---

    def lay_out(self, target: Path, *, dice: random.Random, mode: str) -> int:
        """Write one of the states that may be left into the new folder `target`; returns how many calls were open."""
        pending = [when for node in self._nodes.values() for when, _ in node.pending]
        chosen = _Choice(dice, mode, picked=dice.choice(pending) if pending else 0)
        self._lay_out(target, 0, chosen, {})
        return len(pending)

    def _lay_out(self, at: Path, number: int, chosen: _Choice, done: dict[int, bytes]) -> None:
        node = self._nodes[number]
        if isinstance(node, _File):
            if number not in done:
                done[number] = chosen.content_of(node)
            at.write_bytes(done[number])
            return
        at.mkdir()
        for name, below in chosen.names_of(node).items():
            self._lay_out(at / name, below, chosen, done)


class _Choice:
    """One fate for everything that was not synced."""

    def __init__(self, dice: random.Random, mode: str, *, picked: int) -> None:
        self._dice, self._mode, self._picked = dice, mode, picked
        self._sector = dice.choice(SECTORS)
        self._rubbish = dice.random() < 0.5  # a sector that was never written holds zeros, or what lay there before

    def _keeps(self, when: int, *, names: bool) -> bool:
        match self._mode:
            case "nothing":
                return False
            case "everything":
                return True
            case "in order":
                return when <= self._picked
            case "one kept":
                return when == self._picked
            case "one lost":
                return when != self._picked
            case "names only":
                return names
            case "bytes only":
                return not names
            case _:
                return self._dice.random() < _SHARE[self._mode]

    def names_of(self, folder: _Folder) -> dict[str, int]:
        return _with(folder.durable, [change for when, change in folder.pending if self._keeps(when, names=True)])

    def content_of(self, file: _File) -> bytes:
        if not file.pending:
            return file.durable
        versions = [file.durable, *(content for _, content in file.pending)]
        size = len(versions[self._version(file, names=True)])  # a size is kept like a name: beside the bytes
        picked: Callable[[], bytes] = lambda: versions[self._version(file, names=False)]  # noqa: E731
        return b"".join(
            self._sector_of(picked(), at, min(self._sector, size - at)) for at in range(0, size, self._sector)
        )

    def _version(self, file: _File, *, names: bool) -> int:
        kept = [place for place, (when, _) in enumerate(file.pending, 1) if self._keeps(when, names=names)]
        return self._dice.choice([0, *kept]) if self._mode in _SHARE else (kept or [0])[-1]

    def _sector_of(self, version: bytes, at: int, length: int) -> bytes:
        piece = version[at : at + length]
        rest = length - len(piece)
        return piece + (self._dice.randbytes(rest) if self._rubbish else bytes(rest))
