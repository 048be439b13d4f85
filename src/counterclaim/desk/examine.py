"""Examines exhibits: derives what is pending, runs it in the jail, and enters each outcome in the log."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from counterclaim.desk.crew import Crew
from counterclaim.desk.incoming import bytes_of
from counterclaim.desk.open import Desk
from counterclaim.desk.outcome import outcome_of
from counterclaim.desk.pace import Meter, Pace
from counterclaim.desk.rosters import examiners, signature_of
from counterclaim.desk.sitting import Sitting, by_cost, findings_of
from counterclaim.examine.examiner import Brief, Cost, HeldCode, Searcher
from counterclaim.record.canonical import plain_of, sha256_hex
from counterclaim.record.custody import Event, Tool
from counterclaim.record.date import edtf_of
from counterclaim.record.errors import UsageError
from counterclaim.record.exhibit import Exhibit
from counterclaim.record.finding import Finding, Observed, Outcome, pending_of

BY_CODE = "lookalike"  # the examiner whose first code stands for a picture as it is


def findings_on(content: bytes, *, crew: Crew, brief: Brief, names: Sequence[str] | None = None) -> tuple[Finding, ...]:
    """Examine bytes that are in no vault; one finding an examiner, in the order of their names."""
    wanted = tuple(names or examiners())
    sittings = [
        Sitting(exhibit=1, content=content, brief=brief, names=together) for together in by_cost(wanted).values()
    ]
    found = {finding.examiner: finding for some in crew.map(findings_of, sittings) for finding in some}
    return tuple(found[name] for name in wanted)


def pending(desk: Desk, *, case: str, brief: Brief) -> frozenset[tuple[str, str]]:
    """The work that is left: (exhibit digest, name@version); derived from the log, queued nowhere."""
    return pending_of(
        frozenset(exhibit.sha256 for exhibit in desk.vault.exhibits(case)),
        frozenset(signature_of(examiner) for examiner in examiners().values()),
        brief.digest(),
        desk.vault.recorded(case),
    )


def examine(
    desk: Desk, *, case: str, brief: Brief, progress: Callable[[Pace], None] = lambda _pace: None
) -> tuple[Finding, ...]:
    """Examine what is pending in `case`: the cheap examiners over every exhibit first, each in the order of admission.

    An exhibit's outcomes are entered as soon as they and those before them are there: a crash loses no finding that
    was entered, and a second run adds none twice.
    """
    desk.require("examine", case=case)
    run = _Run.of(desk, case=case, brief=brief)
    meter = Meter(of={cost: sum(len(names) for _, names in rows) for cost, rows in run.rounds.items()})
    made: list[Finding] = []
    for cost in run.rounds:
        for exhibit, found in run.looked_at(cost):
            made.extend(run.entered(exhibit, found))
            progress(meter.counted(cost, len(found)))
    return tuple(made)


@dataclass(slots=True, kw_only=True)
class _Run:
    """One run over a case: what is to be done in which round, what is entered already, and the codes held so far."""

    desk: Desk
    case: str
    brief: Brief
    rounds: dict[Cost, list[tuple[Exhibit, tuple[str, ...]]]]
    codes: dict[int, HeldCode]
    _known: frozenset[tuple[str, str, str]] = frozenset()
    _ids: set[str] = field(default_factory=set)
    _size: int = -1

    @classmethod
    def of(cls, desk: Desk, *, case: str, brief: Brief) -> Self:
        """Plan the run from what the log lacks."""
        todo = pending(desk, case=case, brief=brief)
        rounds: dict[Cost, list[tuple[Exhibit, tuple[str, ...]]]] = {cost: [] for cost in Cost}
        for exhibit in desk.vault.exhibits(case):
            left = [name for name, method in examiners().items() if (exhibit.sha256, signature_of(method)) in todo]
            for cost, names in by_cost(left).items():
                rounds[cost].append((exhibit, names))
        codes = {code.exhibit: code for code in held_codes(desk, case=case)}
        rounds = {cost: rows for cost, rows in rounds.items() if rows}
        return cls(desk=desk, case=case, brief=brief, rounds=rounds, codes=codes)

    def looked_at(self, cost: Cost) -> Iterator[tuple[Exhibit, tuple[Finding, ...]]]:
        """Every exhibit of the round with what was found, in the order of admission."""
        rows = self.rounds[cost]
        sittings = (
            Sitting(
                exhibit=exhibit.number,
                content=self.desk.vault.content_of(exhibit),
                brief=self.told(exhibit) if cost is Cost.HELD else self.brief,
                names=names,
            )
            for exhibit, names in rows
        )
        found = self.desk.crew.stream(findings_of, sittings)
        for (exhibit, _), some in zip(rows, found, strict=True):
            yield exhibit, tuple(self._searched(exhibit, finding) for finding in some)

    def told(self, exhibit: Exhibit) -> Brief:
        """The brief with what is held of exhibits that came before this one."""
        before = (code for number, code in sorted(self.codes.items()) if number < exhibit.number)
        return replace(self.brief, held=tuple(before))

    def _searched(self, exhibit: Exhibit, finding: Finding) -> Finding:
        """What a searcher finds among what is held, from what it observed of the picture alone."""
        method, outcome = examiners()[finding.examiner], finding.outcome
        if not (isinstance(method, Searcher) and isinstance(outcome, Observed)):
            return finding
        told = self.told(exhibit)
        return replace(finding, outcome=outcome_of(lambda: method.with_held(outcome, told, exhibit.sha256)))

    def entered(self, exhibit: Exhibit, found: Sequence[Finding]) -> tuple[Finding, ...]:
        """Enter what nobody entered meanwhile, and take the exhibit's code among those held."""
        with self.desk.writing() as writer:
            self._catch_up()
            fresh = [
                replace(finding, id=_free_id(finding.id, self._ids))
                for finding in found
                if (exhibit.sha256, f"{finding.examiner}@{finding.version}", finding.brief_sha256) not in self._known
            ]
            if fresh:
                writer.record([self._event(exhibit, finding) for finding in fresh])
                self._size = self.desk.vault.size()
        for finding in found:
            if finding.examiner == BY_CODE and isinstance(finding.outcome, Observed):
                self.codes[exhibit.number] = _held_code(exhibit, finding.outcome)
        return tuple(fresh)

    def _catch_up(self) -> None:
        """Read what stands in the log, unless nobody but this run wrote since: a case has thousands of findings."""
        if self._size != self.desk.vault.size():
            self._known = self.desk.vault.recorded(self.case)
            self._ids = {finding.id for finding in self.desk.vault.findings(self.case)}

    def _event(self, exhibit: Exhibit, finding: Finding) -> Event:
        told = _told(self.told(exhibit) if _searched_held(finding) else self.brief, finding)
        return self.desk.event(
            "examine",
            case=self.case,
            exhibits=(exhibit.number,),
            inputs=(exhibit.sha256, finding.brief_sha256),
            tool=Tool(name=finding.examiner, version=finding.version),
            body={"finding": plain_of(finding), "exhibit_sha256": exhibit.sha256, **told},
        )


