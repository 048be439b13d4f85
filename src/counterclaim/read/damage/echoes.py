"""Words that a page holds twice within its paragraphs; refuses to say which of the two was there first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from counterclaim.read.damage.copies import Pair, copies_note, differing_of, same_sentence
from counterclaim.read.sentences import sentences_of, words_of
from counterclaim.record.account import Damage, Grade
from counterclaim.record.passage import Span

RUN_WORDS_MIN = 5  # in a row; fewer recur in any text
SURE_WORDS = 9
CERTAIN_WORDS = 25  # shorter sentences are said again in news: leads, captions, figures of speech
EQUAL_WORDS = 14
HELD_MAX = 6  # a run in more places than this is a formula
SENTENCE_WORDS_MIN = 6
SENTENCES_MAX = 4000  # of a page; bounds the index


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo:
    """Two sentences that have a run of words in common, as [start, end) of their words."""

    first: Span
    second: Span
    first_at: tuple[int, int]
    second_at: tuple[int, int]


def echoes_of(paragraphs: tuple[Span, ...], pairs: tuple[Pair, ...], language: str) -> Iterator[Damage]:
    """Give sentences that stand twice (`near_duplicate`) and ends of sentences that stand twice (`splice`).

    Runs of RUN_WORDS_MIN words are looked up in one table, so time is linear in the text. Sentences of two
    passages already told as copies are not told again.
    """
    sentences = [s for paragraph in paragraphs for s in sentences_of(paragraph, language)][:SENTENCES_MAX]
    rows = [words_of(sentence) for sentence in sentences]
    lowered = [[word.text.lower() for word in row] for row in rows]
    told: set[tuple[int, int]] = set()
    for left, right, (at, there) in _meetings(lowered):
        first, second = sentences[left], sentences[right]
        if (left, right) in told:
            continue
        told.add((left, right))
        copied = any(_within(first, p.first) and _within(second, p.second) for p in pairs)
        begin, size = _grown(lowered[left], lowered[right], at, there)
        begin_there = there - (at - begin)
        if not copied and same_sentence(first, second):
            yield _doubled(first, second, equal=lowered[left] == lowered[right])
        if begin + size == len(rows[left]) or begin_there + size == len(rows[right]):
            spans = _tails(sentences, rows, (left, right), (begin, begin_there, size))
            both = begin + size == len(rows[left]) and begin_there + size == len(rows[right])
            yield from _joined(spans, size, sure=both and not copied)


def _meetings(lowered: list[list[str]]) -> Iterator[tuple[int, int, tuple[int, int]]]:
    held: dict[tuple[str, ...], list[tuple[int, int]]] = defaultdict(list)
    for index, row in enumerate(lowered):
        if len(row) < SENTENCE_WORDS_MIN:
            continue
        for at in range(len(row) - RUN_WORDS_MIN + 1):
            places = held[tuple(row[at : at + RUN_WORDS_MIN])]
            if len(places) < HELD_MAX:
                for other, there in places:
                    if other != index:
                        yield other, index, (there, at)
                places.append((index, at))


def _grown(left: list[str], right: list[str], at: int, there: int) -> tuple[int, int]:
    """Give where a common run begins in the left row, and its length, as long as it goes either way."""
    end, end_there = at + RUN_WORDS_MIN, there + RUN_WORDS_MIN
    while end < len(left) and end_there < len(right) and left[end] == right[end_there]:
        end, end_there = end + 1, end_there + 1
    while at and there and left[at - 1] == right[there - 1]:
        at, there = at - 1, there - 1
    return at, end - at


def _within(inner: Span, outer: Span) -> bool:
    return inner.overlaps(outer)


def _doubled(first: Span, second: Span, *, equal: bool) -> Damage:
    words = len(words_of(first))
    grade: Grade = "high" if words >= CERTAIN_WORDS or (equal and words >= EQUAL_WORDS) else "medium"
    note = "This sentence stands twice. " + copies_note(differing_of(first, second))
    return Damage(id="", kind="near_duplicate", grade=grade, spans=(first, second), note=note)


def _tails(
    sentences: list[Span], rows: list[tuple[Span, ...]], which: tuple[int, int], where: tuple[int, int, int]
) -> tuple[Span, Span, bool, bool]:
    """Give the two common ends of two sentences, and of each whether other words stand before it."""
    spans = []
    for index, begin in zip(which, where[:2], strict=True):
        sentence, start = sentences[index], rows[index][begin].start
        spans.append(Span(start=start, end=sentence.end, text=sentence.text[start - sentence.start :]))
    return spans[0], spans[1], where[0] > 0, where[1] > 0


def _joined(tails: tuple[Span, Span, bool, bool], size: int, *, sure: bool) -> Iterator[Damage]:
    """Sentences that begin differently and end alike: one was torn and continued by the other, or by its end."""
    left, right, *before = tails
    grade: Grade = "medium" if sure and size >= SURE_WORDS else "low"
    note = f"Two sentences that begin differently go on with the same {size} words; one may have been torn."
    for span, other, has in ((left, right, before[0]), (right, left, before[1])):
        if has:
            yield Damage(id="", kind="splice", grade=grade, spans=(span, other), note=note)
