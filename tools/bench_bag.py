"""Makes a bag of a thousand exhibits and prints how long its own checkers take, and how often sha256sum is called.

    python tools/bench_bag.py [--exhibits 1000] [--into FOLDER]

The bag is made from the pure functions of the record: no vault, invented bytes, no timestamp. Each exhibit has ten
entries, two of them sealed viewings; two entries of other cases stand between any two in the log. Needs the openssl
command, and dash, bash and busybox where they are to be timed.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from counterclaim.dossier.bag import Custody, Disclosed, publish_body, write_bag
from counterclaim.record.canonical import sha256_hex
from counterclaim.record.checkpoint import (
    Checkpoint,
    NoteSignature,
    SignedCheckpoint,
    fingerprint_of,
    key_hash_of,
    verifier_key_of,
)
from counterclaim.record.custody import Event, Tool, class_of, entry_of, leaf_hash, node_hash
from counterclaim.record.history import (
    HistoriesProof,
    History,
    Placed,
    branches_of,
    history_key,
    map_nodes,
)
from counterclaim.record.multiproof import siblings_of

NAME, CASE, AT = "example.org/log", "harbour", "2031-05-04T09:30:00Z"
KINDS = ("admit", "examine", "view", "examine", "assess", "examine", "examine", "view", "assess", "examine")
BETWEEN = 2  # entries of other cases between any two of this one
SHELLS = ("dash", "bash", "busybox sh")
RECORDS_PER_EXHIBIT = 2  # further payload files: a dossier's readings and findings
SHA256SUM = '#!/bin/sh\nprintf "%s %s\\n" "$#" "${1-}" >>"$SHA256SUM_LOG"\nexec REAL "$@"\n'


def event_of(
    kind: str, *, exhibits: tuple[int, ...], body: dict, case: str = CASE, outputs: tuple[str, ...] = ()
) -> Event:
    """An invented act with a body of some hundred bytes."""
    return Event(
        kind=kind,
        event_class=class_of(kind),
        at=AT,
        actor="person-3f",
        case=case,
        tool=Tool(name="counterclaim", version="0.1"),
        basis="legitimate interest of the recipient in the reasons of a public decision",
        exhibits=exhibits,
        outputs=outputs,
        body=body,
    )


def picture_of(number: int) -> bytes:
    """Invented bytes of exhibit `number`."""
    return f"the bytes of invented picture {number}\n".encode() * 40


def events_of(exhibits: int, payload: dict[str, bytes]) -> list[Event]:
    """All events of the log, that of the publication last."""
    events = [event_of("case_opened", exhibits=(), body={"title": "An invented case"})]
    for turn, kind in enumerate(KINDS):
        for number in range(1, exhibits + 1):
            outputs = (sha256_hex(picture_of(number)),) if kind == "admit" else ()
            body = {"finding": f"{kind} {turn} of {number}", "limits": ["what it does not show"] * 3}
            events.append(event_of(kind, exhibits=(number,), outputs=outputs, body=body))
            events += [event_of("scrub", exhibits=(), body={}, case="") for _ in range(BETWEEN)]
    mine = [index for index, event in enumerate(events) if event.case == CASE]
    sealed = [index for index in mine if events[index].kind == "view"]
    body = publish_body(
        payload=payload, profile="internal", recipient="bench", disclosed=mine, sealed=sealed,
        exhibits=range(1, exhibits + 1),
    )  # fmt: skip
    return [*events, event_of("publish", exhibits=(), body=body)]


def levels_of(hashes: list[bytes]) -> list[list[bytes]]:
    """Every node of the tree, level by level."""
    levels = [hashes]
    while len(levels[-1]) > 1:
        level = levels[-1]
        paired = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        levels.append(paired + level[len(level) // 2 * 2 :])
    return levels


def histories_of(events: list[Event], hashes: list[bytes], exhibits: int) -> tuple[HistoriesProof, bytes]:
    """All histories of the case with their proof, beside as many of other cases, and the root of the map."""
    abouts: dict[int, list[int]] = {}
    for index, event in enumerate(events):
        for number in event.exhibits:
            abouts.setdefault(number, []).append(index)
    held = [
        History(
            exhibit=number,
            key=history_key(hashes[entries[0]], number),
            entries=tuple(entries),
            salt=hashlib.sha256(b"salt %d" % number).digest()[:16],
        )
        for number, entries in abouts.items()
    ]
    others = {
        hashlib.sha256(b"other %d" % at).digest(): hashlib.sha256(b"leaf %d" % at).digest() for at in range(exhibits)
    }
    nodes = map_nodes(others | {one.key: one.digest() for one in held})
    placed = []
    for one in sorted(held, key=lambda history: history.key):
        digest = one.digest()
        ways = (Placed(key=one.key, depth=depth, digest=digest) for depth in range(257))
        placed.append((one, next(place for place in ways if nodes.get(place.way()) == digest)))
    proof = tuple(nodes.get(way, bytes(32)) for way in branches_of([place.way() for _, place in placed]))
    return HistoriesProof(histories=tuple((one, place.depth) for one, place in placed), proof=proof), nodes[""]


def made(into: Path, exhibits: int) -> str:
    """Write the bag; return the fingerprint of its key."""
    payload = {"data/dossier.html": b"<!doctype html><title>Bench</title>", "data/dossier.pdf": b"%PDF-1.7 invented"}
    payload |= {f"data/exhibits/E{number}.jpg": picture_of(number) for number in range(1, exhibits + 1)}
    payload |= {
        f"data/record/{number:06d}.{part}.json": b'{"invented":true}'
        for number in range(1, exhibits + 1)
        for part in range(RECORDS_PER_EXHIBIT)
    }
    events = events_of(exhibits, payload)
    salts = [
        [hashlib.sha256(b"%d %d" % (index, part)).digest()[:16] for part in (0, 1)] for index in range(len(events))
    ]
    entries = [
        entry_of(event, index=index, salts=(salts[index][0], salts[index][1])) for index, event in enumerate(events)
    ]
    hashes = [leaf_hash(entry.leaf) for entry in entries]
    levels = levels_of(hashes)
    complete, root = histories_of(events, hashes, exhibits)
    mine = [entry for entry, event in zip(entries, events, strict=True) if event.case == CASE]
    key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"bench").digest())
    public = key.public_key().public_bytes_raw()
    checkpoint = Checkpoint(origin=NAME, size=len(entries), root=levels[-1][0], histories=root)
    signature = NoteSignature(
        name=NAME, key_hash=key_hash_of(NAME, public), signature=key.sign(checkpoint.text().encode())
    )
    custody = Custody(
        note=SignedCheckpoint(checkpoint=checkpoint, signatures=(signature,)).note(),
        verifier_key=verifier_key_of(NAME, public),
        entries=[
            Disclosed(
                index=entry.index,
                leaf=entry.leaf,
                payload=None if b'"viewing"' in entry.leaf else entry.payload,
                detail=None if b'"viewing"' in entry.leaf else entry.detail,
            )
            for entry in mine
        ],
        proof=[levels[level][at] for level, at in siblings_of([entry.index for entry in mine], len(entries))],
        histories=complete,
    )
    write_bag(into, payload=payload, custody=custody)
    return fingerprint_of(public)


def timed(command: list[str], environment: dict[str, str]) -> float:
    """Run a checker; return its seconds. Ends the program where it fails."""
    began = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, check=False)  # noqa: S603 (our own checkers)
    seconds = time.perf_counter() - began
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}:\n{done.stdout.decode()}{done.stderr.decode()}")
    return seconds


def counted_calls(bag: Path, fingerprint: str, scratch: Path) -> None:
    """Print how often verify.sh calls sha256sum, and how often for one level of a tree."""
    (scratch / "bin").mkdir()
    (scratch / "bin/sha256sum").write_text(SHA256SUM.replace("REAL", shutil.which("sha256sum") or "sha256sum"))
    (scratch / "bin/sha256sum").chmod(0o755)
    log = scratch / "calls"
    environment = {**os.environ, "PATH": f"{scratch / 'bin'}:{os.environ['PATH']}", "SHA256SUM_LOG": str(log)}
    timed(["sh", str(bag / "verify.sh"), "--fingerprint", fingerprint, str(bag)], environment)
    calls = [line.split(" ") for line in log.read_text().splitlines()]
    rounds = Counter(match[1] for _, name in calls if (match := re.fullmatch(r"vb[0-9]+\.([0-9]+)\.[0-9]+", name)))
    hashed = sum(int(count) for count, name in calls if name.startswith("vb"))
    print(f"sha256sum: {len(calls)} calls; {len(rounds)} of them over all {hashed} nodes and texts, level by level,")
    print(f"  at most {max(rounds.values())} for one level; the others over one file or manifest each")


def main() -> None:
    """Make the bag, time every checker, count the calls."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--exhibits", type=int, default=1000)
    parser.add_argument("--into", type=Path, help="keep the bag in this folder, which must not exist yet")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        bag = given.into or scratch / "bag"
        fingerprint = made(bag, given.exhibits)
        files = sum(1 for path in bag.rglob("*") if path.is_file())
        leaves = (bag / "custody/leaves").read_bytes().count(b"\n")
        print(f"bag: {given.exhibits} exhibits, {leaves} entries, {files} files")
        options = ["--fingerprint", fingerprint, str(bag)]
        python = [sys.executable, "-I", str(bag / "verify.py"), *options]
        print(f"verify.py: {timed(python, dict(os.environ)):.1f} s")
        for shell in SHELLS:
            if shutil.which(shell.split()[0]):
                command = [*shell.split(), str(bag / "verify.sh"), *options]
                print(f"verify.sh under {shell}: {timed(command, dict(os.environ)):.1f} s")
        counted_calls(bag, fingerprint, scratch)


if __name__ == "__main__":
    main()
