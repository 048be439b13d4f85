"""Gathers what may leave a case: accepted suggestions, findings, weights and records; nothing only proposed."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from counterclaim.desk.crew import Crew
from counterclaim.desk.jail import Jail, JailEndedError
from counterclaim.desk.judge import undecided
from counterclaim.desk.open import Desk
from counterclaim.desk.particulars import particulars
from counterclaim.desk.stamp import words_of_tokens
from counterclaim.desk.suggestions import current_suggestions
from counterclaim.desk.weigh import accepted_findings
from counterclaim.dossier.casefile import CaseFile, CustodyRow, Inquiry, LogHead, NotUsed, Profile, Shown
from counterclaim.dossier.dossier import Dossier, dossier_of
from counterclaim.record.account import Reading
from counterclaim.record.canonical import plain_of
from counterclaim.record.case import Case
from counterclaim.record.exhibit import Exhibit, ExhibitKind, label_of
from counterclaim.record.media import ending_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """The dossier's view, the disclosed files by name, and the records in plain values."""

    dossier: Dossier
    files: Mapping[str, bytes]
    findings: list[dict[str, Any]]
    readings: list[dict[str, Any]]
    weights: list[dict[str, Any]]


def gathered(desk: Desk, *, case: str, profile: str) -> Gathered:
    """Collect everything a person accepted in `case`; exhibits set aside are listed and not disclosed."""
    aside = {row.exhibit for row in desk.vault.not_used(case)}
    exhibits = [exhibit for exhibit in desk.vault.exhibits(case) if exhibit.number not in aside]
    files = {file_name_of(exhibit): desk.vault.content_of(exhibit) for exhibit in exhibits}
    pictures = _pictures_of(exhibits, files, desk.crew)
    shown = tuple(_shown(desk, exhibit, pictures.get(exhibit.number)) for exhibit in exhibits)
    return Gathered(
        dossier=dossier_of(_case_file(desk, shown, case=case, profile=profile)),
        files=files,
        findings=list(_findings(desk, exhibits, case=case)),
        readings=[_accepted_reading(one) for one in shown if one.reading is not None],
        weights=[plain_of(weight) for weight in desk.vault.weights(case)],
    )


def file_name_of(exhibit: Exhibit) -> str:
    """The name a disclosed exhibit gets: its number and the ending of its media type, never its own name."""
    return f"{label_of(exhibit.number)}.{ending_of(exhibit.media_type)}"


def _case_file(desk: Desk, shown: tuple[Shown, ...], *, case: str, profile: str) -> CaseFile:
    checkpoint = desk.vault.checkpoint()
    anchoring, _ = words_of_tokens(desk, size=checkpoint.checkpoint.size, note=checkpoint.note())
    return CaseFile(
        case=cast("Case", desk.vault.case(case)),
        profile=cast("Profile", profile),
        at=desk.clock(),
        log=LogHead(fingerprint=desk.fingerprint(), checkpoint=checkpoint.checkpoint, anchoring=anchoring),
        exhibits=shown,
        findings=accepted_findings(desk, case=case),
        questions=tuple(asked.question for asked in desk.vault.questions(case)),
        weights=desk.vault.weights(case),
        assessments=desk.vault.assessments(case),
        particulars=particulars(desk, case=case),
        inquiries=tuple(_inquiries(desk, case=case)),
        not_used=tuple(NotUsed(exhibit=row.exhibit, reason=row.why) for row in desk.vault.not_used(case)),
        custody=tuple(
            CustodyRow(index=act.entry, at=act.at, kind=act.kind, actor=act.actor, exhibits=act.exhibits)
            for act in desk.vault.activity(case)
            if act.event_class != "viewing"
        ),
        pending=len(undecided(desk, case=case)),
    )


def _shown(desk: Desk, exhibit: Exhibit, picture: bytes | None) -> Shown:
    rows = [row for row in current_suggestions(desk, case=exhibit.case) if row.exhibit == exhibit.number]
    reading = desk.vault.reading(exhibit.case, exhibit.number)
    local = frozenset(row.plain["id"] for row in rows if row.status == "accepted")
    return Shown(exhibit=exhibit, reading=reading, accepted=local, picture=picture)


def _accepted_reading(shown: Shown) -> dict[str, Any]:
    """What was accepted of a reading, in plain values, with the text it selects from."""
    reading = cast("Reading", shown.reading)
    plain: dict[str, Any] = plain_of(reading)
    for kind in ("damage", "quotations", "accounts", "episodes", "methods"):
        plain[kind] = [one for one in plain[kind] if one["id"] in shown.accepted]
    plain["dates"] = plain["durations"] = []  # a person accepts those of an episode, and no other
    for account in plain["accounts"]:
        account["status"] = "accepted"
    named = set(_entities_in([plain["quotations"], plain["accounts"], plain["episodes"]]))
    plain["entities"] = [one for one in plain["entities"] if one["id"] in named]
    for entity in plain["entities"]:
        entity["same_as"] = [one for one in entity["same_as"] if one in named]
    return {"exhibit": shown.exhibit.number, "reading": plain}


def _entities_in(plain: Any) -> Iterator[str]:  # noqa: ANN401 (JSON values)
    """Every entity that a slot among these plain values names."""
    if isinstance(plain, dict):
        yield from [plain["entity"]] if isinstance(plain.get("entity"), str) else []
        yield from plain.get("candidates", [])
    for one in plain.values() if isinstance(plain, dict) else plain if isinstance(plain, list) else []:
        yield from _entities_in(one)


def _findings(desk: Desk, exhibits: list[Exhibit], *, case: str) -> Iterator[dict[str, Any]]:
    """Each finding that leaves, its file, and what the examiner was told, so that it can be derived again."""
    names = {exhibit.number: file_name_of(exhibit) for exhibit in exhibits}
    leaving = {finding.id: finding for finding in accepted_findings(desk, case=case)}
    for entry in desk.vault.entries(case):
        event = entry.event()
        if event is None or event.kind != "examine" or event.exhibits[0] not in names:
            continue
        finding = leaving.get(event.body["finding"]["id"])
        if finding is not None:
            told = {"brief": event.body["brief"], "held": event.body["held"]}
            yield {"file": names[finding.exhibit], "finding": plain_of(finding), "entry": entry.index, **told}


def _pictures_of(exhibits: list[Exhibit], files: Mapping[str, bytes], crew: Crew) -> dict[int, bytes]:
    """A small re-encoded copy of each picture that can be decoded, made in the jail; the rest stay bare plates."""

    def small(jail: Jail, exhibit: Exhibit) -> tuple[int, str | None]:
        try:
            return exhibit.number, jail.run("small_picture", {}, files[file_name_of(exhibit)])
        except JailEndedError:
            return exhibit.number, None

    made = crew.map(small, [exhibit for exhibit in exhibits if exhibit.kind == ExhibitKind.PHOTOGRAPH])
    return {number: base64.b64decode(answer) for number, answer in made if answer is not None}


def _inquiries(desk: Desk, *, case: str) -> Iterator[Inquiry]:
    for row in desk.vault.notes(case, "inquiry"):
        told = {key: str(value) for key, value in row.plain.items()}
        kept = told.get("results_kept", "not said")
        found = f"{kept} kept. {told.get('note', '')}".strip()
        yield Inquiry(
            at=row.at, where=told.get("query", "not said"), sought=told.get("question", "not said"), found=found
        )
