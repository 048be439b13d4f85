"""Checks this installation and, where there is one, the vault's folder and key; changes nothing."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from counterclaim import __version__
from counterclaim.desk.jail import Jail
from counterclaim.desk.locking import opening_of
from counterclaim.desk.open import Desk, open_desk
from counterclaim.desk.rosters import examiners, readers, signature_of
from counterclaim.desk.walls.confine import Walls
from counterclaim.record.check import Check
from counterclaim.record.errors import CounterclaimError
from counterclaim.vault.slots import LockedError

FREE_BYTES_MIN = 1024**3  # below this a batch of photographs may not fit twice
LIBRARIES = (
    "cryptography",
    "pyrage",
    "rfc3161-client",
    "sqlalchemy",
    "sqlcipher3",
    "numpy",
    "pillow",
    "lxml",
    "trafilatura",
    "typst",
)


def examine_installation(vault: Path | None) -> tuple[Check, ...]:
    """One row for each thing that must be right before work begins."""
    return (*_programs(), *_methods(), *_jail(), *(_vault(vault) if vault else ()))


def _row(name: str, what: str, reason: str, *, good: bool = True) -> Check:
    return Check(name=name, outcome="passed" if good else "failed", what=what, reason=reason)


def _programs() -> Iterator[Check]:
    yield _row("program", "counterclaim", f"{__version__} on Python {sys.version.split()[0]}")
    for library in LIBRARIES:
        try:
            yield _row("library", library, version(library))
        except PackageNotFoundError:
            yield _row("library", library, "missing; install counterclaim again", good=False)


def _methods() -> Iterator[Check]:
    yield _row("examiners", str(len(examiners())), ", ".join(signature_of(one) for one in examiners().values()))
    yield _row("readers", str(len(readers())), ", ".join(signature_of(one) for one in readers().values()))


def _jail() -> Iterator[Check]:
    """Which walls hold: the worker tried each of them, alone, when it started."""
    try:
        with Jail() as jail:
            walls = jail.walls()
            if walls.seccomp:
                jail.run("read", {"media_type": "text/plain"}, b"One sentence, to see that the child answers.\n")
    except CounterclaimError as error:
        yield _row("jail", sys.platform, str(error), good=False)
        return
    yield _wall("jail: seccomp", _seccomp_told(walls), holds=walls.seccomp)
    yield _wall("jail: landlock", _landlock_told(walls), holds=walls.landlock > 0)


def _wall(name: str, reason: str, *, holds: bool) -> Check:
    return Check(name=name, outcome="passed" if holds else "not_checked", what=sys.platform, reason=reason)


def _seccomp_told(walls: Walls) -> str:
    if walls.seccomp:
        return "a child shut in by an allow-list of system calls answers, and opens no file"
    return "no jail holds here: files are kept, and parsed only after --unjailed or COUNTERCLAIM_UNJAILED=yes"


def _landlock_told(walls: Walls) -> str:
    if walls.landlock:
        return f"version {walls.landlock} of the kernel's interface; behind it alone no file opens"
    if walls.seccomp:
        return "this kernel has none: the allow-list stands alone"
    return "none here"


def _vault(folder: Path) -> Iterator[Check]:
    try:
        desk = open_desk(folder, opening=opening_of())
    except LockedError:
        reason = "locked: `counterclaim unlock` opens it; nothing in it was looked at"
        yield Check(name="vault", outcome="not_checked", what=folder.name, reason=reason)
        return
    except CounterclaimError as error:
        yield _row("vault", folder.name, f"{error}. {error.remedy()}", good=False)
        return
    yield _row("vault", folder.name, f"{desk.vault.size()} entries, {len(desk.vault.cases())} cases")
    free = shutil.disk_usage(folder).free
    yield _row(
        "disk",
        f"{free // 1024**2} MiB free",
        "enough for a batch" if free > FREE_BYTES_MIN else "make room",
        good=free > FREE_BYTES_MIN,
    )
    yield _encryption(desk)
    if not desk.keys.exists():
        yield _row("key", desk.origin, "no key folder on this machine: verifying only", good=False)
        return
    guarded = desk.keys.protected()
    reason = "under a passphrase" if guarded else "without a passphrase: whoever has the file can sign"
    yield Check(name="key", outcome="passed" if guarded else "not_checked", what=desk.origin, reason=reason)


def _encryption(desk: Desk) -> Check:
    name = desk.vault.folder.name
    if desk.vault.encrypted:
        return _row("encryption", name, "the database and every exhibit are encrypted at rest")
    reason = "this vault is not encrypted at rest; `counterclaim encrypt` does it"
    return Check(name="encryption", outcome="not_checked", what=name, reason=reason)
