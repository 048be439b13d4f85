"""Which methods of the vocabulary a text names; refuses to call a negated method asserted."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from counterclaim.read.damage.copies import read_sentences
from counterclaim.read.english.negation import negated
from counterclaim.read.layers import PageText
from counterclaim.read.lexicon import lexicon_of, pattern_of
from counterclaim.record.account import MethodMention, Reading
from counterclaim.record.passage import Span
from counterclaim.record.vocabulary import vocabulary

METHODS_MAX = 3000
_NAMED_FOR = frozenset({"organization", "court", "public_body", "media"})
_GENERAL = ("unspecified", "threat", "mental_unspecified")  # less specific than any method that shares the words


@cache
def _terms(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    rows = []
    for term in vocabulary("methods").terms:
        cues = term.fields.get("cues", {}).get(language, {})
        phrases = [*cues.get("words", ()), *(stem + "*" for stem in cues.get("stems", ()))]
        if phrases:
            rows.append((term.id, pattern_of(phrases)))
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class MethodReader:
    """Methods of torture and ill-treatment by the vocabulary's cues, asserted or under negation."""

    name: str = "method"
    version: str = "1"
    after: tuple[str, ...] = ("damage", "name")

    def read(self, page: PageText, so_far: Reading) -> Reading:
        """Add the mentions in the order of the text. Naming a method says nothing on whether it happened."""
        if page.language != "en":
            return so_far
        bodies = {(s.start, s.end) for e in so_far.entities if e.type in _NAMED_FOR for s in e.mentions}
        found = [
            mention
            for sentence in read_sentences(so_far)
            for mention in _in_sentence(sentence)
            # The Committee against Torture is named for what it fights.
            if not (mention.term == "penetrating" and "shot" in mention.span.text and _of_pictures(sentence, mention))
            and not any(a <= mention.span.start and mention.span.end <= b for a, b in bodies)
        ]
        numbered = tuple(replace(item, id=f"m{number}") for number, item in enumerate(found[:METHODS_MAX], start=1))
        return replace(so_far, methods=(*so_far.methods, *numbered))


def _of_pictures(sentence: Span, mention: MethodMention) -> bool:
    """Whether it is pictures that were shot."""
    return lexicon_of("en").pattern("images").search(sentence.text[: mention.span.start - sentence.start]) is not None


def _in_sentence(sentence: Span) -> list[MethodMention]:
    """Of cues that overlap the longest counts, and a specific term before a general one."""
    hits = [
        (term in _GENERAL, found.start() - found.end(), found.start(), term, found.end())
        for term, pattern in _terms("en")
        for found in pattern.finditer(sentence.text)
    ]
    taken: list[tuple[int, int]] = []
    out = []
    for _, _, start, term, end in sorted(hits):
        if any(a < end and start < b for a, b in taken):
            continue
        taken.append((start, end))
        span = Span(start=sentence.start + start, end=sentence.start + end, text=sentence.text[start:end])
        out.append(MethodMention(id="", term=term, span=span, asserted=not negated(sentence.text, start)))
    return sorted(out, key=lambda item: (item.span.start, item.term))


READER = MethodReader()
