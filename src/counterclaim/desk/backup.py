"""Backs a vault up into one encrypted file, and restores it into a new folder; refuses a restore that is half."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from counterclaim.desk.keys import config_folder, key_folder_of
from counterclaim.desk.locking import Opening
from counterclaim.desk.open import Desk
from counterclaim.record.check import Check, holds
from counterclaim.record.checkpoint import signed_checkpoint_of
from counterclaim.record.errors import CounterclaimError, IntegrityError, PolicyError, StorageError, UsageError
from counterclaim.vault.at_rest import locked_checks
from counterclaim.vault.backup import Head, Written, identities_of, read_backup, read_head, sha256_of, write_backup
from counterclaim.vault.disk import PART, PRIVATE_FILE, READ_ONLY, flush, flush_folder, make_folder, write_whole
from counterclaim.vault.layout import FORMAT, LOG_KEY
from counterclaim.vault.lock import LOCK, locked
from counterclaim.vault.objects import OBJECTS
from counterclaim.vault.seal import DATABASE, SEAL, check_seal
from counterclaim.vault.secret import VaultKeys
from counterclaim.vault.slots import UNLOCK, Factors, LockedError, Unlocking, identity_of, read_unlocking
from counterclaim.vault.vault import Vault
from counterclaim.vault.workshop import workshop

KEY_FILES = ("signing-key.pem", "pseudonyms.key", "latest.note", "recovery-sheet.txt")
KEYS = "keys"
LATEST_BACKUP = "latest.backup"
RESTORING = ".restoring"
SET_ASIDE = "latest.note.before-restore"


def backup(
    desk: Desk, into: Path, *, to: Sequence[str] = (), passphrase: str | None = None, with_keys: bool = False
) -> Written:
    """Write the vault into one encrypted file, read it back, and enter that as a `backup` event.

    Encrypted to the age recipients `to`, to a passphrase, or, where neither is given, to the vault's own recipients.
    The copy is taken while nobody writes. Raises UsageError, StorageError, IntegrityError, BusyError; where only the
    entry could not be made, the file stays, because whoever cannot write to a vault needs it most.
    """
    if into.exists():
        raise UsageError("a new file for the backup", f"{into.name}, which is there already")
    recipients, head = _recipients(desk, to, passphrase)
    desk.check_extends_latest()
    desk.signer()
    folder = desk.vault.folder
    if not (folder / SEAL).exists():
        with desk.writing():
            pass  # takes up what a stopped writer left, and seals
    with locked(folder, wait_seconds=desk.wait_seconds, shared=True):
        if check_seal(folder) is None:
            raise IntegrityError("a sealed vault", "one that is not: a reader holds its write-ahead file")
        checkpoint = desk.vault.checkpoint().checkpoint
        log = {"origin": checkpoint.origin, "size": checkpoint.size, "root": checkpoint.root.hex()}
        files = dict(_files(folder)) | (dict(_key_files(desk)) if with_keys else {})
        written = write_backup(into, files, recipients=recipients, head=head, log=log)
    body = {
        "sha256": written.sha256, "size_bytes": written.size_bytes, "files": written.files, "log_size": log["size"],
        "with_keys": with_keys,
    }  # fmt: skip
    try:
        desk.record(desk.event("backup", case="", body=body, basis="custody"))
    except CounterclaimError as error:
        remedy = f"The backup is whole and lies at {into}; no entry of the log names it. {error.remedy()}"
        raise StorageError("an entry about the backup", str(error), remedy=remedy) from error
    _remember(desk, written)
    return written


def _remember(desk: Desk, written: Written) -> None:
    """Keep which backup the newest entry is about: restoring that very one loses nothing else."""
    content = f"{written.sha256}\n".encode() + desk.vault.checkpoint().note()
    path = desk.keys.path / LATEST_BACKUP
    with contextlib.suppress(StorageError):  # without it a restore asks for --accept-older, as for any other
        write_whole(path, content, part=path.with_name(path.name + PART), mode=PRIVATE_FILE)


def _recipients(desk: Desk, to: Sequence[str], passphrase: str | None) -> tuple[list[str], Head]:
    import pyrage

    recipients, head = list(to), Head()
    if passphrase:
        identity = pyrage.x25519.Identity.generate()
        head = Head(sealed=pyrage.passphrase.encrypt(str(identity).encode(), passphrase))
        recipients.append(str(identity.to_public()))
    if recipients:
        return recipients, head
    if desk.vault.keys is None:
        remedy = "Name a recipient with --to age1..., or give a passphrase with --passphrase."
        raise UsageError("whom a backup of a plain vault is encrypted to", "nobody", remedy=remedy)
    return [desk.vault.keys.recipient(), *desk.vault.recipients()], Head(
        unlock=(desk.vault.folder / UNLOCK).read_bytes()
    )


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for name in (FORMAT, LOG_KEY, UNLOCK, SEAL, DATABASE):
        if (folder / name).exists():
            yield name, folder / name
    for path in sorted((folder / OBJECTS).glob("*/*")):
        if path.is_file() and not path.is_symlink() and not path.name.endswith(".part"):
            yield f"{OBJECTS}/{path.parent.name}/{path.name}", path


def _key_files(desk: Desk) -> Iterator[tuple[str, Path]]:
    for name in KEY_FILES:
        if (desk.keys.path / name).is_file():
            yield f"{KEYS}/{name}", desk.keys.path / name


# --- restore ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """The vault's own checks over what was restored, and what the person must know besides.

    `opened` is whether what was brought opens the vault itself: without that its content could not be checked.
    """

    checks: tuple[Check, ...]
    notes: tuple[str, ...]
    opened: bool = True


def restore(
    path: Path,
    into: Path,
    opening: Opening,
    *,
    passphrase: str | None = None,
    with_keys: bool = False,
    accept_older: bool = False,
    environment: Mapping[str, str] = os.environ,
) -> Restored:
    """Unpack a backup into a new folder, check all of it, and only then give it its name.

    `opening` opens the vault in it; `passphrase` is the backup's own. Either may be what the other is for.
    Raises LockedError or PolicyError (nothing opens it), IntegrityError (damaged, or its checks fail), UsageError,
    StorageError; `into` then does not exist.
    """
    if into.exists():
        raise UsageError("a new folder for the restored vault", f"{into.name}, which is there already")
    try:
        with workshop(into, RESTORING) as shop:
            building = shop / into.name
            make_folder(building)
            make_folder(building / OBJECTS)
            vault_keys = _unpack(path, shop, building, opening, passphrase)
            checks = _checked(building, vault_keys)
            opened = vault_keys is not None or not (building / UNLOCK).exists()
            notes = _keys_restored(building, shop / KEYS, wanted=with_keys, environment=environment)
            notes += _rollback(building, path, accept=accept_older, environment=environment)
            os.rename(building, into)  # noqa: PTH104 (as in disk.py)
            flush_folder(into.parent)
    except OSError as error:
        raise StorageError("a vault restored to disk", f"{into.name}: {error.strerror or error}") from error
    return Restored(checks=checks, notes=tuple(notes), opened=opened)


def _unpack(path: Path, shop: Path, building: Path, opening: Opening, passphrase: str | None) -> VaultKeys | None:
    """Unpack the vault into `building` and keys beside it; return the vault's keys where what was brought opens it."""
    head, _ = read_head(path)
    factors = opening.factors()
    phrases = list(dict.fromkeys(one for one in (passphrase, opening.passphrase) if one))
    # The vault's own passphrase first: each that is tried costs an Argon2id.
    ways = [replace(factors, passphrase=one) for one in reversed(phrases)] or [factors]
    opened: list[VaultKeys] = []

    def own(unlocking: Unlocking) -> Any:  # noqa: ANN401 (pyrage ships no types)
        opened.append(_opened(unlocking, ways))
        return opened[0].identity()

    identities = [identity_of(factors.identity)] if factors.identity else []
    if not identities:
        identities = identities_of(head, passphrases=phrases, keys_identity=own)
    if not identities:
        raise LockedError("an identity or a passphrase this backup was made for", "none")
    read_backup(
        path, identities, lambda name, _size: _Unpacked(shop if name.startswith(f"{KEYS}/") else building, name)
    )
    (building / LOCK).touch(mode=PRIVATE_FILE)
    unlocking = read_unlocking(building)
    try:
        return opened[0] if opened else None if unlocking is None else _opened(unlocking, ways)
    except PolicyError:
        return None  # the backup's recipient need not be able to open the vault in it; its digests hold all the same


