"""key, unlock, lock, encrypt, backup, restore and scrub: a vault as it lies on a disk."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from counterclaim.cli.answer import say, table
from counterclaim.cli.options import (
    DEFAULT_ACTOR,
    DEFAULT_VAULT,
    MARKS,
    ActorOption,
    Fido2Option,
    JsonOption,
    KeyFileOption,
    PassphraseFileOption,
    VaultOption,
    chosen_passphrase,
    opened,
    opening,
    passphrase,
    passphrase_in,
)

if TYPE_CHECKING:
    from counterclaim.desk.open import Desk

MINUTES = 15  # as desk/locking.py, which is imported late
NEW_PASSPHRASE_VARIABLE = "COUNTERCLAIM_NEW_PASSPHRASE"  # noqa: S105 (the variable's name)
BACKUP_VARIABLE = "COUNTERCLAIM_BACKUP_PASSPHRASE"
IDENTITY_HELP = "A file with an age identity (AGE-SECRET-KEY-1...)."
IdentityOption = Annotated[Path | None, typer.Option("--identity", help=IDENTITY_HELP)]


def register(app: typer.Typer) -> None:
    """Add this file's verbs."""
    keys = typer.Typer(help="Show the log's key; add and remove ways to open the vault.", rich_markup_mode=None)
    keys.callback(invoke_without_command=True)(key)
    keys.command("list")(key_list)
    keys.command("add")(key_add)
    keys.command("remove")(key_remove)
    keys.command("recipient")(key_recipient)
    app.add_typer(keys, name="key")
    for verb in (unlock, lock, encrypt, backup, restore, scrub):
        app.command(verb.__name__)(verb)


def key(context: typer.Context, vault: VaultOption = DEFAULT_VAULT, as_json: JsonOption = False) -> None:
    """Show the log's public key, its fingerprint and where the signing key is looked for."""
    if context.invoked_subcommand is not None:
        return
    desk = opened(vault, DEFAULT_ACTOR, writes=False)
    data = {
        "origin": desk.origin,
        "fingerprint": desk.fingerprint(),
        "verifier_key": desk.vault.verifier_key,
        "signing_key_present": desk.keys.exists(),
        "passphrase": desk.keys.exists() and desk.keys.protected(),
    }
    say("key", as_json=as_json, data=data, lines=table(list(data.items())))


def key_list(vault: VaultOption = DEFAULT_VAULT, as_json: JsonOption = False) -> None:
    """List the ways to open the vault; this works while it is locked."""
    from counterclaim.desk.locking import slots_of

    rows = [{"id": slot.id, "factors": list(slot.factors)} for slot in slots_of(vault)]
    lines = table([(row["id"], " and ".join(row["factors"]).replace("_", " ")) for row in rows])
    say("key list", as_json=as_json, data={"slots": rows}, lines=lines)


def key_add(
    new_passphrase_file: Annotated[
        Path | None, typer.Option("--new-passphrase-file", help="A file whose first line is the new passphrase.")
    ] = None,
    new_key_file: Annotated[Path | None, typer.Option("--new-key-file", help="The new way's key file.")] = None,
    new_fido2: Annotated[bool, typer.Option("--new-fido2", help="Enrol the connected FIDO2 security key.")] = False,
    recovery: Annotated[
        str | None, typer.Option("--recovery", help="An age recipient (age1...) whose identity opens the vault.")
    ] = None,
    key_file: KeyFileOption = None,
    vault: VaultOption = DEFAULT_VAULT,
    actor: ActorOption = DEFAULT_ACTOR,
    as_json: JsonOption = False,
) -> None:
    """Add a way to open the vault; what is given together is needed together."""
    from counterclaim.desk.locking import Opening, add_recovery, add_slot

    desk = opened(vault, actor, key_file=key_file)
    if recovery:
        slot = add_recovery(desk, recovery)
    else:
        # Never the passphrase that opens the vault: the new way would need it, or be the old one once more.
        typed = not (new_key_file or new_fido2)
        phrase = chosen_passphrase(new_passphrase_file, typed=typed, variable=NEW_PASSPHRASE_VARIABLE)
        brought = Opening(passphrase=phrase, key_file=new_key_file, fido2=new_fido2)
        slot = add_slot(desk, brought.factors(enrol=True))
    words = " and ".join(slot.factors).replace("_", " ")
    say(
        "key add",
        as_json=as_json,
        data={"id": slot.id, "factors": list(slot.factors)},
        lines=[f"{slot.id} opens this vault now: {words}"],
    )


def key_remove(
    slot: Annotated[str, typer.Argument(help="The id `key list` shows.")],
    key_file: KeyFileOption = None,
    vault: VaultOption = DEFAULT_VAULT,
    actor: ActorOption = DEFAULT_ACTOR,
    as_json: JsonOption = False,
) -> None:
    """Remove a way to open the vault; the last one stays."""
    from counterclaim.desk.locking import remove_slot

    remove_slot(opened(vault, actor, key_file=key_file), slot)
    note = "whoever has an older copy of unlock.json can still use it with that; `encrypt --again` ends that"
    say("key remove", as_json=as_json, data={"id": slot}, lines=[f"{slot} no longer opens this vault"], warnings=[note])