def _told(brief: Brief, finding: Finding) -> dict[str, Any]:
    """What the examiner was told, so that its finding can be derived again: the shortlist only where it was used."""
    told = plain_of(replace(brief, emblems=(), held=())) | {"emblems": [sha256_hex(one) for one in brief.emblems]}
    return {"brief": told, "held": plain_of(brief.held) if _searched_held(finding) else []}


def _searched_held(finding: Finding) -> bool:
    return isinstance(finding.outcome, Observed) and "matches" in finding.outcome.values


def held_codes(desk: Desk, *, case: str, before: int | None = None) -> tuple[HeldCode, ...]:
    """The picture codes held in the case, of exhibits numbered below `before`: what came earlier."""
    exhibits = {exhibit.number: exhibit for exhibit in desk.vault.exhibits(case)}
    codes = {
        finding.exhibit: finding.outcome
        for finding in desk.vault.findings(case)
        if finding.examiner == BY_CODE and isinstance(finding.outcome, Observed)
    }
    return tuple(
        _held_code(exhibits[number], outcome)
        for number, outcome in sorted(codes.items())
        if before is None or number < before
    )


def _held_code(exhibit: Exhibit, observed: Observed) -> HeldCode:
    return HeldCode(
        exhibit=exhibit.number,
        code=observed.values["codes"][0],
        name=exhibit.name,
        admitted_at=exhibit.admitted_at,
        sha256=exhibit.sha256,
    )


def _free_id(wanted: str, taken: set[str]) -> str:
    """`E1.metadata`, or `E1.r2.metadata` for a second round under another version or brief."""
    label, _, name = wanted.partition(".")
    candidate, turn = wanted, 1
    while candidate in taken:
        turn += 1
        candidate = f"{label}.r{turn}.{name}"
    taken.add(candidate)
    return candidate


def brief_of(
    *,
    flags: Sequence[str] = (),
    emblems: Sequence[Path] = (),
    claimed_place: str | None = None,
    claimed_at: str | None = None,
) -> Brief:
    """The brief a person gives on the command line. Raises UsageError or MalformedError for what is no brief."""
    pictures = tuple(bytes_of(emblem, what="a reference picture") for emblem in emblems)
    if claimed_at is not None:
        edtf_of(claimed_at)
    for flag in flags:
        if not re.fullmatch("[A-Z]{2}", flag):
            raise UsageError("a flag as two capital letters (ISO 3166-1 alpha-2)", repr(flag))
    return Brief(flags=tuple(flags), emblems=pictures, claimed_place=claimed_place, claimed_at=claimed_at)


def finding_contract(finding: Finding) -> dict[str, Any]:
    """A finding as contract.md prints it: every key always there."""
    plain = plain_of(finding.outcome, Outcome)
    return {
        "examiner": finding.examiner,
        "version": finding.version,
        "outcome": plain["outcome"],
        "summary": plain.get("summary", ""),
        "values": plain.get("values", {}),
        "regions": plain.get("regions", []),
        "limits": plain.get("limits", []),
        "ratio": plain.get("ratio"),
        "validation": plain.get("validation", "none"),
        "reason": plain.get("reason", ""),
    }
