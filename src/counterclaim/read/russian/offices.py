"""What an office says, by what it tells: a denial, an excuse, a possibility, no answer; refuses to word one."""

from __future__ import annotations

import re

from counterclaim.read.lexicon import lexicon_of, pattern_of
from counterclaim.read.russian.denials import said_denial_of
from counterclaim.read.russian.kinds import has
from counterclaim.read.russian.negation import negated
from counterclaim.read.saying.judged import Judged

NO_DENIAL_NOTE = "The reply denies nothing."
ATTACK_NOTE = "The source is attacked; no particular is answered."
_NAMED_PLACE = re.compile(r"\s+(?:соседней\s+|городе\s+)?[А-ЯЁ][а-яё]{3,}")
_IN_REPORT = re.compile(r"\b(?:в|согласно) (?:[а-яё]+ )?(?:доклад|отч[её]т)\w*", re.IGNORECASE)


def said_by_office(content: str, sentence: str) -> Judged:
    """Propose the act of what an office said with a plain verb."""
    return _without_story(content, sentence) or _story(content, sentence) or _rest(content, sentence)


def _without_story(content: str, sentence: str) -> Judged | None:
    if has("own_deeds", content):
        return Judged(act="admission")
    if _IN_REPORT.search(sentence):
        return Judged(act="report")
    if has("no_answers", content):
        return Judged(act="non_denial", note=NO_DENIAL_NOTE)
    raising = next(term for term in lexicon_of("ru").speech_terms if term.id == "raising_possibility")
    if raising.pattern.search(content) or (has("images", sentence) and has("made_by_anyone", content)):
        return possible()
    return None


def _story(content: str, sentence: str) -> Judged | None:
    found = said_denial_of(content, sentence=sentence)
    excuse = lexicon_of("ru").pattern("justification_rules").search(content)
    if excuse and not negated(content, excuse.start()) and (found is None or found.kind == "did_not_happen"):
        return Judged(act="justification", denial_kind="force_justified")
    if found:
        return Judged(act="denial", denial_kind=found.kind, denies=found.denies)
    return Judged(act="denial", denial_kind="elsewhere", denies=("place",)) if _taken_elsewhere(content) else None


def _rest(content: str, sentence: str) -> Judged:
    if attacks(content):
        return Judged(act="rejection", denial_kind="source_attacked", note=ATTACK_NOTE)
    if has("self_admissions", content):
        return Judged(act="admission")
    if has("inquiries", content):
        return Judged(act="non_denial", note=NO_DENIAL_NOTE)
    return Judged(act="report" if is_report(sentence) else "claim")


def _taken_elsewhere(content: str) -> bool:
    """Whether an office says of pictures where they were taken, by a name: `снимок сделан в X`."""
    if not has("images", content) or has("self_admissions", content):
        return False
    hits = lexicon_of("ru").pattern("taken_in").finditer(content)
    return any(_NAMED_PLACE.match(content, hit.end()) for hit in hits)


def attacks(content: str) -> bool:
    """Whether words attack whoever tells, and answer nothing."""
    row = next(row for row in lexicon_of("ru").rows("denial_rules") if row["kind"] == "source_attacked")
    return pattern_of(row["cues"]).search(content) is not None


def possible() -> Judged:
    """Give the denial that raises a possibility."""
    note = "A possibility is raised; nobody asserts that it was so."
    return Judged(act="denial", denial_kind="possibility_raised", note=note)


def is_report(sentence: str) -> bool:
    """Whether a sentence tells of a report, a study or a monitoring."""
    return lexicon_of("ru").pattern("report_words").search(sentence) is not None
