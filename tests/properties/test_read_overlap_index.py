"""What is found by an index is what is found by walking: spans that overlap, and phrases in groups by their letters."""

from __future__ import annotations

import random
import re

import pytest

from counterclaim.read.alternation import alternation
from counterclaim.read.lexicon import lexicon_of
from counterclaim.read.spans import SpanIndex, Taken
from counterclaim.record.passage import Span


def _span(start: int, end: int) -> Span:
    return Span(start=start, end=end, text="x" * (end - start))


@pytest.mark.parametrize("seed", range(20))
def test_an_index_gives_what_overlaps_in_the_order_given(seed: int) -> None:
    chance = random.Random(seed)
    spans = []
    for _ in range(chance.randrange(1, 60)):
        start = chance.randrange(200)
        spans.append(_span(start, start + chance.choice((0, 1, 3, 12, 90))))
    index, taken = SpanIndex((span, span) for span in spans), Taken()
    for span in spans:
        taken.add(span.start, span.end)
    for _ in range(200):
        start = chance.randrange(210)
        asked = _span(start, start + chance.choice((0, 1, 5, 40)))
        walked = [span for span in spans if span.overlaps(asked)]
        assert index.overlapping(asked.start, asked.end) == walked
        assert index.touches(asked.start, asked.end) is bool(walked)
        assert taken.within(asked.start, asked.end) == sorted((span.start, span.end) for span in walked)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_grouped_phrases_match_where_a_plain_alternation_does(language: str) -> None:
    chance = random.Random(language)
    words = [word for term in lexicon_of(language).speech_terms for word in re.findall(r"\w+", term.pattern.pattern)]
    parts = sorted(
        {re.escape(word) + chance.choice(("", r"\w*", r"\s+\w+")) for word in words}, key=lambda p: (-len(p), p)
    )
    odd = ["ſaid", "KILL", "İnked", "ıt", "kept", "say", "says", "said", "she", "s", "\u212aept", "ЁЛКА", "елка", "её"]
    plain = re.compile("|".join([*parts, *odd]), re.IGNORECASE)
    grouped = re.compile(alternation([*parts, *odd]), re.IGNORECASE)
    alone = re.compile(alternation(odd[:11]), re.IGNORECASE)
    alone_plain = re.compile("|".join(odd[:11]), re.IGNORECASE)
    for _ in range(200):
        chosen = [chance.choice((*words, *odd, ",", "'")) for _ in range(30)]
        text = chance.choice((" ", "")).join(
            chance.choice((str.upper, str.lower, str.title, str))(each) for each in chosen
        )
        assert [hit.span() for hit in grouped.finditer(text)] == [hit.span() for hit in plain.finditer(text)]
        assert [hit.span() for hit in alone.finditer(text)] == [hit.span() for hit in alone_plain.finditer(text)]


def test_a_grouped_pattern_groups() -> None:
    assert alternation(["said", "says", "told"]) != "said|says|told"
