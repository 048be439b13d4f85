"""Anchors that came after a bag was published, put into a new copy of it; refuses a bag of another log."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from counterclaim.desk.open import Desk
from counterclaim.desk.stamp import UNANCHORED, words_of_tokens
from counterclaim.desk.verify import verify
from counterclaim.dossier.bag_anchor import anchor_bag
from counterclaim.dossier.bag_form import NOTE
from counterclaim.record.check import Anchors, holds
from counterclaim.record.checkpoint import signed_checkpoint_of
from counterclaim.record.errors import IntegrityError, PolicyError, UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchored:
    """The new copy, and the status words of its checkpoint."""

    bag: Path
    size: int
    anchoring: str


def anchor(desk: Desk, bag: Path, *, into: Path) -> Anchored:
    """Write `bag` anew as `into` with every token and cosignature the vault holds over the bag's checkpoint.

    Raises UsageError (no bag; `into` exists), IntegrityError (a bag that does not hold, or of another log), PolicyError
    (the vault holds no anchor for this checkpoint).
    """
    checks = verify(bag, anchors=Anchors(fingerprint=desk.fingerprint()))
    if not holds(checks):
        wrong = next(check for check in checks if check.outcome == "failed")
        raise IntegrityError("a bag of this vault's log that holds", f"{wrong.what}: {wrong.reason}")
    if not (bag / NOTE).is_file():
        raise UsageError("the folder of a bag", bag.name)
    note = (bag / NOTE).read_bytes()
    size = signed_checkpoint_of(note).checkpoint.size
    if size > desk.vault.size() or desk.vault.checkpoint(size).note() != note:
        raise IntegrityError("a bag whose checkpoint stands in this vault", f"another checkpoint of {size} entries")
    words, tokens = words_of_tokens(desk, size=size, note=note)
    if words == UNANCHORED:
        remedy = f"Have it cosigned (`counterclaim cosign request --size {size}`) or stamp it before its log grows."
        raise PolicyError(f"a token or a cosignature over the checkpoint of {size} entries", "none", remedy=remedy)
    lines = {row.name: row.line for row in desk.vault.cosignatures(size)}
    anchor_bag(bag, into, cosignatures=tuple(lines.values()), tokens=tokens)
    return Anchored(bag=into, size=size, anchoring=words)
