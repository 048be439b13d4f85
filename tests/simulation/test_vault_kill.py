"""Writers are killed, compete and run out of disk; nothing acknowledged is lost and no check cries out wrongly."""

from __future__ import annotations

import errno
import os
import random
import secrets
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import pytest
import vault_writer

from counterclaim.record.check import Check
from counterclaim.record.errors import BusyError, CounterclaimError, StorageError
from counterclaim.vault.objects import KEPT
from counterclaim.vault.vault import Vault
from size import FULL
from vault_room import CASE, SIGNER, admission, case_opened, counted_salts, event, new_vault

WRITER = Path(__file__).with_name("vault_writer.py")
KILLS = 50 if FULL else 12
WRITERS = 8
CREW_SECONDS = 120 if FULL else 6


def started(folder: Path, marker: str, wanted: int = 0, limit: int | None = None) -> subprocess.Popen[str]:
    command = [sys.executable, str(WRITER), str(folder), marker, str(wanted)]
    limited = ["bash", "-c", f'ulimit -f {limit}; trap "" XFSZ; exec "$@"', "-", *command] if limit else command
    return subprocess.Popen(limited, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def forked(folder: Path, marker: str) -> tuple[int, TextIO]:
    """A writing child by fork: it is at work at once, and no database connection is open to be inherited."""
    end, start = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(start, 1)
        os.close(end)
        sys.stdout = os.fdopen(1, "w", encoding="ascii")
        try:
            vault_writer.main(str(folder), marker, "0")
        finally:
            os._exit(1)
    os.close(start)
    return child, os.fdopen(end, "r", encoding="ascii")


def acknowledged_in(output: str) -> dict[int, bytes]:
    lines = [line.split() for line in output.splitlines(keepends=True) if line.endswith("\n")]
    return {int(parts[0]): bytes.fromhex(parts[1]) for parts in lines if parts[0] != "error"}


def room(folder: Path) -> Vault:
    salts = counted_salts()
    vault = new_vault(folder, salts)
    with vault.writer(signer=SIGNER, salts=salts) as writer:
        writer.record([case_opened()])
    return vault


def alarms(folder: Path) -> list[Check]:
    return [row for row in Vault.open(folder).checks() if row.outcome == "failed"]


def lost(folder: Path, acknowledged: dict[int, bytes]) -> list[int]:
    vault = Vault.open(folder)
    held = {entry.index: entry.leaf for entry in vault.entries()}
    for exhibit in vault.exhibits(CASE):
        vault.content_of(exhibit)
    return [index for index, leaf in acknowledged.items() if held.get(index) != leaf]


def killed_many_times(folder: Path, times: int, seed: int) -> tuple[int, int]:
    """Kill a writer at random moments, check after each; returns how much was acknowledged and how often unsealed."""
    dice, acknowledged, unsealed = random.Random(seed), {}, 0
    room(folder)
    for turn in range(times):
        child, output = forked(folder, f"turn {turn}")
        first = output.readline()  # the random wait begins when the child is at work
        time.sleep(dice.uniform(0.0, 0.15))
        os.kill(child, signal.SIGKILL)
        acknowledged |= acknowledged_in(first + output.read())
        output.close()
        os.waitpid(child, 0)
        unsealed += not (folder / "custody.seal").exists()
        assert alarms(folder) == []
        assert lost(folder, acknowledged) == []
    return len(acknowledged), unsealed


def test_a_killed_writer_loses_nothing_acknowledged_and_raises_no_false_alarm(tmp_path: Path, measured) -> None:
    count, unsealed = killed_many_times(tmp_path / "vault", KILLS, seed=1)
    measured(f"{KILLS} SIGKILLs ({unsealed} left the vault unsealed): {count} acknowledged, 0 lost, 0 false alarms")
    assert count > KILLS
    assert unsealed > 0


@dataclass(slots=True)
class Crew:
    """Writers that are forked, killed at random and replaced; what each acknowledged stands in a file of its own."""

    folder: Path
    outputs: Path
    alive: dict[int, Path] = field(default_factory=dict)
    killed: int = 0

    def fork(self) -> None:
        output = self.outputs / f"{self.killed}-{len(self.alive)}-{secrets.token_hex(4)}"
        child = os.fork()
        if child == 0:
            os.dup2(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND), 1)
            sys.stdout = os.fdopen(1, "w", encoding="ascii")
            try:
                vault_writer.main(str(self.folder), output.name, "0")
            finally:
                os._exit(1)
        self.alive[child] = output

    def kill(self, child: int) -> None:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        del self.alive[child]
        self.killed += 1

    def acknowledged(self) -> dict[int, bytes]:
        return {
            index: leaf
            for output in self.outputs.iterdir()
            for index, leaf in acknowledged_in(output.read_text("ascii")).items()
        }


def test_eight_writers_killed_at_random_leave_a_whole_log(tmp_path: Path, measured) -> None:
    dice, deadline = random.Random(8), time.monotonic() + CREW_SECONDS
    room(tmp_path / "vault")
    (tmp_path / "outputs").mkdir()
    crew, looks = Crew(tmp_path / "vault", tmp_path / "outputs"), 0
    for _ in range(WRITERS):
        crew.fork()
    try:
        while time.monotonic() < deadline:
            time.sleep(dice.uniform(0.0, 0.4))
            crew.kill(dice.choice(sorted(crew.alive)))
            crew.fork()
            if crew.killed % 10 == 0:
                assert alarms(crew.folder) == []  # while they write
                looks += 1
    finally:
        for child in sorted(crew.alive):
            crew.kill(child)
    acknowledged = crew.acknowledged()
    errors = [output.name for output in crew.outputs.iterdir() if "error" in output.read_text("ascii")]
    assert errors == []
    assert alarms(crew.folder) == []
    assert lost(crew.folder, acknowledged) == []
    assert len(acknowledged) > WRITERS
    measured(
        f"{WRITERS} writers for {CREW_SECONDS} s with {crew.killed} SIGKILLs: {len(acknowledged)} acknowledged, 0 lost, "
        f"log whole, verified {looks} times meanwhile without a false alarm"
    )


