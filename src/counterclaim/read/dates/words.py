"""The calendar words of one language as data with the letter of their kind; refuses a word that stands in code."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from counterclaim.read.dates.endings import Case, ending_of

LANGUAGES = frozenset({"en", "ru", "az", "tr"})
ENDED = frozenset({"az", "tr"})  # words are stems, endings are read by `endings`
PHRASE_WORDS_MAX = 4
DAY_MAX, YEAR_MIN, YEAR_MAX = 31, 1000, 2199  # what digits alone may be
_LETTERS = {"?": "g", "|": "l"}  # the two signs that mean something else in a pattern
_STEMMED = frozenset("MSWYZmuCKjQw")  # kinds whose Turkic words take endings
_PLAIN_KINDS = (
    ("year_words", "Y"), ("years_words", "Z"), ("month_words", "m"), ("century_words", "C"), ("edge_forms", "e"),
)  # fmt: skip
_SINGLE_KINDS = (("months", "M"), ("seasons", "S"), ("weekdays", "W"), ("numbers", "w"), ("ordinals", "o"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sense:
    """What a word is: the letter of its kind, its value, and the case its ending says."""

    kind: str
    value: str
    case: Case = ""
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A word, number or mark at [start, end) of the sentence, with its kind, value and what its ending says."""

    start: int
    end: int
    text: str
    kind: str
    value: str = ""
    case: Case = ""
    unit: str = ""
    suffix: str = ""


class CalendarWords:
    """The words one language writes dates and durations with."""

    def __init__(self, language: str, document: Mapping[str, Any]) -> None:
        self.language = language
        self.ended = language in ENDED
        self._document = document
        self._senses: dict[str, Sense] = {}
        self._phrases: dict[tuple[str, ...], Sense] = {}
        for form, sense in self._rows():
            words = tuple(form.split())
            if len(words) > 1:
                self._phrases.setdefault(words, sense)
            else:
                self._senses.setdefault(form, sense)
        self._phrase_ends: dict[tuple[str, ...], list[tuple[str, Sense]]] = {}
        for words, sense in self._phrases.items():
            if sense.kind == "W":  # `bazar ertəsindən`
                self._phrase_ends.setdefault(words[:-1], []).append((words[-1], sense))
        self._phrase_heads = frozenset(words[0] for words in self._phrases)
        self._not_numbers = frozenset(document.get("not_numbers", ()))  # `onun` is `his`, and `ten` with an ending
        self._stem_characters_max = max(map(len, self._senses))

    def words(self, section: str) -> tuple[str, ...]:
        """Give a list of words, empty where the language has none."""
        return tuple(self._document.get(section, ()))

    def table(self, section: str) -> Mapping[str, Any]:
        """Give a list with keys, empty where the language has none."""
        return dict(self._document.get(section, {}))

    def flag(self, name: str) -> str:
        """Give a setting of the language, blank where it has none."""
        return str(self._document.get(name, ""))

    def sense(self, word: str) -> Sense | None:
        """Give what a word in small letters is, with its ending read where the language has endings."""
        exact = self._senses.get(word)
        if exact is not None or not self.ended:
            return _bare(exact) if exact and self.ended else exact
        for size in range(min(len(word) - 1, self._stem_characters_max), 1, -1):
            stem = self._senses.get(word[:size])
            if stem is None or stem.kind not in _STEMMED:
                continue
            ending = ending_of(re.sub("['’]", "", word[size:]))
            if ending is None or (stem.kind == "w" and (ending.plural or word in self._not_numbers)):
                continue
            kind = "o" if stem.kind == "w" and ending.ordinal else stem.kind
            if ending.plural and stem.kind == "Y":
                kind = "Z"
            kind = "G" if kind == "M" and ending.case == "of" else kind
            return Sense(kind=kind, value=stem.value, case=ending.case, unit=stem.unit)
        return None

    def phrase(self, words: tuple[str, ...]) -> tuple[int, Sense] | None:
        """Give the longest phrase that heads these words: how many of them, and what it is."""
        if words and words[0] in self._phrase_heads:
            for size in range(min(len(words), PHRASE_WORDS_MAX), 1, -1):
                sense = self._phrases.get(words[:size])
                if sense is not None:
                    return size, sense
                for last, ended in self._phrase_ends.get(words[: size - 1], ()) if self.ended else ():
                    rest = words[size - 1][len(last) :] if size <= len(words) else ""
                    if rest and words[size - 1].startswith(last) and ending_of(rest) is not None:
                        return size, ended
        return None

    def _rows(self) -> Iterator[tuple[str, Sense]]:
        document = self._document
        units = {form: unit for unit, forms in document["units"].items() for form in forms}
        for section, kind in _PLAIN_KINDS:
            for form in document.get(section, ()):
                yield form, Sense(kind=kind, value=form, unit=units.get(form, ""))
        for section, kind in _SINGLE_KINDS:
            for value, forms in document.get(section, {}).items():
                yield from ((form, Sense(kind=kind, value=value)) for form in forms)
        yield from self._ordinals()
        for days, forms in document["relative_days"].items():
            yield from ((form, Sense(kind="R", value=days)) for form in forms)
        for coarse, forms in document.get("decades", {}).items():
            yield from ((form, Sense(kind="s", value=coarse)) for form in forms)
        for sign, forms in document["kinds"].items():
            yield from ((form, Sense(kind=_LETTERS.get(sign, sign), value=form)) for form in forms)
        yield from ((form, Sense(kind="u", value=form, unit=unit)) for form, unit in units.items())

    def _ordinals(self) -> Iterable[tuple[str, Sense]]:
        for value, stems in self._document.get("ordinal_stems", {}).items():
            for stem in stems:
                for ending in self._document["ordinal_endings"]:
                    yield stem + ending, Sense(kind="o", value=value)


def _bare(sense: Sense) -> Sense:
    return Sense(kind=sense.kind, value=sense.value, case="bare", unit=sense.unit)


@cache
def calendar_words_of(language: str) -> CalendarWords:
    """Give the calendar words of a language of LANGUAGES; our bug if it is none."""
    text = files("counterclaim.read").joinpath("cues", f"dates_{language}.json").read_text(encoding="utf-8")
    return CalendarWords(language, json.loads(text))