def key_recipient(
    act: Annotated[str, typer.Argument(help="add, remove, list, or rewrap (old objects for today's recipients).")],
    recipient: Annotated[str | None, typer.Argument(help="age1...")] = None,
    key_file: KeyFileOption = None,
    vault: VaultOption = DEFAULT_VAULT,
    actor: ActorOption = DEFAULT_ACTOR,
    as_json: JsonOption = False,
) -> None:
    """Name age recipients that the keys of new exhibits are wrapped for, beside the vault itself."""
    from counterclaim.desk.encrypt import rewrap, set_recipients
    from counterclaim.record.errors import UsageError

    desk = opened(vault, actor, key_file=key_file)
    held = set(desk.vault.recipients())
    match act, recipient:
        case "add", str():
            set_recipients(desk, sorted(held | {recipient}))
        case "remove", str() if recipient in held:
            set_recipients(desk, sorted(held - {recipient}))
        case "rewrap", None:
            rewrap(desk)
        case "list", None:
            pass
        case _:
            raise UsageError("add AGE1, remove AGE1 (one that is listed), list or rewrap", f"{act} {recipient or ''}")
    now = list(desk.vault.recipients())
    say("key recipient", as_json=as_json, data={"recipients": now}, lines=now or ["no recipient but the vault itself"])


def unlock(
    minutes: Annotated[int, typer.Option("--minutes", help="Locks itself after so long without use.")] = MINUTES,
    key_file: KeyFileOption = None,
    fido2: Fido2Option = False,
    identity: IdentityOption = None,
    vault: VaultOption = DEFAULT_VAULT,
    as_json: JsonOption = False,
) -> None:
    """Open the vault for the commands that follow, for some minutes after the last of them."""
    from dataclasses import replace

    from counterclaim.desk.locking import unlock as unlock_vault

    brought = replace(opening(key_file=key_file, fido2=fido2), identity_file=identity)
    if brought.passphrase is None and identity is None:
        brought = replace(opening(key_file=key_file, fido2=fido2, ask=True), identity_file=identity)
    unlock_vault(vault, brought, minutes=minutes)
    words = f"unlocked; it locks itself {minutes} minutes after the last use"
    say("unlock", as_json=as_json, data={"minutes": minutes}, lines=[words])


def lock(vault: VaultOption = DEFAULT_VAULT, as_json: JsonOption = False) -> None:
    """Forget what `unlock` kept."""
    from counterclaim.desk.locking import lock as lock_vault

    was = lock_vault(vault)
    say("lock", as_json=as_json, data={"was_unlocked": was}, lines=["locked" if was else "it was locked already"])


def encrypt(
    passphrase_file: PassphraseFileOption = None,
    key_file: KeyFileOption = None,
    fido2: Fido2Option = False,
    again: Annotated[
        bool, typer.Option("--again", help="Encrypt an encrypted vault anew, under a new secret and one new slot.")
    ] = False,
    vault: VaultOption = DEFAULT_VAULT,
    actor: ActorOption = DEFAULT_ACTOR,
    as_json: JsonOption = False,
) -> None:
    """Encrypt an existing vault in place, and overwrite the plain files; again, to finish what was cut off."""
    from counterclaim.desk.encrypt import encrypt as encrypt_vault
    from counterclaim.desk.encrypt import finish, unfinished
    from counterclaim.desk.locking import Opening
    from counterclaim.vault.encrypting import put_back

    put_back(vault)
    desk = _opened_by_old_or_new(vault, actor, passphrase_file, key_file)
    if unfinished(desk):
        finish(desk)
        words = "the encryption that was cut off is finished; the files from before it are overwritten and gone"
        say("encrypt", as_json=as_json, data={"finished": True}, lines=[words])
        return
    phrase = chosen_passphrase(passphrase_file, typed=not (key_file or fido2))
    factors = Opening(passphrase=phrase, key_file=key_file, fido2=fido2).factors(enrol=True)
    changed = encrypt_vault(desk, factors, again=again)
    words = " and ".join(factors.names()).replace("_", " ")
    say(
        "encrypt",
        as_json=as_json,
        data={
            "entries": changed.vault.size(),
            "objects": len(changed.vault.holdings()),
            "factors": list(factors.names()),
        },
        lines=["encrypted; the files it had before are overwritten and gone", f"what opens it now: {words}"],
        warnings=["an SSD may keep copies of what was plain (docs/at-rest.md); older backups are what they were"],
    )


def _opened_by_old_or_new(vault: Path, actor: str, passphrase_file: Path | None, key_file: Path | None) -> Desk:
    """Open by the new way, where an encryption that was cut off had come so far, or else by what opens it now."""
    from counterclaim.desk.locking import KEY_FILE_VARIABLE, Opening
    from counterclaim.desk.open import open_desk
    from counterclaim.vault.slots import LockedError

    if (vault / "unlock.json").exists() and (passphrase_file or key_file):
        phrase = passphrase_in(passphrase_file) if passphrase_file else passphrase()
        with suppress(LockedError):
            return open_desk(vault, actor=actor, opening=Opening(passphrase=phrase, key_file=key_file))
        if passphrase_file:
            with suppress(LockedError):
                return open_desk(vault, actor=actor, opening=Opening(passphrase=phrase))
    # The key file named here is the new one, unless nothing else says which one opens the vault.
    return opened(vault, actor, key_file=None if os.environ.get(KEY_FILE_VARIABLE) else key_file)


