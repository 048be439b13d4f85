"""Whose the turns of an interview or a transcript are; refuses to give a question's words to whoever answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from counterclaim.read.lexicon import lexicon_of
from counterclaim.read.mentions import Mentions
from counterclaim.read.russian.endings import plain
from counterclaim.read.russian.marks import dialogue_of
from counterclaim.read.sentences import paragraphs_of
from counterclaim.record.account import Named, Reading, Slot
from counterclaim.record.passage import Span, span_of

LABEL_CHARACTERS_MAX = 60
QUESTIONS_MIN = 2  # one question after a dash may stand in any story
_LABEL = re.compile(r"([^:«»\"“”—–.!?]{1,60}):\s+(?=\S)")
_DASH = re.compile(r"[—–-]\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One paragraph of a talk: the words said, and who says them; a question has no holder."""

    words: Span
    speaker: Slot | None
    named: Span | None = None


def turns_of(reading: Reading, mentions: Mentions) -> Mapping[int, Turn]:
    """Give the turns by where their paragraphs begin; none where the page is no interview."""
    body = paragraphs_of(reading, "body")
    return _labelled(body, reading, mentions) or _dashed(body, reading, mentions)


def _labelled(body: tuple[Span, ...], reading: Reading, mentions: Mentions) -> dict[int, Turn]:
    """`Вопрос: ... Ответ: ...`, `Ведущий: ... Имя Фамилия: ...`: at least one question's label and one answer's."""
    lexicon, text = lexicon_of("ru"), reading.document.dom_text
    out: dict[int, Turn] = {}
    questions = 0
    for paragraph in body:
        found = _LABEL.match(paragraph.text)
        if found is None:
            continue
        words = span_of(text, paragraph.start + found.end(), paragraph.end)
        label = plain(found.group(1)).strip()
        begin, end = paragraph.start, paragraph.start + found.end(1)
        people = [(w, e) for w, e in mentions.within(begin, end) if e.type == "person"]
        if lexicon.pattern("question_labels").fullmatch(label):
            questions += 1
            out[paragraph.start] = Turn(words=words, speaker=None)
        elif label in lexicon.words("answer_labels"):
            slot = _interviewee(body, paragraph.start, mentions)
            out[paragraph.start] = Turn(words=words, speaker=slot)
        elif len(people) == 1 and len(label.split()) - len(people[0][0].text.split()) <= 1:
            out[paragraph.start] = Turn(words=words, speaker=Named(entity=people[0][1].id), named=people[0][0])
    answered = any(turn.speaker is not None for turn in out.values())
    return out if questions and answered else {}


def _dashed(body: tuple[Span, ...], reading: Reading, mentions: Mentions) -> dict[int, Turn]:
    """Paragraphs after a dash in which question and answer change: the answers are the one person's of the lead."""
    text = reading.document.dom_text
    rows = [paragraph for paragraph in body if _DASH.match(paragraph.text)]
    asked = [paragraph for paragraph in rows if paragraph.text.rstrip().endswith("?")]
    if len(asked) < QUESTIONS_MIN or not rows or rows[0] != asked[0]:
        return {}
    slot = _interviewee(body, rows[0].start, mentions) or _tagged(rows, mentions) or _named_beside(body, rows, mentions)
    out: dict[int, Turn] = {}
    question, past = False, -1
    for paragraph in rows:
        opening = _DASH.match(paragraph.text)
        begin = paragraph.start + (opening.end() if opening else 0)
        follows = past >= 0 and not text[past : paragraph.start].strip()
        question = paragraph.text.rstrip().endswith("?") or (follows and not question)
        own = any(begin_ > 0 for begin_, _ in dialogue_of(paragraph.text)[1:])
        if not own:
            speaker = None if question else slot
            out[paragraph.start] = Turn(words=span_of(text, begin, paragraph.end), speaker=speaker)
        past = paragraph.end
    return out


def _interviewee(body: tuple[Span, ...], before: int, mentions: Mentions) -> Slot | None:
    """The one person the page names before the talk begins, wherever that is in the paragraphs before."""
    start = body[0].start if body else before
    found = [e for _, e in mentions.within(start, before) if e.type == "person"]
    distinct: list[str] = []
    for entity in found:
        if not any(mentions.same(entity.id, each) for each in distinct):
            distinct.append(entity.id)
    return Named(entity=found[0].id) if len(distinct) == 1 else None


def _named_beside(body: tuple[Span, ...], rows: list[Span], mentions: Mentions) -> Slot | None:
    """The one person named in the paragraphs that are no turns: `С X говорил наш корреспондент`."""
    taken = {row.start for row in rows}
    found = [
        entity.id
        for paragraph in body
        if paragraph.start not in taken
        for _, entity in mentions.within(paragraph.start, paragraph.end)
        if entity.type == "person"
    ]
    return Named(entity=found[0]) if found and all(mentions.same(found[0], other) for other in found) else None


def _tagged(rows: list[Span], mentions: Mentions) -> Slot | None:
    """The one person a turn's own tag names: `— Что меня не найдут, — отвечает X.`."""
    found = [
        entity.id
        for row in rows
        if len(spoken := dialogue_of(row.text)) >= 1 and spoken[0][1] < len(row.text)
        for where, entity in mentions.within(row.start + spoken[0][1], row.end)
        if entity.type == "person"
    ]
    distinct = {each for each in found if not any(mentions.same(each, other) for other in found if other != each)}
    return Named(entity=found[0]) if len(distinct) == 1 or len(set(found)) == 1 else None
