"""A person's judgement on what was suggested: accept or reject, by id, with a reason, under a role."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from counterclaim.desk.open import Desk
from counterclaim.desk.suggestions import current_suggestions
from counterclaim.record.errors import UsageError
from counterclaim.record.finding import Observed

WORDS_MAX = 100  # a line of a terminal, beside an id and a kind
NEEDS_JUDGEMENT = frozenset({"account", "quotation", "episode", "method", "damage"})


def undecided(desk: Desk, *, case: str) -> tuple[str, ...]:
    """The ids still only proposed: observed findings and what was read. Entities follow what names them."""
    findings = [
        finding.id
        for finding in desk.vault.findings(case)
        if isinstance(finding.outcome, Observed) and finding.status == "proposed"
    ]
    suggestions = [
        row.id
        for row in current_suggestions(desk, case=case)
        if row.kind in NEEDS_JUDGEMENT and row.status == "proposed"
    ]
    return (*findings, *suggestions)


def accept(desk: Desk, ids: Sequence[str], *, case: str, why: str = "") -> int:
    """Accept suggestions and findings; they may now leave. Returns how many."""
    return _judge(desk, ids, case=case, verb="accept", why=why)


def reject(desk: Desk, ids: Sequence[str], *, case: str, why: str = "") -> int:
    """Reject suggestions and findings; they stay in the log and leave in nothing. Returns how many."""
    return _judge(desk, ids, case=case, verb="reject", why=why)


def _judge(desk: Desk, ids: Sequence[str], *, case: str, verb: str, why: str) -> int:
    desk.require(verb, case=case)
    wanted = tuple(dict.fromkeys(ids))
    if not wanted:
        raise UsageError(
            "at least one id", "none", remedy="`counterclaim case show NAME` lists what waits for a person."
        )
    exhibits = {finding.id: finding.exhibit for finding in desk.vault.findings(case)}
    exhibits |= {row.id: row.exhibit for row in desk.vault.suggestions(case)}
    unknown = [given for given in wanted if given not in exhibits]
    if unknown:
        raise UsageError(f"ids of case {case}", ", ".join(unknown), remedy="`counterclaim case show NAME` lists them.")
    numbers = tuple(sorted({exhibits[given] for given in wanted}))
    desk.record(desk.event(verb, case=case, exhibits=numbers, body={"ids": list(wanted), "why": why}))
    return len(wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One thing that waits for a person: its id, its kind, and a few of its words."""

    id: str
    kind: str
    words: str


def waiting(desk: Desk, *, case: str) -> tuple[Waiting, ...]:
    """What waits for a person's judgement, with enough words to recognise it."""
    ids = set(undecided(desk, case=case))
    rows = [
        Waiting(id=finding.id, kind="finding", words=finding.outcome.summary)
        for finding in desk.vault.findings(case)
        if isinstance(finding.outcome, Observed) and finding.id in ids
    ]
    rows += [
        Waiting(
            id=row.id,
            kind=str(row.plain.get("act") or row.plain.get("kind") or row.kind),
            words=_words_of(row.plain),
        )
        for row in desk.vault.suggestions(case)
        if row.id in ids
    ]
    return tuple(sorted(rows, key=lambda one: _natural(one.id)))


def _natural(identifier: str) -> list[tuple[int, str]]:
    """Order E2.a9 before E2.a10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", identifier)]


def _words_of(plain: Mapping[str, Any]) -> str:
    spans = [plain["span"]] if "span" in plain else plain.get("spans", [])
    flat = " ".join(str(spans[0]["text"]).split()) if spans else ""
    return flat if len(flat) <= WORDS_MAX else flat[: WORDS_MAX - 1] + "…"
