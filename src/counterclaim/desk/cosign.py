"""The log's side of cosigning by file: a request to a partner, and its line entered; refuses a line that fails."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from counterclaim.desk.open import Desk
from counterclaim.record.checkpoint import SignedCheckpoint, signed_checkpoint_of
from counterclaim.record.cosignature import (
    CosignRequest,
    cosignature_of,
    cosigned_at,
    cosigner_key_of,
    cosigner_vkey_of,
)
from counterclaim.record.errors import IntegrityError, UsageError
from counterclaim.vault.disk import PART, PRIVATE_FILE, make_folder, write_whole
from counterclaim.vault.log import signature_holds
from counterclaim.vault.tokens import written_seconds

CHECKPOINTS_TRIED_MAX = 20_000  # newest first, some 0.1 ms each; --size names an older one
COSIGNERS = "cosigners"
LINE_BYTES_MAX = 1 << 12


def request(desk: Desk, *, size: int | None = None, since: int | None = None, cosigner: str | None = None) -> bytes:
    """The text a partner needs to cosign the checkpoint of `size` (the newest): proof from `since`, and the note.

    Without `since`, the proof starts at the largest checkpoint `cosigner` (a name; where one partner alone cosigned
    so far, that one) is known to have signed, or at the empty log. Raises UsageError, MalformedError.
    """
    signed = desk.vault.checkpoint(size)
    wanted = signed.checkpoint.size
    old = _known(desk, cosigner, up_to=wanted) if since is None else since
    if not 0 <= old <= wanted:
        raise UsageError(f"an earlier size, within 0..{wanted}", str(old))
    return CosignRequest(old_size=old, proof=desk.vault.consistency(old, wanted), note=signed.note()).text()


def _known(desk: Desk, cosigner: str | None, *, up_to: int) -> int:
    held = desk.vault.cosignatures()
    names = {one.name for one in held}
    if cosigner is None and len(names) > 1:
        raise UsageError(f"which cosigner is asked (--cosigner {', '.join(sorted(names))})", "none")
    name = cosigner or next(iter(names), "")
    return max((one.size for one in held if one.name == name and one.size <= up_to), default=0)


def accept(desk: Desk, content: bytes, *, cosigner: str | None = None, size: int | None = None) -> tuple[str, bool]:
    """Check a partner's line and enter it; returns the status words, and whether it was entered (not held before).

    `cosigner` is the partner's key line: given once, then remembered beside the log's key. Raises MalformedError (no
    cosignature line), UsageError (a key never given), IntegrityError (no checkpoint here that the line signs).
    """
    # Mail programs add a line end or change it; what is entered is the line in its one form.
    parsed = cosignature_of(content.decode("utf-8", "replace").strip())
    vkey = _key_of(desk, parsed.name, cosigner)
    for checkpoint in _candidates(desk, size):
        text = checkpoint.checkpoint.text().encode()
        seconds = cosigned_at(parsed, checkpoint_text=text, vkey=vkey, signature_holds=signature_holds)
        if seconds is None:
            continue
        found, at = checkpoint.checkpoint.size, written_seconds(seconds)
        _remember(desk, parsed.name, vkey)
        words = f"cosigned by {parsed.name} (checkpoint {found}, {at} by its clock)"
        if any(one.line == parsed.line() for one in desk.vault.cosignatures(found)):
            return words, False
        body = {"size": found, "line": parsed.line(), "name": parsed.name, "vkey": vkey, "at": at}
        desk.record(desk.event("cosign", case="", body=body))
        return words, True
    raise IntegrityError(f"a cosignature by {parsed.name} over a checkpoint of this log", "one that does not hold here")


def _candidates(desk: Desk, size: int | None) -> Iterator[SignedCheckpoint]:
    if size is not None:
        yield desk.vault.checkpoint(size)
        return
    yield from map(signed_checkpoint_of, desk.vault.checkpoint_notes(CHECKPOINTS_TRIED_MAX))


def _key_of(desk: Desk, name: str, given: str | None) -> str:
    """The key line of this cosigner: as given now, or as remembered; another than the remembered one is refused."""
    path = _line_path(desk, name)
    remembered = path.read_text("ascii").strip() if path.is_file() else None
    if given is None and remembered is None:
        remedy = "Ask the partner for the line `counterclaim cosign key` shows, by another way than the answer file."
        raise UsageError(f"the key of the cosigner {name} (--cosigner), once", "none", remedy=remedy)
    line = cosigner_vkey_of(*cosigner_key_of(given)) if given is not None else str(remembered)
    if remembered is not None and line != remembered:
        raise IntegrityError(f"the key of the cosigner {name} accepted before", "another")
    if cosigner_key_of(line)[0] != name:
        raise IntegrityError(f"a line by the cosigner {cosigner_key_of(line)[0]}", f"one by {name}")
    return line


def _line_path(desk: Desk, name: str) -> Path:
    return desk.keys.path / COSIGNERS / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}.vkey"


def _remember(desk: Desk, name: str, vkey: str) -> None:
    path = _line_path(desk, name)
    if not path.is_file():
        make_folder(path.parent)
        write_new(path, f"{vkey}\n".encode())


def write_new(path: Path, content: bytes) -> None:
    """Write a file whole or not at all. Raises StorageError."""
    part = path.with_name(f"{path.name}.{os.getpid()}{PART}")
    write_whole(path, content, part=part, mode=PRIVATE_FILE)
