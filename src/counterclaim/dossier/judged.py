"""Who gave each ratio of a weighing, on which basis and why; refuses a judgement that did not enter the weight."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from counterclaim.record.finding import Finding, Observed
from counterclaim.record.proposition import Assessment, WeighedItem, Weight

BY_THE_METHOD = "offered by the method, within what it was validated for"
NO_REASON = "no reason was written"
_EXHIBIT = re.compile(r"E[1-9][0-9]*(?![0-9A-Za-z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One line under an item: by whom (a pseudonym, or a method), on which basis, between which rivals, and why."""

    by: str
    basis: str
    pairs: tuple[str, ...]
    why: str


def judgements_of(
    weight: Weight, item: WeighedItem, assessments: Sequence[Assessment], findings: Sequence[Finding]
) -> tuple[Judgement, ...]:
    """List whoever gave this item a ratio, a line each; one person's same words on several pairs are one line."""
    lines: dict[tuple[str, str, str], list[str]] = {}
    for by, basis, why, between in (*_by_people(weight, item, assessments), *_by_methods(item, findings)):
        pair = _pair(item, between)
        if pair:
            lines.setdefault((by, basis, why), []).append(pair)
    return tuple(
        Judgement(by=by, basis=basis, pairs=tuple(sorted(set(pairs))), why=why)
        for (by, basis, why), pairs in lines.items()
    )


def _by_people(
    weight: Weight, item: WeighedItem, assessments: Iterable[Assessment]
) -> Iterable[tuple[str, str, str, tuple[str, str]]]:
    for one in assessments:
        entered = (one.question, one.item, one.observed, one.basis) == (
            weight.question.id,
            item.id,
            item.note,
            item.basis,
        )
        if one.status == "accepted" and entered and _in_group(one, item):
            yield one.by, one.basis, one.why.strip() or NO_REASON, one.between


def _in_group(one: Assessment, item: WeighedItem) -> bool:
    """Whether it stands in the item's group; without one it stands in that of the exhibit its item begins with."""
    exhibit = _EXHIBIT.match(one.item)
    return item.group == (one.group or (exhibit[0] if exhibit else item.group))


def _by_methods(item: WeighedItem, findings: Iterable[Finding]) -> Iterable[tuple[str, str, str, tuple[str, str]]]:
    for finding in findings:
        outcome = finding.outcome
        if finding.id != item.id or finding.status != "accepted" or not isinstance(outcome, Observed):
            continue
        offered = outcome.ratio
        if offered and outcome.validation == "inside" and (outcome.summary, offered.basis) == (item.note, item.basis):
            yield f"{finding.examiner} {finding.version}", offered.basis, BY_THE_METHOD, offered.between


def _pair(item: WeighedItem, between: tuple[str, str]) -> str:
    """Name the pair in the order of the weighing; empty where this item has no interval for it."""
    first, second = between
    return next((f"{a} : {b}" for a, b in ((first, second), (second, first)) if f"{a}:{b}" in item.intervals), "")
