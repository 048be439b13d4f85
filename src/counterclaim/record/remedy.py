"""Procedural steps and their time limits as pure rules; refuses to say that a limit was missed.

A computed date is an input for a lawyer. Every rule names its source and how far that was checked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from counterclaim.record.date import EdtfDate, certainly_before, edtf_of, months_after, ordinal_of, written_of
from counterclaim.record.errors import MalformedError

RuleStatus = Literal["source_found", "to_be_confirmed_by_lawyer"]

FOUR_MONTHS_FROM = ordinal_of(2022, 2, 1)  # Protocol No. 15, Articles 4 and 8 § 3
SAFE_MARGIN_DAYS = 14  # ours: post, a missing power of attorney and a returned form each cost days


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: what it says, where it stands, and how far that was checked."""

    id: str
    text: str
    source: str
    status: RuleStatus


FOUR_MONTHS = Rule(
    id="echr.four_months",
    text="An application is lodged within four months of the final domestic decision, taken on or after 2022-02-01.",
    source="ECHR Article 35 § 1 as amended by Protocol No. 15, Articles 4 and 8 § 3",
    status="source_found",
)
SIX_MONTHS = Rule(
    id="echr.six_months",
    text="An application is lodged within six months of a final domestic decision taken before 2022-02-01.",
    source="ECHR Article 35 § 1 before Protocol No. 15; its Article 8 § 3 keeps it for earlier decisions",
    status="source_found",
)
NEXT_DAY = Rule(
    id="echr.clock_starts_next_day",
    text="The time runs from the day after notification and ends calendar months later, whatever their length.",
    source="Sabri Güneş v. Turkey [GC], no. 27396/06, 29 June 2012; Practical Guide on Admissibility Criteria",
    status="source_found",
)
NO_WEEKEND = Rule(
    id="echr.no_weekend_extension",
    text="A limit that ends on a Saturday, a Sunday or a holiday ends that day.",
    source="Sabri Güneş v. Turkey [GC], no. 27396/06, 29 June 2012",
    status="source_found",
)
MONTH_END = Rule(
    id="echr.month_end_clamped",
    text="Where the month has no such day, the limit is taken to end on the month's last day.",
    source="ours: the earlier of the readings; no judgment was found that settles it",
    status="to_be_confirmed_by_lawyer",
)
UNKNOWN_NOTIFICATION = Rule(
    id="echr.notification_unknown",
    text="Where the day of notification is not known, the time is counted from the decision's earliest day.",
    source="ours: the earliest day anybody could count from",
    status="to_be_confirmed_by_lawyer",
)
NOT_A_PARTY = Rule(
    id="echr.not_a_party",
    text="No date is given against a State that was not bound by the Convention when the facts took place.",
    source="ECHR Articles 1, 34 and 58 §§ 2-3",
    status="to_be_confirmed_by_lawyer",
)
RULES = (FOUR_MONTHS, SIX_MONTHS, NEXT_DAY, NO_WEEKEND, MONTH_END, UNKNOWN_NOTIFICATION, NOT_A_PARTY)


