"""Where a name ends and its case begins, by what the page itself prints; refuses to cut where both readings stand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from counterclaim.read.turkic.countries import country_of
from counterclaim.read.turkic.endings import Ending, ending_of, ends_in_vowel
from counterclaim.read.turkic.tokens import Token
from counterclaim.read.turkic.words import Words

STEM_LETTERS_MIN = 3
LONG_STEM = 4  # `Aydan` is a name, `Bakıdan` is none
ENDING_MAX = 4
_PLAIN = Ending(case="nom", owned=False, plural=False)
_CERTAIN_AFTER_VOWEL = re.compile(r"n[ıiuü]n\Z|y[aeə]\Z")
_ABLATIVE = re.compile(r"[dt][aeə]n\Z")


class Stems:
    """The names of one page and the endings they carry."""

    def __init__(self, words: Words, capitals: Iterable[Token]) -> None:
        """Collect the capitalised words as printed: what stands bare once is bare everywhere."""
        self._words = words
        self._language = words.language
        counts = Counter(token.small for token in capitals)
        self._printed = frozenset(counts)
        self._repeated = frozenset(small for small, count in counts.items() if count > 1)
        self._firsts = words.small("first_names")
        self._places = words.small("places")
        endings = sorted(words.small("surname_endings"), key=len, reverse=True)
        self._surname = re.compile(rf"\w{{2,}}(?:{'|'.join(map(re.escape, endings))})\Z")
        self._bare: dict[tuple[str, int], tuple[str, Ending]] = {}

    def bare(self, token: Token) -> tuple[str, Ending]:
        """Give the word without its case, in small letters, and its ending."""
        key = token.low, token.bare
        if key not in self._bare:
            self._bare[key] = self._read(token)
        return self._bare[key]

    def is_repeated(self, token: Token) -> bool:
        """Whether the page prints this word more than once with a capital."""
        return token.small in self._repeated or self.bare(token)[0] in self._repeated

    def is_another(self, token: Token) -> bool:
        """Whether a word is in a case and its bare form is printed elsewhere: a name beside the one before it."""
        small, ending = self.bare(token)
        return ending.case != "nom" and small != token.small and small in self._printed

    def is_surname(self, small: str) -> bool:
        """Whether a word ends as family names do."""
        return self._surname.match(small) is not None

    def is_first(self, small: str) -> bool:
        """Whether a word is a known first name."""
        return small in self._firsts

    def is_place(self, small: str) -> bool:
        """Whether a word is a known place."""
        return small in self._places

    def _read(self, token: Token) -> tuple[str, Ending]:
        small = token.small
        if token.bare < len(token.text):
            return small, ending_of(small, token.rest, loose=True) or _PLAIN
        if small in self._firsts or small in self._places or country_of(small, self._language):
            country = country_of(small, self._language)
            if country and country[1] < len(small):
                return small[: country[1]], ending_of(small[: country[1]], small[country[1] :]) or _PLAIN
            return small, _PLAIN
        splits = list(self._splits(small))
        for stem, ending in splits:
            if stem in self._places or stem in self._firsts:
                return stem, ending
        if self._language == "tr":  # an apostrophe marks every ending of a name: what is printed without is the name
            return next(((s, e) for s, e in splits if s in self._printed and _long(small, s)), (small, _PLAIN))
        if self._surname.match(small) and not any(s in self._printed and _long(small, s) for s, _ in splits):
            return small, _PLAIN
        for stem, ending in splits:
            told = stem in self._printed and _long(small, stem)
            if told or self._surname.match(stem) or self._certain(stem, small[len(stem) :]):
                return stem, ending
        return small, _PLAIN

    def _splits(self, small: str) -> list[tuple[str, Ending]]:
        out = []
        for cut in range(len(small) - 1, max(STEM_LETTERS_MIN, len(small) - ENDING_MAX) - 1, -1):
            ending = ending_of(small[:cut], small[cut:])
            if ending is not None and re.fullmatch("[ıiuü]", small[cut:]) and not ends_in_vowel(small[:cut]):
                ending = Ending(case="acc", owned=False, plural=False)  # a name is owned by nobody
            if ending is not None and ending.case not in {"nom", "equ"} and not ending.owned and not ending.plural:
                out.append((small[:cut], ending))
        return sorted(out, key=lambda row: len(row[0]))

    def _certain(self, stem: str, rest: str) -> bool:
        if len(stem) < LONG_STEM:
            return False
        return bool((ends_in_vowel(stem) and _CERTAIN_AFTER_VOWEL.match(rest)) or _ABLATIVE.match(rest))


def _long(small: str, stem: str) -> bool:
    """Whether more than one letter is cut off: `Samirə` beside `Samir` may be another name."""
    return len(small) - len(stem) > 1
