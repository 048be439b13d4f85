"""Runs folders of hostile or odd files through admit, examine and read in the jail, and counts what went wrong.

    python tools/run_corpus.py [--into RESULT] [--show] [--sample N] NAME=FOLDER...

Each batch of files has a vault, a case and a process of its own (the parent of the jail), so that a crash of the
parent is seen and counted. Every outcome is compared with that of a second run without the jail, in a process of its
own. Prints counts only; `--show` prints to standard error where the two disagree. Nothing of a corpus is kept.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from counterclaim.desk.admit import admit
from counterclaim.desk.cases import open_case
from counterclaim.desk.clock import utc_now
from counterclaim.desk.examine import examine, findings_on, held_codes
from counterclaim.desk.jail import GRACE_SECONDS, Jail
from counterclaim.desk.open import Desk, new_vault
from counterclaim.desk.read import READABLE
from counterclaim.desk.read import read as read_case
from counterclaim.desk.walls.budget import Budget
from counterclaim.examine.examiner import Brief
from counterclaim.record.canonical import plain_of, sha256_hex
from counterclaim.record.finding import Failed
from jail_agreement import OneJail, Tally, bare, read_outcome

BATCH = 100  # files of one vault: the shortlist of look-alikes grows with the case
BATCH_SECONDS_MAX = 3 * 3600
COUNTS = ("files", "exhibits", "held", "refused", "lost", "hangs", "over_budget", "disagreements")


def main() -> int:
    """Run what was asked; 0 where nothing crashed, hung, was lost or disagreed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpora", nargs="*", metavar="NAME=FOLDER")
    parser.add_argument("--into", type=Path, help="append the counts to this file")
    parser.add_argument("--show", action="store_true", help="say on standard error where the two runs disagree")
    parser.add_argument("--sample", type=int, help="of each folder, so many files, drawn by a seed")
    parser.add_argument("--batch", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.batch:
        print(json.dumps(_batch(json.loads(given.batch.read_text("utf-8")))))
        return 0
    bad = 0
    for corpus in given.corpora:
        name, _, folder = corpus.partition("=")
        told, wrong = _corpus(name, Path(folder), sample=given.sample, show=given.show)
        bad += wrong
        print(told, flush=True)
        if given.into:
            with given.into.open("a", encoding="utf-8") as out:
                out.write(told + "\n")
    return 1 if bad else 0


def _corpus(name: str, folder: Path, *, sample: int | None, show: bool) -> tuple[str, int]:
    files = sorted(str(path) for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    if sample is not None and sample < len(files):
        files = sorted(random.Random(name).sample(files, sample))
    counts, kinds, crashes = Counter(dict.fromkeys(COUNTS, 0)), Counter[str](), 0
    for begin in range(0, len(files), BATCH):
        print(f"{name}: {begin} of {len(files)}", file=sys.stderr)
        answer = _in_a_process(files[begin : begin + BATCH])
        if answer is None:
            crashes += 1
            continue
        counts += Counter(answer["counts"])
        kinds += Counter(answer["kinds"])
        if show and answer["told"]:
            print(*answer["told"], sep="\n", file=sys.stderr)
    fell = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
    told = (
        f"{utc_now()} {name}: {counts['files']} files ({counts['exhibits']} exhibits, {counts['held']} held twice, "
        f"{counts['refused']} refused); {crashes} crashes of the parent, {counts['hangs']} hangs past budget, "
        f"{counts['lost']} lost exhibits, {counts['disagreements']} outcomes unlike without the jail; "
        f"outcomes: {fell}; {counts['over_budget']} declined past their budget"
    )
    return told, crashes + counts["hangs"] + counts["lost"] + counts["disagreements"]


def _in_a_process(files: list[str]) -> dict | None:
    """What the batch counted; None where its process did not live to tell."""
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as listed:
        json.dump(files, listed)
        listed.flush()
        with tempfile.TemporaryDirectory() as room:
            ended = subprocess.run(  # noqa: S603 (ourselves)
                [sys.executable, __file__, "--batch", listed.name],
                stdout=subprocess.PIPE,
                env={**os.environ, "COUNTERCLAIM_CONFIG": room, "TMPDIR": room},
                timeout=BATCH_SECONDS_MAX,
                check=False,
            )
    return json.loads(ended.stdout.splitlines()[-1]) if ended.returncode == 0 else None


def _batch(files: list[str]) -> dict:
    """Admit the files, examine and read them behind the walls, compare, and look for every exhibit again."""
    with tempfile.TemporaryDirectory() as room, Jail() as jail:
        desk = replace(new_vault(Path(room) / "vault", actor="owner"), crew=OneJail(jail))
        open_case(desk, name="corpus", title="corpus", purpose="hostile files", risk_assessment="none: nobody is in it")
        receipt = admit(desk, files, case="corpus")
        counts = Counter(files=len(files), refused=receipt.count("refused"), held=receipt.count("held"))
        tally = Tally()
        counts["hangs"] = sum(_timed(desk, tally))
        counts["exhibits"] = len(desk.vault.exhibits("corpus"))
        counts["lost"] = _lost(desk, files, refused={row.input for row in receipt.rows if row.outcome == "refused"})
    counts["over_budget"] = tally.over_budget
    counts["disagreements"] = len(tally.disagreements)
    return {"counts": counts, "kinds": tally.kinds, "told": tally.disagreements}


def _timed(desk: Desk, tally: Tally) -> Iterator[bool]:
    """Examine and read the case as a person would, then each exhibit without the walls; yields what took too long."""
    begun = time.monotonic()
    findings = examine(desk, case="corpus", brief=Brief())
    readings, unread = read_case(desk, case="corpus")
    took = time.monotonic() - begun
    reasons = {one.exhibit: one.reason for one in unread}
    allowed = 0.0
    with bare() as unjailed:
        for exhibit in desk.vault.exhibits("corpus"):
            content = desk.vault.content_of(exhibit)
            brief = replace(Brief(), held=held_codes(desk, case="corpus", before=exhibit.number))
            jailed = [one for one in findings if one.exhibit == exhibit.number]
            allowed += (Budget.of(content).seconds + GRACE_SECONDS) * (len(jailed) + 1)
            for one, other in zip(jailed, findings_on(content, crew=OneJail(unjailed), brief=brief), strict=True):
                tally.count(f"{exhibit.name} {one.examiner}", one.outcome, other.outcome)
            if exhibit.media_type in READABLE:
                reading = readings.get(exhibit.number)
                mine = Failed(reason=reasons[exhibit.number]) if reading is None else plain_of(reading)
                tally.count(f"{exhibit.name} read", mine, read_outcome(unjailed, content, exhibit.media_type))
    yield took > allowed


def _lost(desk: Desk, files: list[str], *, refused: set[str]) -> int:
    """How many files that were not refused are not held, byte for byte."""
    held = {sha256_hex(desk.vault.content_of(one)) for one in desk.vault.exhibits("corpus")}
    there = (Path(file) for file in files if file not in refused)
    return sum(hashlib.sha256(path.read_bytes()).hexdigest() not in held for path in there)


if __name__ == "__main__":
    sys.exit(main())
