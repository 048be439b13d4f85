"""An exhibit's page: findings with limits, silence with reasons, custody; refuses any picture byte before a reveal."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from counterclaim.desk.open import Desk
from counterclaim.desk.view import exhibit_of, view
from counterclaim.dossier.casefile import Shown
from counterclaim.dossier.plate import Observation, plate_of, unanswered_of
from counterclaim.dossier.said import words_of_term
from counterclaim.record.account import Status
from counterclaim.record.errors import UsageError
from counterclaim.record.exhibit import Exhibit, label_of
from counterclaim.record.finding import Observed
from counterclaim.web.case_pages import frame_of
from counterclaim.web.door import desk_of
from counterclaim.web.refusals import methodless

# What current browsers decode themselves, each in a process without rights; the rest is not handed to them.
SHOWABLE = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp", "image/avif"})
ENTRY_HEADER = "Counterclaim-Entry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One observed finding as the dossier would print it, with its id and whether a person accepted it."""

    id: str
    observation: Observation
    status: Status


def exhibit(request: HttpRequest, case: str, number: int) -> HttpResponse:
    """Everything known of one exhibit except its bytes."""
    desk = desk_of(request)
    held = exhibit_of(desk, case=case, number=number)
    holding = desk.vault.holding(case, number)
    findings = [finding for finding in desk.vault.findings(case) if finding.exhibit == number]
    told = {
        **frame_of(desk, case),
        "exhibit": held,
        "label": label_of(number),
        "kind": words_of_term("exhibit_kinds", held.kind),
        "facts": plate_of(Shown(exhibit=held), (), profile="internal", picture="").facts,
        "note": holding.note if holding else "",
        "found": _found(desk, held),
        "unanswered": unanswered_of(findings),
        "custody": [
            (act, words_of_term("custody_kinds", act.kind))
            for act in desk.vault.activity(case)
            if number in act.exhibits
        ],
        "showable": held.media_type in SHOWABLE,
        "read": desk.vault.reading(case, number) is not None,
    }
    return render(request, "exhibit.html", told)


def _found(desk: Desk, held: Exhibit) -> list[Found]:
    """Each finding drawn by the dossier's own plate, also while it is only proposed."""
    found = []
    for finding in desk.vault.findings(held.case):
        if finding.exhibit == held.number and isinstance(finding.outcome, Observed):
            plate = plate_of(Shown(exhibit=held), [replace(finding, status="accepted")], profile="internal", picture="")
            found += [Found(id=finding.id, observation=one, status=finding.status) for one in plate.observations]
    return found


def reveal(request: HttpRequest, case: str, number: int) -> HttpResponse:
    """The picture's own bytes, after the viewing was entered in the log; only on an explicit POST."""
    if request.method != "POST":
        return methodless(request)
    desk = desk_of(request)
    held = exhibit_of(desk, case=case, number=number)
    if held.media_type not in SHOWABLE:
        raise UsageError(
            f"a picture a browser can show ({', '.join(sorted(SHOWABLE))})",
            held.media_type,
            remedy="Nothing was shown and nothing was logged; look at its findings and its text instead.",
        )
    seen = view(desk, case=case, number=number)
    response = HttpResponse(seen.content, content_type=held.media_type)
    response[ENTRY_HEADER] = str(seen.entry)
    return response
