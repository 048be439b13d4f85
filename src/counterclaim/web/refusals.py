"""Errors as pages: what was expected, what came, what to do; refuses to hide a bug of ours behind one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from counterclaim.record.errors import CounterclaimError
from counterclaim.web.manners import Answer

# The contract's exit codes as HTTP statuses (RFC 9110; 507 is RFC 4918 section 11.5).
STATUS_OF_EXIT = {1: 500, 2: 400, 3: 403, 4: 507, 5: 409}


class Refusals:
    """Middleware that turns a CounterclaimError into its page; anything else is our bug and stays one."""

    def __init__(self, answer: Answer) -> None:
        """Django hands in what answers next."""
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as usual."""
        return self.answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page of an error that explains itself; None leaves the others to Django."""
        if not isinstance(error, CounterclaimError):
            return None
        return told(
            request, expected=error.expected, got=error.got, remedy=error.remedy(),
            status=STATUS_OF_EXIT[error.exit_code],
        )  # fmt: skip


def told(request: HttpRequest, *, expected: str, got: str, remedy: str, status: int) -> HttpResponse:
    """A page that tells the three halves of an error."""
    return render(request, "refusal.html", {"expected": expected, "got": got, "remedy": remedy}, status=status)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that did not come from this workbench's own page: nothing was done."""
    return told(
        request,
        expected="a form of this workbench, sent from its own page",
        got=reason.rstrip(".") or "a form without its token",
        remedy="Nothing was changed. Go back, load the page again, and send the form from there.",
        status=403,
    )


def nowhere(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No page at this address (Django names the second argument)."""
    del exception
    return told(
        request,
        expected="the address of a page of this workbench",
        got=request.path,
        remedy="Begin at the list of cases.",
        status=404,
    )


def malformed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request of a form this workbench does not take (a foreign host name, a form too large)."""
    return told(
        request,
        expected="a request to 127.0.0.1 with a form of ordinary size",
        got=type(exception).__name__,
        remedy="Open the address that `counterclaim serve` printed, and use the page's own forms.",
        status=400,
    )


def methodless(request: HttpRequest) -> HttpResponse:
    """An act was asked for as if it were a page: acts are sent by a form, never by a link."""
    return told(
        request,
        expected="a form sent with POST",
        got=str(request.method),
        remedy="Go back to the page and use its button.",
        status=405,
    )
