"""Assessments as they may enter a weighing: accepted, turned to one order, capped; refuses an unvalidated absence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from counterclaim.record.account import Account
from counterclaim.record.errors import MalformedError
from counterclaim.record.exhibit import label_of
from counterclaim.record.finding import Basis, Declined, Failed, Finding, Observed
from counterclaim.record.proposition import Assessment, Interval, Question
from counterclaim.weigh.ratio import NEUTRAL, Exact, capped, exact_of, fraction_of, inverse
from counterclaim.weigh.scale import cap_of

Pair = tuple[str, str]
UNPLACED_GROUP = "no exhibit named"  # one group for all of them: what cannot be placed is not taken as independent
ASSESSMENTS_MAX = 10_000  # a question with more was not judged by people
_EXHIBIT = re.compile(r"(E[1-9][0-9]*)(?![0-9A-Za-z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One judgement on one pair, in the question's order; `ratio` is already within `cap`."""

    id: str
    item: str
    kind: str
    observed: str
    group: str
    pair: Pair
    ratio: Exact
    basis: Basis
    cap: Fraction
    was_capped: bool


def pairs_of(question: Question) -> tuple[Pair, ...]:
    """List every pair of rivals, in the question's order."""
    ids = [proposition.id for proposition in question.propositions]
    return tuple((a, b) for i, a in enumerate(ids) for b in ids[i + 1 :])


def group_of(item: str, group: str) -> str:
    """Name the dependency group: the one given, or the exhibit the item's id begins with."""
    if group:
        return group
    matched = _EXHIBIT.match(item)
    return matched.group(1) if matched else UNPLACED_GROUP


def judged_of(
    question: Question, assessments: Sequence[Assessment], findings: Sequence[Finding], accounts: Sequence[Account]
) -> tuple[tuple[Judged, ...], tuple[str, ...]]:
    """Turn assessments, and ratios that validated methods offer, into judgements; with warnings.

    Raises MalformedError for a pair the question does not hold, or a validated ratio without its cap.
    """
    if len(assessments) > ASSESSMENTS_MAX:
        raise MalformedError(f"{ASSESSMENTS_MAX} assessments at most", str(len(assessments)))
    barred = _barred(findings, accounts)
    kept: list[Judged] = []
    warnings: set[str] = set()
    for assessment in (*assessments, *_offered(question, findings)):
        if assessment.question != question.id or assessment.status != "accepted":
            continue
        if assessment.item in barred:
            warnings.add(f"{assessment.item} {barred[assessment.item]}; what was judged of it does not enter.")
            continue
        judged, remarks = _one(question, assessment)
        kept.append(judged)
        warnings.update(remarks)
    return tuple(sorted(kept, key=_order)), tuple(sorted(warnings))


def _order(judged: Judged) -> tuple[object, ...]:
    ratio = judged.ratio
    return judged.group, judged.item, judged.observed, judged.pair, judged.id, ratio.low, ratio.high, judged.basis


def _barred(findings: Iterable[Finding], accounts: Iterable[Account]) -> Mapping[str, str]:
    """Find what may not be weighed: nothing broken, nothing declined, nothing only proposed."""
    barred = {}
    for finding in findings:
        if isinstance(finding.outcome, Declined | Failed):
            barred[finding.id] = "was declined" if isinstance(finding.outcome, Declined) else "failed"
        elif finding.status != "accepted":
            barred[finding.id] = f"is only {finding.status}"
    barred.update({account.id: f"is only {account.status}" for account in accounts if account.status != "accepted"})
    return {item: why.replace("only rejected", "rejected") for item, why in barred.items()}


def _offered(question: Question, findings: Iterable[Finding]) -> list[Assessment]:
    """Take the ratios that accepted findings offer between these rivals, where validation covers the input."""
    ids = {proposition.id for proposition in question.propositions}
    offered = []
    for finding in findings:
        outcome = finding.outcome
        if not isinstance(outcome, Observed) or outcome.ratio is None or outcome.validation != "inside":
            continue
        if finding.status != "accepted" or not set(outcome.ratio.between) <= ids:
            continue
        offered.append(
            Assessment(
                id=f"{finding.id}@{finding.version}",
                question=question.id,
                item=finding.id,
                kind="finding",
                observed=outcome.summary,
                group=label_of(finding.exhibit),
                between=outcome.ratio.between,
                interval=Interval(low=outcome.ratio.low, high=outcome.ratio.high),
                basis=outcome.ratio.basis,
                why="offered by the method within its validation",
                by=finding.examiner,
                cap=outcome.ratio.cap,
            )
        )
    return offered


def _one(question: Question, assessment: Assessment) -> tuple[Judged, list[str]]:
    pair, ratio = _oriented(question, assessment)
    remarks = []
    if assessment.absence and assessment.basis != "validated" and ratio != NEUTRAL:
        ratio = NEUTRAL
        remarks.append(f"{assessment.id}: an absence stays at 1, no miss rate was validated for this kind of input.")
    cap = _cap(assessment)
    if cap == 1 and ratio != NEUTRAL:
        remarks.append(f"{assessment.id}: a ratio without a basis, or with a cap of 1, stays at 1.")
    within = capped(ratio, cap)
    judged = Judged(
        id=assessment.id,
        item=assessment.item,
        kind=assessment.kind,
        observed=assessment.observed,
        group=group_of(assessment.item, assessment.group),
        pair=pair,
        ratio=within,
        basis=assessment.basis,
        cap=cap,
        was_capped=within != ratio,
    )
    return judged, remarks


def _oriented(question: Question, assessment: Assessment) -> tuple[Pair, Exact]:
    ratio = exact_of(assessment.interval)
    pairs = pairs_of(question)
    first, second = assessment.between
    if (first, second) in pairs:
        return (first, second), ratio
    if (second, first) in pairs:
        return (second, first), inverse(ratio)
    raise MalformedError(f"two rivals of the question {question.id}", f"{first!r} and {second!r} in {assessment.id}")


def _cap(assessment: Assessment) -> Fraction:
    """Take the smaller of the basis's cap and the assessment's own; a validated ratio must bring its own."""
    by_basis = cap_of(assessment.basis)
    own = None if assessment.cap is None else fraction_of(assessment.cap)
    if own is not None and own < 1:
        raise MalformedError(f"a cap of 1 or more in {assessment.id}", str(assessment.cap))
    limits = [cap for cap in (by_basis, own) if cap is not None]
    if not limits:
        raise MalformedError(f"a cap from the validation of {assessment.id}", "none")
    return min(limits)


def in_turn(judged: Iterable[Judged], pair: Pair) -> tuple[Judged, ...]:
    """List the judgements on one pair."""
    return tuple(one for one in judged if one.pair == pair)


def renamed(judged: Judged, ratio: Exact, basis: Basis, cap: Fraction) -> Judged:
    """Give the same thing another ratio, where several people judged it."""
    return replace(judged, ratio=ratio, basis=basis, cap=cap)
