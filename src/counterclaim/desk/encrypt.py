"""Encrypts an existing vault in place, or anew under another secret; refuses to leave a plain copy it knows of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from counterclaim.desk.locking import new_unlocking
from counterclaim.desk.open import Desk
from counterclaim.record.errors import UsageError
from counterclaim.vault.encrypting import encrypt_in_place
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
    vault = encrypt_in_place(desk.vault, keys, unlocking, wait_seconds=desk.wait_seconds)
    desk.keys.protect(signer, keys.signing_passphrase())
    changed = replace(desk, vault=vault, passphrase=factors.passphrase)
    changed.record(changed.event("rotate_key", case="", body={"encrypted_at_rest": True}, basis="custody"))
    return changed


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
