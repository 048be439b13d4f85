"""Nothing leaves but by the one door: shown first, sent on the person's word alone, logged, bounded, never led on."""

from __future__ import annotations

import ast
import http.server
import json
import socket
import threading
import time
from pathlib import Path

import pytest

from counterclaim.cli.main import main
from counterclaim.desk import broker as broker_room
from counterclaim.desk.admit import admit
from counterclaim.desk.broker import Answer, Broker, NotSentError, UnreachableHostError, over_the_network
from counterclaim.desk.cases import open_case
from counterclaim.desk.fetch import fetched
from counterclaim.desk.outbound import ForbiddenError, OutboundPolicy, policy_in, request_to
from counterclaim.desk.publish import publish
from counterclaim.record.canonical import sha256_hex
from counterclaim.record.errors import PolicyError, UsageError
from tsa import LoopbackTsa

SRC = Path(__file__).resolve().parents[2] / "src" / "counterclaim"
PAGE = b"<html><body><h1>Ministry denies</h1><p>Said so.</p></body></html>"


class Host:
    """A loopback host that records what it was asked, and answers as a test tells it."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        host = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                host.asked.append((self.command, self.path, dict(self.headers), body))
                if self.path.startswith("/moved"):
                    self.send_response(302)
                    self.send_header("Location", "http://127.0.0.1:9/elsewhere")
                    self.end_headers()
                    return
                self.send_response(404 if self.path == "/gone" else 200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Set-Cookie", "who=you")
                short = self.path == "/short"
                self.send_header("Content-Length", str(len(PAGE) + 10 * short))
                self.end_headers()
                if self.path == "/slow":
                    time.sleep(2)
                self.wfile.write(PAGE)

            do_GET = answer  # noqa: N815 (the library's names)
            do_POST = answer  # noqa: N815

            def log_message(self, *_: object) -> None:
                """Keep the test's output clean."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def host():
    one = Host()
    yield one
    one.server.shutdown()
    one.server.server_close()


@pytest.fixture
def case(desk):
    open_case(desk, name="c", title="c", purpose="test", risk_assessment="none")
    return desk


def door(desk, *, send=True, policy=None, shown=None, **more) -> Broker:
    said = shown if shown is not None else []
    return Broker(desk=desk, send=send, show=said.append, policy=policy or OutboundPolicy(), **more)


def logged(desk) -> list[dict]:
    events = [entry.event() for entry in desk.vault.entries()]
    return [event.body for event in events if event is not None and event.kind == "fetch"]


# --- shown, sent, logged ----------------------------------------------------------------------


def test_without_the_word_it_is_shown_and_nothing_is_sent_or_logged(case, host) -> None:
    shown: list[str] = []
    before = case.vault.size()
    request = request_to(f"{host.url}/page", purpose="fetch", method="POST", body=b"\x01\x02")
    with pytest.raises(NotSentError) as caught:
        door(case, send=False, shown=shown).perform(request)
    assert caught.value.exit_code == 3
    text = "\n".join(shown)
    assert f"POST {host.url}/page" in text
    assert "to the host 127.0.0.1" in text
    assert f"sends 2 bytes, SHA-256 {sha256_hex(bytes([1, 2]))}" in text
    assert "0102" in text
    assert host.asked == []
    assert case.vault.size() == before


def test_what_is_sent_is_entered_before_and_what_came_after(case, host) -> None:
    shown: list[str] = []
    answer, entry = door(case, shown=shown).perform(request_to(f"{host.url}/page?a=1", purpose="fetch"), case="c")
    assert (answer.status, answer.body) == (200, PAGE)
    assert shown
    sending, answered = logged(case)
    assert sending["outcome"] == "sending"
    assert sending["request"]["host"] == "127.0.0.1"
    assert (sending["request"]["sent_bytes"], answered["received_bytes"]) == (0, len(PAGE))
    assert answered["received_sha256"] == sha256_hex(PAGE)
    assert case.vault.entry(answered["sending"]).event().body == sending
    assert case.vault.entry(entry).event().body == answered
    ((method, path, headers, body),) = host.asked
    assert (method, path, body) == ("GET", "/page?a=1", b"")
    assert set(headers) == {"Host", "Accept-Encoding", "User-Agent", "Connection"}
    assert headers["User-Agent"] == "Mozilla/5.0"
    assert "Cookie" not in headers


