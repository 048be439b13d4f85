"""Which paragraphs of a page are questions and whose the answers are; refuses to take a question for an account."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from counterclaim.read.lexicon import lexicon_of
from counterclaim.read.mentions import Mentions
from counterclaim.read.sentences import paragraphs_of
from counterclaim.record.account import Named, Reading, Slot, Unstated
from counterclaim.record.passage import Span

TURNS_MIN = 2  # one line with a colon is no interview
LABEL_CHARACTERS_MAX = 60
_PLACED = re.compile(r"\b(?:of|from|in|at|to|near)\s+\Z")  # `the women's wing of X`: seldom a person
_LABEL = re.compile(r"([A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*){0,3}):\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One paragraph of an interview: where its words begin after the label, and whose they are (None: a question's)."""

    begins: int
    speaker: Slot | None


def turns_of(reading: Reading, mentions: Mentions) -> dict[int, Turn]:
    """Give the turns of an interview by the offset of their paragraph; empty where the page is none.

    `Q:` and `A:` stand for the interviewer and the one person named before the first question (undecided where two
    are); a name as label stands for that person, and another label whose turns ask is the interviewer's.
    """
    labelled = [
        (paragraph, found)
        for paragraph in paragraphs_of(reading, "headline", "body")
        if (found := _LABEL.match(paragraph.text[:LABEL_CHARACTERS_MAX]))
    ]
    counts = Counter(found.group(1) for _, found in labelled)
    lexicon = lexicon_of("en")
    asks = {label for label in counts if label in lexicon.words("question_labels")}
    replies = {label for label in counts if label in lexicon.words("answer_labels")}
    speakers: dict[str, Slot] = {}
    if labelled and replies:
        speakers = dict.fromkeys(replies, _before(labelled[0][0].start, reading.document.dom_text, mentions))
    for label in counts.keys() - asks - replies:
        person = _person(label, reading)
        if person and counts[label] >= TURNS_MIN:
            speakers[label] = person
    questions = [p for p, found in labelled if found.group(1) not in speakers and p.text.rstrip(' ”"').endswith("?")]
    asks |= {p.text.split(":")[0] for p in questions}
    if sum(counts[label] for label in speakers) < TURNS_MIN or sum(counts[label] for label in asks) < TURNS_MIN:
        return {}
    return {
        paragraph.start: Turn(begins=paragraph.start + found.end(), speaker=speakers.get(found.group(1)))
        for paragraph, found in labelled
        if found.group(1) in asks or found.group(1) in speakers
    }


def without_label(sentence: Span, turn: Turn) -> Span:
    """Give the sentence without the label that opens its paragraph."""
    start = max(sentence.start, min(turn.begins, sentence.end))
    return Span(start=start, end=sentence.end, text=sentence.text[start - sentence.start :])


def _before(start: int, text: str, mentions: Mentions) -> Slot:
    """The one person named before the first question."""
    persons: list[str] = []
    for where, entity in mentions.within(0, start):
        known = any(mentions.same(entity.id, seen) for seen in persons)
        if entity.type == "person" and not known and not _PLACED.search(text[max(0, where.start - 12) : where.start]):
            persons.append(entity.id)
    return Named(entity=persons[0]) if len(persons) == 1 else Unstated()


def _person(label: str, reading: Reading) -> Slot | None:
    found = [
        e.id for e in reading.entities if e.type == "person" and e.name and (e.name == label or label in e.name.split())
    ]
    return Named(entity=found[0]) if len(found) == 1 else None
