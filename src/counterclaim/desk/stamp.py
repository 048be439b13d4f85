"""Trusted time over a checkpoint; an authority out of reach is a normal state, and nothing is sent unasked."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from counterclaim.desk.broker import Broker, NotSentError, UnreachableHostError
from counterclaim.desk.open import Desk
from counterclaim.desk.outbound import ForbiddenError, request_to
from counterclaim.record.checkpoint import SignedCheckpoint
from counterclaim.record.errors import UsageError
from counterclaim.vault.block_headers import BlockHeaders
from counterclaim.vault.opentimestamps import AUTHORITY, is_proof, proof_holds, proof_of
from counterclaim.vault.stamps import Post, UnreachableAuthorityError, token_holds
from counterclaim.vault.stamps import stamp as ask_authority

UNANCHORED = "unanchored"
AUTHORITIES_MAX = 8  # two are enough; more is a slip
OK = 200  # RFC 3161 section 3.4 sends the answer in an ordinary HTTP response
_HEADERS = (("Content-Type", "application/timestamp-query"), ("Accept", "application/timestamp-reply"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorities:
    """The time-stamping authorities a person named on this command, and the door they are asked through."""

    addresses: tuple[str, ...]
    broker: Broker


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamped:
    """What asking came to: the status words, and one line for each authority that gave nothing, with the reason.

    `not_sent` says that the person's word was missing, and that nothing left for that reason.
    """

    status: str
    unreached: tuple[str, ...] = ()
    not_sent: bool = False


def stamp(desk: Desk, authorities: Authorities | None, *, checkpoint: SignedCheckpoint | None = None) -> Stamped:
    """Ask each authority to attest a checkpoint (the newest, if none is given), and enter each token in the log.

    Status words: "unanchored", or "timestamped by X (these bytes existed by T)", joined by "; ". A token attests
    the checkpoint before the entries that record it. Raises UsageError for an address that is none.
    """
    if authorities is None:
        return Stamped(status=UNANCHORED)
    asked = checkpoint or desk.vault.checkpoint()
    addresses = dict.fromkeys(authorities.addresses)
    if len(addresses) > AUTHORITIES_MAX:
        raise UsageError(f"at most {AUTHORITIES_MAX} authorities", str(len(addresses)))
    words: list[str] = []
    unreached: list[str] = []
    not_sent = False
    for address in addresses:
        try:
            answer = ask_authority(asked.note(), address, _post_through(authorities.broker))
        except NotSentError:
            not_sent = True
            unreached.append(f"{address}: nothing was sent")
        except (UnreachableAuthorityError, ForbiddenError) as error:
            unreached.append(f"{address}: {error}")
        else:
            _enter(desk, answer.token, size=asked.checkpoint.size, authority=answer.authority, at=answer.at)
            words.append(words_of(answer.authority, answer.at))
    return Stamped(status="; ".join(words) or UNANCHORED, unreached=tuple(unreached), not_sent=not_sent)


def _post_through(broker: Broker) -> Post:
    def post(address: str, query: bytes) -> bytes:
        request = request_to(address, purpose="ask for a time stamp", method="POST", headers=_HEADERS, body=query)
        try:
            answer, _ = broker.perform(request)
        except UnreachableHostError as error:
            raise UnreachableAuthorityError("an answer from the time-stamping authority", error.got) from error
        if answer.status != OK:
            to = answer.header("Location")
            led = f", which leads to {to}" if to else ""
            raise UnreachableAuthorityError("an answer of status 200", f"status {answer.status}{led}")
        return answer.body

    return post


def enter_proof(desk: Desk, content: bytes, *, headers: BlockHeaders | None = None) -> str:
    """Enter an OpenTimestamps proof over one of this log's checkpoints; returns what it shows, in status words.

    Without block headers nothing but the proof's form and its digest can be checked: "unanchored", with what it
    waits for. Raises MalformedError, IntegrityError (another block's root), UsageError (no such checkpoint).
    """
    proof = proof_of(content)
    size = desk.vault.size_of_note(proof.digest)
    if size is None:
        remedy = "Stamp the bytes of a checkpoint note: `counterclaim stamp --write-out DIR` writes it as a file."
        raise UsageError("a proof over a checkpoint of this log", f"SHA-256 {proof.digest.hex()}", remedy=remedy)
    shown = proof_holds(proof, desk.vault.checkpoint(size).note(), headers)
    _enter(desk, content, size=size, authority=AUTHORITY, at=shown.rpartition(" ")[2].rstrip(")") if shown else "")
    if shown:
        return shown
    blocks = ", ".join(str(height) for height in proof.heights())
    waits = f"the header of block {blocks}" if blocks else "its calendars"
    return f"{UNANCHORED}: the OpenTimestamps proof over the checkpoint of {size} entries waits for {waits}"


def _enter(desk: Desk, token: bytes, *, size: int, authority: str, at: str) -> None:
    body = {"size": size, "token": base64.b64encode(token).decode(), "authority": authority, "at": at}
    desk.record(desk.event("attest_time", case="", body=body))


def words_of(authority: str, at: str) -> str:
    """The status words for one token."""
    return f"timestamped by {authority} (these bytes existed by {at})"


def words_of_tokens(desk: Desk, *, size: int, note: bytes) -> tuple[str, tuple[bytes, ...]]:
    """The anchoring words for the checkpoint of `size`, and its RFC 3161 tokens.

    A cosigner is named by the name on its line: whether the key is theirs is for whoever has it from outside.
    """
    held, words = [], []
    for one in desk.vault.tokens():
        token = base64.b64decode(one.token)
        if one.size != size or is_proof(token) or token_holds(token, note, None).outcome == "failed":
            continue
        held.append(token)
        words.append(words_of(one.authority, one.at))
    words += [f"cosigned by {one.name}" for one in desk.vault.cosignatures(size)]
    return "; ".join(words) or UNANCHORED, tuple(held)
