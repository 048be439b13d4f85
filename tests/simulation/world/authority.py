"""A time-stamping authority on the loopback interface that answers, refuses, talks rubbish, is slow, or is gone."""

from __future__ import annotations

import http.server
import threading
import time
from types import SimpleNamespace, TracebackType
from typing import Self

import pytest

from counterclaim.desk import broker
from counterclaim.desk.broker import over_the_network
from counterclaim.desk.outbound import OutboundPolicy, Request
from counterclaim.desk.stamp import _post_through
from counterclaim.vault.stamps import Post
from tsa import LoopbackTsa

REFUSED = bytes.fromhex("30053003020102")  # a TimeStampResp whose status is rejection (RFC 3161 section 2.4.2)
PATIENCE_SECONDS = 0.1
BEHAVIOURS = ("grants", "refuses", "rubbish", "slow", "gone", "fails", "other")


class OddAuthority:
    """`with OddAuthority() as tsa:` gives one address for each behaviour, `tsa.address(behaviour)`, and its roots."""

    def __init__(self) -> None:
        self._tsa = LoopbackTsa()
        self._one = threading.Lock()
        self._earlier = b""

    @property
    def roots_pem(self) -> bytes:
        return self._tsa.roots_pem

    def address(self, behaviour: str) -> str:
        port = 9 if behaviour == "gone" else self._server.server_port  # discard: nobody listens
        return f"http://127.0.0.1:{port}/{behaviour}"

    def answer(self, behaviour: str, query: bytes) -> tuple[int, bytes]:
        match behaviour:
            case "refuses":
                return 200, REFUSED
            case "rubbish":
                return 200, query[::-1] * 7
            case "fails":
                return 503, b""
            case "other" if self._earlier:
                return 200, self._earlier
            case "slow":
                time.sleep(PATIENCE_SECONDS * 3)
        with self._one:
            reply = self._tsa.reply_to(query)
            self._earlier = self._earlier or reply
        return 200, reply

    def __enter__(self) -> Self:
        self._tsa.__enter__()
        authority = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                query = self.rfile.read(int(self.headers["Content-Length"]))
                status, reply = authority.answer(self.path[1:], query)
                self.send_response(status)
                self.send_header("Content-Length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)

            def log_message(self, *_: object) -> None:
                """Keep the test's output clean."""

            def handle(self) -> None:
                try:
                    super().handle()
                except OSError:
                    return  # who asked did not wait

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._tsa.__exit__(kind, error, trace)


def post_of_the_desk(*, waits_seconds: float) -> Post:
    """The desk's own way to ask an authority, for somebody who has said yes and waits so long."""

    def perform(request: Request) -> tuple[broker.Answer, None]:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(broker, "SECONDS_MAX", waits_seconds)
            return over_the_network(request, OutboundPolicy()), None

    return _post_through(SimpleNamespace(perform=perform))
