"""Examining a case: cheap first, one decoding a picture, entered as it comes, and the same however it was run."""

import io
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import pytest

from counterclaim.cli.answer import pace
from counterclaim.desk import examine as examine_module
from counterclaim.desk.admit import admit
from counterclaim.desk.cases import open_case
from counterclaim.desk.crew import AHEAD, LocalCrew
from counterclaim.desk.examine import brief_of, examine, findings_on, pending
from counterclaim.desk.jail import Jail, JailEndedError
from counterclaim.desk.open import Desk
from counterclaim.desk.pace import Meter, Pace
from counterclaim.desk.rosters import examiners
from counterclaim.desk.sitting import Sitting, by_cost, findings_of
from counterclaim.examine.by.lookalike import EXAMINER as LOOKALIKE
from counterclaim.examine.examiner import Brief, Cost, HeldCode, cost_of
from counterclaim.examine.pdq import codes_of
from counterclaim.record.errors import MalformedError
from counterclaim.record.finding import Failed, Observed
from examine_files import array_of, camera_file, jpeg_of


@dataclass
class OneByOne:
    """A crew of one jail that keeps what it was asked; ends after `most` answers, as a killed run does."""

    jail: Jail
    most: int = 10**6
    asked: list[Sitting] = field(default_factory=list)

    def map(self, work, jobs: Iterable) -> list:
        return list(self.stream(work, jobs))

    def stream(self, work, jobs: Iterable):
        for job in jobs:
            if len(self.asked) >= self.most:
                raise KeyboardInterrupt
            self.asked.append(job)
            yield work(self.jail, job)


@pytest.fixture(scope="module")
def jail():
    with Jail() as held:
        yield held


@pytest.fixture
def case(desk: Desk, tmp_path) -> Desk:
    open_case(desk, name="c", title="c", purpose="test", risk_assessment="none")
    picture = array_of(3, width=320, height=240)
    files = [jpeg_of(picture), jpeg_of(array_of(8, width=320, height=240)), jpeg_of(picture, quality=40)]
    for number, content in enumerate(files):
        (tmp_path / f"{number}.jpg").write_bytes(content)
    admit(desk, [str(tmp_path / f"{number}.jpg") for number in range(3)], case="c")
    return desk


def entered(desk: Desk) -> dict[str, object]:
    return {finding.id: finding.outcome for finding in desk.vault.findings("c")}


def test_the_built_in_examiners_say_what_they_cost_and_an_unknown_one_is_handed_everything() -> None:
    costs = {name: cost_of(method) for name, method in examiners().items()}
    assert costs["metadata"] is Cost.BYTES
    assert costs["jpeg_markers"] is costs["lookalike"] is Cost.PIXELS
    assert cost_of(object()) is Cost.HELD
    assert list(by_cost(("lookalike", "metadata", "jpeg_markers"))) == [Cost.BYTES, Cost.PIXELS]


def test_cheap_examiners_go_over_every_exhibit_before_any_picture_is_decoded(case: Desk, jail: Jail) -> None:
    crew = OneByOne(jail)
    made = examine(replace(case, crew=crew), case="c", brief=brief_of())
    assert [(one.exhibit, one.names[0]) for one in crew.asked[:4]] == [
        (1, "metadata"), (2, "metadata"), (3, "metadata"), (1, "jpeg_markers"),
    ]  # fmt: skip
    assert len(crew.asked) == 6
    assert len(made) == 3 * len(examiners())
    assert all(one.brief.held == () for one in crew.asked)


def test_a_copy_is_found_among_what_came_earlier_as_if_each_picture_had_been_looked_at_in_turn(case: Desk) -> None:
    made = {finding.id: finding for finding in examine(case, case="c", brief=brief_of())}
    exhibits = case.vault.exhibits("c")
    held: list[HeldCode] = []
    for exhibit in exhibits:
        content = case.vault.content_of(exhibit)
        alone = LOOKALIKE.examine(content, Brief(held=tuple(held)))
        assert made[f"E{exhibit.number}.lookalike"].outcome == alone
        held.append(
            HeldCode(
                exhibit=exhibit.number, code=alone.values["codes"][0], name=exhibit.name,
                admitted_at=exhibit.admitted_at, sha256=exhibit.sha256,
            )
        )  # fmt: skip
    assert [match["exhibit"] for match in made["E3.lookalike"].outcome.values["matches"]] == [1]
    assert [made[f"E{number}.lookalike"].outcome.values["searched"] for number in (1, 2, 3)] == [0, 1, 2]


def test_a_run_that_ends_in_between_loses_nothing_entered_and_a_second_one_ends_alike(case: Desk, jail: Jail) -> None:
    for most in (1, 4):
        with pytest.raises(KeyboardInterrupt):
            examine(replace(case, crew=OneByOne(jail, most=most)), case="c", brief=brief_of())
    assert {"E1.metadata", "E3.metadata", "E1.lookalike"} <= set(entered(case))
    left = len(pending(case, case="c", brief=brief_of()))
    again = examine(case, case="c", brief=brief_of())
    assert len(again) == left < 3 * len(examiners())
    assert pending(case, case="c", brief=brief_of()) == frozenset()
    matches = entered(case)["E3.lookalike"].values["matches"]
    assert [match["exhibit"] for match in matches] == [1]
    assert examine(case, case="c", brief=brief_of()) == ()


