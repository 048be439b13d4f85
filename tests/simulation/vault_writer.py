"""A writing process for the kill tests: records admissions and acknowledges each on its standard output."""

from __future__ import annotations

import secrets
import sys
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from counterclaim.record.errors import CounterclaimError
from counterclaim.vault.vault import Vault
from vault_room import CASE, SIGNER, admission, event


def main(folder: str, marker: str, wanted: str) -> int:
    """Write `wanted` admissions (0: until killed); a closed writer in between, as separate acts would leave it."""
    vault = Vault.open(Path(folder))
    for turn in count() if wanted == "0" else range(int(wanted)):
        try:
            with vault.writer(signer=SIGNER, salts=lambda: secrets.token_bytes(16), wait_seconds=60.0) as writer:
                for step in range(3):
                    number = max((exhibit.number for exhibit in vault.exhibits(CASE)), default=0) + 1
                    content = f"{marker} {turn} {step} {secrets.token_hex(8)}".encode() * 200
                    admitted = admission(vault, content, number, drawn=secrets.token_hex(16))
                    entry, _ = writer.record([admitted, event("view", {}, exhibits=(number,))])
                    sys.stdout.write(f"{entry.index} {entry.leaf.hex()}\n")
                    sys.stdout.flush()
        except CounterclaimError as error:
            sys.stdout.write(f"error {error.exit_code} {error}\n")
            sys.stdout.flush()
            return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