def test_the_next_writer_seals_what_a_killed_one_left_open(tmp_path: Path) -> None:
    folder = tmp_path / "vault"
    vault = room(folder)
    left = vault.keep(b"kept and never entered", name="0" * 32)
    (folder / "custody.seal").unlink()
    rows = [row for row in vault.checks() if row.outcome != "passed" and row.name != "signer"]
    assert [(row.name, row.outcome) for row in rows] == [("seal", "not_checked"), ("object", "not_checked")]
    assert left in rows[1].what
    with vault.writer(signer=SIGNER, salts=counted_salts()) as writer:
        writer.record([event("view", {})])
    assert (folder / "custody.seal").exists()
    assert alarms(folder) == []


def test_an_object_whose_entry_was_committed_before_the_rename_is_entered_later(tmp_path: Path) -> None:
    folder = tmp_path / "vault"
    vault = room(folder)
    with vault.writer(signer=SIGNER, salts=counted_salts()) as writer:
        writer.record([admission(vault, b"picture", 1, drawn="ab" * 16)])
    path = folder / "objects" / "ab" / ("ab" * 16)
    path.rename(path.with_name(path.name + KEPT))
    (folder / "custody.seal").unlink()
    assert vault.content_of(vault.exhibits(CASE)[0]) == b"picture"
    assert alarms(folder) == []
    with vault.writer(signer=SIGNER, salts=counted_salts()):
        pass
    assert path.exists()


def test_two_processes_that_write_at_once_both_finish(tmp_path: Path) -> None:
    folder = tmp_path / "vault"
    room(folder)
    children = [started(folder, marker, wanted=2) for marker in ("one", "two")]
    outputs = [child.communicate(timeout=120) for child in children]
    assert [child.returncode for child in children] == [0, 0], outputs
    acknowledged = [acknowledged_in(output) for output, _ in outputs]
    assert [len(held) for held in acknowledged] == [6, 6]
    assert lost(folder, acknowledged[0] | acknowledged[1]) == []
    assert alarms(folder) == []


def test_a_second_writer_that_may_not_wait_says_busy_and_readers_go_on(tmp_path: Path) -> None:
    folder = tmp_path / "vault"
    vault = room(folder)
    with vault.writer(signer=SIGNER, salts=counted_salts()) as writer:
        writer.record([event("view", {})])
        second = Vault.open(folder)
        with pytest.raises(BusyError), second.writer(signer=SIGNER, salts=counted_salts(), wait_seconds=0.05):
            pass
        assert second.size() == 3
        assert {row.name for row in second.checks() if row.outcome == "not_checked"} == {"seal", "signer"}
    assert alarms(folder) == []


# --- a full or failing disk -------------------------------------------------------------------


@pytest.mark.parametrize("call", ["write", "fsync", "replace"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_a_disk_that_fails_while_bytes_are_kept_is_an_error_and_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    folder = tmp_path / "vault"
    vault = room(folder)
    vault.keep(b"so that the folder is there", name="ab" * 16)
    before = sorted(folder.rglob("*"))

    def broken(*_: object, **__: object) -> int:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patched:
        patched.setattr(os, call, broken)
        with pytest.raises(StorageError) as caught:
            vault.keep(b"picture", name="ab" + "0" * 30)
    assert "disk" in caught.value.remedy()
    assert sorted(folder.rglob("*")) == before
    assert vault.content_of is not None
    assert alarms(folder) == []


def test_a_disk_that_persists_and_still_reports_failure_leaves_nothing_that_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other way a write can fail: the bytes are there and the call says they are not."""
    folder, fsync = tmp_path / "vault", os.fsync
    vault = room(folder)

    def persisted(descriptor: int) -> None:
        fsync(descriptor)
        raise OSError(errno.EIO, "reported only")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", persisted)
        with pytest.raises(StorageError):
            vault.keep(b"picture")
    assert vault.keep(b"picture")
    assert alarms(folder) == []


def test_a_medium_that_gives_back_other_bytes_is_noticed_before_anything_rests_on_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault, write = room(tmp_path / "vault"), os.write
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", lambda descriptor, content: write(descriptor, b"\x00" * len(content)))
        with pytest.raises(CounterclaimError, match="other bytes"):
            vault.keep(b"picture")
    assert alarms(tmp_path / "vault") == []


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on file sizes there")
@pytest.mark.parametrize("blocks", [150, 190, 260, 400] if FULL else [190])
def test_a_database_that_may_not_grow_loses_nothing_acknowledged(tmp_path: Path, blocks: int, measured) -> None:
    """`ulimit -f` (blocks of 1024 bytes) makes every write beyond fail, as a full disk does."""
    folder = tmp_path / "vault"
    room(folder)
    child = started(folder, secrets.token_hex(4), limit=blocks)
    output, errors = child.communicate(timeout=60)
    assert child.returncode == 4, (output[-300:], errors[-2000:])
    acknowledged = acknowledged_in(output)
    assert lost(folder, acknowledged) == []
    assert alarms(folder) == []
    vault = Vault.open(folder)
    with vault.writer(signer=SIGNER, salts=lambda: secrets.token_bytes(16)) as writer:
        writer.record([event("view", {})])
    assert alarms(folder) == []
    measured(f"file size limit {blocks} KiB: {len(acknowledged)} acknowledged before the disk was full, 0 lost")