def backup(
    into: Annotated[Path, typer.Option("--into", help="The file to write; it must not be there yet.")],
    to: Annotated[list[str] | None, typer.Option("--to", help="An age recipient (age1...); may be repeated.")] = None,
    with_passphrase: Annotated[
        bool,
        typer.Option("--passphrase", help=f"Encrypt it to a passphrase ({BACKUP_VARIABLE}, or asked for)."),
    ] = False,
    with_keys: Annotated[
        bool, typer.Option("--with-keys", help="Put the signing key and the pseudonym key in as well.")
    ] = False,
    key_file: KeyFileOption = None,
    vault: VaultOption = DEFAULT_VAULT,
    actor: ActorOption = DEFAULT_ACTOR,
    as_json: JsonOption = False,
) -> None:
    """Write the whole vault into one encrypted file, and read it back before saying so."""
    from counterclaim.desk.backup import backup as back_up
    from counterclaim.record.errors import UsageError

    phrase = chosen_passphrase(None, variable=BACKUP_VARIABLE) if with_passphrase else None
    if with_passphrase and not phrase:
        raise UsageError("a passphrase for the backup", "none", remedy=f"Set {BACKUP_VARIABLE}.")
    written = back_up(
        opened(vault, actor, key_file=key_file), into, to=tuple(to or ()), passphrase=phrase, with_keys=with_keys
    )
    warnings = ["whoever opens this backup can sign in the log's name"] if with_keys else []
    say(
        "backup",
        as_json=as_json,
        data={"file": str(into), "sha256": written.sha256, "size_bytes": written.size_bytes, "files": written.files},
        lines=[f"{written.files} files, {written.size_bytes} bytes, read back: {into}", f"SHA-256 {written.sha256}"],
        warnings=warnings,
    )


def restore(
    file: Annotated[Path, typer.Argument(help="A backup.")],
    into: Annotated[Path, typer.Option("--into", help="The new vault's folder; it must not be there yet.")],
    identity: IdentityOption = None,
    with_keys: Annotated[
        bool, typer.Option("--with-keys", help="Restore the keys in it too, where this machine has none.")
    ] = False,
    accept_older: Annotated[
        bool, typer.Option("--accept-older", help="Go on from it although this machine remembers newer entries.")
    ] = False,
    key_file: KeyFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Restore a backup into a new folder; nothing is left there unless all of it holds."""
    from dataclasses import replace

    from counterclaim.desk.backup import restore as restore_vault

    phrase = os.environ.get(BACKUP_VARIABLE) or None
    brought = replace(opening(key_file=key_file, ask=identity is None and phrase is None), identity_file=identity)
    restored = restore_vault(
        file, into, brought, passphrase=phrase, with_keys=with_keys, accept_older=accept_older
    )  # fmt: skip
    last = f"Restored to {into}; everything in it was checked."
    if not restored.opened:
        last = f"Restored to {into}, byte for byte; its content is NOT CHECKED, because the vault in it is locked: "
        last += "run `counterclaim verify` on it with its passphrase or key file."
    rows = [{"name": c.name, "outcome": c.outcome, "what": c.what, "reason": c.reason} for c in restored.checks]
    say(
        "restore",
        as_json=as_json,
        data={"vault": str(into), "checks": rows, "content_checked": restored.opened},
        lines=[*table([(MARKS[c.outcome], c.name, c.what, c.reason) for c in restored.checks]), "", last],
        warnings=restored.notes,
    )


def scrub(
    remove_left_over: Annotated[
        bool, typer.Option("--remove-left-over", help="Overwrite and remove the files no entry names.")
    ] = False,
    key_file: KeyFileOption = None,
    vault: VaultOption = DEFAULT_VAULT,
    actor: ActorOption = DEFAULT_ACTOR,
    as_json: JsonOption = False,
) -> None:
    """Read every exhibit and the database again, and enter in the log what came of it."""
    from counterclaim.desk.scrub import scrub as scrub_vault
    from counterclaim.record.check import holds

    done = scrub_vault(opened(vault, actor, key_file=key_file), remove_left_over=remove_left_over)
    rows = [{"name": c.name, "outcome": c.outcome, "what": c.what, "reason": c.reason} for c in done.checks]
    left = [one.path for one in done.left_over]
    say(
        "scrub",
        as_json=as_json,
        data={"objects": done.objects, "checks": rows, "left_over": left, "removed": done.removed},
        lines=[
            *table([(MARKS[c.outcome], c.name, c.what, c.reason) for c in done.checks]),
            *(f"named by no entry: {path}" for path in left),
            *([f"{done.removed} removed"] if remove_left_over else []),
        ],
        exit_code=0 if holds(done.checks) else 1,
    )
