"""Leaving out any one entry of a disclosed exhibit's history, by anybody and by the log's own keeper."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from bag_world import (
    CASE,
    NAME,
    Log,
    cosignature_by,
    event_of_kind,
    key_of_seed,
    multiproof_in,
    public_of,
    remade_manifests,
    sealed_events,
    signature_holds,
    token_holds,
)

from counterclaim.dossier.bag import Custody, publish_body, verifier_files, write_bag
from counterclaim.dossier.bag_check import checks_of_bag
from counterclaim.dossier.bag_custody import hashes_text, histories_text, leaves_text
from counterclaim.record.canonical import sha256_hex
from counterclaim.record.check import Anchors
from counterclaim.record.checkpoint import fingerprint_of, verifier_key_of
from counterclaim.record.custody import Event
from size import FULL

SEEDS = range(40 if FULL else 2)
CHECKERS = {
    name: Path(__file__).resolve().parents[2] / "src/counterclaim/dossier/verifier" / name for name in verifier_files()
}
KINDS = ("examine", "view", "assess", "view", "read", "not_used", "examine")
KEY = key_of_seed("log")
VECTORS = Path(__file__).resolve().parents[1] / "vectors"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    """A log of some exhibits in two cases, made from a seed, and what its publish entry says."""

    events: tuple[Event, ...]
    payload: dict[str, bytes]
    exhibits: tuple[int, ...]
    seed: int

    def log(self, disclosed: tuple[int, ...]) -> Log:
        """The log with a publish entry that discloses these entries, and three entries after it."""
        body = publish_body(
            payload=self.payload,
            profile="court",
            recipient=None,
            disclosed=disclosed,
            sealed=[index for index in disclosed if self.events[index].kind == "view"],
            exhibits=self.exhibits,
        )
        after = [event_of_kind("scrub"), event_of_kind("admit", exhibits=(1,), case="pier"), event_of_kind("backup")]
        events = [*self.events, event_of_kind("publish", body=body), *after]
        return Log(entries=sealed_events(events, seed=f"seed {self.seed}"), key=KEY, cosigner=key_of_seed("cosigner"))

    @property
    def mine(self) -> tuple[int, ...]:
        return tuple(index for index, event in enumerate(self.events) if event.case == CASE)


def seeded(seed: int) -> Seeded:
    """Make the events: admissions in two cases, then acts and viewings on one or two exhibits at a time."""
    dice = random.Random(seed)
    count = dice.randint(2, 4)
    pictures = {number: f"picture {number} of {seed}".encode() for number in range(1, count + 1)}
    events = [event_of_kind("case_opened")]
    for number, picture in pictures.items():
        events.append(event_of_kind("admit", exhibits=(number,), outputs=(sha256_hex(picture),)))
        if dice.random() < 0.6:
            events.append(event_of_kind("admit", exhibits=(number,), outputs=("0" * 64,), case="quay"))
            events.append(event_of_kind("view", exhibits=(number,), case="quay"))
    for _ in range(dice.randint(4, 9)):
        numbers = tuple(sorted(dice.sample(sorted(pictures), dice.choice((1, 1, 1, 2)))))
        events.append(event_of_kind(dice.choice(KINDS), exhibits=numbers, body={"n": dice.randint(0, 99)}))
        if dice.random() < 0.4:
            events.append(event_of_kind("attest_time", case=""))
    payload = {"data/dossier.html": b"<p>An invented dossier."}
    payload |= {f"data/exhibits/E{number}.jpg": picture for number, picture in pictures.items()}
    return Seeded(events=tuple(events), payload=payload, exhibits=tuple(pictures), seed=seed)


def custody_of(log: Log, one: Seeded, disclosed: tuple[int, ...]) -> Custody:
    indices = (*disclosed, len(one.events))
    return Custody(
        note=log.note(),
        verifier_key=verifier_key_of(NAME, public_of(KEY)),
        entries=[log.disclosed(i, payload=i == indices[-1] or one.events[i].kind != "view") for i in indices],
        proof=log.proof(indices),
        histories=log.complete(one.exhibits),
        cosignatures=(log.cosignature(),),
    )


def without(bag: Path, one: Seeded, left_out: int, *, shortened: bool) -> None:
    """The keeper signs a new publish entry without this entry; the map counts it still.

    The files are laid by hand, because `write_bag` refuses such a bag. With `shortened` the histories that come with
    the bag leave the entry out as well.
    """
    disclosed = tuple(index for index in one.mine if index != left_out)
    log, publish = one.log(disclosed), len(one.events)
    for path in (bag / "custody/entries").glob(f"{left_out:08d}.*"):
        path.unlink()
    for part in ("payload", "detail"):
        (bag / f"custody/entries/{publish:08d}.{part}").write_bytes(getattr(log.entries[publish], part))
    indices = [*disclosed, publish]
    (bag / "custody/leaves").write_bytes(leaves_text({index: log.entries[index].leaf for index in indices}))
    (bag / "custody/leaves.proof").write_bytes(hashes_text(multiproof_in(log.hashes(), indices)))
    complete = log.complete(one.exhibits)
    held = [
        (history_without(log, history, left_out) if shortened else history, depth)
        for history, depth in complete.histories
    ]
    (bag / "custody/histories").write_bytes(histories_text(held))
    (bag / "custody/histories.proof").write_bytes(hashes_text(complete.proof))
    (bag / "custody/checkpoint.note").write_bytes(log.note())
    (bag / "custody/cosignatures").write_text(cosignature_by(log.cosigner, log.checkpoint()), "utf-8")
    remade_manifests(bag)


def history_without(log: Log, history, left_out: int):
    rest = tuple(index for index in history.entries if index != left_out)
    return (
        history
        if rest == history.entries or not rest
        else replace(log.history(history.exhibit, rest), salt=history.salt)
    )


def stripped_by_anybody(bag: Path, one: Seeded, left_out: int) -> None:
    """Whoever passes the bag on takes the entry out and lays the proof for the others."""
    log = one.log(one.mine)
    for path in (bag / "custody/entries").glob(f"{left_out:08d}.*"):
        path.unlink()
    indices = [index for index in (*one.mine, len(one.events)) if index != left_out]
    (bag / "custody/leaves").write_bytes(leaves_text({index: log.entries[index].leaf for index in indices}))
    (bag / "custody/leaves.proof").write_bytes(hashes_text(multiproof_in(log.hashes(), indices)))
    remade_manifests(bag)


WAYS: dict[str, Callable[[Path, Seeded, int], None]] = {
    "by anybody": stripped_by_anybody,
    "by the keeper": lambda bag, one, left_out: without(bag, one, left_out, shortened=False),
    "by the keeper, from the history too": lambda bag, one, left_out: without(bag, one, left_out, shortened=True),
}


def failed_rows(bag: Path) -> dict[str, set[str]]:
    """The rows that fail, by checker."""
    fingerprint = fingerprint_of(public_of(KEY))
    checks = checks_of_bag(
        bag, anchors=Anchors(fingerprint=fingerprint), token_holds=token_holds, signature_holds=signature_holds
    )
    told = {"bag_check": {check.name for check in checks if check.outcome == "failed"}}
    for name, command in {"verify.py": [sys.executable, "-I"], "verify.sh": ["dash"]}.items():
        done = subprocess.run(
            [*command, str(CHECKERS[name]), "--fingerprint", fingerprint, str(bag)], capture_output=True, check=False
        )
        rows = done.stdout.decode().splitlines()
        told[name] = {row[13:25].rstrip() for row in rows if row.startswith("FAILED")}
        assert done.returncode == (1 if told[name] else 0)
    return told


def left_out_cases() -> Iterator[tuple[Seeded, int]]:
    for seed in SEEDS:
        one = seeded(seed)
        about = [index for index in one.mine if one.events[index].exhibits]
        yield from ((one, index) for index in about)


def test_leaving_out_any_entry_of_an_exhibit_is_rejected_by_all_three(
    tmp_path: Path, measured: Callable[[str], None]
) -> None:
    good: dict[int, Path] = {}
    for seed in SEEDS:
        one = seeded(seed)
        good[seed] = tmp_path / f"good{seed}"
        write_bag(good[seed], payload=one.payload, custody=custody_of(one.log(one.mine), one, one.mine))
        assert failed_rows(good[seed]) == {"bag_check": set(), "verify.py": set(), "verify.sh": set()}
    cases = list(left_out_cases())

    def rejected(case: tuple[Seeded, int]) -> int:
        one, index = case
        for way, take_out in WAYS.items():
            bag = Path(shutil.copytree(good[one.seed], tmp_path / f"bag{one.seed}-{index}-{len(way)}"))
            take_out(bag, one, index)
            told = failed_rows(bag)
            row = "publication" if way == "by anybody" else "completeness"
            assert told == {"bag_check": {row}, "verify.py": {row}, "verify.sh": {row}}, (one.seed, index, way)
            shutil.rmtree(bag)
        return len(WAYS)

    with ThreadPoolExecutor() as pool:
        count = sum(pool.map(rejected, cases))
    assert count == len(cases) * len(WAYS) > 0
    measured(
        f"an entry of a disclosed exhibit left out: {count} of {count} rejected by each of three verifiers "
        f"({len(cases)} entries of {len(SEEDS)} seeded bags, {len(WAYS)} ways each)"
    )


# --- version 1 ----------------------------------------------------------------------------------------


@pytest.fixture
def version_1(tmp_path: Path) -> Path:
    with tarfile.open(VECTORS / "vaults/format-1.tar.gz") as packed:
        packed.extractall(tmp_path, filter="data")
    return tmp_path / "bag"


def test_a_bag_of_version_1_passes_its_own_checkers_and_is_told_apart_by_ours(version_1: Path) -> None:
    for command in (["sh", "verify.sh"], [sys.executable, "-I", "verify.py"]):
        done = subprocess.run(command, cwd=version_1, capture_output=True, check=False)
        assert done.returncode == 0, done.stdout
        assert b"FAILED" not in done.stdout
    checks = checks_of_bag(version_1, anchors=Anchors(), token_holds=token_holds, signature_holds=signature_holds)
    assert [(check.name, check.what) for check in checks if check.outcome == "failed"] == [("form", "README.txt")]
    assert "version 1: use the checker that bag carries" in checks[0].reason
    for name, command in {"verify.py": [sys.executable, "-I"], "verify.sh": ["sh"]}.items():
        done = subprocess.run([*command, str(CHECKERS[name]), str(version_1)], capture_output=True, check=False)
        first = done.stdout.decode().splitlines()[0]
        assert (done.returncode, first[:11], first[13:25].rstrip()) == (1, "FAILED     ", "form")
        assert "a bag of version 1: use the verify.py or verify.sh that it carries" in first


# --- tokens whose certificates have ended ----------------------------------------------------------------


def test_a_token_of_a_certificate_that_has_ended_holds_at_its_own_time_and_says_so(
    short_lived: tuple[Path, Path, float],
) -> None:
    bag, roots, ends = short_lived
    time.sleep(max(0.0, ends - time.time() + 1.1))
    for name, command in {"verify.py": [sys.executable, "-I"], "verify.sh": ["dash"]}.items():
        done = subprocess.run(
            [*command, str(CHECKERS[name]), "--tsa-roots", str(roots), str(bag)], capture_output=True, check=False
        )
        (row,) = (line for line in done.stdout.decode().splitlines() if line[13:25].rstrip() == "timestamp")
        assert done.returncode == 0, row
        assert row.startswith("passed")
        ran = row.partition("it holds at its own time: ")[2].replace("ROOTS.pem", str(roots)).split(" ")
        assert ran[:4] == ["openssl", "ts", "-verify", "-attime"]
        assert subprocess.run(ran, cwd=bag, capture_output=True, check=False).returncode == 0
        now = [*ran[:3], *ran[5:]]
        assert subprocess.run(now, cwd=bag, capture_output=True, check=False).returncode != 0


@pytest.fixture
def short_lived(tmp_path: Path) -> tuple[Path, Path, float]:
    """A good bag with a token of an authority whose certificate ends within seconds."""
    from short_lived_tsa import token_and_roots

    one = seeded(0)
    log = one.log(one.mine)
    token, roots, ends = token_and_roots(tmp_path, log.note())
    custody = replace(custody_of(log, one, one.mine), tokens=(token,))
    write_bag(tmp_path / "bag", payload=one.payload, custody=custody)
    return tmp_path / "bag", roots, ends
