"""Where no jail holds: everything is kept, nothing is parsed before an explicit yes, and `doctor` says so."""

import errno
import json
import os
import socket
import sys
from pathlib import Path

import pytest

from counterclaim.cli.main import main
from counterclaim.desk.admit import admit
from counterclaim.desk.cases import open_case
from counterclaim.desk.crew import UNJAILED_VARIABLE, LocalCrew
from counterclaim.desk.doctor import examine_installation
from counterclaim.desk.examine import examine, pending
from counterclaim.desk.jail import Jail
from counterclaim.desk.open import Desk
from counterclaim.desk.rosters import examiners
from counterclaim.desk.walls import landlock
from counterclaim.desk.walls.confine import Confinement, Walls, confinement, walls_of
from counterclaim.examine.examiner import Brief
from counterclaim.record.errors import PolicyError
from pictures import rendered

SENTENCE = b"One sentence.\n"
PLAIN = {"media_type": "text/plain"}


@pytest.fixture
def no_walls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Jail, "walls", lambda _: Walls(landlock=0, seccomp=False))


@pytest.mark.usefixtures("no_walls")
def test_nothing_is_parsed_before_an_explicit_yes() -> None:
    with pytest.raises(PolicyError, match="shut a parser in"):
        Jail().run("read", PLAIN, SENTENCE)
    with Jail(unjailed_allowed=True) as jail:
        assert jail.run("read", PLAIN, SENTENCE)["document"]["characters"] == 14


@pytest.mark.usefixtures("no_walls")
def test_exhibits_are_kept_and_wait_for_the_yes(desk: Desk, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_case(desk, name="c", title="c", purpose="a test", risk_assessment="none")
    (tmp_path / "a.jpg").write_bytes(rendered(1))
    assert admit(desk, [str(tmp_path / "a.jpg")], case="c").count("admitted") == 1
    with pytest.raises(PolicyError):
        examine(desk, case="c", brief=Brief())
    assert len(pending(desk, case="c", brief=Brief())) == len(examiners())
    monkeypatch.setenv(UNJAILED_VARIABLE, "yes")
    assert LocalCrew().unjailed_allowed
    allowed = Desk(vault=desk.vault, keys=desk.keys, origin=desk.origin, actor=desk.actor)
    assert len(examine(allowed, case="c", brief=Brief())) == len(examiners())
    assert pending(desk, case="c", brief=Brief()) == frozenset()


@pytest.mark.parametrize("word", ["", "no", "1", "true", "YES"])
def test_only_the_word_itself_is_a_yes(word, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(UNJAILED_VARIABLE, word)
    assert not LocalCrew().unjailed_allowed


@pytest.mark.usefixtures("no_walls")
def test_the_command_line_refuses_and_names_the_option(tmp_path, capsys) -> None:
    page = tmp_path / "page.txt"
    page.write_bytes(SENTENCE)
    (tmp_path / "a.jpg").write_bytes(rendered(1))
    assert main(["read", str(page)]) == 3
    assert "--unjailed" in capsys.readouterr().err
    assert main(["examine", str(tmp_path / "a.jpg")]) == 3
    capsys.readouterr()
    assert main(["read", str(page), "--unjailed", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["data"]["document"]["characters"] == 14
    assert main(["examine", str(tmp_path / "a.jpg"), "--unjailed", "--json"]) == 0
    assert {one["outcome"] for one in json.loads(capsys.readouterr().out)["data"]["findings"]} == {"observed"}


@pytest.mark.usefixtures("no_walls")
def test_a_crash_without_walls_ends_another_process_than_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    from counterclaim.desk.jail import JailEndedError

    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    with Jail(unjailed_allowed=True, tasks="jail_probes") as jail:
        with pytest.raises(JailEndedError, match="the process ended"):
            jail.run("segfault", {}, b"")
        assert jail.run("size", {}, b"abc") == 3


def rows() -> dict:
    return {row.name: row for row in examine_installation(None)}


@pytest.mark.usefixtures("no_walls")
def test_doctor_says_that_no_jail_holds_here() -> None:
    assert rows()["jail: seccomp"].outcome == "not_checked"
    assert "COUNTERCLAIM_UNJAILED=yes" in rows()["jail: seccomp"].reason


@pytest.mark.skipif(sys.platform != "linux", reason="the walls are Linux's")
def test_doctor_says_which_walls_hold() -> None:
    assert rows()["jail: seccomp"].outcome == "passed"
    landlock = rows()["jail: landlock"]
    assert landlock.outcome == ("passed" if confinement().landlock else "not_checked")


@pytest.mark.skipif(sys.platform != "linux", reason="the walls are Linux's")
def test_a_wall_that_does_not_bite_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    offered = confinement()
    monkeypatch.setattr("counterclaim.desk.walls.landlock.restrict", lambda *_: None)
    monkeypatch.setattr("counterclaim.desk.walls.seccomp.Filter.install", lambda *_, **__: None)
    assert walls_of(offered) == Walls(landlock=0, seccomp=False)


@pytest.mark.skipif(sys.platform != "linux", reason="the walls are Linux's")
def test_each_wall_is_tried_alone() -> None:
    offered = confinement()
    without = Confinement(libc=offered.libc, filter=offered.filter, landlock=0)
    assert walls_of(without) == Walls(landlock=0, seccomp=True)
    if offered.landlock:
        assert walls_of(Confinement(libc=offered.libc, filter=None, landlock=offered.landlock)).landlock > 0


def _behind_landlock(attempt) -> str:
    """What the kernel answers a child that has Landlock around it and nothing else."""
    offered = confinement()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            landlock.restrict(offered.libc, offered.landlock)
            attempt()
            said = b"allowed"
        except OSError as error:
            said = errno.errorcode.get(error.errno, "?").encode()
        finally:
            os.write(writing, said)
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        answer = told.read().decode()
    os.waitpid(child, 0)
    return answer


PLANTED = f"{__file__}.planted"
ATTEMPTS = {
    1: {
        "read a file": lambda: os.open(__file__, os.O_RDONLY),
        "write a file": lambda: os.open(PLANTED, os.O_WRONLY | os.O_CREAT),
        "list a folder": lambda: list(Path("/").iterdir()),
        "make a folder": lambda: Path(PLANTED).mkdir(),
    },
    4: {
        "connect": lambda: socket.socket().connect(("127.0.0.1", 9)),
        "listen": lambda: socket.socket().bind(("127.0.0.1", 0)),
    },
    6: {
        "kill the parent": lambda: os.kill(os.getppid(), 0),
        "a socket without a path": lambda: socket.socket(socket.AF_UNIX).connect(LISTENER),
    },
}
LISTENER = "\0counterclaim-test"


@pytest.mark.skipif(sys.platform != "linux", reason="the walls are Linux's")
@pytest.mark.parametrize(("since", "name"), [(since, name) for since in ATTEMPTS for name in ATTEMPTS[since]])
def test_landlock_alone_denies(since, name) -> None:
    if confinement().landlock < since:
        pytest.skip(f"this kernel's Landlock is older than version {since}")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(LISTENER)
        listener.listen()
        assert _behind_landlock(ATTEMPTS[since][name]) in {"EACCES", "EPERM"}
