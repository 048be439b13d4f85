"""Which paragraphs of an Azerbaijani or Turkish page are questions, and whose the answers are; refuses to guess whose.

Turns are set off by a dash (`– Sizi döydülər?`) or by a label (`Sual:`, `Anar Cəlilov:`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from counterclaim.read.casing import lowered
from counterclaim.read.mentions import CANDIDATES_MAX, Mentions
from counterclaim.read.sentences import paragraphs_of
from counterclaim.read.turkic.words import Words
from counterclaim.record.account import Named, Reading, Slot, Undetermined, Unstated
from counterclaim.record.passage import Span

QUESTIONS_MIN = 2  # one question behind a dash may stand in any story
QUESTION_WORDS_MAX = 40
LABEL_CHARACTERS_MAX = 60
_DASH = re.compile(r"[-–—]\s+")
_TOLD_BY = re.compile(r"[,?!.…]\s*[-–—]\s")  # `– Haradasan? – deyə soruşdu`: a story tells who speaks
_LABEL = re.compile(r"([^\W\d_][\w.’'-]*(?: [^\W\d_][\w.’'-]*){0,3}):\s+(?![“«\"„])")
_CLOSES = ' ”"»'


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One paragraph of an interview: where its words begin, and whose they are (None: a question's)."""

    begins: int
    speaker: Slot | None


def turns_of(reading: Reading, mentions: Mentions, words: Words) -> dict[int, Turn]:
    """Give the turns of an interview by the offset of their paragraph; empty where the page is none."""
    body = paragraphs_of(reading, "headline", "body")
    found = {**_by_dash(body, mentions), **_by_label(body, reading, mentions, words)}
    return found or _by_question(paragraphs_of(reading, "body"), mentions, words)


def _by_dash(body: tuple[Span, ...], mentions: Mentions) -> dict[int, Turn]:
    dashed = [(p, found.end()) for p in body if (found := _DASH.match(p.text))]
    asked = [p for p, _ in dashed if p.text.rstrip(_CLOSES).endswith("?")]
    if len(asked) < QUESTIONS_MIN or any(_TOLD_BY.search(p.text) for p in asked):
        return {}
    first = asked[0].start
    speaker = _before(first, mentions)
    questions = {p.start for p in asked}
    return {
        p.start: Turn(begins=p.start + at, speaker=None if p.start in questions else speaker)
        for p, at in dashed
        if p.start >= first
    }


def _by_question(body: tuple[Span, ...], mentions: Mentions, words: Words) -> dict[int, Turn]:
    """Questions that stand as paragraphs of their own, and the paragraphs behind them, of the one person named before.

    An answer speaks of its giver, or stands in quotation marks; the page's own words between are no answer.
    """
    asked = [p for p in body if p.text.endswith("?") and len(p.text.split()) <= QUESTION_WORDS_MAX]
    speaker = _before(asked[0].start, mentions) if len(asked) >= QUESTIONS_MIN else None
    if not isinstance(speaker, Named):
        return {}
    questions = {p.start for p in asked}
    out: dict[int, Turn] = {}
    for paragraph in body:
        own = words.pattern("first_person").search(lowered(paragraph.text, words.language))
        if paragraph.start in questions:
            out[paragraph.start] = Turn(begins=paragraph.start, speaker=None)
        elif out and (own or paragraph.text[0] in '“«"'):
            out[paragraph.start] = Turn(begins=paragraph.start, speaker=speaker)
    return out


def _by_label(body: tuple[Span, ...], reading: Reading, mentions: Mentions, words: Words) -> dict[int, Turn]:
    out: dict[int, Turn] = {}
    answered: Slot | None = None
    for paragraph in body:
        found = _LABEL.match(paragraph.text[:LABEL_CHARACTERS_MAX])
        if found is None:
            continue
        label, begins = lowered(found.group(1), words.language), paragraph.start + found.end()
        if label in words.small("question_labels"):
            out[paragraph.start] = Turn(begins=begins, speaker=None)
        elif label in words.small("answer_labels"):
            answered = answered or _before(paragraph.start, mentions)
            out[paragraph.start] = Turn(begins=begins, speaker=answered)
        elif person := _person(found.group(1), reading):
            asks = paragraph.text.rstrip(_CLOSES).endswith("?")
            out[paragraph.start] = Turn(begins=begins, speaker=None if asks else person)
    return out


def _before(start: int, mentions: Mentions) -> Slot:
    """Whoever is named before the first turn: one person, or the candidates, or nobody."""
    persons: list[str] = []
    for _, entity in mentions.within(0, start):
        if entity.type == "person" and not any(mentions.same(entity.id, seen) for seen in persons):
            persons.append(entity.id)
    if len(persons) == 1:
        return Named(entity=persons[0])
    return Undetermined(candidates=tuple(persons[:CANDIDATES_MAX])) if persons else Unstated()


def _person(label: str, reading: Reading) -> Slot | None:
    found = [
        e.id for e in reading.entities if e.type == "person" and e.name and (e.name == label or label in e.name.split())
    ]
    return Named(entity=found[0]) if found else None