def _opened(unlocking: Unlocking, ways: Sequence[Factors]) -> VaultKeys:
    """The vault's keys by the first of these ways that opens it. Raises what the last one raised."""
    for factors in ways[:-1]:
        with contextlib.suppress(PolicyError):
            return unlocking.open_with(factors)
    return unlocking.open_with(ways[-1])


class _Unpacked:
    """One file being restored, made durable when it is closed."""

    def __init__(self, folder: Path, name: str) -> None:
        path = folder / name
        make_folder(path.parent)
        self._mode = PRIVATE_FILE if name in {DATABASE, UNLOCK} or name.startswith(KEYS) else READ_ONLY
        self._path = path
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), PRIVATE_FILE)
        self._file: IO[bytes] = os.fdopen(handle, "wb")

    def write(self, content: bytes) -> None:
        """Write all of it."""
        self._file.write(content)

    def close(self) -> None:
        """Flush, set the mode, and flush the folder."""
        with self._file as file:
            file.flush()
            flush(file.fileno())
        self._path.chmod(self._mode)
        flush_folder(self._path.parent)


def _checked(building: Path, keys: VaultKeys | None) -> tuple[Check, ...]:
    if keys is None and (building / UNLOCK).exists():
        checks = tuple(locked_checks(building))
    else:
        checks = tuple(Vault.open(building, keys).checks())
    if not holds(checks):
        failed = next(check for check in checks if check.outcome == "failed")
        raise IntegrityError("a backup whose vault passes its checks", f"{failed.name}: {failed.what}: {failed.reason}")
    return checks


