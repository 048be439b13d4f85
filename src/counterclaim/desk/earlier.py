"""Holds a bag against a checkpoint somebody kept: one log, or two; refuses to pass over a proof that is missing."""

from __future__ import annotations

from pathlib import Path

from counterclaim.desk.incoming import bytes_of
from counterclaim.record.check import Anchors, Check, CheckOutcome
from counterclaim.record.checkpoint import Checkpoint, public_key_of, signed_checkpoint_of
from counterclaim.record.cosignature import cosign_request_of
from counterclaim.record.custody import consistency_holds
from counterclaim.record.errors import CounterclaimError
from counterclaim.vault.log import signed_by

NOTE, KEY_LINE = "custody/checkpoint.note", "custody/log-key.vkey"
NOTE_BYTES_MAX = 1 << 16
NAME = "earlier checkpoint"


def earlier_check_of_bag(bag: Path, anchors: Anchors) -> Check | None:
    """One row on the checkpoint given from outside, or None where none was given.

    The bag's own checkpoint must be the same log's, earlier or later: equal text at one size, else the consistency
    proof between the two sizes, which `cosign request --since SMALLER --size LARGER` writes. A proof that was not
    given is a failure: whoever rewrote the log cannot make one.
    """
    if anchors.checkpoint is None:
        return None
    try:
        kept = signed_checkpoint_of(anchors.checkpoint)
        head = signed_checkpoint_of(bytes_of(bag / NOTE, bytes_max=NOTE_BYTES_MAX)).checkpoint
        name, key = public_key_of(bytes_of(bag / KEY_LINE, bytes_max=NOTE_BYTES_MAX).decode("ascii", "replace"))
        if not signed_by(kept, name=name, public_key=key):
            return _row("failed", "the checkpoint from outside is not signed by the key of this log")
        return _compared(kept.checkpoint, head, anchors.consistency)
    except CounterclaimError as error:
        return _row("failed", str(error))


def _compared(kept: Checkpoint, head: Checkpoint, consistency: bytes | None) -> Check:
    if kept.size == head.size:
        same = kept == head
        return (
            _row("passed", "the same checkpoint") if same else _row("failed", "another one of the same size: two logs")
        )
    small, large = sorted((kept, head), key=lambda one: one.size)
    wanted = f"a proof from {small.size} to {large.size} entries"
    if consistency is None:
        how = f"the log's keeper makes it: `counterclaim cosign request --since {small.size} --size {large.size}`"
        return _row("failed", f"{wanted} was not given (--consistency); {how}")
    proof = cosign_request_of(consistency)
    if proof.old_size != small.size or signed_checkpoint_of(proof.note).checkpoint != large:
        return _row("failed", f"expected {wanted}, got one between others")
    joined = consistency_holds(
        old_size=small.size, old_root=small.root, size=large.size, root=large.root, proof=proof.proof
    )
    if not joined:
        return _row("failed", f"{wanted} does not hold: entries were taken back or changed")
    return _row("passed", f"one log: {wanted} holds")


def _row(outcome: CheckOutcome, reason: str) -> Check:
    return Check(name=NAME, outcome=outcome, what=NOTE, reason=reason)
