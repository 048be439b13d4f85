"""Renews trusted time before a certificate ends: a newer token over the log that holds the old; replaces none."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from counterclaim.desk.open import Desk
from counterclaim.desk.stamp import Authorities, Stamped, stamp
from counterclaim.record.errors import UsageError
from counterclaim.vault.disk import PART, PRIVATE_FILE, write_whole
from counterclaim.vault.opentimestamps import is_proof
from counterclaim.vault.rows import Token
from counterclaim.vault.tokens import certificate_ends, decoded_token, written_moment

WITHIN_DAYS = 90  # authorities publish a new certificate some months before the old one ends
WITHIN_DAYS_MAX = 36_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Aging:
    """A token whose authority's certificate ends soon, or ended; `covered_by` is the entry of a newer, longer token."""

    entry: int
    size: int
    authority: str
    at: str
    ends: str
    ended: bool
    covered_by: int | None


def aging(desk: Desk, *, within_days: int = WITHIN_DAYS) -> tuple[Aging, ...]:
    """The tokens whose certificates end within `within_days`, or ended, in the order of the log. Raises UsageError."""
    if not 0 <= within_days <= WITHIN_DAYS_MAX:
        raise UsageError(f"0 to {WITHIN_DAYS_MAX} days", str(within_days))
    present = datetime.fromisoformat(desk.clock())
    until = present + timedelta(days=within_days)
    known = [(token, _ends(token)) for token in desk.vault.tokens()]
    lasting = [token for token, ends in known if ends is not None and ends > until]
    return tuple(
        Aging(
            entry=token.entry,
            size=token.size,
            authority=token.authority,
            at=token.at,
            ends=written_moment(ends),
            ended=ends <= present,
            covered_by=next((newer.entry for newer in lasting if token.entry < newer.size), None),
        )
        for token, ends in known
        if ends is not None and ends <= until
    )


def _ends(token: Token) -> datetime | None:
    """When the token's certificate ends; an OpenTimestamps proof has none, and does not age in this way."""
    content = base64.b64decode(token.token)
    return None if is_proof(content) else certificate_ends(decoded_token(content))


def renew(desk: Desk, authorities: Authorities, *, within_days: int = WITHIN_DAYS) -> tuple[tuple[Aging, ...], Stamped]:
    """List what ages, and stamp the newest checkpoint where something that ages is not covered yet.

    The older tokens are entries of the log, so that the new token is over them too: the chain is the log.
    """
    found = aging(desk, within_days=within_days)
    if all(one.covered_by is not None for one in found):
        return found, Stamped(status="nothing to renew")
    return found, stamp(desk, authorities)


def write_out(desk: Desk, folder: Path) -> tuple[Path, ...]:
    """Write the newest checkpoint's note, and every token with its note, as files for `openssl ts -verify`.

    Raises UsageError for a folder that exists already, StorageError.
    """
    if folder.exists():
        raise UsageError("a folder that does not exist yet", str(folder))
    folder.mkdir(parents=True, mode=0o700)
    newest = desk.vault.checkpoint()
    files = {f"checkpoint-{newest.checkpoint.size}.note": newest.note()}
    for token in desk.vault.tokens():
        content = base64.b64decode(token.token)
        ending = "ots" if is_proof(content) else "tsr"
        files[f"token-{token.entry}.{ending}"] = content
        files[f"checkpoint-{token.size}.note"] = desk.vault.checkpoint(token.size).note()
    return tuple(_written(folder / name, content) for name, content in sorted(files.items()))


def _written(path: Path, content: bytes) -> Path:
    write_whole(path, content, part=path.with_name(path.name + PART), mode=PRIVATE_FILE)
    return path


def listed(rows: Sequence[Aging]) -> list[tuple[str, ...]]:
    """The rows as a person reads them: entry, authority, when it ends, what covers it."""
    return [
        (
            f"entry {one.entry}",
            f"over {one.size} entries",
            one.authority,
            f"{'ended' if one.ended else 'ends'} {one.ends}",
            f"covered by entry {one.covered_by}" if one.covered_by is not None else "not covered",
        )
        for one in rows
    ]