def test_a_program_stopped_while_sending_has_said_in_the_log_that_it_may_have_left(case) -> None:
    def stopped(*_: object) -> Answer:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        door(case, transport=stopped).perform(request_to("https://a.example/", purpose="fetch"))
    assert [body["outcome"] for body in logged(case)] == ["sending"]


def test_no_answer_is_entered_with_its_reason(case) -> None:
    with pytest.raises(UnreachableHostError):
        door(case).perform(request_to("http://127.0.0.1:9/", purpose="fetch"))
    assert [body["outcome"] for body in logged(case)] == ["sending", "no_answer"]


@pytest.mark.parametrize(
    ("policy", "address"),
    [
        (OutboundPolicy(forbidden=True), "https://a.example/"),
        (OutboundPolicy(hosts=frozenset({"b.example"})), "https://a.example/"),
        (OutboundPolicy(), "http://a.example/"),
        (OutboundPolicy(plain_http=frozenset({"b.example"})), "http://a.example/"),
    ],
)
def test_what_the_rules_forbid_is_refused_in_spite_of_the_word_and_the_attempt_is_entered(
    case, policy, address
) -> None:
    def never(*_: object) -> Answer:
        raise AssertionError("it was sent")

    with pytest.raises(ForbiddenError) as caught:
        door(case, policy=policy, transport=never).perform(request_to(address, purpose="fetch"))
    assert caught.value.exit_code == 3
    assert [body["outcome"] for body in logged(case)] == ["refused"]


def test_the_rules_stand_in_the_configuration_folder_and_a_wrong_file_closes_the_door(tmp_path) -> None:
    assert policy_in(tmp_path) == OutboundPolicy()
    rules = {"hosts": ["a.example"], "plain_http": ["a.example"], "proxy": "127.0.0.1:8118"}
    (tmp_path / "outbound.json").write_text(json.dumps(rules))
    held = policy_in(tmp_path)
    held.check(request_to("http://a.example/", purpose="fetch"))
    assert held.proxy_for(request_to("https://a.example/", purpose="fetch")) == ("127.0.0.1", 8118)
    assert held.proxy_for(request_to("https://127.0.0.1/", purpose="fetch")) is None
    for wrong in ("", "[]", '{"forbiden": true}', '{"forbidden": "no"}', '{"hosts": "a"}', '{"proxy": 3}', "{"):
        (tmp_path / "outbound.json").write_text(wrong)
        with pytest.raises(PolicyError):
            policy_in(tmp_path)


# --- addresses --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/hostname", "ftp://a.example/", "a.example", "https://", "https:///x", "https://me:pw@a.example/",
        "https://a.example@b.example/", "https://a.example\\@b.example/", "https://a.example/ x", "https://a.example/\nx",
        "https://a.example:99999/", "https://a.example:x/", "https://аpple.example/", "https://-a.example/",
        "https://a.example/" + "x" * 3000, "http://[::1", "javascript:alert(1)", "https://a_b.example/",
    ],
)  # fmt: skip
def test_an_address_that_could_be_read_in_two_ways_is_refused(address) -> None:
    with pytest.raises(UsageError):
        request_to(address, purpose="fetch")


def test_other_letters_are_written_out_and_a_fragment_stays_here() -> None:
    request = request_to("https://A.example/статья?x=дом#part", purpose="fetch")
    assert request.address == "https://a.example/%D1%81%D1%82%D0%B0%D1%82%D1%8C%D1%8F?x=%D0%B4%D0%BE%D0%BC"
    assert "part" not in request.address
    with pytest.raises(UsageError):
        request_to("https://a.example/", purpose="fetch", body=b"x" * 100_000)


# --- the exchange itself ----------------------------------------------------------------------


