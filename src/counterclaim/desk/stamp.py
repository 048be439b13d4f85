"""Trusted time over the newest checkpoint; an authority out of reach is a normal state, not an error."""

from __future__ import annotations

import base64
from collections.abc import Callable

from counterclaim.desk.open import Desk
from counterclaim.record.checkpoint import SignedCheckpoint
from counterclaim.vault.stamps import UnreachableAuthorityError, post_query, token_holds
from counterclaim.vault.stamps import stamp as ask_authority

UNANCHORED = "unanchored"


def stamp(
    desk: Desk,
    *,
    tsa: str | None,
    checkpoint: SignedCheckpoint | None = None,
    post: Callable[[str, bytes], bytes] = post_query,
) -> str:
    """Ask `tsa` to attest a checkpoint (the newest, if none is given), and enter the token in the log.

    Returns the status words: "unanchored", or "timestamped by X (these bytes existed by T)". The
    token attests the checkpoint before the entry that records it.
    """
    if not tsa:
        return UNANCHORED
    checkpoint = checkpoint or desk.vault.checkpoint()
    try:
        answer = ask_authority(checkpoint.note(), tsa, post)
    except UnreachableAuthorityError as error:
        return f"{UNANCHORED}: {error.got}"
    body = {
        "size": checkpoint.checkpoint.size,
        "token": base64.b64encode(answer.token).decode(),
        "authority": answer.authority,
        "at": answer.at,
    }
    desk.record(desk.event("attest_time", case="", body=body))
    return f"timestamped by {answer.authority} (these bytes existed by {answer.at})"


def words_of_tokens(desk: Desk, *, size: int, note: bytes) -> tuple[str, tuple[bytes, ...]]:
    """The anchoring words for the checkpoint of `size`, and its tokens."""
    tokens = tuple(base64.b64decode(token.token) for token in desk.vault.tokens() if token.size == size)
    held = [token for token in tokens if token_holds(token, note, None).outcome != "failed"]
    names = [
        f"timestamped by {one.authority} (these bytes existed by {one.at})"
        for one in desk.vault.tokens()
        if one.size == size
    ]
    return ("; ".join(names) if held else UNANCHORED), tuple(held)
