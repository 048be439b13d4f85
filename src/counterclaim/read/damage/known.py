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
SURE_SIDE_MIN = 5  # letters of a rarer word beside a function word; shorter ones fall out of many a long word
LETTERS_OF_A_SIDE_MIN = 2
TWO_MIN = 7  # letters of two words that are no function words; shorter ones fall out of names
SURE_TWO_MIN = 9


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
        self._function = self.phrases.words("glue_words")
        self._listed = common_words(language) | self._function
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

    def is_function(self, low: str) -> bool:
        """Whether the word is one of the language's function words."""
        return low in self._function

    def is_entry(self, token: str) -> bool:
        """Whether a dictionary has the token as it is written."""
        return self._stems.entry(token)

    def repeats(self, low: str) -> bool:
        """Whether the page writes this word, in small letters, more than once."""
        return self._counts[low] > 1

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

    def glued_parts(self, token: str, *, opens: bool) -> Parts | None:
        """Give the two words an unknown token runs together, the surest cut of those there are; none where there is.

        High: a function word that begins (or ends) no other word, beside a word of the common list or a long one of
        the dictionary. Medium: such a word beside a rarer one, two function words that are affixes as well, two
        words of which the first has an ending, as no compound's first has. Low: what a compound looks like too.
        `opens` says whether the token opens a sentence; elsewhere a capital is a name's.
        """
        low = lowered(token, self.language)
        least = WHOLE_MIN if token.islower() else CAPITAL_WHOLE_MIN
        if not least <= len(low) <= 2 * WORD_CHARACTERS_MAX or low in self.phrases.words("whole"):
            return None
        if self._counts[low] > 1 or (token.islower() and low in self._names):
            return None
        if self.is_common(low):
            return self._two_functions(low) if token.islower() else None
        cuts = [self._parts(token, low, cut, opens=opens) for cut in range(1, len(low))]
        return min((parts for parts in cuts if parts), key=lambda parts: _ORDER[parts.grade], default=None)

    def _two_functions(self, low: str) -> Parts | None:
        """Give the function words that a dictionary's own misspelling runs together (`forthe`); no common word."""
        if self.language != "en" or low in self._listed:
            return None
        ends, starts = self.phrases.words("backs"), self.phrases.words("fronts")
        for cut in range(LETTERS_OF_A_SIDE_MIN, len(low) - LETTERS_OF_A_SIDE_MIN + 1):
            left, right = low[:cut], low[cut:]
            if left in self._function and right in self._function and (right not in ends or left not in starts):
                return Parts(left=left, right=right, grade="medium")
        return None

    def _parts(self, token: str, low: str, cut: int, *, opens: bool) -> Parts | None:
        left, right = low[:cut], low[cut:]
        grade = self._grade_of(left, right)
        if grade is None or token.islower():
            return Parts(left=left, right=right, grade=grade) if grade else None
        # A name looks like two words by chance: its first part must be a name of the page, or open the sentence.
        name = len(left) >= _LETTERS_MIN and (left in self._names or self._stems.entry(token[:cut]))
        first = opens and left in self._listed and len(right) >= _LETTERS_MIN
        if not first and not (name and right in self._function):
            return None
        sure = grade != "low" and (left in self._function if first else left in self._names)
        return Parts(left=left, right=right, grade="medium" if sure and len(left) > SIDE_MIN else "low")

    def _grade_of(self, left: str, right: str) -> Grade | None:
        front, back = left in self._function, right in self._function
        if min(len(left), len(right)) < LETTERS_OF_A_SIDE_MIN:
            return "high" if self.language == "en" and front and back and len(left) > len(right) + 1 else None
        loose = (front and left in self.phrases.words("fronts")) or (back and right in self.phrases.words("backs"))
        if front and back:
            both = left in self.phrases.words("fronts") and right in self.phrases.words("backs")
            return "medium" if both else "high"
        if not (front or back):
            return self._grade_of_two(left, right)
        other = right if front else left
        if not self._is_side(other):
            return None
        if loose:
            return "low"
        return "high" if other in self._listed or len(other) >= SURE_SIDE_MIN else "medium"

    def _grade_of_two(self, left: str, right: str) -> Grade | None:
        """Two words that are both no function words."""
        if len(left) + len(right) < TWO_MIN or not (self._is_side(left) and self._is_side(right)):
            return None
        ended = self._ended(left) and min(len(left), len(right)) >= _LETTERS_MIN
        return "medium" if ended and len(left) + len(right) >= SURE_TWO_MIN else "low"

    def _ended(self, word: str) -> bool:
        """Whether a word bears an ending that no first part of a compound bears."""
        ends = tuple(self.phrases.words("sure_endings"))
        return word.endswith(ends) if ends else word not in self._listed

    def _is_side(self, word: str) -> bool:
        """Whether a side is a word: short ones by the common list alone, as a dictionary has odd short entries."""
        if word in self._function:
            return True
        if len(word) < _LETTERS_MIN:
            return len(word) >= SIDE_MIN and word in self._listed
        return word in self._listed or self._counts[word] > 0 or self._stems.entry(word)


_ORDER = {"high": 0, "medium": 1, "low": 2}
