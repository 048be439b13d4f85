"""What leaves, as one frozen view that both printed forms are made from; refuses what is only proposed."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass

from counterclaim.dossier.casefile import CaseFile, CustodyRow, Inquiry, Profile
from counterclaim.dossier.drawn import Weighed, unweighed_of, weighed_of
from counterclaim.dossier.plate import Plate, Unanswered, plate_of, unanswered_of
from counterclaim.dossier.said import Exchange, exchanges_of, words_of_term
from counterclaim.record.account import Reading
from counterclaim.record.errors import PolicyError
from counterclaim.record.exhibit import label_of

GENERAL_LIMITS = (
    "A dossier orders what was said and what was observed. It does not decide what happened.",
    "A trusted timestamp says that bytes existed by a time, not when a picture was made or a text was written.",
    "The log shows that what is held was not changed since it was admitted. It does not show what was before that.",
    "An absence (no metadata, no earlier copy, no register entry) shows nothing unless a miss rate is known for it.",
    "Likelihood ratios marked as elicited are the judgement of the person named, held within a cap.",
)
READING_LIMITS = (
    "Texts were read by rules that can miss an account or take a wrong holder. A person accepted each account printed.",
    "Where a page is damaged, what was lost is not guessed.",
)
PROFILE_WORDS = {
    "public": "for the public",
    "court": "for a court",
    "ecthr": "for the European Court of Human Rights",
    "internal": "internal; not to be passed on",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What the first page says: whose file, for whom, as of when, and what binds it to the log."""

    title: str
    purpose: str
    profile: str
    at: str
    fingerprint: str
    log_name: str
    log_size: int
    log_root: str
    anchoring: str
    pending: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request for particulars and the reply, word for word."""

    to: str
    at: str
    asked: str
    about: tuple[str, ...]
    reply: str
    reply_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unused:
    """An exhibit that is held and not used."""

    label: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An entry of the log as printed."""

    index: int
    at: str
    act: str
    actor: str
    exhibits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """Everything printed, in order. Every statement in it wears a mark or its holder's name."""

    profile: Profile
    cover: Cover
    questions: tuple[Weighed, ...]
    exchanges: tuple[Exchange, ...]
    requests: tuple[Request, ...]
    plates: tuple[Plate, ...]
    unanswered: tuple[Unanswered, ...]
    unused: tuple[Unused, ...]
    inquiries: tuple[Inquiry, ...]
    limits: tuple[str, ...]
    custody: tuple[Row, ...]


def dossier_of(file: CaseFile) -> Dossier:
    """Make the view of a case file. Raises PolicyError where a public profile would print an exhibit's digest."""
    exhibits = tuple(sorted(file.exhibits, key=lambda shown: shown.exhibit.number))
    weighed = {weight.question.id: weighed_of(weight, file.assessments, file.findings) for weight in file.weights}
    open_questions = (unweighed_of(question) for question in file.questions if question.id not in weighed)
    plates = tuple(
        plate_of(
            shown,
            file.findings,
            profile=file.profile,
            picture=_picture(shown.picture, shown.picture_type, file.profile),
        )
        for shown in exhibits
    )
    readings = tuple(shown.reading for shown in exhibits if shown.reading is not None)
    dossier = Dossier(
        profile=file.profile,
        cover=_cover(file),
        questions=(*weighed.values(), *open_questions),
        exchanges=exchanges_of(exhibits, file.particulars, file.glosses),
        requests=tuple(_requests(file)),
        plates=plates,
        unanswered=unanswered_of(file.findings),
        unused=tuple(Unused(label=label_of(row.exhibit), reason=row.reason) for row in file.not_used),
        inquiries=file.inquiries,
        limits=tuple(_limits(plates, readings)),
        custody=tuple(_row(row) for row in sorted(file.custody, key=lambda row: row.index)),
    )
    _check_public(file, dossier)
    return dossier


def _cover(file: CaseFile) -> Cover:
    fingerprint = file.log.fingerprint
    return Cover(
        title=file.case.title,
        purpose=file.case.purpose,
        profile=PROFILE_WORDS[file.profile],
        at=file.at,
        fingerprint=" ".join(fingerprint[place : place + 4] for place in range(0, len(fingerprint), 4)),
        log_name=file.log.checkpoint.origin,
        log_size=file.log.checkpoint.size,
        log_root=base64.b64encode(file.log.checkpoint.root).decode(),
        anchoring=file.log.anchoring,
        pending=file.pending,
    )


def _picture(content: bytes | None, media_type: str, profile: Profile) -> str:
    """Give a data URI in the internal profile alone; everywhere else a plate stays a plate."""
    if content is None or profile != "internal":
        return ""
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


def _requests(file: CaseFile) -> Iterable[Request]:
    for request in sorted(file.particulars, key=lambda request: (request.at, request.to)):
        yield Request(
            to=request.to,
            at=request.at,
            asked=request.asked,
            about=request.about,
            reply=request.reply if request.reply is not None else "",
            reply_at=request.reply_at or "",
        )


def _row(row: CustodyRow) -> Row:
    exhibits = ", ".join(label_of(number) for number in row.exhibits)
    return Row(
        index=row.index, at=row.at, act=words_of_term("custody_kinds", row.kind), actor=row.actor, exhibits=exhibits
    )


def _limits(plates: tuple[Plate, ...], readings: tuple[Reading, ...]) -> Iterable[str]:
    """Collect each limit once: the general ones, those of reading, those of the findings printed."""
    seen: dict[str, list[str]] = {}
    for plate in plates:
        for observation in plate.observations:
            for limit in observation.limits:
                seen.setdefault(limit, []).append(f"{observation.mark.label}, {observation.examiner}")
    yield from GENERAL_LIMITS
    if readings:
        yield from READING_LIMITS
    for limit, where in seen.items():
        yield f"{limit} ({'; '.join(dict.fromkeys(where))})"


def _check_public(file: CaseFile, dossier: Dossier) -> None:
    """Hold the contract: no SHA-256 of an exhibit stands anywhere in a public dossier."""
    if file.profile != "public":
        return
    printed = repr(dossier).lower()
    for shown in file.exhibits:
        if shown.exhibit.sha256 in printed:
            raise PolicyError(
                f"a public dossier that names {label_of(shown.exhibit.number)} by its number alone",
                "its SHA-256 in a text of the case",
                remedy="Take the digest out of the text that quotes it, or publish with another profile.",
            )
