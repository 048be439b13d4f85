"""The nouns for texts that speak in a sentence, and whose they are; refuses a noun that is half of a verb."""

from __future__ import annotations

import re

from counterclaim.read.turkic.phrases import Phrase, Sentence
from counterclaim.record.passage import Span

_LIGHT = re.compile(r"\s+(?:bulun|ver(?:il|m|d|en|ə|i[bp])|al(?:m|d|ın|an|ıb)|et|ed|yap|yay(?:ıl|d|ıb))\w*")
_TOLD_IN = re.compile(r"[dt][ıiuü](?:[ğy][ıiuü]|k?l[aeə]r[ıi])\s*\Z")
_GENITIVE = re.compile(r"\w{2}n?[ıiuü]n\Z")


def text_noun(sentence: Sentence, begin: int, end: int, cases: tuple[str, ...], *, near: bool) -> Span | None:
    """The noun for a text between two places: `açıqlamasında`, `raporunda`."""
    for number, token in enumerate(t for t in sentence.tokens if begin <= t.start < end):
        noun = sentence.words.noun(token.small, sentence.words.stems("document_stems"))
        if noun is not None and noun.ending.case in cases and not _half_a_verb(sentence, token.end, noun.ending.case):
            return sentence.cut(token.start, token.end)
        if near and number:
            return None
    return None


def _half_a_verb(sentence: Sentence, end: int, case: str) -> bool:
    """`suç duyurusunda bulun-`, `haber ver-`: half of a verb is no text, nor is what says of what kind one is."""
    if _LIGHT.match(sentence.between(end, sentence.span.end)):
        return True
    token = next((t for t in sentence.tokens if t.start >= end), None) if case == "nom" else None
    return token is not None and sentence.words.noun(token.small, sentence.words.stems("document_stems")) is not None


def is_owned(sentence: Sentence, text: Span) -> bool:
    """`raporunda` is somebody's; `ifadeye zorlamak` is nobody's text."""
    low = sentence.between(text.start, text.end).split("’")[0].split("'")[0]
    noun = sentence.words.noun(low, sentence.words.stems("document_stems"))
    told = _TOLD_IN.search(sentence.between(sentence.span.start, text.start)) is not None  # `gönderdiği mektupta`
    return noun is None or noun.ending.owned or noun.ending.plural or told


def report_of(sentence: Sentence, subject: Phrase, until: int) -> Span | None:
    """`Dernek, hazırladığı raporda ... kaydetti`: the text in which its author says so, where it is a report."""
    text = text_noun(sentence, subject.end, until, ("loc",), near=False)
    low = sentence.between(text.start, text.end) if text else ""
    return text if text and sentence.words.noun(low, sentence.words.stems("report_stems")) else None


def owned_from(sentence: Sentence, text: Span, begin: int) -> int:
    """Where the noun phrase of a text begins: `Xəstəxananın arayışında`, `Ekspert rəyində`."""
    noun = sentence.words.noun(text.text.lower(), sentence.words.stems("document_stems"))
    before = [token for token in sentence.tokens if begin <= token.start and token.end <= text.start]
    if noun is None or not noun.ending.owned or not before:
        return text.start
    last = before[-1]
    beside = sentence.between(last.end, text.start).isspace()
    return last.start if beside and (_GENITIVE.search(last.low) or last.text[0].isupper()) else text.start
