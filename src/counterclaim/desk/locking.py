"""Unlocks and locks a vault by what a person brings, or the agent that keeps it; writes no secret to a disk."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from counterclaim.desk.agent import no_core_file
from counterclaim.desk.incoming import bytes_of
from counterclaim.desk.keys import PASSPHRASE_VARIABLE, config_folder
from counterclaim.record.errors import StorageError, UsageError
from counterclaim.vault.layout import LOG_KEY
from counterclaim.vault.secret import SECRET_BYTES, VaultKeys
from counterclaim.vault.slots import (
    KEY_FILE_BYTES_MAX,
    Costs,
    Factors,
    LockedError,
    Slot,
    Unlocking,
    new_slot,
    read_unlocking,
    recovery_slot,
)

if TYPE_CHECKING:
    from counterclaim.desk.open import Desk

KEY_FILE_VARIABLE = "COUNTERCLAIM_KEY_FILE"
MINUTES = 15  # idle; long enough for a judgement to be thought over, short enough for a left desk
MINUTES_MAX = 12 * 60
SOCKET_PATH_BYTES_MAX = 104  # sun_path of macOS; Linux has 108 (unix(7))
ANSWER_SECONDS_MAX = 3.0
AVAILABLE = hasattr(socket, "AF_UNIX") and os.name == "posix"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a person brings to open a vault: any of these; nothing means that the agent is asked."""

    passphrase: str | None = field(default=None, repr=False)
    key_file: Path | None = None
    identity_file: Path | None = None
    fido2: bool = False

    def brings_something(self) -> bool:
        """Whether anything was brought, so that a failure is the person's to hear."""
        return self.fido2 or any(one is not None for one in (self.passphrase, self.key_file, self.identity_file))

    def factors(self, *, enrol: bool = False) -> Factors:
        """Read the files and find the authenticator; `enrol` makes a new credential on it. Raises UsageError."""
        authenticator, credential = None, b""
        if self.fido2:
            from counterclaim.desk.fido import SecurityKey

            authenticator = SecurityKey.found()
            credential = authenticator.enrolled() if enrol else b""
        return Factors(
            passphrase=self.passphrase,
            key_file=_content(self.key_file, "a key file"),
            authenticator=authenticator,
            credential=credential,
            identity=_text(self.identity_file),
        )


def _content(path: Path | None, what: str) -> bytes | None:
    return None if path is None else bytes_of(path, what=what, bytes_max=KEY_FILE_BYTES_MAX)


def _text(path: Path | None) -> str | None:
    content = _content(path, "an age identity file")
    return None if content is None else content.decode("ascii", "replace")


def opening_of(environment: Mapping[str, str] = os.environ) -> Opening:
    """What the environment brings."""
    key_file = environment.get(KEY_FILE_VARIABLE)
    return Opening(
        passphrase=environment.get(PASSPHRASE_VARIABLE) or None, key_file=Path(key_file) if key_file else None
    )


def keys_of(folder: Path, opening: Opening, *, environment: Mapping[str, str] = os.environ) -> VaultKeys | None:
    """The keys of the vault in `folder`: None where it is plain, by what was brought, or from the agent.

    Raises LockedError where nothing opens it.
    """
    unlocking = read_unlocking(folder)
    if unlocking is None:
        return None
    no_core_file()
    factors = opening.factors()
    if factors.names():
        return unlocking.open_with(factors)
    secret = ask_agent(folder, b"secret", environment=environment)
    keys = VaultKeys(secret) if secret is not None and len(secret) == SECRET_BYTES else None
    if keys is None or unlocking.sealed(keys).mac != unlocking.mac:
        raise LockedError("a passphrase, key file or authenticator", "none: this vault is locked")
    return keys


def new_unlocking(factors: Factors, *, costs: Costs | None = None) -> tuple[VaultKeys, Unlocking]:
    """Draw a vault secret and the first slot that opens it. Raises UsageError."""
    keys = VaultKeys(secrets.token_bytes(SECRET_BYTES))
    return keys, Unlocking(slots=(new_slot(keys, factors, costs=costs),)).sealed(keys)


# --- slots ------------------------------------------------------------------------------------


def slots_of(folder: Path) -> tuple[Slot, ...]:
    """The ways to open this vault. Raises UsageError for a plain one."""
    return _unlocking(folder).slots


def _unlocking(folder: Path) -> Unlocking:
    unlocking = read_unlocking(folder)
    if unlocking is None:
        raise UsageError("an encrypted vault", "a plain one", remedy="`counterclaim encrypt` makes it one.")
    return unlocking


def add_slot(desk: Desk, factors: Factors, *, costs: Costs | None = None) -> Slot:
    """Add a way to open the vault: all of these factors together. Raises UsageError."""
    return _added(desk, new_slot(_keys(desk), factors, costs=costs))


