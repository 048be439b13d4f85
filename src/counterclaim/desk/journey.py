"""The path of everything: bytes -> exhibits -> findings and accounts -> weights -> dossier -> bag. Read this first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from counterclaim.desk.admit import Receipt, admit
from counterclaim.desk.examine import examine
from counterclaim.desk.judge import accept, undecided
from counterclaim.desk.open import Desk
from counterclaim.desk.publish import Published, publish
from counterclaim.desk.read import Unread, read
from counterclaim.desk.weigh import weigh
from counterclaim.examine.examiner import Brief
from counterclaim.record.account import Reading
from counterclaim.record.finding import Finding
from counterclaim.record.proposition import Weight


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """What each arrow gave, in order."""

    receipt: Receipt
    findings: tuple[Finding, ...]
    readings: dict[int, Reading]
    unread: tuple[Unread, ...]
    weights: tuple[Weight, ...]
    published: Published


def journey(
    desk: Desk,
    inputs: Sequence[str],
    *,
    case: str,
    brief: Brief,
    judge: Callable[[Desk], None],
    assess: Callable[[Desk], None],
    into: Path,
    recipient: str,
) -> Journey:
    """Carry a contested allegation from raw bytes to a bag that a stranger can verify.

    `judge` is a person's part: it accepts or rejects what was found and read. `assess` is another:
    it enters how much each item speaks between the rivals. Without people, nothing leaves.
    """
    receipt = admit(desk, inputs, case=case)
    findings = examine(desk, case=case, brief=brief)
    readings, unread = read(desk, case=case)
    judge(desk)
    assess(desk)
    weights = weigh(desk, case=case)
    published = publish(desk, case=case, into=into, profile="internal", recipient=recipient)
    return Journey(
        receipt=receipt, findings=findings, readings=readings, unread=unread, weights=weights, published=published
    )


def accept_all(desk: Desk, *, case: str) -> int:
    """Accept everything undecided: what a named person does when they agree with all of it."""
    return accept(desk, undecided(desk, case=case), case=case, why="accepted as a whole")
