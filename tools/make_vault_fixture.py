"""Makes the vault that a later format is tried on: a real one of this format, with its key and a published bag.

    python tools/make_vault_fixture.py --into tests/vectors/vaults

Run it before the format changes, with the program as released: tests/journeys/test_migrate_journey.py asks for the
vault of every released format. The key signs nothing but this vault.
"""

from __future__ import annotations

import argparse
import io
import os
import tarfile
import tempfile
from pathlib import Path

from PIL import Image

from counterclaim.desk.admit import Arrival, admit_contents
from counterclaim.desk.cases import open_case
from counterclaim.desk.erase import erase, plan_of
from counterclaim.desk.examine import examine
from counterclaim.desk.judge import accept, undecided
from counterclaim.desk.keys import CONFIG_VARIABLE
from counterclaim.desk.open import Desk, new_vault
from counterclaim.desk.publish import publish
from counterclaim.desk.read import read
from counterclaim.examine.examiner import Brief
from counterclaim.vault.layout import FORMAT_NUMBER

CASE = "fixture"
PAGE = """<html><body><article><h1>Ministry denies</h1>
<p>The ministry denies it. A man says: «I was beaten in the room».</p></article></body></html>"""


def _picture(kind: str, seed: int) -> bytes:
    """A picture of coloured squares: nobody's."""
    picture = Image.new("RGB", (64, 48))
    picture.putdata([((x * seed) % 256, (y * 5) % 256, (x * y) % 256) for y in range(48) for x in range(64)])
    held = io.BytesIO()
    picture.save(held, format=kind)
    return held.getvalue()


def furnish(desk: Desk, bag: Path) -> None:
    """One of most kinds of act, an erasure, and a bag."""
    open_case(desk, name=CASE, title="A fixture", purpose="to try migrations on", risk_assessment="none: invented")
    contents = {
        "first.png": _picture("PNG", 3),
        "page.html": PAGE.encode(),
        "second.jpg": _picture("JPEG", 7),
        "gone.txt": b"erased again",
    }
    arrivals = [Arrival(input=name, name=name, content=content) for name, content in contents.items()]
    admit_contents(desk, arrivals, case=CASE)
    examine(desk, case=CASE, brief=Brief())
    read(desk, case=CASE)
    accept(desk, undecided(desk, case=CASE), case=CASE, why="for the fixture")
    desk.record(desk.event("view", case=CASE, exhibits=(1,), body={}))
    erase(desk, plan_of(desk, case=CASE, exhibit=4, keep_shared=True), reason="mistake")
    publish(desk, case=CASE, into=bag, profile="internal", recipient="nobody")


def main() -> None:
    """Write format-N.tar.gz."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--into", type=Path, required=True)
    into: Path = parser.parse_args().into
    with tempfile.TemporaryDirectory() as temporary:
        room = Path(temporary)
        os.environ[CONFIG_VARIABLE] = str(room / "config")
        furnish(new_vault(room / "vault"), room / "bag")
        into.mkdir(parents=True, exist_ok=True)
        target = into / f"format-{FORMAT_NUMBER}.tar.gz"
        with tarfile.open(target, "w:gz") as packed:
            for name in ("vault", "config", "bag"):
                packed.add(room / name, arcname=name, filter=_nobodys)
    print(f"{target}: {target.stat().st_size} bytes")


def _nobodys(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Without the name and number of who made it."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


if __name__ == "__main__":
    main()
