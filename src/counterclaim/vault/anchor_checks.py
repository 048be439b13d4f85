"""Checks a log against what came from outside: tokens, cosignatures, an older checkpoint; refuses silent absence."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, select

from counterclaim.record.check import Anchors, Check
from counterclaim.record.checkpoint import NoteSignature, SignedCheckpoint, signed_checkpoint_of
from counterclaim.record.cosignature import cosignature_of, cosigned_at, cosigner_key_hash_of, cosigner_key_of
from counterclaim.record.errors import CounterclaimError, MalformedError
from counterclaim.vault import log, tables
from counterclaim.vault.block_headers import BlockHeaders, block_headers_of
from counterclaim.vault.database import schema_number
from counterclaim.vault.opentimestamps import is_proof, proof_holds, proof_of
from counterclaim.vault.seal import DATABASE
from counterclaim.vault.stamps import token_holds
from counterclaim.vault.tokens import certificate_ends, decoded_token, written_moment, written_seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """The log that is checked: its tables, its key (name, 32 bytes), and whether a checkpoint is a prefix of it."""

    connection: Connection
    key: tuple[str, bytes]
    is_prefix: Callable[[SignedCheckpoint], bool]

    def extends(self, older: SignedCheckpoint) -> bool:
        """Whether this log extends a checkpoint; where it holds one of that size, every line must be the same."""
        held = log.note_at(self.connection, older.checkpoint.size)
        same = held is None or log.read_note(held).checkpoint == older.checkpoint
        return same and self.is_prefix(older)


def anchor_checks(reach: Reach, anchors: Anchors) -> Iterator[Check]:
    """Yield the rows on tokens, on the checkpoint from outside, and on cosignatures, where there are any.

    Raises CounterclaimError for anchors that cannot be read.
    """
    yield from _token_checks(reach.connection, anchors)
    outside = signed_checkpoint_of(anchors.checkpoint) if anchors.checkpoint is not None else None
    if outside is not None:
        yield older_check(reach, outside, name="earlier checkpoint")
    # A vault of format 1 has no such table yet, and nobody cosigned then.
    if anchors.cosigners or schema_number(reach.connection) > 1:
        yield from _cosignature_checks(reach, anchors, outside if outside and reach.extends(outside) else None)


# --- tokens -----------------------------------------------------------------------------------


def _token_checks(connection: Connection, anchors: Anchors) -> Iterator[Check]:
    rows = connection.execute(select(tables.TOKEN).order_by(tables.TOKEN.c.entry)).all()
    headers = _headers_of(anchors) if any(row.at == "" or anchors.block_headers for row in rows) else None
    for row in rows:
        check = _token_check(connection, row, anchors, headers)
        covering = covering_token(row, rows)
        if check.outcome != "failed" and covering is not None:
            late = ", taken after its certificate ended" if _ended_before(row, covering.at) else ""
            words = f"{check.reason}; covered by the token of entry {covering.entry} ({covering.at}{late})"
            check = replace(check, reason=words)
        yield check


def _ended_before(row: Row[Any], at: str) -> bool:
    """Whether the certificate of a token that was read before had ended by `at` (RFC 3339, UTC)."""
    token = base64.b64decode(row.token)
    ends = None if is_proof(token) else certificate_ends(decoded_token(token))
    return ends is not None and written_moment(ends) < at


def covering_token(old: Row[Any], rows: Sequence[Row[Any]]) -> Row[Any] | None:
    """The first token over a checkpoint that holds the entry in which `old` was entered: it renews the old one.

    Each row has `entry`, `size` and `at`. A token covers what stands in the log under its checkpoint, the older
    tokens too (RFC 3161 section 4; as RFC 4998 section 5.2 renews, with the log as the chain).
    """
    return next((row for row in rows if old.entry < row.size and row.entry != old.entry and row.at), None)


def _headers_of(anchors: Anchors) -> BlockHeaders | None:
    if anchors.block_headers is None:
        return None
    return block_headers_of(anchors.block_headers, first=anchors.block_headers_first)


def _token_check(connection: Connection, row: Row[Any], anchors: Anchors, headers: BlockHeaders | None) -> Check:
    what = f"checkpoint {row.size}"
    note = log.note_at(connection, row.size)
    if note is None:
        return _failed("timestamp", what, f"{DATABASE} holds no checkpoint of this size")
    try:
        token = base64.b64decode(row.token, validate=True)
    except (binascii.Error, ValueError):
        return _failed("timestamp", what, f"{DATABASE}: the token is no base64")
    if is_proof(token):
        return _proof_check(token, note, headers, what=what)
    files = (f"checkpoint-{row.size}.note", f"token-{row.entry}.tsr")
    return token_holds(token, note, anchors.tsa_roots, what=what, at=anchors.at, files=files)


def _proof_check(token: bytes, note: bytes, headers: BlockHeaders | None, *, what: str) -> Check:
    try:
        proof = proof_of(token)
        shown = proof_holds(proof, note, headers)
    except CounterclaimError as error:
        return _failed("timestamp", what, f"the OpenTimestamps proof does not hold: {error}")
    if shown:
        return Check(name="timestamp", outcome="passed", what=what, reason=shown)
    blocks = ", ".join(str(height) for height in proof.heights())
    missing = f"the header of Bitcoin block {blocks} was not given" if blocks else "it waits for its calendars"
    return Check(name="timestamp", outcome="not_checked", what=what, reason=f"an OpenTimestamps proof; {missing}")


# --- a checkpoint from outside ----------------------------------------------------------------


def older_check(reach: Reach, older: SignedCheckpoint, *, name: str) -> Check:
    """Whether this log extends a checkpoint known from outside, signed by the log's own key."""
    what = f"checkpoint {older.checkpoint.size} from outside"
    if not log.signed_by(older, name=reach.key[0], public_key=reach.key[1]):
        return _failed(name, what, "not signed by the key of this log")
    if not reach.extends(older):
        return _failed(name, what, f"{DATABASE} does not extend it: entries were taken back or changed")
    return Check(name=name, outcome="passed", what=what, reason="a prefix of this log")


