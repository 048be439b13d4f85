"""What a parser that was taken over would try, each by the same path as real work: all denied, worker and desk alive."""

import json
import os
import sys
from pathlib import Path

import pytest
from jail_probes import PROBES

from counterclaim.desk.jail import Jail, JailEndedError
from counterclaim.desk.walls.budget import Budget
from counterclaim.desk.walls.unjailed import Unjailed

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the walls are Linux's")
DENIALS = {"killed", "EACCES", "EPERM", "ENOTTY", "no such call on this machine"}


def _outcome(jail: Jail, name: str, arguments: dict) -> str:
    try:
        answer = jail.run("probe", {"probe": name, **arguments}, b"")
    except JailEndedError as ended:
        return "killed" if "SIGSYS" in ended.got else ended.got
    return answer.get("denied", str(answer))


@pytest.fixture(scope="module")
def jail():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parent))
        with Jail(tasks="jail_probes") as ready:
            assert ready.walls().seccomp
            yield ready


@pytest.fixture(scope="module")
def bare():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parent))
        ready = Unjailed(tasks="jail_probes")
        yield ready
        ready.close()


@pytest.fixture
def vault_file(desk):
    inside = desk.vault.folder / "probe.txt"
    inside.write_text("what a thief would like", "utf-8")
    return inside


@pytest.mark.parametrize("name", PROBES)
def test_the_jail_denies(name, jail, vault_file) -> None:
    worker = jail._worker.pid
    path = vault_file.parent if "folder" in name or "root" in name else vault_file
    assert _outcome(jail, name, {"path": str(path), "worker": worker, "desk": os.getpid()}) in DENIALS
    assert vault_file.read_text("utf-8") == "what a thief would like"
    assert sorted(vault_file.parent.glob("probe*")) == [vault_file]
    assert jail._worker.pid == worker
    assert jail.run("size", {}, b"still there") == 11


@pytest.mark.parametrize("name", ["open a file to read, at", "list the vault's folder", "socket to the internet",
    "socket of this machine", "memory as a file, to run it", "a pipe", "copy a descriptor", "memory that can be run",
    "look whether a file is there", "a handle on the worker", "the machine's name", "another Landlock"])  # fmt: skip
def test_the_same_probe_succeeds_without_walls_so_that_a_denial_means_something(name, bare, vault_file) -> None:
    path = vault_file.parent if "folder" in name else vault_file
    given = json.dumps({"probe": name, "path": str(path), "worker": os.getpid()}).encode()
    ended, answer = bare.run("probe", given, b"", Budget.of(b""))
    assert ended["how"] == "ok"
    assert "allowed" in json.loads(answer)


def test_a_child_holds_no_descriptor_but_its_answer(jail) -> None:
    assert jail.run("descriptors", {}, b"") == {"open": []}


def test_what_a_child_prints_reaches_nobody(jail, capfd) -> None:
    assert len(jail.run("nowhere", {}, b"")["written"]) == 3
    assert capfd.readouterr() == ("", "")
    assert jail.run("size", {}, b"the worker still frames its answers") == 35


def test_a_thread_may_be_started_where_a_decoder_needs_one_and_nowhere_else(jail) -> None:
    with pytest.raises(JailEndedError, match="SIGSYS"):
        jail.run("probe", {"probe": "clone a thread where no decoder needs one"}, b"\xff\xd8\xff")
    heif = b"\0\0\0\x1cftypheic"
    for probe in ("fork", "clone a process", "clone into new namespaces", "run a program"):
        with pytest.raises(JailEndedError, match="SIGSYS"):
            jail.run("probe", {"probe": probe}, heif)
    assert jail.run("probe", {"probe": "clone3"}, heif) == {"denied": "ENOSYS"}