def add_recovery(desk: Desk, recipient: str) -> Slot:
    """Let the holder of an age identity open the vault: a recovery key, kept elsewhere. Raises UsageError."""
    return _added(desk, recovery_slot(_keys(desk), recipient))


def _keys(desk: Desk) -> VaultKeys:
    if desk.vault.keys is None:
        raise UsageError("an encrypted vault", "a plain one", remedy="`counterclaim encrypt` makes it one.")
    return desk.vault.keys


def _added(desk: Desk, slot: Slot) -> Slot:
    _changed(desk, _unlocking(desk.vault.folder).also(slot), {"slot_added": slot.id, "factors": list(slot.factors)})
    return slot


def remove_slot(desk: Desk, slot_id: str) -> None:
    """Take one way away. Raises UsageError for the last one, or none of this id."""
    _changed(desk, _unlocking(desk.vault.folder).without(slot_id), {"slot_removed": slot_id})


def _changed(desk: Desk, unlocking: Unlocking, body: Mapping[str, object]) -> None:
    """Write the slots, then the entry that says so, under the vault's lock."""
    with desk.writing() as writer:
        unlocking.sealed(_keys(desk)).write(desk.vault.folder)
        writer.record([desk.event("rotate_key", case="", body=dict(body), basis="custody")])


# --- the agent --------------------------------------------------------------------------------


def socket_of(folder: Path, *, environment: Mapping[str, str] = os.environ) -> Path:
    """Where the agent of this vault listens: in the session's runtime folder, or in the configuration folder."""
    runtime = environment.get("XDG_RUNTIME_DIR")
    home = Path(runtime) if runtime and Path(runtime).is_dir() else config_folder(environment)
    try:
        named = hashlib.sha256((folder / LOG_KEY).read_bytes()).hexdigest()[:16]
    except OSError as error:
        raise StorageError("a file that can be read", f"{LOG_KEY}: {error.strerror}") from error
    return home / "counterclaim-agent" / f"{named}.sock"


def unlock(folder: Path, opening: Opening, *, minutes: int, environment: Mapping[str, str] = os.environ) -> None:
    """Open the vault and start the agent that keeps it open. Raises LockedError, UsageError, StorageError."""
    if not AVAILABLE:
        raise UsageError("a system with Unix sockets", sys.platform, remedy="Give the passphrase at each command.")
    if not 0 < minutes <= MINUTES_MAX:
        raise UsageError(f"1 to {MINUTES_MAX} minutes", str(minutes))
    keys = _unlocking(folder).open_with(opening.factors())
    path = socket_of(folder, environment=environment)
    if len(os.fsencode(path)) >= SOCKET_PATH_BYTES_MAX:
        remedy = "Set XDG_RUNTIME_DIR to a folder with a shorter path."
        raise UsageError(f"a socket's path of at most {SOCKET_PATH_BYTES_MAX} bytes", "a longer one", remedy=remedy)
    lock(folder, environment=environment)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.parent.chmod(0o700)
    except OSError as error:
        raise StorageError("a folder for the agent's socket", error.strerror or str(error)) from error
    _start(path, keys.secret, minutes)


def _start(path: Path, secret: bytes, minutes: int) -> None:
    command = [sys.executable, "-m", "counterclaim.desk.agent", str(path), str(minutes)]
    # Without the passphrase a shell may carry: the agent needs the secret alone.
    calm = {name: value for name, value in os.environ.items() if not name.startswith("COUNTERCLAIM_")}
    agent = subprocess.Popen(  # noqa: S603 (this program, by its own interpreter)
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=calm,
        start_new_session=True,
    )
    if agent.stdin is None or agent.stdout is None:
        raise StorageError("pipes to the agent", "none")
    with contextlib.suppress(BrokenPipeError):
        agent.stdin.write(secret)
        agent.stdin.close()
    answer = agent.stdout.readline()
    agent.stdout.close()
    if answer != b"ready\n":
        raise StorageError("an agent that keeps the vault open", "it ended at once")
    agent.returncode = 0  # it goes on without us: nobody here waits for its end


def lock(folder: Path, *, environment: Mapping[str, str] = os.environ) -> bool:
    """End the agent; whether there was one."""
    return ask_agent(folder, b"lock", environment=environment) is not None


def ask_agent(folder: Path, command: bytes, *, environment: Mapping[str, str] = os.environ) -> bytes | None:
    """Ask the agent of this vault; None where none answers."""
    if not AVAILABLE:
        return None
    path = socket_of(folder, environment=environment)
    if len(os.fsencode(path)) >= SOCKET_PATH_BYTES_MAX:
        return None
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(ANSWER_SECONDS_MAX)
        connection.connect(str(path))
        connection.sendall(command + b"\n")
        answer = b""
        while chunk := connection.recv(64):
            answer += chunk
        return answer or None
    return None
