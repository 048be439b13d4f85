"""The partner's side of cosigning: signs what extends the checkpoint it signed last, and refuses everything else."""

from __future__ import annotations

import calendar
import hashlib
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from counterclaim.desk.clock import utc_now
from counterclaim.desk.keys import opened_key, sealed_key
from counterclaim.record.checkpoint import Checkpoint, public_key_of, signed_checkpoint_of, verifier_key_of
from counterclaim.record.cosignature import (
    checked_name,
    cosign_request_of,
    cosignature_line,
    cosigned_message,
    cosigner_key_of,
    cosigner_vkey_of,
)
from counterclaim.record.custody import EMPTY_ROOT, consistency_holds
from counterclaim.record.errors import IntegrityError, UsageError
from counterclaim.vault.disk import PART, PRIVATE_FILE, make_folder, write_whole
from counterclaim.vault.lock import LOCK, locked
from counterclaim.vault.log import signed_by

KEY = "cosigner-key.pem"
KEY_LINE = "cosigner.vkey"
LOGS = "logs"
LOG_LINE = "log-key.vkey"
REMEMBERED = "latest.note"
REQUEST_BYTES_MAX = 1 << 16  # a proof of 63 hashes has 3 kB, a note some hundred bytes
FOLDER_HEX = 32  # of the origin's SHA-256: two origins never share a folder, and a thief reads no names in it
LOCK_WAIT_SECONDS = 30.0
OTHER_LOG = "Do not sign. Compare the two checkpoints with the log's keeper, by another way than the file."


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosigned:
    """What a partner gives back: one line, over the checkpoint of `size` entries of the log `origin`."""

    line: str
    origin: str
    size: int
    before: int
    at: str
    vkey: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosigner:
    """A partner's folder: its own Ed25519 key, and for each log it accepted the key and the last checkpoint signed."""

    folder: Path

    @classmethod
    def opened(cls, config: Path, *, name: str | None = None, passphrase: str | None = None) -> Cosigner:
        """The cosigner of this configuration folder; at first use its key is made, under `passphrase` if given.

        Raises UsageError for another name than the key has, StorageError.
        """
        folder = config / "cosigner"
        config.mkdir(parents=True, exist_ok=True, mode=0o700)
        make_folder(folder)
        make_folder(folder / LOGS)
        (folder / LOCK).touch(mode=PRIVATE_FILE)
        one = cls(folder=folder)
        with locked(folder, wait_seconds=LOCK_WAIT_SECONDS):
            if not (folder / KEY_LINE).is_file():
                one._make_key(checked_name(name or f"cosigner.local/{secrets.token_hex(6)}"), passphrase)
        if name is not None and cosigner_key_of(one.vkey())[0] != name:
            raise UsageError(f"the name of this cosigner, {cosigner_key_of(one.vkey())[0]}", repr(name))
        return one

    def vkey(self) -> str:
        """The cosigner's key as one line, to give to those who will verify, by another way than the log's files."""
        return (self.folder / KEY_LINE).read_text("ascii").strip()

    def _make_key(self, name: str, passphrase: str | None) -> None:
        # The key first: its line is what says that there is one, so a key cut off on the way is made anew.
        key = Ed25519PrivateKey.generate()
        (self.folder / KEY).unlink(missing_ok=True)
        _write(self.folder / KEY, sealed_key(key, passphrase))
        line = cosigner_vkey_of(name, key.public_key().public_bytes_raw())
        _write(self.folder / KEY_LINE, f"{line}\n".encode())

    def answer(
        self,
        content: bytes,
        *,
        log_key: str | None = None,
        passphrase: str | None = None,
        clock: Callable[[], str] = utc_now,
    ) -> Cosigned:
        """Check a request and cosign its checkpoint; it is remembered, durably, before the signature is made.

        `log_key` is the log's key line, given once. Raises MalformedError (no request), UsageError (a log whose key
        was never given), IntegrityError (another key, or a checkpoint that does not extend the one signed last).
        """
        request = cosign_request_of(content)
        head = signed_checkpoint_of(request.note)
        name, public_key = cosigner_key_of(self.vkey())
        key = opened_key((self.folder / KEY).read_bytes(), passphrase)
        with locked(self.folder, wait_seconds=LOCK_WAIT_SECONDS):
            log = self.folder / LOGS / hashlib.sha256(head.checkpoint.origin.encode()).hexdigest()[:FOLDER_HEX]
            accepted = _log_key_of(log, log_key)
            log_name, log_public = public_key_of(accepted)
            if not signed_by(head, name=log_name, public_key=log_public):
                raise IntegrityError("a checkpoint signed by the log's key", "another signature", remedy=OTHER_LOG)
            before = _remembered(log)
            _check_extends(before, head.checkpoint, old_size=request.old_size, proof=request.proof)
            if not (log / LOG_LINE).is_file():
                make_folder(log)
                _write(log / LOG_LINE, f"{accepted}\n".encode())
            _write(log / REMEMBERED, request.note)
            at = clock()
            seconds = calendar.timegm(time.strptime(at, "%Y-%m-%dT%H:%M:%SZ"))
            signature = key.sign(cosigned_message(head.checkpoint.text().encode(), seconds))
        return Cosigned(
            line=cosignature_line(name=name, public_key=public_key, time=seconds, signature=signature),
            origin=head.checkpoint.origin,
            size=head.checkpoint.size,
            before=before.size,
            at=at,
            vkey=self.vkey(),
        )


