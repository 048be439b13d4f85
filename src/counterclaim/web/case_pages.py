"""The list of cases and a case's own page; refuses to name a case in which the person holds no role."""

from __future__ import annotations

from collections import Counter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from counterclaim.desk.cases import case_of
from counterclaim.desk.judge import undecided
from counterclaim.desk.open import Desk
from counterclaim.desk.particulars import particulars
from counterclaim.dossier.said import words_of_term
from counterclaim.record.exhibit import label_of
from counterclaim.web.columns import lines_of
from counterclaim.web.door import desk_of
from counterclaim.web.readings import read_of


def home(request: HttpRequest) -> HttpResponse:
    """The cases the person may see, each with what waits in it."""
    desk = desk_of(request)
    cases = [
        (case, len(desk.vault.exhibits(case.name)), len(undecided(desk, case=case.name)))
        for case in desk.vault.cases()
        if desk.pseudonym(case.name) in {grant.actor for grant in desk.vault.roles(case.name)}
    ]
    return render(request, "home.html", {"cases": cases, "actor": desk.actor})


def case_home(request: HttpRequest, case: str) -> HttpResponse:
    """What is alleged left, what is denied or answered right; what waits; the exhibits as plates."""
    desk = desk_of(request)
    desk.require("show", case=case)
    exhibits = desk.vault.exhibits(case)
    reads = [read for exhibit in exhibits if (read := read_of(desk, exhibit)) is not None]
    waiting = Counter(one.partition(".")[0] for one in undecided(desk, case=case))
    aside = {row.exhibit: row.why for row in desk.vault.not_used(case)}
    plates = [
        {
            "exhibit": exhibit,
            "label": label_of(exhibit.number),
            "kind": words_of_term("exhibit_kinds", exhibit.kind),
            "waiting": waiting[label_of(exhibit.number)],
            "aside": aside.get(exhibit.number, ""),
            "read": any(read.shown.exhibit.number == exhibit.number for read in reads),
        }
        for exhibit in exhibits
    ]
    told = {
        **frame_of(desk, case),
        "lines": list(lines_of(reads, particulars(desk, case=case))),
        "rejected": sum(account.status == "rejected" for read in reads for account in read.reading.accounts),
        "waiting": waiting.total(),
        "plates": plates,
        "questions": desk.vault.questions(case),
    }
    return render(request, "case.html", told)


def frame_of(desk: Desk, case: str) -> dict[str, object]:
    """What every page of a case shows at its head: the case, and who acts under which pseudonym."""
    return {"case": case_of(desk, case), "actor": desk.actor, "pseudonym": desk.pseudonym(case)}
