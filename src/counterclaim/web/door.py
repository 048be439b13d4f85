"""Who may sit at the workbench: whoever holds the start token, once; refuses everybody else every page."""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from counterclaim.desk.locking import Opening
from counterclaim.desk.open import Desk, open_desk
from counterclaim.vault.slots import LockedError
from counterclaim.web.manners import Answer

TOKEN_BYTES = 24  # 192 bits: not to be guessed at any rate a loopback port can be asked
ENVIRON_KEY = "counterclaim.workbench"  # WSGI environ, where no request header can reach
SEAT = "seat"
OPEN = ("/static/", "/enter/")  # no evidence behind either
ANY_TIME = ("/unlock", "/leave")
IDLE_SECONDS_MAX = 15 * 60  # a left desk; reading one long page takes less


def seconds_awake_or_not() -> float:
    """Seconds that go on while the machine sleeps, where the system counts them: a closed lid is idle time."""
    boot_time = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot_time is None else time.clock_gettime(boot_time)


def reopener_of(desk: Desk) -> Callable[[str], Desk]:
    """What opens the same desk again with a passphrase; it holds no key of the vault."""
    folder, actor, key_file = desk.vault.folder, desk.actor, desk.key_file
    crew, wait_seconds, clock, salts = desk.crew, desk.wait_seconds, desk.clock, desk.salts

    def reopen(passphrase: str) -> Desk:
        # Not by the agent: whoever sits down at a left workbench must bring something.
        if not passphrase and key_file is None:
            raise LockedError("the passphrase of this vault", "none")
        opening = Opening(passphrase=passphrase or None, key_file=key_file)
        opened = open_desk(folder, actor=actor, opening=opening, clock=clock, salts=salts)
        return replace(opened, crew=crew, wait_seconds=wait_seconds)

    return reopen


@dataclass(slots=True, kw_only=True)
class Workbench:
    """A desk with its door: a token that opens once, and the seat a session then holds.

    The desk of an encrypted vault locks itself when nobody asked for anything in `idle_seconds_max`: the vault's keys
    are let go of, and the seated person is asked for the passphrase.
    """

    desk: Desk | None
    idle_seconds_max: float = IDLE_SECONDS_MAX
    seconds: Callable[[], float] = seconds_awake_or_not
    used: float = field(init=False)
    reopen: Callable[[str], Desk] = field(init=False, repr=False)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(TOKEN_BYTES))
    seat: str = field(default_factory=lambda: secrets.token_urlsafe(TOKEN_BYTES))
    spent: bool = False

    def __post_init__(self) -> None:
        self.used = self.seconds()
        if self.desk is not None:
            self.reopen = reopener_of(self.desk)

    def look(self) -> None:
        """Lock the desk if its time is up. Called before every answer, and by the server while nobody asks."""
        if self.desk is not None and self.desk.vault.encrypted and self.seconds() - self.used > self.idle_seconds_max:
            self.desk = None

    def unlock(self, passphrase: str) -> None:
        """Open the desk again. Raises LockedError."""
        self.desk = self.reopen(passphrase)
        self.used = self.seconds()

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
    """The desk of the person at the workbench; the gate lets nobody here while it is locked. Raises LockedError."""
    desk = workbench_of(request).desk
    if desk is None:
        raise LockedError("an unlocked vault", "a locked one")
    return desk


def gate(answer: Answer) -> Answer:
    """Let a seated session pass; everybody else gets the sign-in page, whatever they asked for."""

    def answered(request: HttpRequest) -> HttpResponse:
        request.get_host()  # Django checks the host only where it is asked for; raises DisallowedHost
        bench = workbench_of(request)
        bench.look()
        if request.path.startswith(OPEN):
            return answer(request)
        if not _seated(request):
            return sign_in(request)
        # The form's own address goes on to its view, where Django holds it against its CSRF token.
        if bench.desk is None and request.path not in ANY_TIME:
            return render(request, "unlock.html", {"refused": ""}, status=403)
        bench.used = bench.seconds()
        return answer(request)

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


def unlock(request: HttpRequest) -> HttpResponse:
    """Open the locked desk with the passphrase that was sent, or say that it does not open."""
    bench = workbench_of(request)
    if request.method == "POST" and bench.desk is None:
        try:
            bench.unlock(request.POST.get("passphrase", ""))
        except LockedError as error:
            return render(request, "unlock.html", {"refused": str(error)}, status=403)
    return HttpResponseRedirect("/")


def leave(request: HttpRequest) -> HttpResponse:
    """Give up the seat; a new one needs a new start."""
    if request.method == "POST":
        request.session.flush()
        return sign_in(request)
    return HttpResponseRedirect("/")
