"""Where a text names a place of the gazetteer; refuses a name that stands within a person's, and a common word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from counterclaim.read.places.gazetteer import NAME_WORDS_MAX, Place, key_of, place_words, places_named
from counterclaim.record.passage import Span

WORDS_MAX = 4000
_WORD = re.compile(r"[^\W\d_]+(?:\.[^\W\d_]+\.?)*")
_JOINT = re.compile(r"[ \u00a0’'ʼ-]{1,2}")
_APOSTROPHES = "'’ʼ"
_MARKS = frozenset(_APOSTROPHES)
_SUFFIXED = frozenset({"az", "tr"})
LETTERS_MIN = 3


@dataclass(frozen=True, slots=True)
class _Text:
    """A span with its words."""

    span: Span
    words: list[re.Match[str]]
    language: str

    def neighbour(self, at: int, beside: int) -> tuple[str, str]:
        """Give the word at an index and what parts it from the word beside it; nothing outside the span."""
        if not 0 <= at < len(self.words):
            return "", ""
        left, right = sorted((at, beside))
        return self.words[at].group(), self.span.text[self.words[left].end() : self.words[right].start()]


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A name in the text with every place that has it; `ending` is the case ending it was found without.

    `led` says that a preposition or a case leads to it, `alone` that no other capitalised word stands beside it.
    """

    span: Span
    places: tuple[Place, ...]
    ending: str
    led: bool
    alone: bool
    opens: bool

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries of its candidates, each once."""
        return tuple(dict.fromkeys(place.country for place in self.places))


def named_places(span: Span, language: str) -> Iterator[NamedPlace]:
    """Give the places named in a span in their order; of names that overlap the longest counts."""
    text = _Text(span, list(islice(_WORD.finditer(span.text), WORDS_MAX)), language)
    at = 0
    while at < len(text.words):
        size = 1
        if any(letter.isupper() for letter in text.words[at].group()[:2]):  # `eSwatini`
            found = _longest(text, at)
            if found is not None:
                yield found[0]
                size = found[1]
        at += size


def _longest(text: _Text, at: int) -> tuple[NamedPlace, int] | None:
    for size in range(min(NAME_WORDS_MAX, len(text.words) - at), 0, -1):
        if size > 1 and not _joined(text, at, size):
            continue
        printed = text.span.text[text.words[at].start() : text.words[at + size - 1].end()]
        for bare, ending in _bare(printed, text.language):
            places = places_named(bare)
            if places and not (size == 1 and _is_common(bare, places)):
                return _named(text, at, size, places, ending), size
    return None


def _is_common(bare: str, places: tuple[Place, ...]) -> bool:
    key = key_of(bare)
    short = len(bare.replace(".", "")) < LETTERS_MIN and not any(place.kind == "country" for place in places)
    return short or (key in place_words()["no_places"] and bare not in {"US", "U.S.", "U.S"})


def _joined(text: _Text, at: int, size: int) -> bool:
    return all(_JOINT.fullmatch(text.neighbour(index + 1, index)[1]) for index in range(at, at + size - 1))


def _bare(printed: str, language: str) -> Iterator[tuple[str, str]]:
    """Give the name as printed and as it may stand without its case ending."""
    yield printed, ""
    if language in _SUFFIXED:
        for ending in sorted(place_words()["led_by_case"][language], key=len, reverse=True):
            if printed.endswith(ending) and len(printed) - len(ending) >= LETTERS_MIN:
                yield printed[: -len(ending)], ending
    first, blank, rest = printed.partition(" ")
    firsts = [first, *_replaced(first, place_words()["first_words"].get(language, ()))] if blank else [first]
    for head in firsts:
        if head != first:
            yield head + blank + rest, ""
        for last in _replaced(rest if blank else head, place_words()["bare_forms"].get(language, ())):
            yield (head + blank + last if blank else last), "-"


def _replaced(word: str, endings: Iterable[Sequence[str]]) -> Iterator[str]:
    for oblique, bare in endings:
        if word.endswith(oblique) and len(word) - len(oblique) >= LETTERS_MIN:
            yield word[: len(word) - len(oblique)] + bare


def _named(text: _Text, at: int, size: int, places: tuple[Place, ...], ending: str) -> NamedPlace:
    last = text.words[at + size - 1]
    first = text.words[at].start()
    cut = last.end() - (len(ending) if text.language in _SUFFIXED else 0)
    shown = text.span.text[first:cut].rstrip(_APOSTROPHES)
    before, gap_before = text.neighbour(at - 1, at)
    following, gap_after = text.neighbour(at + size, at + size - 1)
    cases = place_words()["led_by_case"].get(text.language, ())
    led = before.lower() in place_words()["lead_in"].get(text.language, ()) and not gap_before.strip()
    led = led or bool(ending and text.language in _SUFFIXED) or (gap_after in _MARKS and following in cases)
    led = led or (gap_after == " " and following in place_words()["led_by_noun"].get(text.language, ()))
    # A capital at the head of a sentence tells nothing.
    beside_before = gap_before == " " and before[:1].isupper() and at > 1
    beyond, gap_beyond = text.neighbour(at + size + 1, at + size)
    linked = following in place_words()["name_links"] and gap_beyond == " " and beyond[:1].isupper()  # `Praia da Luz`
    beside_after = gap_after == " " and (following[:1].isupper() or linked)
    noun = following.lower() in place_words()["subdivision_nouns"]
    start = text.span.start + first
    return NamedPlace(
        span=Span(start=start, end=start + len(shown), text=shown),
        places=_of_a_part(places, following) if gap_after == " " else places,
        ending=ending,
        led=led,
        alone=not beside_before and (not beside_after or noun),
        opens=at == 0 or any(mark in gap_before for mark in '.!?“"«:'),
    )


def _of_a_part(places: tuple[Place, ...], following: str) -> tuple[Place, ...]:
    """Where a word for a part of a country follows (`Niger State`), the part of that name and not the country."""
    if following not in place_words()["words_of_a_part"]:
        return places
    return tuple(place for place in places if place.kind == "subdivision") or places
