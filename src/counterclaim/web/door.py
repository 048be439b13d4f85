"""Who may sit at the workbench: whoever holds the start token, once; refuses everybody else every page."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from counterclaim.desk.open import Desk
from counterclaim.web.manners import Answer

TOKEN_BYTES = 24  # 192 bits: not to be guessed at any rate a loopback port can be asked
ENVIRON_KEY = "counterclaim.workbench"  # WSGI environ, where no request header can reach
SEAT = "seat"
OPEN = ("/static/", "/enter/")  # no evidence behind either


@dataclass(slots=True, kw_only=True)
class Workbench:
    """A desk with its door: a token that opens once, and the seat a session then holds."""

    desk: Desk
    token: str = field(default_factory=lambda: secrets.token_urlsafe(TOKEN_BYTES))
    seat: str = field(default_factory=lambda: secrets.token_urlsafe(TOKEN_BYTES))
    spent: bool = False

    def opens(self, token: str) -> bool:
        """Whether this token opens the door now; a token that did opens nothing afterwards."""
        if self.spent or not hmac.compare_digest(token.encode(), self.token.encode()):
            return False
        self.spent = True
        return True

    def seats(self, seat: object) -> bool:
        """Whether a session holds this workbench's seat."""
        return isinstance(seat, str) and hmac.compare_digest(seat.encode(), self.seat.encode())


def workbench_of(request: HttpRequest) -> Workbench:
    """The workbench this request came to; the server puts it into the environ."""
    bench: Workbench = request.META[ENVIRON_KEY]
    return bench


def desk_of(request: HttpRequest) -> Desk:
    """The desk of the person at the workbench."""
    return workbench_of(request).desk


def gate(answer: Answer) -> Answer:
    """Let a seated session pass; everybody else gets the sign-in page, whatever they asked for."""

    def answered(request: HttpRequest) -> HttpResponse:
        request.get_host()  # Django checks the host only where it is asked for; raises DisallowedHost
        if request.path.startswith(OPEN) or _seated(request):
            return answer(request)
        return sign_in(request)

    return answered


def _seated(request: HttpRequest) -> bool:
    return workbench_of(request).seats(request.session.get(SEAT))


def sign_in(request: HttpRequest) -> HttpResponse:
    """The page that says how to enter, and nothing of what is inside."""
    return render(request, "sign_in.html", status=403)


def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Take the start token and give the seat. A seated person who follows the address again is let in."""
    if _seated(request):
        return HttpResponseRedirect("/")
    if not workbench_of(request).opens(token):
        return sign_in(request)
    request.session.flush()
    request.session[SEAT] = workbench_of(request).seat
    return HttpResponseRedirect("/")


def leave(request: HttpRequest) -> HttpResponse:
    """Give up the seat; a new one needs a new start."""
    if request.method == "POST":
        request.session.flush()
        return sign_in(request)
    return HttpResponseRedirect("/")
