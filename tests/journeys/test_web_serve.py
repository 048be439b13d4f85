"""The workbench as a process: bound to this machine, one request at a time, patient with silent connections."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from counterclaim.cli import serving
from counterclaim.desk.open import Desk
from counterclaim.record.errors import UsageError
from counterclaim.web.server import serve

PROGRAM = """
import sys
import typer
from counterclaim.cli import serving
app = typer.Typer()
serving.register(app)
app(sys.argv[1:])
"""


@pytest.fixture
def served(desk: Desk):
    """The verb in a process of its own; gives the address it printed."""
    command = [sys.executable, "-c", PROGRAM, "--vault", str(desk.vault.folder), "--as", "owner", "--port", "0"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    )
    address = re.search(r"http://\S+", process.stdout.readline())[0]
    yield address, process
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=10)
    process.stdout.close()
    process.stderr.close()


def test_the_verb_prints_the_address_that_enters_and_ends_quietly_on_an_interrupt_at_any_moment(served) -> None:
    address, process = served
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/enter/[\w-]{32}", address)
    port = int(address.split(":")[2].partition("/")[0])
    # A browser opens connections ahead of need; a silent one holds nobody up.
    with socket.create_connection(("127.0.0.1", port)):
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        page = opener.open(address, timeout=5).read().decode()
        assert "counterclaim case new" in page
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=10) == 0
    told = process.stderr.read()
    assert "Traceback" not in told
    assert "GET" not in told


def test_no_other_machine_can_reach_it(served) -> None:
    port = int(served[0].split(":")[2].partition("/")[0])
    with socket.socket() as other, pytest.raises(OSError, match=r"refused|reset"):
        other.connect(("127.0.0.2", port))


def test_a_taken_port_is_told_with_what_to_do(desk: Desk) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(UsageError) as told:
            serve(desk, port=taken.getsockname()[1], announce=print)
    assert "--port" in told.value.remedy()


def test_without_django_the_remedy_is_the_extra(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("counterclaim.web.server.find_spec", lambda _name: None)
    with pytest.raises(UsageError) as told:
        serve(desk, port=0, announce=print)
    assert told.value.remedy() == "pip install counterclaim[web]"


def test_the_command_line_comes_to_the_workbench_by_the_entry_point_alone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Path(serving.__file__).read_text("utf-8")
    assert "counterclaim.web" not in source
    assert "django" not in source.lower()
    monkeypatch.setattr(serving, "entry_points", lambda **_: ())
    with pytest.raises(UsageError) as told:
        serving.serve(vault=desk.vault.folder, actor="owner")
    assert "counterclaim[web]" in told.value.remedy()


def test_the_server_module_itself_needs_no_django() -> None:
    program = "import sys; import counterclaim.web.server; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