def _log_key_of(log: Path, log_key: str | None) -> str:
    """The key line accepted for this log, or the one given now for a log seen first."""
    accepted = (log / LOG_LINE).read_text("utf-8").strip() if (log / LOG_LINE).is_file() else None
    given = verifier_key_of(*public_key_of(log_key)) if log_key is not None else None
    if accepted is None and given is None:
        remedy = "Ask the log's keeper for the line `counterclaim key` shows, by another way than this file."
        raise UsageError("the log's key (--log-key), once", "none, for a log seen first", remedy=remedy)
    if accepted is not None and given not in (None, accepted):
        raise IntegrityError("the log key accepted before", "another", remedy=OTHER_LOG)
    return str(accepted or given)


def _remembered(log: Path) -> Checkpoint:
    """The checkpoint signed last for this log; the empty log where none was."""
    if not (log / REMEMBERED).is_file():
        return Checkpoint(origin="", size=0, root=EMPTY_ROOT)
    return signed_checkpoint_of((log / REMEMBERED).read_bytes()).checkpoint


def _check_extends(before: Checkpoint, head: Checkpoint, *, old_size: int, proof: tuple[bytes, ...]) -> None:
    """Raise IntegrityError unless `head` extends `before`. C2SP tlog-witness, add-checkpoint.

    At the same size every line must be the same: two texts at one size are two logs.
    """
    if head.size < before.size or (head.size == before.size and before.origin and head != before):
        got = f"one of {head.size} entries that does not extend the one of {before.size} signed last"
        raise IntegrityError("a checkpoint that extends the one signed last", got, remedy=OTHER_LOG)
    if head == before:
        return
    if old_size != before.size:
        remedy = f"Ask the log's keeper for `counterclaim cosign request --since {before.size}`."
        raise IntegrityError(f"a proof from {before.size} entries, signed last", f"one from {old_size}", remedy=remedy)
    if not consistency_holds(old_size=before.size, old_root=before.root, size=head.size, root=head.root, proof=proof):
        got = f"one of {head.size} entries whose proof does not hold"
        raise IntegrityError(f"a checkpoint that extends the one of {before.size} entries", got, remedy=OTHER_LOG)


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}{PART}")
    write_whole(path, content, part=part, mode=PRIVATE_FILE)
