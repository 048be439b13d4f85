"""Examines exhibits: derives what is pending, runs it in the jail, and enters each outcome in the log."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from counterclaim.desk.crew import Crew
from counterclaim.desk.incoming import bytes_of
from counterclaim.desk.jail import Jail
from counterclaim.desk.open import Desk
from counterclaim.desk.outcome import outcome_of
from counterclaim.desk.rosters import examiners, signature_of
from counterclaim.examine.examiner import Brief, HeldCode
from counterclaim.record.canonical import noun_of, plain_of, sha256_hex
from counterclaim.record.custody import Tool
from counterclaim.record.date import edtf_of
from counterclaim.record.errors import UsageError
from counterclaim.record.exhibit import Exhibit, label_of
from counterclaim.record.finding import Finding, Observed, Outcome, pending_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One examiner on one exhibit's bytes."""

    exhibit: int
    sha256: str
    examiner: str
    content: bytes
    brief: Brief


def findings_on(content: bytes, *, crew: Crew, brief: Brief, names: Sequence[str] | None = None) -> tuple[Finding, ...]:
    """Examine bytes that are in no vault; one finding an examiner, in the order of their names."""
    jobs = [Job(exhibit=1, sha256="", examiner=name, content=content, brief=brief) for name in names or examiners()]
    return tuple(crew.map(_finding_of, jobs))


def pending(desk: Desk, *, case: str, brief: Brief) -> frozenset[tuple[str, str]]:
    """The work that is left: (exhibit digest, name@version); derived from the log, queued nowhere."""
    return pending_of(
        frozenset(exhibit.sha256 for exhibit in desk.vault.exhibits(case)),
        frozenset(signature_of(examiner) for examiner in examiners().values()),
        brief.digest(),
        desk.vault.recorded(case),
    )


def examine(
    desk: Desk, *, case: str, brief: Brief, progress: Callable[[int, int], None] = lambda _done, _of: None
) -> tuple[Finding, ...]:
    """Examine what is pending in `case`, exhibit by exhibit in the order of admission.

    Each exhibit's outcomes are entered before the next begins: a crash loses no finding that was
    entered, and a second run adds none twice.
    """
    desk.require("examine", case=case)
    todo = pending(desk, case=case, brief=brief)
    made: list[Finding] = []
    left = [exhibit for exhibit in desk.vault.exhibits(case) if any(digest == exhibit.sha256 for digest, _ in todo)]
    for done, exhibit in enumerate(left, 1):
        made.extend(_examine_one(desk, exhibit, case=case, brief=brief, todo=todo))
        progress(done, len(left))
    return tuple(made)


def _examine_one(
    desk: Desk, exhibit: Exhibit, *, case: str, brief: Brief, todo: frozenset[tuple[str, str]]
) -> Iterable[Finding]:
    content = desk.vault.content_of(exhibit)
    own = replace(brief, held=held_codes(desk, case=case, before=exhibit.number))
    names = [name for name, method in examiners().items() if (exhibit.sha256, signature_of(method)) in todo]
    jobs = [
        Job(exhibit=exhibit.number, sha256=exhibit.sha256, examiner=name, content=content, brief=own) for name in names
    ]
    found = desk.crew.map(_finding_of, jobs)
    with desk.writing() as writer:
        known, ids = desk.vault.recorded(case), {finding.id for finding in desk.vault.findings(case)}
        fresh = [
            replace(finding, id=_free_id(finding.id, ids))
            for finding in found
            if (exhibit.sha256, f"{finding.examiner}@{finding.version}", finding.brief_sha256) not in known
        ]
        events = [
            desk.event(
                "examine",
                case=case,
                exhibits=(exhibit.number,),
                inputs=(exhibit.sha256, finding.brief_sha256),
                tool=Tool(name=finding.examiner, version=finding.version),
                body={"finding": plain_of(finding), "exhibit_sha256": exhibit.sha256, **_told(own, finding)},
            )
            for finding in fresh
        ]
        if events:
            writer.record(events)
    return fresh


def _told(brief: Brief, finding: Finding) -> dict[str, Any]:
    """What the examiner was told, so that its finding can be derived again: the shortlist only where it was used."""
    used = isinstance(finding.outcome, Observed) and "matches" in finding.outcome.values
    told = plain_of(replace(brief, emblems=(), held=())) | {"emblems": [sha256_hex(one) for one in brief.emblems]}
    return {"brief": told, "held": plain_of(brief.held) if used else []}


def held_codes(desk: Desk, *, case: str, before: int | None = None) -> tuple[HeldCode, ...]:
    """The picture codes held in the case, of exhibits numbered below `before`: what came earlier."""
    exhibits = {exhibit.number: exhibit for exhibit in desk.vault.exhibits(case)}
    codes = {
        finding.exhibit: finding.outcome.values["codes"][0]
        for finding in desk.vault.findings(case)
        if isinstance(finding.outcome, Observed) and finding.outcome.values.get("codes")
    }
    return tuple(
        HeldCode(
            exhibit=number,
            code=code,
            name=exhibits[number].name,
            admitted_at=exhibits[number].admitted_at,
            sha256=exhibits[number].sha256,
        )
        for number, code in sorted(codes.items())
        if before is None or number < before
    )


def _finding_of(jail: Jail, job: Job) -> Finding:
    """Run one job in the jail; whatever happens is a finding."""
    method = examiners()[job.examiner]
    arguments = {
        "examiner": job.examiner,
        "brief": {**plain_of(job.brief), "emblems": [part.hex() for part in job.brief.emblems]},
    }

    def run() -> Outcome:
        answer: Outcome = noun_of(jail.run("examine", arguments, job.content), Outcome)  # type: ignore[arg-type]
        return answer

    return Finding(
        id=f"{label_of(job.exhibit)}.{job.examiner}",
        exhibit=job.exhibit,
        examiner=job.examiner,
        version=method.version,
        brief_sha256=job.brief.digest(),
        outcome=outcome_of(run),
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
