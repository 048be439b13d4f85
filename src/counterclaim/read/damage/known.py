"""Whether a string of letters is a word; refuses to say so of names."""

from __future__ import annotations

import re
from collections import Counter

from counterclaim.read.lexicon import common_words, lexicon_of

_ONSET = re.compile(r"[^aeiouyäöüəıáéíóúâêîôû]*")
_LETTERS_MIN = 4
_STRIPPED_MAX = 2
_FRONT_MAX = 4
_ENDINGS = (
    *("'s", "’s", "s", "es", "ed", "d", "ing", "ly", "er", "ers", "or", "ors", "ness", "ment", "ments", "able", "al"),
    *("ally", "ful", "less", "est", "y", "ation", "ations", "ion", "ions", "ity", "ities", "ive", "ist", "ists"),
    *("ism", "ship", "hood", "ance"),
)
_PREFIXES = ("un", "re", "in", "im", "dis", "mis", "over", "under", "non", "pre", "inter", "out", "anti")


class Words:
    """What counts as a word on one page: the common words of the language and what the page itself writes twice."""

    def __init__(self, tokens: list[str], language: str) -> None:
        """Count the page's own words; a word with a capital letter anywhere on the page is taken for a name."""
        self._common = common_words(language)
        self._onsets = frozenset(lexicon_of(language).words("onsets"))
        self._counts = Counter(token.lower() for token in tokens)
        self._names = {token.lower() for token in tokens if token[:1].isupper()}

    def knows(self, word: str) -> bool:
        """Whether the word, or its stem, is common, or the page writes it elsewhere."""
        low = word.lower()
        return low in self._names or self._counts[low] > 1 or self.is_common(low)

    def is_common(self, low: str) -> bool:
        """Whether the word or one of its stems is in the list of common words."""
        if low in self._common:
            return True
        stems = {low[: -len(end)] for end in _ENDINGS if low.endswith(end) and len(low) - len(end) > _STRIPPED_MAX}
        stems |= {stem + "e" for stem in stems} | {stem[:-1] for stem in stems if stem[-1:] == stem[-2:-1]}
        stems |= {stem[:-1] + "y" for stem in stems if stem.endswith("i")}
        stems |= {stem[len(start) :] for start in _PREFIXES for stem in (*stems, low) if stem.startswith(start)}
        return any(len(stem) > _STRIPPED_MAX and stem in self._common for stem in stems)

    def stands_on_page(self, word: str) -> bool:
        """Whether the page writes this word as such somewhere."""
        return self._counts[word.lower()] > 0

    def remainder(self, token: str) -> str | None:
        """Give the word left when one or two letters that cannot begin an English word are taken off the front.

        `bdcustody` leaves `custody`; `slow` and `bread` begin as English words do and leave nothing.
        """
        low = token.lower()
        onset = _ONSET.match(low)
        if (
            onset is None
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
        low = token.lower()
        if self.knows(low):
            return None
        for cut in range(1, _FRONT_MAX + 1):
            rest = low[cut:]
            if len(rest) >= _LETTERS_MIN and (rest in self._common or self.stands_on_page(rest)):
                return rest
        return None

    def glued_parts(self, token: str) -> tuple[str, str] | None:
        """Give the two words a token runs together: one of a few short ones, and a common word."""
        low = token.lower()
        if self.knows(low):
            return None
        for short in lexicon_of("en").words("glue_words"):
            for left, right in ((short, low[len(short) :]), (low[: -len(short)], short)):
                longer = right if left == short else left
                if left + right == low and len(longer) >= _LETTERS_MIN and longer in self._common:
                    return left, right
        return None
