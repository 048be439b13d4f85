"""Looks for bit rot in a vault's database and objects, and for files no entry names; refuses to touch any of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from counterclaim.record.check import Check
from counterclaim.record.errors import CounterclaimError, StorageError
from counterclaim.vault.at_rest import page_checks
from counterclaim.vault.database import Database
from counterclaim.vault.objects import OBJECTS
from counterclaim.vault.seal import DATABASE, SEAL
from counterclaim.vault.vault import Vault

WAITING_SECONDS_MAX = 3600  # far longer than a process that has kept its bytes waits for the lock


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOver:
    """A file below `objects` that no entry names: its path in the vault, and the object's name."""

    path: str
    name: str


def sealed_at(folder: Path) -> float | None:
    """When the vault was last closed cleanly (the seal's time on this file system); None where it was not."""
    try:
        return (folder / SEAL).stat().st_mtime
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StorageError("a seal that can be looked at", error.strerror or str(error)) from error


def database_checks(vault: Vault) -> Iterator[Check]:
    """SQLite's own check, and for an encrypted vault the HMAC of every page."""
    database = Database(vault.folder, None if vault.keys is None else vault.keys.database_key())
    try:
        with database.reading() as connection:
            rows = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(10)")]
        if vault.encrypted:
            yield from page_checks(vault.folder, database)
    except CounterclaimError as error:
        rows = [str(error)]
    sound = rows == ["ok"]
    reason = "sound" if sound else "; ".join(rows)
    yield Check(name="database", outcome="passed" if sound else "failed", what=DATABASE, reason=reason)


def damaged_objects(vault: Vault) -> Iterator[Check]:
    """A failed row for each exhibit whose bytes are not those that were recorded."""
    for holding in vault.holdings():
        try:
            vault.content_of(holding.exhibit)
        except CounterclaimError as error:
            what = f"{OBJECTS}/{holding.object[:2]}/{holding.object}"
            yield Check(name="object", outcome="failed", what=what, reason=str(error))


def left_over(vault: Vault, *, older_than: float | None) -> tuple[LeftOver, ...]:
    """Files in the states `kept` and `part` that no entry names, an hour older than the last clean close.

    A younger one may be one another process is about to enter: bytes are kept before the lock is taken.
    """
    if older_than is None:
        return ()
    named = {holding.object for holding in vault.holdings()}
    found = []
    for file in vault.files():
        if file.state in {"kept", "part"} and (file.state == "part" or file.name not in named):
            path = vault.folder / file.path
            if path.exists() and path.stat().st_mtime < older_than - WAITING_SECONDS_MAX:
                found.append(LeftOver(path=file.path, name=file.name))
    return tuple(found)
