"""Words run together and words in disorder; refuses to say what the words were meant to be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from counterclaim.read.casing import lowered
from counterclaim.read.damage.copies import Pair
from counterclaim.read.damage.known import Words
from counterclaim.read.damage.unspaced import unspaced_of
from counterclaim.read.lexicon import lexicon_of
from counterclaim.read.sentences import words_of
from counterclaim.record.account import Damage, DamageKind, Grade
from counterclaim.record.passage import Span

PARTING_CHARACTERS = 2  # a space and perhaps a mark
TWIN_WORDS_MAX = 4  # one word garbled out of a few
ALIKE_MIN = 60  # of a hundred: letters that a word shares with what its copy reads in its place
_DOUBLED = re.compile(r"\b([^\W\d_]{2,})\s+\1\b", re.IGNORECASE)
_ADDRESS = frozenset(".@/#_:-")
_SENTENCE_MARKS = frozenset('.!?…”“»«"')
_AUXILIARIES = re.compile(r"\b(?:was|were|is|are|has|had|have) (?:were|was|is|are)\b")
_THAT_SUBJECT = re.compile(r"\b(?:what|which|who|that|it|this|there|all|how)\s+\Z", re.IGNORECASE)


def nonwords_of(paragraph: Span, words: Words, pairs: tuple[Pair, ...]) -> Iterator[Damage]:
    """Give damage of the kinds `glued` and `garbled` in a paragraph."""
    yield from _by_letters(paragraph, words, pairs)
    yield from unspaced_of(paragraph, words)
    yield from _by_doubling(paragraph, words)
    if words.language == "en":
        yield from _by_grammar(paragraph)


def _by_letters(paragraph: Span, words: Words, pairs: tuple[Pair, ...]) -> Iterator[Damage]:
    differing = {left.lower(): right for pair in pairs for a, b in pair.differing for left, right in ((a, b), (b, a))}
    for token in words_of(paragraph):
        if not token.text.isalpha() or not token.text[1:].islower():
            continue
        opens = _opens(paragraph, token)
        if parts := words.glued_parts(token.text, opens=opens) if _may_be_glued(paragraph, token) else None:
            note = f"{token.text!r} reads as {parts.left!r} and {parts.right!r} run together."
            yield _one("glued", parts.grade, token, note)
            continue
        if not token.text.islower() or words.knows(token.text):
            continue
        # At the very place where two copies part, an unknown word that ends in a known one is a joint of two.
        rest = words.remainder(token.text) or (words.tail_word(token.text) if _parts_at(token, pairs) else None)
        twin = _twin_of(token.text, differing)
        if rest or twin:
            note = f"{token.text!r} is no known word" + (f"; it ends in {rest!r}" if rest else "")
            note += f"; the copy of this passage has {twin!r} here" if twin else ""
            yield _one("glued" if rest or _covers(token.text, twin) else "garbled", "high", token, note + ".")


def _may_be_glued(paragraph: Span, token: Span) -> bool:
    """Whether a token is prose: no part of an address."""
    before = paragraph.text[max(0, token.start - paragraph.start - 2) : token.start - paragraph.start]
    after = paragraph.text[token.end - paragraph.start : token.end - paragraph.start + 2]
    addressed = after[:1] in {"/", "@"} or (after[:1] in _ADDRESS and after[1:].isalnum())
    return not addressed and before[-1:] not in _ADDRESS


def _opens(paragraph: Span, token: Span) -> bool:
    before = paragraph.text[max(0, token.start - paragraph.start - 2) : token.start - paragraph.start].strip()
    return not before or before[-1:] in _SENTENCE_MARKS


def _parts_at(token: Span, pairs: tuple[Pair, ...]) -> bool:
    return any(0 <= token.start - tail <= PARTING_CHARACTERS for pair in pairs for tail in pair.tails)


def _twin_of(token: str, differing: dict[str, str]) -> str:
    """Give what the copy of a passage reads in place of this word, where the letters are much alike."""
    for left, right in differing.items():
        near = token in left.split() and right and len(right.split()) <= TWIN_WORDS_MAX
        if near and SequenceMatcher(None, token, right.lower(), autojunk=False).ratio() * 100 >= ALIKE_MIN:
            return right
    return ""


def _covers(token: str, twin: str) -> bool:
    return len(twin.split()) > 1 and token.endswith(twin.lower().split()[-1])


def _by_grammar(paragraph: Span) -> Iterator[Damage]:
    lexicon = lexicon_of("en")
    pasts = "|".join(lexicon.words("irregular_pasts"))
    objects = "|".join(lexicon.words("object_pronouns"))
    for found in re.finditer(rf"\b(?:{pasts})\s+(?:[a-z]{{3,}}ed|{pasts})\s+(?:{objects})\b", paragraph.text):
        at = found.start(), found.end()
        yield _one(
            "garbled", "medium", _part(paragraph, *at), "Two verbs in the past stand side by side with one object."
        )
    for found in _AUXILIARIES.finditer(paragraph.text):
        if not _THAT_SUBJECT.search(paragraph.text, max(0, found.start() - 10), found.start()):
            yield _one(
                "garbled",
                "medium",
                _part(paragraph, found.start(), found.end()),
                "Two auxiliary verbs stand side by side.",
            )


def _by_doubling(paragraph: Span, words: Words) -> Iterator[Damage]:
    right = words.phrases.words("doubled_right")
    for found in _DOUBLED.finditer(paragraph.text):
        if lowered(found.group(1), words.language) not in right and not found.group().split()[-1][0].isupper():
            yield _one("garbled", "medium", _part(paragraph, found.start(), found.end()), "A word stands twice.")


def _part(paragraph: Span, start: int, end: int) -> Span:
    return Span(start=paragraph.start + start, end=paragraph.start + end, text=paragraph.text[start:end])


def _one(kind: DamageKind, grade: Grade, span: Span, note: str) -> Damage:
    return Damage(id="", kind=kind, grade=grade, spans=(span,), note=note)
