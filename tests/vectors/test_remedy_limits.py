"""Time limits of the ECtHR as a table: decision, notification, today, and what may be said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterclaim.record.canonical import noun_of, plain_of
from counterclaim.record.date import edtf_of, written_of
from counterclaim.record.errors import MalformedError
from counterclaim.record.remedy import (
    RULES,
    Application,
    Communication,
    Complaint,
    Decision,
    TimeLimit,
    echr_time_limit_of,
)

EARLY = "2020-01-01"


def _limit(taken: str | None, notified: str | None, *, at: str = EARLY, party: bool = True) -> TimeLimit:
    decision = Decision(id="D1", by="Supreme Court", on="C1", final=True, taken=taken, notified=notified)
    return echr_time_limit_of(decision, party=party, at=at)


TABLE = [
    # taken, notified, earliest, latest
    ("2022-02-01", "2022-02-01", "2022-06-01", "2022-06-01"),  # the first day of four months
    ("2022-01-31", "2022-01-31", "2022-07-31", "2022-07-31"),  # the last day of six
    ("2022-01-31", "2022-03-10", "2022-09-10", "2022-09-10"),  # the decision's day chooses, not the notification's
    ("2022-10-31", "2022-10-31", "2023-02-28", "2023-02-28"),  # clamped
    ("2023-10-31", "2023-10-31", "2024-02-29", "2024-02-29"),  # clamped in a leap year
    ("2023-10-29", "2023-10-29", "2024-02-29", "2024-02-29"),  # 29 February itself
    ("2024-02-29", "2024-02-29", "2024-06-29", "2024-06-29"),  # counted from 29 February
    ("2021-08-31", "2021-08-31", "2022-02-28", "2022-02-28"),  # six months, clamped
    ("2022-05-14", "2022-05-14", "2022-09-14", "2022-09-14"),
    ("2022-06-03", "2022-06-08", "2022-10-08", "2022-10-08"),  # a Saturday: no extension
    ("2022-03", "2022-03", "2022-07-01", "2022-07-31"),  # uncertain within one month
    ("2022-01-15/2022-02-15", "2022-02-20", "2022-06-20", "2022-08-20"),  # either rule may apply
    ("2022-01-15/2022-02-15", "2022-01-20/2022-02-20", "2022-06-01", "2022-08-20"),
    ("2022", "2022-03-05", "2022-07-05", "2022-09-05"),
    (None, "2022-01-10", "2022-07-10", "2022-07-10"),  # taken no later than notified: six months
    (None, "2022-03-10", "2022-07-10", "2022-09-10"),
    ("2022-03-10", None, "2022-07-10", None),  # notification unknown
    ("2022-01", None, "2022-07-01", None),
    ("2022-01-25/2022-02-10", None, "2022-06-01", None),  # the first day of four months is the earliest reading
    ("2022-03-10", "/2022-04-01", "2022-07-10", "2022-08-01"),
    (None, None, None, None),
]


@pytest.mark.parametrize(("taken", "notified", "earliest", "latest"), TABLE)
def test_the_limit_is_the_one_in_the_table(
    taken: str | None, notified: str | None, earliest: str | None, latest: str | None
) -> None:
    limit = _limit(taken, notified)
    assert (limit.earliest, limit.latest) == (earliest, latest)


@pytest.mark.parametrize(
    ("at", "opening"),
    [
        ("2022-09-16", "Lodge by 2022-09-16"),
        ("2022-09-17", "A lawyer must look today:"),
        ("2022-09-30", "A lawyer must look today:"),
        ("2022-10-01", "A lawyer must look today:"),
        ("2026-01-01", "A lawyer must look today:"),
    ],
)
def test_a_near_or_passed_date_sends_to_a_lawyer_and_never_reads_out_of_time(at: str, opening: str) -> None:
    limit = _limit("2022-05-30", "2022-05-30", at=at)
    assert limit.earliest == "2022-09-30"
    assert limit.last_safe_day == "2022-09-16"
    assert limit.words.startswith(opening)
    assert "out of time" not in limit.words.lower()


def test_a_state_that_was_no_party_gets_no_date() -> None:
    limit = _limit("2023-05-01", "2023-05-02", party=False)
    assert (limit.earliest, limit.latest, limit.last_safe_day) == (None, None, None)
    assert limit.rules == ("echr.not_a_party",)
    assert "not bound" in limit.words


def test_a_limit_names_its_rules_and_inputs_and_every_rule_has_a_source() -> None:
    limit = _limit("2022-01-15/2022-02-15", None)
    known = {rule.id: rule for rule in RULES}
    assert {"echr.four_months", "echr.six_months", "echr.notification_unknown"} <= set(limit.rules) <= set(known)
    assert dict(limit.inputs) == {
        "taken": "2022-01-15/2022-02-15",
        "notified": "not known",
        "at": EARLY,
        "party": "yes",
    }
    assert all(rule.source for rule in RULES)
    assert known["echr.month_end_clamped"].status == "to_be_confirmed_by_lawyer"


def test_a_decision_that_is_not_final_starts_no_clock() -> None:
    decision = Decision(id="D1", by="Court", on="C1", final=False, taken="2022-05-01")
    with pytest.raises(MalformedError, match="final"):
        echr_time_limit_of(decision, party=True, at=EARLY)


def test_today_must_be_one_day_and_a_notification_cannot_come_before_the_decision() -> None:
    with pytest.raises(MalformedError, match="today"):
        _limit("2022-05-01", None, at="2022-05")
    with pytest.raises(MalformedError, match="notified"):
        _limit("2022-05-01", "2022-04-30")
    with pytest.raises(MalformedError):
        Complaint(id="C1", to="Prosecutor", by="P1", about="injuries", filed="last spring")


@pytest.mark.parametrize(
    "step",
    [
        Complaint(id="C1", to="Prosecutor", by="P1", about="injuries", filed="2019-05~"),
        Application(id="A1", to="ECtHR", by="P1", against="State", filed=None, number=None),
        Communication(id="M1", sender="P1", to="Prosecutor", about="C1", sent="2019-06", answers="C1"),
        Decision(id="D1", by="Court", on="C1", final=True, taken="2022", notified=None),
    ],
)
def test_a_step_comes_back_from_plain_json(step: object) -> None:
    assert noun_of(plain_of(step), type(step)) == step


first = edtf_of("2021-06-01").earliest or 0


@given(st.integers(first, first + 600), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_no_reading_of_uncertain_dates_falls_outside_the_two_limits(
    taken: int, width: int, gap: int, spread: int
) -> None:
    told = (taken + gap, taken + gap + spread)
    limit = _limit(f"{written_of(taken)}/{written_of(taken + width)}", f"{written_of(told[0])}/{written_of(told[1])}")
    for day in {taken, taken + width // 2, min(taken + width, told[1])}:
        for notified in {told[0], told[1]}:
            if notified >= day:
                exact = _limit(written_of(day), written_of(notified))
                assert limit.earliest is not None
                assert limit.latest is not None
                assert exact.earliest is not None
                assert limit.earliest <= exact.earliest <= limit.latest
