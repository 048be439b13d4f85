"""What every answer carries: no foreign content, no framing, no storing; refuses nothing itself."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# Stricter than default-src alone where that does not reach: framing, base, forms and plug-ins.
POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
KEPT = "/static/"

Answer = Callable[[HttpRequest], HttpResponse]


def headers(answer: Answer) -> Answer:
    """Put the policy on each answer; only style, script and fonts may be kept by the browser."""

    def answered(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        response["Content-Security-Policy"] = POLICY
        if not request.path.startswith(KEPT):
            response["Cache-Control"] = "no-store"
        return response

    return answered
