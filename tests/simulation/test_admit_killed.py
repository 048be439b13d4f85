"""SIGKILL at random moments of `admit`: what was acknowledged is there, and `verify` gives no false alarm."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from counterclaim.desk.cases import open_case
from counterclaim.desk.open import new_vault
from counterclaim.desk.verify import verify
from counterclaim.record.check import Anchors
from counterclaim.vault.vault import Vault
from pictures import rendered
from size import FULL

KILLS = 200 if FULL else 50
CHILD = """
import sys
from pathlib import Path
from counterclaim.desk.admit import admit
from counterclaim.desk.open import open_desk
desk = open_desk(Path(sys.argv[1]))
print("ready", flush=True)
for path in sys.argv[2:]:
    row, = admit(desk, [path], case="c").rows
    print(row.exhibit.sha256, flush=True)
"""


def test_no_acknowledged_exhibit_is_lost_and_no_whole_vault_is_doubted(tmp_path: Path, measured) -> None:
    seeded = random.Random(20261124)
    vault = tmp_path / "vault"
    open_case(new_vault(vault), name="c", title="c", purpose="test", risk_assessment="none")
    acknowledged: set[str] = set()
    interrupted = false_alarms = 0
    for kill in range(KILLS):
        files = []
        for turn in range(6):
            path = tmp_path / f"{kill}-{turn}.jpg"
            path.write_bytes(rendered(1000 * kill + turn, width=96, height=64))
            files.append(str(path))
        child = subprocess.Popen([sys.executable, "-c", CHILD, str(vault), *files], stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(seeded.uniform(0, 0.4))
        child.send_signal(signal.SIGKILL)
        lines = [line.strip() for line in child.stdout if line.endswith("\n")]
        child.wait()
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
