"""Encrypted vaults for tests: cheap slots, one admitted and read case, and every file the program wrote."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator
from pathlib import Path

from counterclaim.desk.admit import Arrival, admit_contents
from counterclaim.desk.cases import open_case
from counterclaim.desk.open import Desk, new_vault
from counterclaim.vault.secret import VaultKeys
from counterclaim.vault.slots import Costs, Factors, Unlocking, new_slot
from counterclaim.vault.vault import Vault
from vault_room import AT, ORIGIN, SIGNER, TOOL, counted_salts, furnish

PASSPHRASE = "correct horse battery staple"  # noqa: S105 (a test's)
KEY_FILE = bytes(range(64))
QUICK = Costs(memory_kib=64 * 1024, passes=3, lanes=4)  # the least that is let through
CASE = "room"


def opening_of(factors: Factors | None = None) -> tuple[VaultKeys, Unlocking]:
    keys = VaultKeys(secrets.token_bytes(32))
    return keys, Unlocking(slots=(new_slot(keys, factors or Factors(key_file=KEY_FILE), costs=QUICK),)).sealed(keys)


def sealed_vault(folder: Path) -> Vault:
    """A furnished vault, encrypted, opened by a key file (which costs no Argon2id)."""
    salts = counted_salts()
    vault = Vault.create(
        folder, origin=ORIGIN, signer=SIGNER, salts=salts, at=AT, actor="p1", tool=TOOL, opening=opening_of()
    )
    furnish(vault, salts)
    return vault


def small_desk(folder: Path, *, factors: Factors | None, files: int = 3, keys_home: Path | None = None) -> Desk:
    desk = new_vault(folder, factors=factors, keys_home=keys_home)
    open_case(desk, name=CASE, title="A room", purpose="test", risk_assessment="none")
    arrivals = [Arrival(input=f"{n}.bin", name=f"{n}.bin", content=secrets.token_bytes(3000 + n)) for n in range(files)]
    admit_contents(desk, arrivals, case=CASE)
    return desk


def forms_of(canary: bytes) -> dict[str, bytes]:
    """The canary as it could stand in a file; base64 at each of the three offsets it can have, less the edges."""
    text = canary.decode("utf-8", "ignore")
    found = {"bytes": canary, "hex": canary.hex().encode(), "HEX": canary.hex().upper().encode()}
    if text.encode() == canary:
        found |= {"utf-16-le": text.encode("utf-16-le"), "utf-16-be": text.encode("utf-16-be")}
    for offset in range(3):
        shifted = base64.b64encode(bytes(offset) + canary)
        found[f"base64+{offset}"] = shifted[4 if offset else 0 : -4].rstrip(b"=")
    return {name: form for name, form in found.items() if len(form) >= 8}


def every_file(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


def hits(canaries: dict[str, bytes], *folders: Path) -> list[str]:
    """Where any form of any canary stands, in contents and in names."""
    found = []
    forms = {
        f"{name} as {form}": needle for name, canary in canaries.items() for form, needle in forms_of(canary).items()
    }
    for path in every_file(*folders):
        content = path.read_bytes()
        where = content + b"\n" + str(path).encode()
        found += [f"{path.name}: {what}" for what, needle in forms.items() if needle in where]
    return found
