"""Spaces that are missing beside a mark, a number or another alphabet; refuses addresses, units and ordinals."""

from __future__ import annotations

import re
from collections.abc import Iterator

from counterclaim.read.casing import lowered
from counterclaim.read.damage.known import Words
from counterclaim.record.account import Damage, Grade
from counterclaim.record.passage import Span

LEFT_MIN = 2  # letters before a capital within a word; one is a name's own (eBay, iPhone)
LEFT_SURE_MIN = 3
_SMALL, _CAPITAL = "a-zа-яёçəğıöşüâî", "A-ZА-ЯЁÇƏĞİÖŞÜ"
_STOP = re.compile(rf"(?<![\w./@:])([{_CAPITAL}]?[{_SMALL}]{{1,40}}[.!?])([{_CAPITAL}][{_SMALL}]{{0,40}})\b(?!\.\w|/)")
_STOP_SMALL = re.compile(rf"(?<![\w./@:])([{_SMALL}]{{3,40}})[.!?]([{_SMALL}]{{2,40}})\b(?![./@_-]\w|/)")
_COMMA = re.compile(
    rf"(?<![\w./@:#])([{_CAPITAL}]?[{_SMALL}]{{2,40}})[,;]([{_CAPITAL}]?[{_SMALL}]{{2,40}})\b(?![./@_]\w|/)"
)
_NUMBER_WORD = re.compile(rf"(?<![\w./@:#$€£-])\d{{1,12}}([{_SMALL}]{{3,40}})\b(?![./@_-]\w|/)")
_WORD_NUMBER = re.compile(rf"(?<![\w./@:#-])([{_CAPITAL}]?[{_SMALL}]{{2,40}})\d{{1,4}}(?![\w/@-]|[.,]\d)")
_CASE = re.compile(rf"(?<![\w./@:#])([{_CAPITAL}]?[{_SMALL}]+)([{_CAPITAL}][{_SMALL}]+)\b(?![./@])")
_LATIN = "A-Za-zÀ-ɏƏə"
_SCRIPTS = re.compile(
    rf"(?<![\w./@:#-])(?:([а-яёА-ЯЁ]{{2,40}})[{_LATIN}]{{2,40}}|[{_LATIN}]{{2,40}}([а-яё]{{2,40}}))(?![\w/@-])"
)


def unspaced_of(paragraph: Span, words: Words) -> Iterator[Damage]:
    """Give damage of the kind `glued` that a mark, a digit, a capital or another alphabet shows."""
    yield from _after_stops(paragraph, words)
    yield from _after_commas(paragraph, words)
    yield from _beside_numbers(paragraph, words)
    for found in _CASE.finditer(paragraph.text):
        first, second = found.groups()
        if not words.is_entry(found.group()) and (grade := _grade_of_case(first, second, words)):
            yield _glued(grade, paragraph, found, "A capital letter within a word.")
    for found in _SCRIPTS.finditer(paragraph.text):
        if any(len(part) >= LEFT_MIN and words.is_common(part.lower()) for part in found.groups() if part):
            yield _glued("medium", paragraph, found, "Letters of two alphabets run together.")


def _after_stops(paragraph: Span, words: Words) -> Iterator[Damage]:
    note = "No space after the end of a sentence."
    for found in _STOP.finditer(paragraph.text):
        left, right = (lowered(part, words.language) for part in (found.group(1)[:-1], found.group(2)))
        known = len(left) >= LEFT_SURE_MIN and found.group(1)[0].islower() and words.is_common(left)
        if known:
            yield _glued("medium", paragraph, found, note)
        elif len(left) >= LEFT_MIN and (words.is_function(right) or words.is_function(left)):
            yield _glued("low", paragraph, found, note)
    for found in _STOP_SMALL.finditer(paragraph.text):
        left, right = found.groups()
        if words.is_function(right) and words.is_common(left):
            yield _glued("low", paragraph, found, note)


def _after_commas(paragraph: Span, words: Words) -> Iterator[Damage]:
    for found in _COMMA.finditer(paragraph.text):
        known = [words.knows(part) for part in found.groups()]
        if any(known):
            grade: Grade = "medium" if all(known) and found.group().islower() else "low"
            yield _glued(grade, paragraph, found, "No space after a comma.")


def _beside_numbers(paragraph: Span, words: Words) -> Iterator[Damage]:
    after = words.phrases.words("after_numbers")
    for pattern in (_NUMBER_WORD, _WORD_NUMBER):
        for found in pattern.finditer(paragraph.text):
            low = lowered(found.group(1), words.language)
            if low in after or not (words.is_function(low) or words.is_common(low)):
                continue
            if pattern is _WORD_NUMBER and len(low) < LEFT_SURE_MIN and not words.is_function(low):
                continue
            grade: Grade = "medium" if words.is_function(low) else "low"
            yield _glued(grade, paragraph, found, "No space between a number and a word.")


def _grade_of_case(first: str, second: str, words: Words) -> Grade | None:
    """Two known words, the second with a capital: low where the first has one too, as names of firms do."""
    left, right = (lowered(part, words.language) for part in (first, second))
    if len(left) < LEFT_MIN or words.repeats(left + right):
        return None
    if not all(words.stands_on_page(word) or words.is_common(word) for word in (left, right)):
        return "low" if first[:1].islower() and words.is_common(left) and len(second) > LEFT_MIN else None
    return "medium" if first[:1].islower() else "low"


def _glued(grade: Grade, paragraph: Span, found: re.Match[str], note: str) -> Damage:
    span = Span(start=paragraph.start + found.start(), end=paragraph.start + found.end(), text=found.group())
    return Damage(id="", kind="glued", grade=grade, spans=(span,), note=note)
