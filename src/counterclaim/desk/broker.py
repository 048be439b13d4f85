"""The only door to the network: shows each request, sends it on the person's word alone, logs it; follows nothing."""

from __future__ import annotations

import http.client
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from typing_extensions import override

from counterclaim.desk.open import Desk
from counterclaim.desk.outbound import ForbiddenError, OutboundPolicy, Request
from counterclaim.record.canonical import sha256_hex
from counterclaim.record.errors import CounterclaimError, PolicyError

SECONDS_MAX = 900.0  # whatever a request asks for: a language model on two cores is the slowest there is
ANSWER_BYTES_MAX = 64 << 20  # the largest pages with everything inlined have some 20 MB
HEADERS_MAX = 100  # as http.client bounds them
# One for every installation and version, and no program's name: it must not tell a host who looks.
USER_AGENT = "Mozilla/5.0"


class NotSentError(PolicyError):
    """The person has not said that this may be sent; nothing was sent."""

    @override
    def standard_remedy(self) -> str:
        """Say how to say so."""
        return "Nothing was sent. Read above what would be sent and to whom; to send it, run the same with --send."


class UnreachableHostError(CounterclaimError):
    """A request was sent, or tried, and no whole answer came. It is in the log."""

    @override
    def standard_remedy(self) -> str:
        """Say that trying again is an act of its own."""
        return "Try again later; what was tried is in the log."


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, as it came: status, header lines in order, body; over TLS also the certificate's SHA-256."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    certificate_sha256: str = ""

    def plain(self) -> dict[str, Any]:
        """The answer as the log keeps it: everything but the body itself."""
        return {
            "status": self.status,
            "headers": [list(one) for one in self.headers],
            "received_bytes": len(self.body),
            "received_sha256": sha256_hex(self.body),
            "certificate_sha256": self.certificate_sha256,
        }

    def header(self, name: str) -> str:
        """The first header line of this name, or nothing."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


Transport = Callable[[Request, OutboundPolicy], Answer]
"""Performs one request; raises UnreachableHostError."""


def over_the_network(request: Request, policy: OutboundPolicy) -> Answer:
    """Send one request and read one answer, within its seconds and ANSWER_BYTES_MAX in all.

    No proxy of the environment, no cookie, no redirect, no compression, no second try. Raises UnreachableHostError.
    """
    seconds = min(request.seconds_max, SECONDS_MAX)
    connection = _connection(request, policy, seconds)
    ran_out = threading.Event()
    try:
        connection.connect()
        line: Any = connection.sock
        certificate = line.getpeercert(binary_form=True) if request.secure else None

        def stop() -> None:
            ran_out.set()
            with suppress(OSError):
                line.shutdown(2)  # both ways: whatever waits on it ends

        timer = threading.Timer(seconds, stop)
        timer.start()
        try:
            headers = {"User-Agent": USER_AGENT, "Connection": "close", **dict(request.headers)}
            connection.request(request.method, request.path, body=request.body or None, headers=headers)
            answer = connection.getresponse()
            body = answer.read(ANSWER_BYTES_MAX + 1)
        finally:
            timer.cancel()
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise UnreachableHostError(f"an answer from {request.host}", str(error) or type(error).__name__) from error
    finally:
        connection.close()
    if ran_out.is_set() or answer.length or len(body) > ANSWER_BYTES_MAX:
        bound = f"a whole answer within {seconds:.0f} s and {ANSWER_BYTES_MAX} bytes from {request.host}"
        raise UnreachableHostError(bound, f"a part of {len(body)} bytes")
    return Answer(
        status=answer.status,
        headers=tuple(answer.getheaders()[:HEADERS_MAX]),
        body=body,
        certificate_sha256=sha256_hex(certificate) if certificate else "",
    )


def _connection(request: Request, policy: OutboundPolicy, seconds: float) -> http.client.HTTPConnection:
    at = policy.proxy_for(request) or (request.host, request.port)
    connection: http.client.HTTPConnection
    if request.secure:
        connection = http.client.HTTPSConnection(*at, timeout=seconds, context=ssl.create_default_context())
    else:
        connection = http.client.HTTPConnection(*at, timeout=seconds)
    if at != (request.host, request.port):
        connection.set_tunnel(request.host, request.port)
    return connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """One command's door. `send` is the person's word on this command (--send); `show` prints to them."""

    desk: Desk
    send: bool
    show: Callable[[str], None]
    policy: OutboundPolicy = field(default_factory=OutboundPolicy)
    transport: Transport = over_the_network

    def perform(self, request: Request, *, case: str = "") -> tuple[Answer, int]:
        """Show the request; on the person's word enter it in the log, send it, enter what came; (answer, entry).

        It is entered before it is sent: whatever stops the program afterwards, the log says that it may have left.
        Raises NotSentError (no word), ForbiddenError, UnreachableHostError.
        """
        for line in request.shown():
            self.show(line)
        if not self.send:
            raise NotSentError("your word that this may be sent (--send)", "none")
        try:
            self.policy.check(request)
        except ForbiddenError as error:
            self._enter(request, {"outcome": "refused", "reason": error.got}, case=case)
            raise
        sending = self._enter(request, {"outcome": "sending"}, case=case)
        try:
            answer = self.transport(request, self.policy)
        except UnreachableHostError as error:
            self._enter(request, {"outcome": "no_answer", "reason": error.got, "sending": sending}, case=case)
            raise
        return answer, self._enter(request, {"outcome": "answered", "sending": sending, **answer.plain()}, case=case)

    def _enter(self, request: Request, outcome: Mapping[str, Any], *, case: str) -> int:
        body = {"request": request.plain(), **outcome}
        (entry,) = self.desk.record(self.desk.event("fetch", case=case, body=body))
        return entry.index
