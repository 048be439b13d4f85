"""Brings a vault to this program's format, after a copy that outlives it; refuses to go back to an older one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from counterclaim.desk.open import Desk
from counterclaim.vault.layout import FORMAT_NUMBER
from counterclaim.vault.migration import default_backup, format_number
from counterclaim.vault.migration import migrate as migrate_vault


def copy_stays(*, encrypted: bool) -> str:
    """What the person must know of the copy that is left."""
    form = "encrypted as the vault is" if encrypted else "unencrypted"
    return (
        f"the copy holds everything as it was, {form}; what is erased or encrypted in the vault later stays in it: "
        "verify the vault, then destroy the copy"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The format the vault had and has, the entry that records it, and where the copy lies (None: nothing to copy)."""

    was: int
    now: int
    entry: int | None
    backup: Path | None


def migrate(desk: Desk, *, backup: Path | None = None) -> Moved:
    """Copy the database to `backup` (by default beside the vault's folder), migrate, and remember the new checkpoint.

    Running it again finishes what a power cut stopped, and does nothing to a vault of this format. Raises UsageError,
    IntegrityError, BusyError, StorageError.
    """
    desk.check_extends_latest()
    folder = desk.vault.folder
    body = {"from": format_number(folder), "to": FORMAT_NUMBER, "tool": f"{desk.tool.name}@{desk.tool.version}"}
    done = migrate_vault(
        desk.vault,
        signer=desk.signer(),
        salts=desk.salts,
        event=desk.event("migrate", case="", body=body),
        backup=backup or default_backup(folder),
        wait_seconds=desk.wait_seconds,
    )
    desk.keys.remember(desk.vault.checkpoint().note())
    entry = None if done.entry is None else done.entry.index
    return Moved(was=done.was, now=FORMAT_NUMBER, entry=entry, backup=done.backup)
