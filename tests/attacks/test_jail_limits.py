"""What a hostile file could make a parser do, tried in the jail: each ends as a value, never in our own process."""

import os
import time

import pytest

from counterclaim.desk.jail import MEMORY_BYTES_MAX, Jail, JailEndedError, _forked
from counterclaim.desk.outcome import outcome_of
from counterclaim.record.finding import Declined, Failed, Observed

REQUEST = {"arguments": {}, "seconds_max": 20}


def test_an_answer_comes_back_as_plain_values() -> None:
    assert _forked(lambda _, content: {"size": len(content)}, REQUEST, b"abc") == {"ended": "ok", "value": {"size": 3}}


def test_a_child_that_kills_itself_is_told_by_its_signal() -> None:
    assert "SIGKILL" in _forked(lambda *_: os.kill(os.getpid(), 9), REQUEST, b"")["ended"]


def test_a_child_that_raises_leaves_its_last_words() -> None:
    def broken(*_):
        raise ValueError("a broken header")

    assert _forked(broken, REQUEST, b"")["ended"] == "ValueError: a broken header"


def test_a_child_that_hangs_is_ended_at_its_time() -> None:
    begun = time.monotonic()
    assert "no answer within 0.5 s" in _forked(lambda *_: time.sleep(60), {**REQUEST, "seconds_max": 0.5}, b"")["ended"]
    assert time.monotonic() - begun < 30


def test_a_child_that_takes_all_memory_is_stopped_by_its_limit() -> None:
    assert "MemoryError" in _forked(lambda *_: len(bytearray(2 * MEMORY_BYTES_MAX)), REQUEST, b"")["ended"]


def test_a_child_can_write_no_file(tmp_path) -> None:
    ended = _forked(lambda *_: (tmp_path / "planted").write_bytes(b"x"), REQUEST, b"")["ended"]
    assert "SIGXFSZ" in ended or "OSError" in ended
    assert not (tmp_path / "planted").exists() or (tmp_path / "planted").stat().st_size == 0


def test_a_child_that_says_too_much_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("counterclaim.desk.jail.ANSWER_BYTES_MAX", 1000)
    assert "over 1000 bytes" in _forked(lambda *_: "x" * 100_000, REQUEST, b"")["ended"]


def test_a_worker_that_dies_is_started_again() -> None:
    with Jail() as jail:
        jail.run("read", {"media_type": "text/plain"}, b"One sentence.\n")
        jail._worker.kill()
        jail._worker.wait()
        answer = jail.run("read", {"media_type": "text/plain"}, b"One sentence.\n")
        assert answer["document"]["characters"] > 0


def test_without_fork_nothing_is_parsed_before_an_explicit_yes(monkeypatch: pytest.MonkeyPatch) -> None:
    from counterclaim.record.errors import PolicyError

    monkeypatch.setattr("counterclaim.desk.jail.AVAILABLE", False)
    with pytest.raises(PolicyError):
        Jail().run("read", {"media_type": "text/plain"}, b"One sentence.\n")
    assert Jail(unjailed_allowed=True).run("read", {"media_type": "text/plain"}, b"One sentence.\n")


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


def test_a_hostile_novel_in_an_error_is_cut() -> None:
    def broken():
        raise ValueError("x" * 100_000)

    assert len(outcome_of(broken).reason) <= 400


def test_a_folder_of_evidence_brings_no_modules_of_its_own(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("trafilatura", "numpy", "lxml", "PIL", "counterclaim"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('planted')", "utf-8")
    monkeypatch.chdir(tmp_path)
    with Jail() as jail:
        assert jail.run("read", {"media_type": "text/plain"}, b"One sentence.\n")
