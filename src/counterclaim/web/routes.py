"""Every address of the workbench on one page; refuses to hide one elsewhere."""

from __future__ import annotations

from django.urls import path

from counterclaim.web import assets, case_pages, door, exhibit_pages, question_pages, refusals, text_pages

urlpatterns = [
    path("", case_pages.home),
    path("enter/<str:token>", door.enter),
    path("leave", door.leave),
    path("unlock", door.unlock),
    path("static/<str:name>", assets.asset),
    path("case/<str:case>/", case_pages.case_home),
    path("case/<str:case>/exhibit/<int:number>/", exhibit_pages.exhibit),
    path("case/<str:case>/exhibit/<int:number>/reveal", exhibit_pages.reveal),
    path("case/<str:case>/exhibit/<int:number>/text", text_pages.text),
    path("case/<str:case>/exhibit/<int:number>/judge", text_pages.judge),
    path("case/<str:case>/questions", question_pages.questions),
    path("case/<str:case>/weigh", question_pages.weigh),
]
handler400 = refusals.malformed
handler404 = refusals.nowhere
