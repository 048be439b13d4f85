"""Measures durable admissions a second, plain and encrypted: `.venv/bin/python tools/bench_admit.py [FILES] [FOLDER]`.

Each file is 1.2 MB of random bytes, admitted by the verb in its own batches; every one is flushed, read back and
compared before it is acknowledged. Beside the two rates it prints what the disk gives without us: the same files
written and flushed one after another.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

from counterclaim.desk.admit import Arrival, admit_contents
from counterclaim.desk.cases import open_case
from counterclaim.desk.open import new_vault
from counterclaim.vault.slots import Factors

BYTES = 1_200_000
FILES = 320


def contents(count: int) -> list[bytes]:
    """Random bytes that begin as a JPEG does, so that nothing here is quicker than a photograph."""
    seeded = random.Random(20261124)
    return [b"\xff\xd8\xff\xe0" + seeded.randbytes(BYTES - 6) + b"\xff\xd9" for _ in range(count)]


def rate(folder: Path, files: list[bytes], *, factors: Factors | None) -> str:
    """Admissions a second into a fresh vault, with its opening and closing for each batch."""
    desk = new_vault(folder / "vault", keys_home=folder, factors=factors)
    open_case(desk, name="c", title="c", purpose="bench", risk_assessment="none")
    arrivals = [Arrival(input=str(place), name=f"{place}.jpg", content=one) for place, one in enumerate(files)]
    begun, busy = time.perf_counter(), time.process_time()
    receipt = admit_contents(desk, arrivals, case="c")
    seconds = time.perf_counter() - begun
    busy = time.process_time() - busy
    if receipt.count("admitted") != len(files):
        raise SystemExit("not every file was admitted")
    return f"{len(files) / seconds:7.0f} admissions/s, {1000 * busy / len(files):.1f} ms of processor time each"


def bare(folder: Path, files: list[bytes]) -> float:
    """Files a second when each is only written and flushed, one after another."""
    folder.mkdir()
    begun = time.perf_counter()
    for place, one in enumerate(files):
        with (folder / str(place)).open("wb") as file:
            file.write(one)
            file.flush()
            os.fsync(file.fileno())
    return len(files) / (time.perf_counter() - begun)


def main() -> None:
    """Print the three rates."""
    files = contents(int(sys.argv[1]) if len(sys.argv) > 1 else FILES)
    home = Path(tempfile.mkdtemp(dir=sys.argv[2] if len(sys.argv) > 2 else None))
    try:
        print(f"{len(files)} files of {BYTES} bytes, {os.cpu_count()} cores")
        print(f"plain      {rate(home / 'plain', files, factors=None)}")
        print(f"encrypted  {rate(home / 'sealed', files, factors=Factors(key_file=bytes(32)))}")
        print(f"bare       {bare(home / 'bare', files):7.0f} files/s written and flushed one by one")
    finally:
        shutil.rmtree(home)


if __name__ == "__main__":
    main()