# --- cosignatures -----------------------------------------------------------------------------


def _cosignature_checks(reach: Reach, anchors: Anchors, outside: SignedCheckpoint | None) -> Iterator[Check]:
    """Check every line that is held; a cosigner named from outside who signed nothing here is a failure."""
    connection = reach.connection
    statement = select(tables.COSIGNATURE).order_by(tables.COSIGNATURE.c.entry)
    rows = connection.execute(statement).all() if schema_number(connection) > 1 else ()
    keys = {_whose(line): line for line in anchors.cosigners}
    newest: dict[str, tuple[int, int]] = {}
    for row in rows:
        what = f"checkpoint {row.size}"
        note = log.note_at(connection, row.size)
        parsed = cosignature_of(row.line)
        vkey = keys.get((parsed.name, parsed.key_hash))
        if note is None:
            yield _failed("cosignature", what, f"{DATABASE} holds no checkpoint of this size")
        elif vkey is None:
            reason = f"a line by {parsed.name}; its key was not given (--cosigner)"
            yield Check(name="cosignature", outcome="not_checked", what=what, reason=reason)
        elif (seconds := _seconds(parsed, log.read_note(note), vkey)) is None:
            yield _failed("cosignature", what, f"the line by {parsed.name} does not hold over this checkpoint")
        else:
            newest[vkey] = max(newest.get(vkey, (-1, 0)), (row.size, seconds))
    yield from (_cosigner_check(line, newest.get(line), outside) for line in anchors.cosigners)


def _cosigner_check(vkey: str, held: tuple[int, int] | None, outside: SignedCheckpoint | None) -> Check:
    name, _ = cosigner_key_of(vkey)
    for signature in outside.signatures if outside else ():
        seconds = _lenient_seconds(signature, outside, vkey) if outside else None
        if outside and seconds is not None:
            held = max(held or (-1, 0), (outside.checkpoint.size, seconds))
    if held is None:
        return _failed("cosigner", name, "cosigned no checkpoint of this log that is at hand")
    reason = f"cosigned by {name}: the first {held[0]} entries, {written_seconds(held[1])} by its clock"
    return Check(name="cosigner", outcome="passed", what=name, reason=reason)


def _whose(vkey: str) -> tuple[str, bytes]:
    name, public_key = cosigner_key_of(vkey)
    return name, cosigner_key_hash_of(name, public_key)


def _seconds(line: NoteSignature, head: SignedCheckpoint, vkey: str) -> int | None:
    text = head.checkpoint.text().encode()
    return cosigned_at(line, checkpoint_text=text, vkey=vkey, signature_holds=log.signature_holds)


def _lenient_seconds(line: NoteSignature, head: SignedCheckpoint, vkey: str) -> int | None:
    """The same for a line of a note from outside, where the log's own and other keys' lines stand too."""
    try:
        return _seconds(line, head, vkey)
    except MalformedError:
        return None


def _failed(name: str, what: str, reason: str) -> Check:
    return Check(name=name, outcome="failed", what=what, reason=reason)
