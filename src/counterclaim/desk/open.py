"""Opens a vault for a named person and gathers what every verb needs: clock, key, salts, tool."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from counterclaim import __version__
from counterclaim.desk.clock import utc_now
from counterclaim.desk.crew import Crew, LocalCrew
from counterclaim.desk.keys import KeyFolder, KeyMissingError, config_folder, key_folder_of, new_key, salt
from counterclaim.desk.locking import Opening, keys_of, new_unlocking
from counterclaim.desk.roles import DEFAULT_ACTOR, require
from counterclaim.record.checkpoint import fingerprint_of, public_key_of, signed_checkpoint_of
from counterclaim.record.custody import Entry, Event, Tool, class_of, consistency_holds
from counterclaim.record.errors import IntegrityError, PolicyError, UsageError
from counterclaim.vault.log import Ed25519Signer
from counterclaim.vault.slots import Factors
from counterclaim.vault.vault import Vault, Writer

TOOL = Tool(name="counterclaim", version=__version__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A vault, open, with the person who acts and the world handed in by parameter."""

    vault: Vault
    keys: KeyFolder
    origin: str
    actor: str
    passphrase: str | None = field(default=None, repr=False)
    key_file: Path | None = None
    clock: Callable[[], str] = utc_now
    salts: Callable[[], bytes] = salt
    crew: Crew = field(default_factory=LocalCrew)
    tool: Tool = TOOL
    wait_seconds: float = 30.0

    def acting_as(self, actor: str) -> Desk:
        """The same desk with another person at it."""
        return replace(self, actor=actor)

    def pseudonym(self, case: str) -> str:
        """The acting person's name in this case's log."""
        return self.keys.pseudonym_of(self.actor, case=case)

    def require(self, verb: str, *, case: str) -> None:
        """Raise PolicyError unless the acting person may do `verb` in `case`."""
        if self.vault.case(case) is None:
            raise UsageError("a case of this vault", repr(case), remedy="`counterclaim case list` names them.")
        roles = {grant.actor: grant.role for grant in self.vault.roles(case)}
        require(roles, actor=self.pseudonym(case), verb=verb)

    def fingerprint(self) -> str:
        """The fingerprint of the log's key, as the vault states it."""
        return fingerprint_of(public_key_of(self.vault.verifier_key)[1])

    def signer(self) -> Ed25519Signer:
        """The log's signing key, opened. Raises PolicyError or KeyMissingError."""
        if self.vault.keys is not None:
            # An encryption in place that was cut off leaves the key under its old passphrase, or none, and under the
            # new one beside it; see desk/encrypt.py.
            for pending in (False, True):
                with suppress(PolicyError, KeyMissingError):
                    phrase = self.vault.keys.signing_passphrase()
                    return self.keys.signer(name=self.origin, passphrase=phrase, pending=pending)
        return self.keys.signer(name=self.origin, passphrase=self.passphrase)

    def event(self, kind: str, *, case: str, body: Mapping[str, Any], **also: Any) -> Event:  # noqa: ANN401
        """An event of `kind` by the acting person, now."""
        also.setdefault("tool", self.tool)
        also.setdefault("basis", "documentation of the case's purpose")
        return Event(
            kind=kind,
            event_class=class_of(kind),
            at=self.clock(),
            actor=self.pseudonym(case),
            case=case,
            body=body,
            **also,
        )

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """Hold the vault for writing; before the lock is given back, this machine remembers the newest checkpoint.

        Raises IntegrityError where the log does not extend the checkpoint this machine remembers: signing on an
        older copy would hide that entries were lost.
        """
        with self.vault.writer(signer=self.signer(), salts=self.salts, wait_seconds=self.wait_seconds) as writer:
            self.check_extends_latest()
            yield writer
            self.keys.remember(self.vault.checkpoint().note())

    def check_extends_latest(self) -> None:
        """Raise IntegrityError where the log does not extend the checkpoint this machine remembers."""
        note = self.keys.latest_note()
        if note is None:
            return
        old, head = signed_checkpoint_of(note).checkpoint, self.vault.checkpoint().checkpoint
        if old.origin == head.origin and old.size <= head.size:
            proof = self.vault.consistency(old.size, head.size)
            if consistency_holds(old_size=old.size, old_root=old.root, size=head.size, root=head.root, proof=proof):
                return
        raise IntegrityError(
            f"a log that extends the checkpoint of {old.size} entries this machine remembers",
            f"one of {head.size} entries that does not",
            remedy="Nothing was written. Bring the newer vault back, or compare the two copies before going on.",
        )

    def record(self, *events: Event) -> tuple[Entry, ...]:
        """Enter events in one transaction; returns when they are durable."""
        with self.writing() as writer:
            return writer.record(events)


def new_vault(
    folder: Path,
    *,
    actor: str = DEFAULT_ACTOR,
    passphrase: str | None = None,
    factors: Factors | None = None,
    keys_home: Path | None = None,
    origin: str | None = None,
    clock: Callable[[], str] = utc_now,
    salts: Callable[[], bytes] = salt,
) -> Desk:
    """Make a vault and its signing key (outside the vault), and enter that as the log's first entry.

    With `factors` the vault is encrypted at rest and opens with them; `passphrase` alone protects the signing key of
    a plain vault.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError("a folder for the vault", f"{folder.name} is a file")
    if folder.exists() and any(folder.iterdir()):
        raise UsageError("an empty or new folder for the vault", f"{folder.name} is not empty")
    named = origin or f"counterclaim.local/{secrets.token_hex(6)}"
    home = (keys_home or config_folder()) / "keys" / named.replace("/", "_")
    opening = None if factors is None else new_unlocking(factors)
    protection = passphrase if opening is None else opening[0].signing_passphrase()
    keys = new_key(home, origin=named, passphrase=protection, encrypted=opening is not None)
    vault = Vault.create(
        folder,
        origin=named,
        signer=keys.signer(name=named, passphrase=protection),
        salts=salts,
        at=clock(),
        actor=keys.pseudonym_of(actor, case=""),
        tool=TOOL,
        opening=opening,
    )
    keys.remember(vault.checkpoint().note())
    return Desk(vault=vault, keys=keys, origin=named, actor=actor, passphrase=passphrase, clock=clock, salts=salts)


def open_desk(
    folder: Path,
    *,
    actor: str = DEFAULT_ACTOR,
    passphrase: str | None = None,
    opening: Opening | None = None,
    environment: Mapping[str, str] = os.environ,
    clock: Callable[[], str] = utc_now,
    salts: Callable[[], bytes] = salt,
) -> Desk:
    """Open an existing vault; its signing key is looked up when something is written.

    An encrypted one opens by `opening` (by default the passphrase alone), or by the agent where that brings nothing.
    """
    opening = opening or Opening(passphrase=passphrase)
    vault = Vault.open(folder, keys_of(folder, opening, environment=environment))
    keys = key_folder_of(vault.origin, config=config_folder(environment), beside=folder.resolve().parent)
    return Desk(
        vault=vault,
        keys=keys,
        origin=vault.origin,
        actor=actor,
        passphrase=opening.passphrase,
        key_file=opening.key_file,
        clock=clock,
        salts=salts,
    )


def rebuild_views(desk: Desk) -> str:
    """Drop every view and fold the log again; returns the digest over all view rows."""
    with desk.writing() as writer:
        return writer.rebuild_views()
