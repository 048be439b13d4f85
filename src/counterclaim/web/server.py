"""Serves the workbench on 127.0.0.1, one request after another; refuses every other interface."""

from __future__ import annotations

import selectors
import signal
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from typing_extensions import override

from counterclaim.record.errors import UsageError

if TYPE_CHECKING:
    from counterclaim.desk.open import Desk
    from counterclaim.web.door import Workbench

HOST = "127.0.0.1"
PORT_MAX = 65535
REQUEST_SECONDS_MAX = 10  # a connection that began to speak and stopped holds the others up no longer
WRITER_SECONDS_MAX = 5.0  # a person at a page waits no longer for another writer; then the page says so
WAITING_MAX = 64  # browsers open connections ahead of need; more than this is no one person's browser
LOOK_SECONDS = 5.0  # how late an idle desk may lock
Waiting = dict[socket.socket, Any]  # connections that did not speak yet, with their addresses, oldest first
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def serve(desk: Desk, *, port: int, announce: Callable[[str], None]) -> None:
    """Serve until interrupted (SIGINT or SIGTERM); `announce` is given the address with the start token, once.

    Raises UsageError where Django is missing, or the port is taken or none.
    """
    if find_spec("django") is None:
        raise UsageError(
            "Django, which the workbench stands on", "none installed", remedy="pip install counterclaim[web]"
        )
    if not 0 <= port <= PORT_MAX:
        raise UsageError(f"a port from 0 to {PORT_MAX}", str(port))
    from counterclaim.web.door import Workbench

    bench = Workbench(desk=replace(desk, wait_seconds=WRITER_SECONDS_MAX))
    try:
        server = PatientServer((HOST, port), QuietHandler)
    except OSError as error:
        raise UsageError(
            f"port {port} of {HOST} free", error.strerror or str(error), remedy="Name another with --port."
        ) from error
    with server:
        server.set_app(application(bench))
        announce(f"http://{HOST}:{server.server_port}/enter/{bench.token}")
        server.serve_patiently(look=bench.look)


def application(bench: Workbench) -> Application:
    """The WSGI application of one workbench: Django's, with the workbench in the environ."""
    from counterclaim.web.roof import raise_roof

    raise_roof()
    from django.core.handlers.wsgi import WSGIHandler

    from counterclaim.web.door import ENVIRON_KEY

    handler = WSGIHandler()

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        answered: Iterable[bytes] = handler({**environ, ENVIRON_KEY: bench}, start_response)
        return answered

    return answer


class QuietHandler(WSGIRequestHandler):
    """Writes no access log: it would keep the start token and what a person looked at."""

    timeout = REQUEST_SECONDS_MAX

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class PatientServer(WSGIServer):
    """Handles a connection only once it speaks, so that one a browser opened ahead of need blocks nobody."""

    request_queue_size = WAITING_MAX

    @override
    def server_bind(self) -> None:
        """Bind without looking this machine's name up: that would ask the network."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = HOST, int(self.server_address[1])
        self.setup_environ()

    @override
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that broke or fell silent is dropped; errors of the application are told by Django."""

    def serve_patiently(self, *, look: Callable[[], None]) -> None:
        """Accept, wait for the first byte, answer; one at a time, until a signal says to stop.

        `look` is called every some seconds too, so that an idle desk locks without being asked for.

        A request that is being answered is answered to its end: a judgement is never cut off halfway.
        """
        waiting: Waiting = {}
        with selectors.DefaultSelector() as selector, _stop_socket() as stop:
            selector.register(self.socket, selectors.EVENT_READ)
            selector.register(stop, selectors.EVENT_READ)
            try:
                while True:
                    ready = [key.fileobj for key, _ in selector.select(LOOK_SECONDS)]
                    look()
                    if stop in ready:
                        return
                    for one in ready:
                        if one is self.socket:
                            self._welcome(selector, waiting)
                        else:
                            self._answer(selector, waiting, one)  # type: ignore[arg-type]
            finally:
                for connection in waiting:
                    connection.close()

    def _welcome(self, selector: selectors.BaseSelector, waiting: Waiting) -> None:
        try:
            connection, address = self.get_request()
        except OSError:
            return
        if len(waiting) >= WAITING_MAX:
            oldest = next(iter(waiting))
            selector.unregister(oldest)
            waiting.pop(oldest)
            oldest.close()
        waiting[connection] = address
        selector.register(connection, selectors.EVENT_READ)

    def _answer(self, selector: selectors.BaseSelector, waiting: Waiting, connection: socket.socket) -> None:
        address = waiting.pop(connection, None)
        if address is None:
            return  # it was the oldest of too many, and was closed in this very round
        selector.unregister(connection)
        try:
            self.process_request(connection, address)
        except OSError:
            self.shutdown_request(connection)


@contextmanager
def _stop_socket() -> Iterator[socket.socket]:
    """A socket that becomes readable when the process is asked to stop.

    An exception raised by a signal would not do: wsgiref answers any exception within a request, KeyboardInterrupt
    too, with a page, and the server would go on.
    """
    reading, writing = socket.socketpair()

    def ask(_number: int, _frame: object) -> None:
        writing.send(b"!")

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield reading
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        reading.close()
        writing.close()