# --- Steps of a proceeding; every date is EDTF text --------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What was lodged with a domestic authority, by whom, and when."""

    id: str
    to: str
    by: str
    about: str
    filed: str | None = None

    def __post_init__(self) -> None:
        """Hold the form of the date."""
        _check(self.filed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What was lodged with an international court or body; `number` is the one that body gave."""

    id: str
    to: str
    by: str
    against: str
    filed: str | None = None
    number: str | None = None

    def __post_init__(self) -> None:
        """Hold the form of the date."""
        _check(self.filed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Communication:
    """What one side sent to another in a proceeding; `answers` is the id of an earlier step."""

    id: str
    sender: str
    to: str
    about: str
    sent: str | None = None
    answers: str | None = None

    def __post_init__(self) -> None:
        """Hold the form of the date."""
        _check(self.sent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What an authority decided on a step (`on`); `final` where domestic law gives no further effective remedy."""

    id: str
    by: str
    on: str
    final: bool
    taken: str | None = None
    notified: str | None = None

    def __post_init__(self) -> None:
        """Hold the form of the dates, and that nobody is notified before the decision."""
        taken, notified = _check(self.taken), _check(self.notified)
        if taken and notified and certainly_before(notified, taken):
            raise MalformedError(
                "a decision taken before it was notified", f"taken {self.taken}, notified {self.notified}"
            )


def _check(text: str | None) -> EdtfDate | None:
    return None if text is None else edtf_of(text)


# --- The time limit ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLimit:
    """The last day by the earliest and by the latest reading (EDTF days), and what it rests on.

    `last_safe_day` is SAFE_MARGIN_DAYS before `earliest`. A date is None where it cannot be computed; `words` say why.
    """

    decision: str
    earliest: str | None
    latest: str | None
    last_safe_day: str | None
    rules: tuple[str, ...]
    inputs: tuple[tuple[str, str], ...]
    words: str


def echr_time_limit_of(decision: Decision, *, party: bool, at: str) -> TimeLimit:
    """Compute the time limit for an application to the European Court of Human Rights.

    `party` says whether the respondent State was bound when the facts took place; `at` is today as an EDTF day.
    Raises MalformedError where the decision is not final or `at` is no single day.
    """
    today = edtf_of(at)
    if today.earliest is None or today.earliest != today.latest:
        raise MalformedError("today as one day", repr(at))
    if not decision.final:
        raise MalformedError("a final domestic decision", f"{decision.id}, which is not final")
    given = {"taken": decision.taken, "notified": decision.notified, "at": at, "party": "yes" if party else "no"}
    inputs = tuple((name, value or "not known") for name, value in given.items())
    if not party:
        words = (
            "No time limit is given: the State was not bound by the Convention. A lawyer decides which body remains."
        )
        return _undated(decision.id, inputs, (NOT_A_PARTY,), words)
    taken, notified = _check(decision.taken), _check(decision.notified)
    earliest, latest = _last_days(taken, notified)
    rules = _rules_of(taken, notified)
    if earliest is None:
        words = (
            "No date can be computed: neither decision nor notification has an earliest day. A lawyer must look today."
        )
        return _undated(decision.id, inputs, rules, words)
    return TimeLimit(
        decision=decision.id,
        earliest=written_of(earliest),
        latest=None if latest is None else written_of(latest),
        last_safe_day=written_of(earliest - SAFE_MARGIN_DAYS),
        rules=tuple(rule.id for rule in rules),
        inputs=inputs,
        words=_words(earliest, latest, today.earliest),
    )


def _last_days(taken: EdtfDate | None, notified: EdtfDate | None) -> tuple[int | None, int | None]:
    """Find the earliest and the latest last day over every day the decision and the notification can mean.

    Counting N calendar months from the day of notification gives the last day of a period that began the day after.
    """
    first, last = _taken_within(taken, notified)
    told = notified.earliest if notified else None
    told_last = notified.latest if notified else None
    # With no day of notification this counts from the decision's earliest day (UNKNOWN_NOTIFICATION).
    start = max((day for day in (first, told) if day is not None), default=None)
    latest = None if told_last is None else months_after(told_last, 6 if _may_be_six(first) else 4)
    if start is None:
        return None, latest
    readings = []
    if _may_be_four(last):  # such a decision was taken, and so notified, on FOUR_MONTHS_FROM at the earliest
        readings.append(months_after(max(start, FOUR_MONTHS_FROM), 4))
    if _may_be_six(first):
        readings.append(months_after(start, 6))
    return min(readings), latest


def _taken_within(taken: EdtfDate | None, notified: EdtfDate | None) -> tuple[int | None, int | None]:
    """Bound the day of the decision: nobody is notified before it."""
    last = min((date.latest for date in (taken, notified) if date and date.latest is not None), default=None)
    return taken.earliest if taken else None, last


def _may_be_four(last: int | None) -> bool:
    return last is None or last >= FOUR_MONTHS_FROM


def _may_be_six(first: int | None) -> bool:
    return first is None or first < FOUR_MONTHS_FROM


def _rules_of(taken: EdtfDate | None, notified: EdtfDate | None) -> tuple[Rule, ...]:
    first, last = _taken_within(taken, notified)
    months = ((FOUR_MONTHS, _may_be_four(last)), (SIX_MONTHS, _may_be_six(first)))
    unknown = () if notified and notified.earliest is not None else (UNKNOWN_NOTIFICATION,)
    return (*(rule for rule, applies in months if applies), NEXT_DAY, NO_WEEKEND, MONTH_END, *unknown)


def _undated(decision: str, inputs: tuple[tuple[str, str], ...], rules: tuple[Rule, ...], words: str) -> TimeLimit:
    return TimeLimit(
        decision=decision,
        earliest=None,
        latest=None,
        last_safe_day=None,
        rules=tuple(rule.id for rule in rules),
        inputs=inputs,
        words=words,
    )


def _words(earliest: int, latest: int | None, today: int) -> str:
    readings = f"the earliest reading ends on {written_of(earliest)}"
    if latest is None:
        readings += ", the latest is not known before the day of notification is"
    elif latest != earliest:
        readings += f", the latest on {written_of(latest)}"
    if today > earliest - SAFE_MARGIN_DAYS:
        return f"A lawyer must look today: {readings}."
    return f"Lodge by {written_of(earliest - SAFE_MARGIN_DAYS)}, two weeks before the limit: {readings}."
