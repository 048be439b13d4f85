"""Whom a Russian pronoun may mean; refuses to choose between two who were named."""

from __future__ import annotations

import re

from counterclaim.read.lexicon import lexicon_of
from counterclaim.read.mentions import CANDIDATES_MAX, Mentions
from counterclaim.read.russian.clause import role_gender
from counterclaim.read.russian.endings import gender_of_name, plain
from counterclaim.read.sentences import paragraphs_of, quoted_ranges
from counterclaim.read.spans import SpanIndex
from counterclaim.record.account import Entity, Named, Reading, Slot, Undetermined, Worded
from counterclaim.record.passage import Span, span_of

GENDERS = {
    "он": "m", "его": "m", "ему": "m", "им": "m", "она": "f", "ее": "f", "ей": "f", "оно": "n", "они": "p", "их": "p",
}  # fmt: skip
_BODIES = frozenset({"public_body", "organization", "media", "court", "facility"})
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?…]\s+")


class Pronouns:
    """Who stands before a pronoun, paragraph by paragraph."""

    def __init__(self, reading: Reading, mentions: Mentions) -> None:
        """Index the paragraphs once."""
        self._text = reading.document.dom_text
        self._mentions = mentions
        self._quoted = SpanIndex(
            (span_of(self._text, p.start + a, p.start + b), None)
            for p in paragraphs_of(reading)
            for a, b in quoted_ranges(p.text)
        )

    def meant(self, pronoun: Span) -> Slot:
        """Fill the slot: the one candidate of the pronoun's gender named before it, nearest paragraph first."""
        gender = GENDERS[plain(pronoun.text)]
        own, back = self._mentions.paragraphs_back(pronoun.start)
        for start, end in [(own[0], pronoun.start), *reversed(back)]:
            distinct, last = self._candidates(start, end, gender, own[0])
            if len(distinct) == 1 and last is not None:
                return last
            if distinct:
                return Undetermined(candidates=tuple(distinct[:CANDIDATES_MAX]))
            if gender in {"m", "f"} and (role := self._role(start, end, gender)):
                return Worded(span=role)
        return Worded(span=pronoun)

    def carried(self, at: int, verb: str) -> Slot | None:
        """Give whom the sentence before `at` is about, for a verb that prints no subject: one person of its gender."""
        own, _ = self._mentions.paragraphs_back(at)
        genders = {"m": ("m",), "f": ("f",)}.get(verb, ("m", "f"))
        found = [self._candidates(own[0], at, gender, own[0]) for gender in genders]
        ids = {each for distinct, _ in found for each in distinct}
        last = next((slot for distinct, slot in found if distinct), None)
        return last if len(ids) == 1 else None

    def body_before(self, at: int) -> Slot | None:
        """Give the last body named in the paragraph before `at`: whose statement `в нём говорится` goes back to."""
        own, _ = self._mentions.paragraphs_back(at)
        rows = [e for w, e in self._mentions.within(own[0], at) if e.type in _BODIES and not self._in_quotation(w)]
        return Named(entity=rows[-1].id) if rows else None

    def _candidates(self, start: int, end: int, gender: str, own: int) -> tuple[list[str], Slot | None]:
        rows = [
            (where, entity)
            for where, entity in self._mentions.within(start, end)
            if self._fits(entity, where, gender)
            and not self._in_quotation(where)
            and (start == own or not self._mentions.damaged.is_spliced(where))
        ]
        distinct: list[str] = []
        for _, entity in rows:
            if not any(self._mentions.same(entity.id, seen) for seen in distinct):
                distinct.append(entity.id)
        return distinct, Named(entity=rows[-1][1].id) if rows else None

    def _fits(self, entity: Entity, where: Span, gender: str) -> bool:
        if gender == "n":
            low = plain(where.text)
            neuter = re.match(r"\w+[^\W\d_]*о(?:\s|\Z)", low) or where.text.isupper() or "министерств" in low
            return entity.type in _BODIES and bool(neuter)
        if gender == "p":
            return entity.type == "group"
        if entity.type == "person":
            tokens = where.text.split()
            sex = gender_of_name(tokens)
            return sex in {gender, "e"}
        return False

    def _in_quotation(self, where: Span) -> bool:
        return self._quoted.touches(where.start, where.start + 1)

    def _role(self, start: int, end: int, gender: str) -> Span | None:
        """Somebody told by a role alone, as the first word of a sentence: `Губернатор приехал в село. Он сказал`."""
        text = self._text[start:end]
        heads = [0, *(found.end() for found in _SENTENCE_END.finditer(text))]
        for at in reversed(heads):
            word = _WORD.match(text, at)
            if word and role_gender(plain(word.group())) in {gender, "e"}:
                return Span(start=start + at, end=start + word.end(), text=word.group())
        return None


def possessors() -> tuple[str, ...]:
    """Give the words that say `in his words`: cues that hold their own pronoun."""
    return lexicon_of("ru").words("according_pronoun")
