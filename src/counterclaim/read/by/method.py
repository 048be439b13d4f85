"""Which methods of the vocabulary a text names; refuses to call a negated method asserted, or a feared one named."""

from __future__ import annotations

from dataclasses import dataclass, replace

from counterclaim.read.damage.copies import read_sentences
from counterclaim.read.episodes.naming import methods_named
from counterclaim.read.episodes.phrases import words_in
from counterclaim.read.layers import PageText
from counterclaim.read.lexicon import lexicon_of
from counterclaim.read.spans import SpanIndex
from counterclaim.record.account import MethodMention, Reading
from counterclaim.record.passage import Span

METHODS_MAX = 3000
_NAMED_FOR = frozenset({"organization", "court", "public_body", "media"})


@dataclass(frozen=True, slots=True)
class MethodReader:
    """Methods of torture and ill-treatment by the vocabulary's cues and each language's own, told or under negation."""

    name: str = "method"
    version: str = "2"
    after: tuple[str, ...] = ("damage", "name", "parser_ru")

    def read(self, page: PageText, so_far: Reading) -> Reading:
        """Add the mentions in the order of the text. Naming a method says nothing on whether it happened."""
        bodies = SpanIndex((s, s) for e in so_far.entities if e.type in _NAMED_FOR for s in e.mentions)
        found: list[MethodMention] = []
        for sentence in read_sentences(so_far):
            for mention in _in_sentence(sentence, page.language):
                # The Committee against Torture is named for what it fights.
                if any(body.covers(mention.span) for body in bodies.overlapping(mention.span.start, mention.span.end)):
                    continue
                if mention.term == "penetrating" and "shot" in mention.span.text and _of_pictures(sentence, mention):
                    continue
                found.append(mention)
        numbered = tuple(replace(item, id=f"m{number}") for number, item in enumerate(found[:METHODS_MAX], start=1))
        return replace(so_far, methods=(*so_far.methods, *numbered))


def _of_pictures(sentence: Span, mention: MethodMention) -> bool:
    """Whether it is pictures that were shot."""
    return lexicon_of("en").pattern("images").search(sentence.text[: mention.span.start - sentence.start]) is not None


def _in_sentence(sentence: Span, language: str) -> list[MethodMention]:
    words = words_in(sentence, language)
    return [
        MethodMention(
            id="", term=one.term, span=words.span_of(one.hit.first, one.hit.last), asserted=one.stance == "told"
        )
        for one in methods_named(sentence, language)
        if one.stance in {"told", "negated"}
    ]


READER = MethodReader()
