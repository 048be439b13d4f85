"""The questions with their rivals and drawn intervals; refuses to show how probable a rival is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from counterclaim.desk.weigh import weigh as weigh_case
from counterclaim.dossier.drawn import unweighed_of, weighed_of
from counterclaim.web.case_pages import frame_of
from counterclaim.web.door import desk_of
from counterclaim.web.refusals import methodless


def questions(request: HttpRequest, case: str) -> HttpResponse:
    """Each question as the dossier prints it, with its latest weight where one was made."""
    desk = desk_of(request)
    desk.require("show", case=case)
    weights = {weight.question.id: weight for weight in desk.vault.weights(case)}
    assessments, findings = desk.vault.assessments(case), desk.vault.findings(case)
    asked = [
        (
            one,
            weighed_of(weights[one.question.id], assessments, findings)
            if one.question.id in weights
            else unweighed_of(one.question),
        )
        for one in desk.vault.questions(case)
    ]
    told = {**frame_of(desk, case), "asked": asked, "judged": len(assessments)}
    return render(request, "questions.html", told)


def weigh(request: HttpRequest, case: str) -> HttpResponse:
    """Weigh the case's questions anew over what was accepted, and show them."""
    if request.method != "POST":
        return methodless(request)
    weigh_case(desk_of(request), case=case)
    return HttpResponseRedirect(f"/case/{case}/questions")