def test_what_another_process_entered_meanwhile_is_not_entered_twice(case: Desk, jail: Jail) -> None:
    class Meanwhile(OneByOne):
        def stream(self, work, jobs):
            for number, answer in enumerate(super().stream(work, jobs)):
                if number == 0 and len(self.asked) == 1:
                    examine(case, case="c", brief=brief_of())
                yield answer

    assert examine(replace(case, crew=Meanwhile(jail)), case="c", brief=brief_of()) == ()
    assert len(entered(case)) == 3 * len(examiners())


def test_several_examiners_in_one_child_say_what_each_says_alone(jail: Jail) -> None:
    content, names = camera_file(3), tuple(examiners())
    together = findings_of(jail, Sitting(exhibit=1, content=content, brief=Brief(), names=names))
    alone = [
        finding
        for name in names
        for finding in findings_of(jail, Sitting(exhibit=1, content=content, brief=Brief(), names=(name,)))
    ]
    assert list(together) == alone
    assert tuple(finding.examiner for finding in findings_on(content, crew=OneByOne(jail), brief=Brief())) == names


def test_where_the_shared_child_ends_each_examiner_is_asked_in_one_of_its_own() -> None:
    class Ending(Jail):
        def run(self, task, arguments, content):
            assert content == b"x"
            if task == "examine_together" or arguments["examiner"] == "lookalike":
                raise JailEndedError("an answer", "ended by signal SIGSEGV")
            return {"outcome": "declined", "reason": "alone"}

    names = ("jpeg_markers", "lookalike")
    one, other = findings_of(Ending(), Sitting(exhibit=4, content=b"x", brief=Brief(), names=names))
    assert (one.id, one.outcome.reason) == ("E4.jpeg_markers", "alone")
    assert isinstance(other.outcome, Failed)
    assert "SIGSEGV" in other.outcome.reason


@pytest.mark.parametrize("values", [{}, {"codes": "x"}, {"codes": ["pdq:zz"] * 8, "quality": 3}, {"codes": [1] * 8}])
def test_codes_from_a_child_that_are_no_codes_are_refused(values) -> None:
    with pytest.raises(MalformedError):
        LOOKALIKE.with_held(Observed(summary="", values=values, limits=("x",)), Brief(), "0" * 64)
    good = {"codes": codes_of(array_of(1)).codes, "quality": 101}
    with pytest.raises(MalformedError):
        LOOKALIKE.with_held(Observed(summary="", values=good, limits=("x",)), Brief(), "0" * 64)


def test_a_crew_answers_in_order_takes_jobs_as_hands_get_free_and_stops_with_the_caller() -> None:
    taken = []

    def jobs():
        for number in range(50):
            taken.append(number)
            yield number

    crew = LocalCrew(hands=3)
    assert list(crew.stream(lambda _, job: job * job, jobs())) == [number**2 for number in range(50)]
    taken.clear()
    answers = crew.stream(lambda _, job: job, jobs())
    assert [next(answers) for _ in range(5)] == [0, 1, 2, 3, 4]
    answers.close()
    assert len(taken) <= 5 + AHEAD * 3


def test_the_pace_counts_says_how_fast_and_guesses_at_nothing_that_has_not_begun() -> None:
    seconds = iter([0.0, 1.0, 2.0, 12.0])
    meter = Meter(of={Cost.BYTES: 4, Cost.PIXELS: 10}, clock=lambda: next(seconds))
    assert meter.counted(Cost.BYTES, 2) == Pace(done=2, of=14, a_second=2.0, seconds_left=None)
    assert meter.counted(Cost.BYTES, 2).seconds_left is None
    last = meter.counted(Cost.PIXELS, 5)
    assert (last.done, last.of, last.seconds_left) == (9, 14, 10.0)


def test_progress_goes_to_stderr_with_count_rate_and_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, err = iter([0.0, 0.5, 5.0, 30.0, 31.0, 60.0]), io.StringIO()
    monkeypatch.setattr("counterclaim.cli.answer.time.monotonic", lambda: next(clock))
    monkeypatch.setattr(sys, "stderr", err)
    report = pace("examining")
    for done, left in ((1, None), (2, None), (30, 70.0), (31, 69.0), (100, 0.0)):
        report(Pace(done=done, of=100, a_second=1.25, seconds_left=left))
    assert [line.strip() for line in err.getvalue().splitlines()] == [
        "examining: 30 of 100, 1.2 a second, about 70 s left",
        "examining: 100 of 100, 1.2 a second, about 0 s left",
    ]


def test_a_run_reports_every_finding_it_enters(case: Desk, jail: Jail) -> None:
    seen: list[Pace] = []
    examine(replace(case, crew=OneByOne(jail)), case="c", brief=brief_of(), progress=seen.append)
    assert [one.done for one in seen][-1] == seen[-1].of == 3 * len(examiners())
    assert seen[-1].seconds_left == 0
    assert json.dumps([one.done for one in seen]) == json.dumps(sorted(one.done for one in seen))
    assert examine_module.BY_CODE in examiners()
