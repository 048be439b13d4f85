"""Two words that never meet in a grammatical sentence; refuses to say which of the two is in the wrong place."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from counterclaim.read.damage.known import Words
from counterclaim.read.damage.phrases import Phrases
from counterclaim.read.sentences import quoted_ranges, words_of
from counterclaim.record.account import Damage, Grade
from counterclaim.record.passage import Span

LOST = "What stood at the joint is lost and is not guessed."


def frames_of(sentence: Span, words: Words) -> Iterator[Damage]:
    """Give damage of the kind `splice` where two neighbours cannot stand together, by the lists of the language."""
    row = words_of(sentence)
    quoted = quoted_ranges(sentence.text)
    yield from _never_meet(sentence, row, words.phrases)
    yield from _openers_within(sentence, row, words, quoted)


def _gap(sentence: Span, left: Span, right: Span) -> str:
    return sentence.text[left.end - sentence.start : right.start - sentence.start]


def _never_meet(sentence: Span, row: tuple[Span, ...], phrases: Phrases) -> Iterator[Damage]:
    table = phrases.table("never_after")
    for left, right in pairwise(row):
        if _gap(sentence, left, right) == " " and right.text in table.get(left.text, ()):
            yield _joint("medium", sentence, left, right, f"{left.text!r} and {right.text!r} do not stand together. ")
    ends = phrases.words("never_end")
    for left, right in pairwise(row):
        gap = _gap(sentence, left, right)
        if left.text in ends and gap[:1] in {",", ";", ":"} and gap[1:] == " " and right.text[:1].isupper():
            yield _joint("low", sentence, left, right, f"Nothing follows {left.text!r}. ")


def _openers_within(
    sentence: Span, row: tuple[Span, ...], words: Words, quoted: tuple[tuple[int, int], ...]
) -> Iterator[Damage]:
    """A word that opens sentences stands capitalised in the midst of one, after a small-letter word."""
    openers, sure = words.phrases.words("openers"), words.phrases.words("sure_openers")
    for index, (before, word) in enumerate(pairwise(row)):
        if word.text not in openers or not before.text.islower() or _gap(sentence, before, word) != " ":
            continue
        later = row[index + 2] if index + 2 < len(row) else None
        # A title goes on with a capital; a sentence with a small letter, or with a name after its first word.
        if later is not None and later.text[:1].isupper() and word.text not in sure:
            continue
        at = word.start - sentence.start
        if any(left < at < right for left, right in quoted) and words.language != "en":
            continue
        hanging = before.text in words.phrases.words("hanging_ends")
        grade: Grade = "high" if hanging and word.text in sure else "medium"
        yield _joint(grade, sentence, before, word, "A sentence begins within another. ")


def _joint(grade: Grade, sentence: Span, left: Span, right: Span, reason: str) -> Damage:
    text = sentence.text[left.start - sentence.start : right.end - sentence.start]
    return Damage(
        id="", kind="splice", grade=grade, spans=(Span(start=left.start, end=right.end, text=text),), note=reason + LOST
    )
