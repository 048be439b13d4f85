"""Whether a string of letters is a word; refuses to say so of names."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from counterclaim.read.casing import lowered
from counterclaim.read.damage.phrases import Phrases, phrases_of
from counterclaim.read.damage.stems import WORD_CHARACTERS_MAX, stems_of
from counterclaim.read.lexicon import common_words, lexicon_of
from counterclaim.record.account import Grade

_ONSET = re.compile(r"[^aeiouyäöüəıáéíóúâêîôû]*")
_LETTERS_MIN = 4
_STRIPPED_MAX = 2
_FRONT_MAX = 4
WHOLE_MIN = 5  # letters of two words run together; fewer are an abbreviation or a rare word
CAPITAL_WHOLE_MIN = 6  # a short capitalised word is a name
SIDE_MIN = 3  # letters of a side that is no function word
LETTERS_OF_A_SIDE_MIN = 2
TWO_MIN = 11  # letters of two words that are no function words; shorter ones are compounds


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Two words a token runs together, and how sure that is."""

    left: str
    right: str
    grade: Grade


class Words:
    """What counts as a word on one page: the words of the language and what the page itself writes twice."""

    def __init__(self, tokens: list[str], language: str) -> None:
        """Count the page's own words; a word with a capital letter anywhere on the page is taken for a name."""
        self.language = language
        self.phrases = phrases_of(language) or Phrases(language, {})
        self._listed = common_words(language) | self.phrases.words("glue_words")
        self._stems = stems_of(language)
        self._onsets = frozenset(lexicon_of("en").words("onsets")) if language == "en" else frozenset()
        self._counts = Counter(lowered(token, language) for token in tokens)
        self._names = {lowered(token, language) for token in tokens if token[:1].isupper()}
        self._common: dict[str, bool] = {}

    def knows(self, word: str) -> bool:
        """Whether the word, or its stem, is common, or the page writes it elsewhere."""
        low = lowered(word, self.language)
        return low in self._names or self._counts[low] > 1 or self.is_common(low)

    def is_common(self, low: str) -> bool:
        """Whether the word is listed or is a listed one with endings."""
        if low not in self._common:
            self._common[low] = self._stems.has(low)
        return self._common[low]

    def stands_on_page(self, word: str) -> bool:
        """Whether the page writes this word as such somewhere."""
        return self._counts[lowered(word, self.language)] > 0

    def remainder(self, token: str) -> str | None:
        """Give the word left when one or two letters that cannot begin an English word are taken off the front.

        `bdcustody` leaves `custody`; `slow` and `bread` begin as English words do and leave nothing.
        """
        low = token.lower()
        onset = _ONSET.match(low)
        if (
            not self._onsets
            or onset is None
            or not onset.group()
            or onset.group() in self._onsets
            or len(low) < _LETTERS_MIN
            or self.knows(low)
        ):
            return None
        for cut in range(1, _STRIPPED_MAX + 1):
            rest = low[cut:]
            if len(rest) >= _LETTERS_MIN and (self.is_common(rest) or self.stands_on_page(rest)):
                return rest
        return None

    def tail_word(self, token: str) -> str | None:
        """Give the known word of four letters or more that an unknown token ends in."""
        low = lowered(token, self.language)
        if self.knows(low):
            return None
        for cut in range(1, _FRONT_MAX + 1):
            rest = low[cut:]
            if len(rest) >= _LETTERS_MIN and (rest in self._listed or self.stands_on_page(rest)):
                return rest
        return None

    def glued_parts(self, token: str) -> Parts | None:
        """Give the two words an unknown token runs together, the surest cut of those there are.

        High: a function word that begins (or ends) no other word, beside a known word. Medium: a function word that
        is a prefix (or a suffix) too, or two known words of which the first has an ending, as no compound's first
        has. Low: two bare words, which a compound is as well.
        """
        low = lowered(token, self.language)
        capital = token[:1].isupper()
        least = CAPITAL_WHOLE_MIN if capital else WHOLE_MIN
        if not least <= len(low) <= 2 * WORD_CHARACTERS_MAX or low in self.phrases.words("whole"):
            return None
        if self.is_common(low) or self._counts[low] > 1 or (not capital and low in self._names):
            return None
        best: Parts | None = None
        for cut in range(1, len(low)):
            grade = self._grade_of(low[:cut], low[cut:])
            if grade is not None and (best is None or _ORDER[grade] < _ORDER[best.grade]):
                best = Parts(left=low[:cut], right=low[cut:], grade=grade)
        if best is not None and capital:
            first = best.left in self._listed and best.grade != "low"
            return Parts(left=best.left, right=best.right, grade="medium") if first else None
        return best

    def _grade_of(self, left: str, right: str) -> Grade | None:
        function = self.phrases.words("glue_words")
        front, back = left in function, right in function
        if min(len(left), len(right)) < LETTERS_OF_A_SIDE_MIN:
            return "high" if self.language == "en" and front and back and len(left) > len(right) + 1 else None
        loose_front, loose_back = left in self.phrases.words("fronts"), right in self.phrases.words("backs")
        if front and back:
            return "high" if not (loose_front and loose_back) else "medium"
        if (front and not loose_front and self._is_side(right)) or (back and not loose_back and self._is_side(left)):
            longer = right if front else left
            return "high" if len(longer) > _LETTERS_MIN or longer in self._listed else "medium"
        if front or back:
            longer = right if front else left
            return (
                "low"
                if len(longer) > _LETTERS_MIN and (self._inflected(longer) or self.stands_on_page(longer))
                else None
            )
        return self._grade_of_two(left, right)

    def _grade_of_two(self, left: str, right: str) -> Grade | None:
        """Two words that are both no function words."""
        if min(len(left), len(right)) < _LETTERS_MIN or len(left) + len(right) < TWO_MIN:
            return None
        if not (self._is_side(left) and self._is_side(right)) or (self.language == "ru" and left[-1] in "ое"):
            return None
        sure = self._inflected(left) and self._sure(right)
        return "medium" if sure else "low" if self._sure(left) and self._sure(right) else None

    def _inflected(self, word: str) -> bool:
        return word not in self._listed and self.is_common(word)

    def _sure(self, word: str) -> bool:
        return word in self._listed or self.stands_on_page(word) or len(word) > _LETTERS_MIN

    def _is_side(self, word: str) -> bool:
        if word in self.phrases.words("glue_words"):
            return True
        if len(word) < SIDE_MIN:
            return False
        return self.is_common(word) or (len(word) >= _LETTERS_MIN and self.stands_on_page(word))


_ORDER = {"high": 0, "medium": 1, "low": 2}
