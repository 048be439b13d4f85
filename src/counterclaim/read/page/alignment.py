"""An extractor's text laid over the page's own blocks, word by word; refuses to drop what stands there twice."""

from __future__ import annotations

from collections.abc import Sequence

NGRAM_WORDS = 4  # as the article-extraction-benchmark counts; four words in a row are seldom alike by chance
TAKEN_TENTHS_MIN = 6  # of a block's word groups: an extractor drops a link or a note within a paragraph
PLACES_MAX = 8  # of one word group in the extractor's text; a line repeated without end is looked up no longer
SHORT_WORDS_MAX = 7  # a shorter block is taken only where the text beside it is
SKIPPED_WORDS_MAX = 2  # between two neighbours of the extractor's text: a mark it set or a note it dropped

Words = Sequence[str]


def taken(blocks: Sequence[Words], main: Words) -> list[bool]:
    """Whether each block's words stand in the extractor's text; linear in the words of both.

    A long block is taken wherever its word groups stand in the extractor's text, so that a paragraph which stands
    on the page twice is taken twice. A short one (a cell, a heading) is taken only beside a neighbour that is taken.
    """
    places: dict[tuple[str, ...], list[int]] = {}
    for index in range(len(main) - NGRAM_WORDS + 1):
        known = places.setdefault(tuple(main[index : index + NGRAM_WORDS]), [])
        if len(known) < PLACES_MAX:
            known.append(index)
    found: list[tuple[int, int] | None] = []
    at = 0
    for words in blocks:
        place = _long(words, places, at)
        if place is None and 0 < len(words) <= SHORT_WORDS_MAX:
            place = _short(words, main, range(at, at + SKIPPED_WORDS_MAX + 1))
        found.append(place)
        at = max(at, place[1]) if place else at
    after: int | None = None
    for index in range(len(blocks) - 1, -1, -1):
        words, place = blocks[index], found[index]
        if place is None and after is not None and 0 < len(words) <= SHORT_WORDS_MAX:
            last = after - len(words)
            place = found[index] = _short(words, main, range(last, last - SKIPPED_WORDS_MAX - 1, -1))
        after = place[0] if place else after
    return [place is not None for place in found]


def _long(words: Words, places: dict[tuple[str, ...], list[int]], at: int) -> tuple[int, int] | None:
    groups = [tuple(words[index : index + NGRAM_WORDS]) for index in range(len(words) - NGRAM_WORDS + 1)]
    known = [group for group in groups if group in places]
    if not known or len(known) * 10 < len(groups) * TAKEN_TENTHS_MIN:
        return None
    ends = [place + NGRAM_WORDS for place in places[known[-1]]]
    end = next((end for end in ends if end > at), ends[-1])
    starts = [place for place in places[known[0]] if place < end]
    return (starts[-1] if starts else max(0, end - len(words))), end


def _short(words: Words, main: Words, starts: range) -> tuple[int, int] | None:
    for start in starts:
        if start >= 0 and list(main[start : start + len(words)]) == list(words):
            return start, start + len(words)
    return None