def test_a_redirect_is_told_and_never_followed(case, host) -> None:
    answer, _ = door(case).perform(request_to(f"{host.url}/moved", purpose="fetch"))
    assert answer.status == 302
    assert len(host.asked) == 1
    row = fetched(door(case), f"{host.url}/moved", case="c")
    assert "leads to http://127.0.0.1:9/elsewhere" in row.reason


def test_proxies_of_the_environment_are_ignored(case, host, monkeypatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    answer, _ = door(case).perform(request_to(f"{host.url}/page", purpose="fetch"))
    assert answer.status == 200


def test_a_proxy_that_was_asked_for_is_used_and_sees_a_host_and_no_content(case) -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    seen: list[bytes] = []

    def serve() -> None:
        line, _ = listening.accept()
        seen.append(line.recv(4096))
        line.sendall(b"HTTP/1.1 403 No\r\n\r\n")
        line.close()

    thread = threading.Thread(target=serve)
    thread.start()
    policy = OutboundPolicy(proxy=("127.0.0.1", listening.getsockname()[1]))
    with pytest.raises(UnreachableHostError):
        door(case, policy=policy).perform(request_to("https://a.example/secret-path", purpose="fetch"))
    thread.join()
    listening.close()
    assert seen[0].startswith(b"CONNECT a.example:443")
    assert b"secret-path" not in seen[0]


def test_a_cut_answer_an_endless_one_and_a_slow_one_are_no_answers(case, host, monkeypatch) -> None:
    with pytest.raises(UnreachableHostError):
        door(case).perform(request_to(f"{host.url}/short", purpose="fetch"))
    monkeypatch.setattr(broker_room, "ANSWER_BYTES_MAX", len(PAGE) - 1)
    with pytest.raises(UnreachableHostError):
        door(case).perform(request_to(f"{host.url}/page", purpose="fetch"))
    monkeypatch.undo()
    with pytest.raises(UnreachableHostError):
        door(case).perform(request_to(f"{host.url}/slow", purpose="fetch", seconds_max=0.3))
    assert [body["outcome"] for body in logged(case)] == ["sending", "no_answer"] * 3


def test_a_host_that_drips_its_answer_is_cut_off_although_each_byte_comes_in_time() -> None:
    listening = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        line, _ = listening.accept()
        line.recv(4096)
        try:
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: ")
            for _ in range(60):
                time.sleep(0.05)
                line.sendall(b"y")
            line.sendall(b"\r\n\r\nok")
        except OSError:
            pass
        line.close()

    thread = threading.Thread(target=drip)
    thread.start()
    address = f"http://127.0.0.1:{listening.getsockname()[1]}/"
    with pytest.raises(UnreachableHostError):
        over_the_network(request_to(address, purpose="fetch", seconds_max=0.3), OutboundPolicy())
    thread.join()
    listening.close()


def test_a_certificate_nobody_vouches_for_is_no_answer() -> None:
    """TLS is checked as the system checks it: a plain host on the https port gives no answer, and no content."""
    one = Host()
    try:
        address = one.url.replace("http://", "https://")
        with pytest.raises(UnreachableHostError):
            over_the_network(request_to(f"{address}/page", purpose="fetch"), OutboundPolicy())
        assert one.asked == []
    finally:
        one.server.shutdown()
        one.server.server_close()


# --- admit an address -------------------------------------------------------------------------


def test_an_address_is_admitted_with_its_source_and_the_headers_that_came(case, host, capsys) -> None:
    address, vault = f"{host.url}/2026/story.html", ["--vault", str(case.vault.folder), "--case", "c", "--json"]
    assert main(["admit", address, *vault]) == 3
    told = capsys.readouterr()
    assert f"GET {address}" in told.err
    assert json.loads(told.out)["data"]["receipt"][0]["outcome"] == "refused"
    assert host.asked == []
    assert main(["admit", address, "--send", *vault]) == 0
    (row,) = json.loads(capsys.readouterr().out)["data"]["receipt"]
    assert (row["outcome"], row["exhibit"]["sha256"]) == ("admitted", sha256_hex(PAGE))
    (holding,) = case.vault.holdings("c")
    assert (holding.source, holding.exhibit.name) == (address, "story.html")
    body = case.vault.entry(holding.entry).event().body
    assert ["Content-Type", "text/html"] in body["fetched"]["headers"]
    assert case.vault.entry(body["fetched"]["entry"]).event().body["received_sha256"] == sha256_hex(PAGE)


def test_what_is_no_page_is_not_admitted_and_the_other_inputs_are(case, host, tmp_path) -> None:
    (tmp_path / "a.txt").write_text("a note")
    door_ = door(case)
    inputs = [f"{host.url}/gone", "http://127.0.0.1:9/", "ftp://a.example/", str(tmp_path / "a.txt"), f"{host.url}/ok"]
    receipt = admit(case, inputs, case="c", fetch=lambda address: fetched(door_, address, case="c"))
    assert [row.outcome for row in receipt.rows] == ["refused", "refused", "refused", "admitted", "admitted"]
    assert [row.exit_code for row in receipt.rows] == [4, 4, 2, 0, 0]
    assert "404" in receipt.rows[0].reason


def test_what_was_asked_in_vain_leaves_in_no_bag(case, host, tmp_path) -> None:
    """Whom we asked tells whom we look at: of a fetch the log's leaf leaves, and its address with what it admitted."""
    door_ = door(case)
    inputs = [f"{host.url}/gone", f"{host.url}/held.html"]
    admit(case, inputs, case="c", fetch=lambda address: fetched(door_, address, case="c"))
    done = publish(case, case="c", into=tmp_path / "bag", profile="internal", recipient="r", without_proposed=True)
    told = b"".join(path.read_bytes() for path in (done.bag / "custody").rglob("*") if path.is_file())
    assert b"/held.html" in told
    assert b"/gone" not in told


def test_an_address_without_a_door_is_refused_as_before(case) -> None:
    (row,) = admit(case, ["https://a.example/"], case="c").rows
    assert (row.outcome, row.exit_code) == ("refused", 3)


def test_stamping_goes_through_the_door_and_is_logged(case) -> None:
    from counterclaim.desk.stamp import Authorities, stamp

    with LoopbackTsa() as tsa:
        stamp(case, Authorities(addresses=(tsa.url,), broker=door(case)))
    assert [body["outcome"] for body in logged(case)] == ["sending", "answered"]
    assert {body["request"]["purpose"] for body in logged(case)} == {"ask for a time stamp"}


# --- the house --------------------------------------------------------------------------------

REACHING = {"urllib.request", "http.client", "http.server", "socket", "socketserver", "ssl", "ftplib", "smtplib"}
REACHING |= {"poplib", "imaplib", "telnetlib", "xmlrpc", "asyncio", "requests", "httpx", "urllib3", "aiohttp"}
# The door, and the workbench's listening socket.
ALLOWED = {
    "desk/broker.py": {"http.client", "ssl"},
    "web/server.py": {"socket", "http.server", "socketserver"},
}
LISTENING = {"web/server.py"}


def reaching(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        else:
            continue
        found |= {one for one in REACHING if any(name == one or name.startswith(f"{one}.") for name in names)}
    return found


def test_no_module_but_the_door_can_reach_a_network() -> None:
    for path in SRC.rglob("*.py"):
        where = path.relative_to(SRC).as_posix()
        found = reaching(path) - ALLOWED.get(where, set())
        text = path.read_text("utf-8")
        if found == {"socket"}:
            # The jail takes sockets away, the agent of an open vault speaks over a file of this machine: none outward.
            assert "desk/" in where, where
            assert not any(call in text for call in ("AF_INET", "create_connection(", "getaddrinfo(")), where
            assert ".connect(" not in text or "AF_UNIX" in text, where
            continue
        assert found == set(), where


def test_the_listening_server_connects_to_nobody() -> None:
    for where in LISTENING:
        text = (SRC / where).read_text("utf-8")
        assert not any(call in text for call in (".connect(", "create_connection(", "urlopen("))
