"""Stretches of words with capital letters in Russian text; refuses to join names across a mark."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from counterclaim.read.lexicon import common_words, lexicon_of
from counterclaim.read.russian.endings import given_name_forms, plain, stems_of
from counterclaim.record.passage import Span

TITLE_CASE_SHARE = 70  # of a hundred words with a capital: such a line names nothing by its capitals
TITLE_CASE_WORDS_MIN = 6
_TOKEN = re.compile(r"[А-ЯЁA-Z]\.(?:\s?-[А-ЯЁA-Z]\.)?|[^\W_]+(?:[-‑’'][^\W_]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A capitalised stretch with its tokens and what stands right before and after it."""

    span: Span
    tokens: tuple[str, ...]
    starts: tuple[int, ...]
    opens_sentence: bool
    before: str
    after: str

    def part(self, first: int, last: int) -> Stretch:
        """Give the stretch of the tokens [first, last)."""
        start = self.starts[first]
        end = self.starts[last - 1] + len(self.tokens[last - 1])
        offset = start - self.span.start
        text = self.span.text[offset : offset + end - start]
        return Stretch(
            span=Span(start=start, end=end, text=text),
            tokens=self.tokens[first:last],
            starts=self.starts[first:last],
            opens_sentence=self.opens_sentence and first == 0,
            before=self.before + self.span.text[:offset],
            after=self.span.text[offset + end - start :] + self.after,
        )


def stretches_of(sentence: Span, busy: list[tuple[int, int]]) -> tuple[Stretch, ...]:
    """Give the capitalised stretches of one sentence outside `busy` (offsets of the document), in order."""
    text = sentence.text
    found = [
        t for t in _TOKEN.finditer(text) if not _is_busy(sentence.start + t.start(), sentence.start + t.end(), busy)
    ]
    big = [token.group()[0].isupper() and not _is_calendar(token.group()) for token in found]
    words = [token for token in found if token.group()[0].isalpha()]
    if len(words) >= TITLE_CASE_WORDS_MIN and sum(big) * 100 > TITLE_CASE_SHARE * len(words):
        return ()
    out: list[Stretch] = []
    at = 0
    while at < len(found):
        if not big[at]:
            at += 1
            continue
        end = at + 1
        while end < len(found) and big[end] and _adjoins(text, found[end - 1], found[end]):
            end += 1
        out.extend(_stretch(sentence, found[at:end]))
        at = end
    return tuple(out)


def _is_busy(start: int, end: int, busy: list[tuple[int, int]]) -> bool:
    return any(left < end and start < right for left, right in busy)


def _adjoins(text: str, left: re.Match[str], right: re.Match[str]) -> bool:
    gap = text[left.end() : right.start()]
    initial = left.group().endswith(".") or right.group().endswith(".")
    return (gap != "" and gap.isspace()) or (gap == "" and initial)


def _is_calendar(token: str) -> bool:
    lexicon = lexicon_of("ru")
    return plain(token) in lexicon.words("weekdays") or plain(token) in lexicon.table("months")


def _stretch(sentence: Span, tokens: list[re.Match[str]]) -> list[Stretch]:
    text = sentence.text
    opens = not re.search(r"[\w,;)]", text[: tokens[0].start()]) or bool(
        re.search(r"(?:[:.!?…]\s*|[«“\"„(—–]\s*)\Z", text[: tokens[0].start()])
    )
    first = 0
    while opens and first < len(tokens) and _is_common_opening(tokens[first].group(), len(tokens) - first):
        first += 1
    tokens = tokens[first:]
    if not tokens or (len(tokens) == 1 and len(tokens[0].group()) <= 1) or all(t.group().endswith(".") for t in tokens):
        return []
    start, end = tokens[0].start(), tokens[-1].end()
    return [
        Stretch(
            span=Span(start=sentence.start + start, end=sentence.start + end, text=text[start:end]),
            tokens=tuple(token.group() for token in tokens),
            starts=tuple(sentence.start + token.start() for token in tokens),
            opens_sentence=opens and first == 0,
            before=text[max(0, start - 60) : start],
            after=text[end : end + 60],
        )
    ]


def _is_common_opening(token: str, left: int) -> bool:
    """Whether a word that opens a sentence is a common one, whose capital tells nothing."""
    if lexicon_of("ru").is_function_word(token):
        return True
    known = plain(token) in given_name_forms()[1]
    return left > 1 and not token.endswith(".") and not known and not stems_of(token).isdisjoint(_common_stems())


@cache
def _common_stems() -> frozenset[str]:
    return frozenset(stem for word in common_words("ru") for stem in stems_of(word))
