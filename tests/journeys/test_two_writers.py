"""Two processes on one vault: both finish, or one says busy."""

import os
import subprocess
import sys
from pathlib import Path

from counterclaim.desk.cases import open_case
from counterclaim.desk.open import new_vault
from counterclaim.desk.verify import verify
from counterclaim.record.check import Anchors, holds
from counterclaim.vault.vault import Vault
from pictures import rendered


def test_two_processes_admit_at_once_and_nothing_is_lost_or_numbered_twice(tmp_path: Path) -> None:
    vault = tmp_path / "vault"
    open_case(new_vault(vault), name="c", title="c", purpose="test", risk_assessment="none")
    children = []
    for child in range(2):
        folder = tmp_path / str(child)
        folder.mkdir()
        for turn in range(20):
            (folder / f"{turn}.jpg").write_bytes(rendered(100 * child + turn, width=64, height=48))
        command = [sys.executable, "-m", "counterclaim", "admit", str(folder), "--case", "c", "--vault", str(vault)]
        children.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=os.environ))
    codes = [child.wait(timeout=120) for child in children]
    assert set(codes) <= {0, 5}
    numbers = [exhibit.number for exhibit in Vault.open(vault).exhibits("c")]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) == 20 * codes.count(0) or 5 in codes
    assert holds(verify(vault, anchors=Anchors()))
