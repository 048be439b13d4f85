"""SIGKILL at random moments of `admit`: what was acknowledged is there, and `verify` gives no false alarm."""

import os
import random
import signal
import time
from pathlib import Path

from counterclaim.desk.admit import admit
from counterclaim.desk.cases import open_case
from counterclaim.desk.open import new_vault, open_desk
from counterclaim.desk.verify import verify
from counterclaim.record.check import Anchors
from counterclaim.vault.vault import Vault
from pictures import rendered
from size import FULL

KILLS = 1000 if FULL else 50
FILES = 10


def admitting(vault: Path, files: list[str], acknowledgements: int) -> None:
    """The child: the admit verb, one file at a time, each receipt row written out when it is returned."""
    desk = open_desk(vault)
    for path in files:
        (row,) = admit(desk, [path], case="c").rows
        assert row.exhibit is not None
        os.write(acknowledgements, f"{row.exhibit.sha256}\n".encode())


def killed_after(seconds: float, vault: Path, files: list[str]) -> list[str]:
    """Fork a child that admits, kill it, and return the digests it acknowledged."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            admitting(vault, files, writing)
        finally:
            os._exit(0)
    os.close(writing)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reading) as pipe:
        return [line.strip() for line in pipe if line.endswith("\n")]


def test_no_acknowledged_exhibit_is_lost_and_no_whole_vault_is_doubted(tmp_path: Path, measured) -> None:
    seeded = random.Random(20261124)
    vault = tmp_path / "vault"
    open_case(new_vault(vault), name="c", title="c", purpose="test", risk_assessment="none")
    acknowledged: set[str] = set()
    interrupted = false_alarms = 0
    patience_seconds = 0.5
    for kill in range(KILLS):
        files = []
        for turn in range(FILES):
            path = tmp_path / f"{kill}-{turn}.jpg"
            path.write_bytes(rendered(1000 * kill + turn, width=96, height=64))
            files.append(str(path))
        lines = killed_after(seeded.uniform(0, patience_seconds), vault, files)
        # A slow or busy machine gets more time, a fast one less: a kill must come while something is under way.
        patience_seconds *= 1.25 if not lines else 0.8 if len(lines) == len(files) else 1.0
        interrupted += len(lines) < len(files)
        acknowledged |= set(lines)
        held = {exhibit.sha256 for exhibit in Vault.open(vault).exhibits("c")}
        assert acknowledged <= held, f"kill {kill} lost {acknowledged - held}"
        if kill % 10 == 9 or kill == KILLS - 1:
            failed = [check for check in verify(vault, anchors=Anchors()) if check.outcome == "failed"]
            false_alarms += bool(failed)
            assert failed == [], f"after kill {kill}"
    assert interrupted > KILLS // 4, "the kills came too late to mean anything"
    assert len(acknowledged) > KILLS // 2, "the kills came too early to mean anything"
    measured(
        f"{KILLS} SIGKILLs of admit: {len(acknowledged)} acknowledged, 0 lost, {interrupted} batches interrupted, "
        f"{false_alarms} false alarms of verify"
    )