def _origin_of(building: Path) -> str:
    return (building / LOG_KEY).read_text("utf-8").partition("+")[0]


def _keys_restored(building: Path, source: Path, *, wanted: bool, environment: Mapping[str, str]) -> list[str]:
    """Put the keys into the configuration folder where they are wanted and none is there; never over others."""
    if not source.exists():
        return ["this backup holds no keys: `--with-keys` was not given when it was made"] if wanted else []
    target = key_folder_of(_origin_of(building), config=config_folder(environment)).path
    if not wanted:
        shutil.rmtree(source)
        return ["the keys in this backup were left where they are; --with-keys restores them"]
    if (target / KEY_FILES[0]).exists():
        shutil.rmtree(source)
        return [f"a signing key is in {target} already; the one in the backup was not restored"]
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in sorted(source.iterdir()):
        shutil.copyfile(path, target / path.name)
        (target / path.name).chmod(PRIVATE_FILE)
    flush_folder(target)
    shutil.rmtree(source)
    return [f"the signing key was restored to {target}"]


def _rollback(building: Path, path: Path, *, accept: bool, environment: Mapping[str, str]) -> list[str]:
    """Say where this machine remembers a newer log than the backup's; set that memory aside where it is accepted.

    Where the one entry that came after is the one about this very backup, nothing is lost that it could hold.
    """
    keys = key_folder_of(_origin_of(building), config=config_folder(environment))
    note = keys.latest_note()
    if note is None:
        return []
    remembered = signed_checkpoint_of(note).checkpoint.size
    restored = _sealed_size(building)
    if remembered <= restored:
        return []
    if remembered == restored + 1 and _newest_backup(keys.path) == f"{sha256_of(path)}\n".encode() + note:
        (keys.path / "latest.note").replace(keys.path / SET_ASIDE)
        words = "this is the newest backup, only the entry about it came after; the checkpoint with that entry was set"
        return [f"{words} aside as {SET_ASIDE}: whoever cosigned or kept that one must be told"]
    lost = f"this machine remembers {remembered} entries, the backup holds {restored}"
    if not accept:
        return [f"{lost}: nothing can be written here until it is restored with --accept-older"]
    (keys.path / "latest.note").replace(keys.path / SET_ASIDE)
    return [f"{lost}; the newer checkpoint was set aside as {SET_ASIDE}"]


def _newest_backup(folder: Path) -> bytes | None:
    path = folder / LATEST_BACKUP
    return path.read_bytes() if path.is_file() else None


def _sealed_size(building: Path) -> int:
    seal = check_seal(building)
    return 0 if seal is None else seal.size
