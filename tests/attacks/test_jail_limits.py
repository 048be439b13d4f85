"""What a hostile file could make a parser do, tried in the jail: each ends as a value, never in our own process."""

import os
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from counterclaim.desk.jail import Jail, JailEndedError, OverBudgetError
from counterclaim.desk.outcome import outcome_of
from counterclaim.desk.walls.budget import Budget
from counterclaim.record.errors import PolicyError
from counterclaim.record.finding import Declined, Failed, Observed

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the walls are Linux's")
SMALL = replace(Budget.of(b""), seconds=20, cpu_seconds=5)
SENTENCE = b"One sentence.\n"
PLAIN = {"media_type": "text/plain"}


@pytest.fixture(scope="module")
def probes():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parent))
        with Jail(tasks="jail_probes", budget=SMALL) as ready:
            yield ready


@pytest.fixture
def jail(probes):
    yield probes
    probes.budget = SMALL
    assert probes.run("size", {}, b"the worker lives") == 16


def test_an_answer_comes_back_as_plain_values(jail) -> None:
    assert jail.run("size", {}, b"abc") == 3


def test_a_child_that_breaks_is_told_by_its_signal(jail) -> None:
    for task, signal in (("segfault", "SIGSEGV"), ("abort", "SIGABRT")):
        with pytest.raises(JailEndedError, match=signal) as ended:
            jail.run(task, {}, b"")
        assert not isinstance(ended.value, OverBudgetError)


def test_a_child_that_raises_leaves_its_last_words(jail) -> None:
    with pytest.raises(JailEndedError, match="ValueError: a broken header"):
        jail.run("raise", {}, b"")


def test_what_a_terminal_would_obey_is_not_passed_on(jail) -> None:
    with pytest.raises(JailEndedError) as ended:
        jail.run("raise_escape", {}, b"")
    assert "\x1b" not in ended.value.got
    assert "ValueError" in ended.value.got


def test_a_child_that_ends_without_a_word_is_told_by_its_exit_code(jail) -> None:
    with pytest.raises(JailEndedError, match="exit code 7"):
        jail.run("exit", {}, b"")


def test_a_child_that_hangs_is_declined_at_its_time(jail) -> None:
    jail.budget = replace(SMALL, seconds=0.5)
    begun = time.monotonic()
    with pytest.raises(OverBudgetError, match=r"no answer within 0\.5 s"):
        jail.run("sleep", {}, b"")
    assert time.monotonic() - begun < 30


def test_a_child_that_spins_is_declined_at_its_share_of_the_processor(jail) -> None:
    jail.budget = replace(SMALL, seconds=60, cpu_seconds=1)
    with pytest.raises(OverBudgetError, match="more than 1 s of processor time"):
        jail.run("spin", {}, b"")


def test_a_child_that_takes_all_memory_is_declined(jail) -> None:
    with pytest.raises(OverBudgetError, match="MiB of memory"):
        jail.run("memory", {}, b"")


def test_a_child_that_says_too_much_is_cut_off(jail) -> None:
    jail.budget = replace(SMALL, answer_bytes=100_000)
    with pytest.raises(OverBudgetError, match="over 100000 bytes"):
        jail.run("flood", {}, b"")


@pytest.mark.parametrize("task", ["deep", "nan"])
def test_an_answer_that_is_no_json_of_ours_is_refused(task, jail) -> None:
    with pytest.raises(JailEndedError):
        jail.run(task, {}, b"")


def test_a_late_import_is_told_and_never_taken_for_a_rejection(jail) -> None:
    with pytest.raises(JailEndedError, match="not loaded: module this"):
        jail.run("late_import", {}, b"")


def test_a_late_look_into_a_file_is_told_too(jail, tmp_path) -> None:
    (tmp_path / "stopwords").write_text("the", "utf-8")
    with pytest.raises(JailEndedError, match="not loaded: file"):
        jail.run("late_file", {"path": str(tmp_path / "stopwords")}, b"")


def test_the_same_bytes_are_handed_over_once(jail) -> None:
    content = os.urandom(5000)
    jail.run("size", {}, content)
    kept = jail._held[1]
    jail.run("size", {"another": "argument"}, content)
    assert jail._held[1] is kept
    jail.rest()
    assert kept.closed
    assert jail.run("size", {}, content) == 5000


def test_what_a_child_is_handed_cannot_be_written(jail) -> None:
    jail.run("size", {}, b"sealed")
    with pytest.raises(PermissionError):
        os.pwrite(jail._held[1].fileno(), b"S", 0)


def test_a_worker_that_dies_is_started_again() -> None:
    with Jail() as jail:
        jail.run("read", PLAIN, SENTENCE)
        jail._worker.kill()
        jail._worker.wait()
        assert jail.run("read", PLAIN, SENTENCE)["document"]["characters"] > 0


def test_a_child_ends_with_its_worker(jail) -> None:
    jail.budget = replace(SMALL, seconds=30)
    import threading

    caught = []

    def hang() -> None:
        try:
            jail.run("sleep", {}, b"")
        except JailEndedError as ended:
            caught.append(ended)

    thread = threading.Thread(target=hang)
    thread.start()
    worker = jail._worker.pid
    children = Path(f"/proc/{worker}/task/{worker}/children")
    while not (child := children.read_text("ascii").split()):
        time.sleep(0.01)
    jail._worker.kill()
    thread.join(30)
    assert caught
    for _ in range(500):
        status = Path(f"/proc/{child[0]}/stat")
        if not status.exists() or status.read_text("ascii").rpartition(")")[2].split()[0] == "Z":
            return
        time.sleep(0.01)
    pytest.fail("the child outlived its worker")


def test_a_broken_examiner_is_a_finding_not_a_crash() -> None:
    def broken():
        raise KeyError("Make")

    def jailed():
        raise JailEndedError("an answer", "ended by signal SIGSEGV")

    assert outcome_of(broken) == Failed(reason="KeyError: 'Make'")
    assert "SIGSEGV" in outcome_of(jailed).reason
    seen = Observed(summary="s", values={}, limits=("l",))
    assert outcome_of(lambda: seen) is seen
    assert outcome_of(lambda: Declined(reason="no picture")) == Declined(reason="no picture")


def test_what_asks_for_more_than_its_budget_is_declined_with_the_reason() -> None:
    def slow():
        raise OverBudgetError("an answer within the budget", "no answer within 33 s")

    def big():
        raise MemoryError

    assert outcome_of(slow) == Declined(reason="not examined within its budget: no answer within 33 s")
    assert isinstance(outcome_of(big), Declined)


def test_a_refusal_to_parse_here_is_no_finding_about_the_file() -> None:
    def refused():
        raise PolicyError("a jail", "none")

    with pytest.raises(PolicyError):
        outcome_of(refused)


def test_a_hostile_novel_in_an_error_is_cut() -> None:
    def broken():
        raise ValueError("x" * 100_000)

    assert len(outcome_of(broken).reason) <= 400


def test_a_folder_of_evidence_brings_no_modules_of_its_own(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("trafilatura", "numpy", "lxml", "PIL", "counterclaim"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('planted')", "utf-8")
    monkeypatch.chdir(tmp_path)
    with Jail() as jail:
        assert jail.run("read", PLAIN, SENTENCE)


def test_no_secret_of_ours_is_in_the_workers_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERCLAIM_PASSPHRASE", "a passphrase")
    with Jail() as jail:
        jail.run("read", PLAIN, SENTENCE)
        assert b"a passphrase" not in Path(f"/proc/{jail._worker.pid}/environ").read_bytes()
