"""What the desk hands over to make a dossier of; refuses nothing itself, the dossier decides what may leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from counterclaim.record.account import Reading
from counterclaim.record.case import Case
from counterclaim.record.checkpoint import Checkpoint
from counterclaim.record.exhibit import Exhibit
from counterclaim.record.finding import Finding
from counterclaim.record.proposition import Assessment, Question, Weight

Profile = Literal["public", "court", "ecthr", "internal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One exhibit of the dossier, what was read from it, and which of that a person accepted.

    `accepted` holds reading-local ids (`a1`, `q2`, `e1`, `d1`); an account of status "accepted" counts
    as named there. `picture` is a re-encoded copy without metadata, as PNG or JPEG; it is used in the
    internal profile alone.
    """

    exhibit: Exhibit
    reading: Reading | None = None
    accepted: frozenset[str] = frozenset()
    picture: bytes | None = None
    picture_type: Literal["image/png", "image/jpeg"] = "image/jpeg"


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What was asked of an authority or a claimant about some accounts, and the answer word for word.

    `about` holds account keys (`E1.a3`). `reply` None means that no answer has come.
    """

    to: str
    at: str
    asked: str
    about: tuple[str, ...] = ()
    reply: str | None = None
    reply_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """One search that was made, also where nothing was found."""

    at: str
    where: str
    sought: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotUsed:
    """An exhibit that is held and not used, with the reason."""

    exhibit: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyRow:
    """One disclosed entry of the log as a dossier prints it."""

    index: int
    at: str
    kind: str
    actor: str
    exhibits: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LogHead:
    """The state of the log the dossier was made from.

    `fingerprint` is the log key's, 64 hex digits. `anchoring` reads "unanchored" or "timestamped by X
    (these bytes existed by T)".
    """

    fingerprint: str
    checkpoint: Checkpoint
    anchoring: str = "unanchored"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """Everything a dossier is made from. `at` is UTC (RFC 3339) and the only time that is not the log's.

    `findings` may hold proposed and rejected ones: those stay out, while what was declined or failed is
    always told. `assessments` tell who gave the ratios of the weights, and why; what was not accepted or
    did not enter a weight is not printed. `pending` counts suggestions nobody has judged yet. `glosses`
    translates a quoted account: key (`E1.a3`) to the translator's words.
    """

    case: Case
    profile: Profile
    at: str
    log: LogHead
    exhibits: tuple[Shown, ...]
    findings: tuple[Finding, ...] = ()
    questions: tuple[Question, ...] = ()
    weights: tuple[Weight, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    particulars: tuple[Particulars, ...] = ()
    inquiries: tuple[Inquiry, ...] = ()
    not_used: tuple[NotUsed, ...] = ()
    custody: tuple[CustodyRow, ...] = ()
    pending: int = 0
    glosses: Mapping[str, str] = field(default_factory=dict)
