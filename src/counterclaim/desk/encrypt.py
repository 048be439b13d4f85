"""Encrypts an existing vault in place, or anew under another secret; refuses to leave a plain copy it knows of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from counterclaim.desk.locking import new_unlocking, slots_of
from counterclaim.desk.open import Desk
from counterclaim.record.errors import UsageError
from counterclaim.vault.encrypting import encrypt_in_place, old_left, scrub_old
from counterclaim.vault.slots import Costs, Factors, recipient_of


def encrypt(desk: Desk, factors: Factors, *, again: bool = False, costs: Costs | None = None) -> Desk:
    """Encrypt the vault under a fresh secret that these factors open, and the signing key with it.

    `again` does it to an encrypted vault: the way to lock out whoever knew an old passphrase and has an old copy of
    unlock.json. Raises UsageError, IntegrityError, StorageError, BusyError; the old vault then stands as it was.
    """
    if desk.vault.encrypted and not again:
        raise UsageError("a plain vault", "an encrypted one", remedy="`--again` encrypts it under a new secret.")
    signer = desk.signer()  # before anything is built: whoever cannot sign cannot finish
    with desk.writing():
        pass  # takes up what a stopped writer left, and compares the log with what this machine remembers
    keys, unlocking = new_unlocking(factors, costs=costs)
    # From the swap on the vault opens by these keys alone: before it, the signing key must too.
    desk.keys.prepare(signer, keys.signing_passphrase())
    vault = encrypt_in_place(desk.vault, keys, unlocking, wait_seconds=desk.wait_seconds)
    changed = replace(desk, vault=vault, passphrase=factors.passphrase)
    finish(changed)
    return changed


def unfinished(desk: Desk) -> bool:
    """Whether an encryption of this vault was cut off after the new vault had taken the place of the old one."""
    keys = desk.vault.keys
    if keys is None:
        return False
    unprotected = desk.keys.exists() and not desk.keys.opens_with(keys.signing_passphrase())
    return unprotected or old_left(desk.vault.folder)


def finish(desk: Desk) -> None:
    """Do what comes after the swap: signing key, entry, old files, in this order; each may be done already.

    The old files go last: until then the old vault, and what opened it, are whole.
    Raises UsageError (a plain vault), KeyMissingError, PolicyError, StorageError, BusyError.
    """
    if desk.vault.keys is None:
        raise UsageError("an encrypted vault", "a plain one")
    desk.keys.protect(desk.signer(), desk.vault.keys.signing_passphrase())
    desk.keys.write_sheet(origin=desk.origin, public_key=desk.vault.public_key, encrypted=True)
    ways = [slot.id for slot in slots_of(desk.vault.folder)]
    logged = desk.vault.ways_logged()
    if not set(ways) <= set(logged.ways or ()):
        body = {"encrypted_at_rest": True, "slots": ways}
        desk.record(desk.event("rotate_key", case="", body=body, basis="custody"))
    scrub_old(desk.vault.folder)


# --- recipients -------------------------------------------------------------------------------


def set_recipients(desk: Desk, recipients: Sequence[str]) -> None:
    """Name the age recipients that keys of new objects are wrapped for beside the vault. Raises UsageError."""
    if not desk.vault.encrypted:
        raise UsageError("an encrypted vault", "a plain one", remedy="`counterclaim encrypt` makes it one.")
    for one in recipients:
        recipient_of(one)
    body = {"recipients": sorted(set(recipients))}
    desk.record(desk.event("rotate_key", case="", body=body, basis="custody"))


def rewrap(desk: Desk) -> int:
    """Wrap every object's key anew for the recipients of today; returns how many. Raises UsageError."""
    wrapped = desk.vault.rewrapped_keys()
    with desk.writing() as writer:
        body = {"rewrapped": len(wrapped), "recipients": list(desk.vault.recipients())}
        writer.rewrap(wrapped, event=desk.event("rotate_key", case="", body=body, basis="custody"))
    return len(wrapped)
