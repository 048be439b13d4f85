"""Makes a log of a million entries straight into its tables, verifies it, and prints times and sizes of proofs.

    python tools/bench_log.py                       1,000,000 entries in a temporary folder (some 700 MB)
    python tools/bench_log.py --entries 10000 --whole --checkpoints 2000

The entries are real: each commits from detail to payload to leaf, and every checkpoint is signed. `--whole` runs every
check of the vault as well; `--into` keeps the vault, and measures one that is there already.
"""

from __future__ import annotations

import argparse
import random
import secrets
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from counterclaim.record.checkpoint import Checkpoint
from counterclaim.record.custody import Entry, Event, Tool, entry_of, leaf_hash
from counterclaim.vault.histories import tag_of
from counterclaim.vault.history_checks import HistoryFold, HistoryRow
from counterclaim.vault.log import Ed25519Signer, signed
from counterclaim.vault.quick import quick_checks
from counterclaim.vault.seal import DATABASE, SEAL
from counterclaim.vault.tree import levels_of, root_at
from counterclaim.vault.vault import Vault

ORIGIN, CASE, AT = "bench.example/log", "bench", "2026-03-01T09:00:00Z"
TOOL = Tool(name="bench", version="0")
ENTRIES_AN_EXHIBIT = 20  # admitted, examined, read, looked at: what the demo case has
ROWS_AT_ONCE = 50_000


def entries(count: int, dice: random.Random) -> Iterator[tuple[Entry, int]]:
    """Yield (entry, the exhibit it names), entry 1 first: viewings, sealed as the program seals them."""
    exhibits = max(1, count // ENTRIES_AN_EXHIBIT)
    for index in range(1, count):
        number = dice.randrange(1, exhibits + 1)
        event = Event(
            kind="view", event_class="viewing", at=AT, actor="p1", case=CASE, tool=TOOL, basis="bench",
            exhibits=(number,),
        )  # fmt: skip
        yield entry_of(event, index=index, salts=(dice.randbytes(16), dice.randbytes(16))), number


def fill(folder: Path, count: int, checkpoints: int, signer: Ed25519Signer) -> None:
    """Write entries, nodes, histories, map and checkpoints into the vault's tables in one transaction."""
    dice = random.Random(1)
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        leaves = [leaf_hash(connection.execute("SELECT leaf FROM entry").fetchone()[0])]
        about: list[int] = [0]
        batch: list[tuple[int, bytes, bytes | None, bytes | None]] = []
        for entry, number in entries(count, dice):
            leaves.append(leaf_hash(entry.leaf))
            about.append(number)
            batch.append((entry.index, entry.leaf, entry.payload, entry.detail))
            if len(batch) == ROWS_AT_ONCE:
                connection.executemany("INSERT INTO entry VALUES (?, ?, ?, ?)", batch)
                batch = []
        connection.executemany("INSERT INTO entry VALUES (?, ?, ?, ?)", batch)
        levels = levels_of(leaves)
        connection.execute("DELETE FROM node")
        for level, digests in enumerate(levels):
            rows = ((level, index, digest) for index, digest in enumerate(digests))
            connection.executemany("INSERT INTO node VALUES (?, ?, ?)", rows)
        sizes = {count, *(count * one // checkpoints for one in range(1, checkpoints))} - {0, 1}
        fold = HistoryFold(leaves, [(CASE, (number,) if number else ()) for number in about])
        places: dict[int, int] = {}
        for index, number in enumerate(about):
            if number:
                row = HistoryRow(
                    tag=tag_of(leaves[0], CASE, number), nth=places.get(number, 0), idx=index, exhibit=number,
                    salt=dice.randbytes(16),
                )  # fmt: skip
                places[number] = row.nth + 1
                assert fold.add(index, [row]) is None  # noqa: S101 (the fold is the reference here)
                values = (row.tag, row.nth, row.idx, row.exhibit, row.salt)
                connection.execute("INSERT INTO history VALUES (?, ?, ?, ?, ?)", values)
            if index + 1 in sizes:
                root = root_at(index + 1, lambda level, at: levels[level][at])
                head = Checkpoint(origin=ORIGIN, size=index + 1, root=root, histories=fold.root())
                connection.execute("INSERT INTO checkpoint VALUES (?, ?)", (index + 1, signed(head, signer).note()))
        nodes = ((way, node.hash, node.key) for way, node in fold.nodes.items())
        connection.executemany("INSERT INTO map_node VALUES (?, ?, ?)", nodes)
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (folder / SEAL).unlink(missing_ok=True)


def report(folder: Path, count: int, *, whole: bool) -> None:
    """Time the check of the log alone, three times, and measure proofs."""
    vault = Vault.open(folder)
    with vault._database.reading() as connection:  # noqa: SLF001 (a bench looks inside)
        for _ in range(3):
            begun, busy = time.perf_counter(), time.process_time()
            (row,) = quick_checks(connection, name=vault.key_name, public_key=vault.public_key)
            seconds, of_cpu = time.perf_counter() - begun, time.process_time() - busy
            print(
                f"log of {count} entries verified in {seconds:.2f} s ({of_cpu:.2f} s of one processor): {row.outcome}"
            )
    dice = random.Random(2)
    paths = [len(vault.inclusion(dice.randrange(count), count)) for _ in range(200)]
    print(
        f"inclusion path: at most {max(paths)} hashes, {32 * max(paths)} bytes in binary, {44 * max(paths)} in base64"
    )
    exhibits = max(1, count // ENTRIES_AN_EXHIBIT)
    for named in (1, 10, min(1000, exhibits)):
        begun = time.perf_counter()
        proof = vault.histories(CASE, dice.sample(range(1, exhibits + 1), named))
        seconds = time.perf_counter() - begun
        size = 32 * len(proof.proof)
        print(f"proof of {named} histories of {exhibits}: {len(proof.proof)} hashes, {size} bytes, in {seconds:.3f} s")
        assert proof.root() == vault.checkpoint().checkpoint.histories  # noqa: S101
    if whole:
        begun = time.perf_counter()
        rows = list(vault.checks())
        failed = [row for row in rows if row.outcome == "failed" and row.name != "views"]
        print(f"every check of the vault in {time.perf_counter() - begun:.1f} s, failed: {failed}")


def main() -> None:
    """Make, verify, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--checkpoints", type=int, default=1)
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--into", type=Path)
    asked = parser.parse_args()
    signer = Ed25519Signer(ORIGIN, Ed25519PrivateKey.generate())
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.into or Path(temporary) / "vault"
        if (folder / "format").exists():
            report(folder, Vault.open(folder).size(), whole=asked.whole)
            return
        Vault.create(
            folder, origin=ORIGIN, signer=signer, salts=lambda: secrets.token_bytes(16), at=AT, actor="p1", tool=TOOL
        )
        begun = time.perf_counter()
        fill(folder, asked.entries, asked.checkpoints, signer)
        size_mb = (folder / DATABASE).stat().st_size / 1e6
        print(f"{asked.entries} entries made in {time.perf_counter() - begun:.0f} s, custody.db {size_mb:.0f} MB")
        report(folder, asked.entries, whole=asked.whole)


if __name__ == "__main__":
    main()
