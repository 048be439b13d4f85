"""Whether a word is a listed one with its language's endings; refuses a word longer than any real one."""

from __future__ import annotations

import re
from functools import cache
from typing import Protocol

import pymorphy3
from simplemma.strategies import StreamDictionaryFactory

from counterclaim.read.damage.phrases import Phrases, phrases_of
from counterclaim.read.lexicon import common_words

WORD_CHARACTERS_MAX = 40  # a longer token is no word; it also bounds the work on one
STEM_MIN = 2
LONG_STEM_MIN = 3
REST_MIN = 4  # of a word after a prefix
_ENGLISH_ENDINGS = (
    *("'s", "’s", "s", "es", "ed", "d", "ing", "ly", "er", "ers", "or", "ors", "ness", "ment", "ments", "able", "al"),
    *("ally", "ful", "less", "est", "y", "ation", "ations", "ion", "ions", "ity", "ities", "ive", "ist", "ists"),
    *("ism", "ship", "hood", "ance", "ish", "ise", "ize", "ised", "ized", "ising", "izing", "ises", "izes", "ian"),
    *("like", "wise", "ward", "wards", "ry", "ic", "en", "ened", "ening", "ens", "ably", "ibly", "ility", "age"),
    *("fully", "lessly", "lessness", "isation", "ization", "men", "man", "woman", "women"),
)
_ENGLISH_PREFIXES = (
    *("un", "re", "in", "im", "dis", "mis", "over", "under", "non", "pre", "inter", "out", "anti", "counter", "ex"),
    *("co", "sub", "super", "semi", "multi", "micro", "mini", "auto", "bio", "cyber", "de", "en", "em", "fore"),
    *("post", "pro", "self", "tele", "trans", "ultra", "mid", "up", "down", "back", "geo", "neuro", "photo", "hyper"),
)


class Stems(Protocol):
    """The words of one language with their endings."""

    def entry(self, word: str) -> bool:
        """Whether the word, in small letters, stands in a dictionary as it is; less than `has` lets pass."""

    def has(self, word: str) -> bool:
        """Whether the word, in small letters, is listed or is a listed word with endings."""


@cache
def stems_of(language: str) -> Stems:
    """Give the words of a language that has a list; of any other, no word is known."""
    phrases = phrases_of(language)
    if phrases is None:
        return _None()
    if language == "ru":
        return _Russian(phrases)
    return _Turkic(phrases) if language in {"az", "tr"} else _English(phrases)


class _None:
    def entry(self, word: str) -> bool:
        """No word is known of a language without a list."""
        return self.has(word)

    def has(self, word: str) -> bool:
        """No word is known of a language without a list."""
        return word in frozenset[str]()


class _English:
    def __init__(self, phrases: Phrases) -> None:
        self._function = phrases.words("glue_words")
        self._listed = common_words(phrases.language) | self._function
        # The low-memory form: read once, some 15 MB; a look-up takes microseconds and opens nothing.
        self._dictionary = StreamDictionaryFactory().get_dictionary("en")

    def entry(self, word: str) -> bool:
        return word in self._listed or self._dictionary.get(word) is not None

    def has(self, word: str) -> bool:
        listed = self._listed
        if len(word) > WORD_CHARACTERS_MAX:
            return False
        if self.entry(word):
            return True
        stems = {
            word[: -len(end)]
            for end in _ENGLISH_ENDINGS
            if word.endswith(end) and len(word) - len(end) >= LONG_STEM_MIN
        }
        stems |= {
            stem[: -len(end)]
            for stem in stems
            for end in ("s", "ed", "ing", "al", "ly", "er", "ment", "ion")
            if stem.endswith(end)
        }
        stems |= {stem + "e" for stem in stems} | {stem[:-1] for stem in stems if stem[-1:] == stem[-2:-1]}
        stems |= {stem[:-1] + "y" for stem in stems if stem.endswith("i")}
        stems |= {
            stem[len(start) :] for start in _ENGLISH_PREFIXES for stem in (*stems, word) if stem.startswith(start)
        }
        stems -= self._function  # `in` before `the` is no derived word
        return any(len(stem) >= LONG_STEM_MIN and stem in listed for stem in stems)


class _Russian:
    """The dictionary of OpenCorpora by pymorphy3 (Korobov 2015), which no guess at unknown words goes into."""

    def __init__(self, phrases: Phrases) -> None:
        self._listed = common_words("ru") | phrases.words("glue_words")
        self._analyzer = pymorphy3.MorphAnalyzer(lang="ru")

    def has(self, word: str) -> bool:
        return word in self._listed or (len(word) <= WORD_CHARACTERS_MAX and bool(self._analyzer.word_is_known(word)))

    def entry(self, word: str) -> bool:
        return self.has(word)


class _Turkic:
    """A listed stem, then suffixes in their order, each vowel in harmony with the one before it.

    Method: the order of suffixes as in Lewis (2000), Turkish Grammar, 2nd ed., as one regular expression for nouns
    and one for verbs; loans that break harmony at the joint are let pass. It lets pass words nobody would write.
    """

    def __init__(self, phrases: Phrases) -> None:
        soften = {str(hard): str(soft) for hard, soft in phrases.table("soften").items()}
        infinitives = tuple(phrases.words("infinitive"))
        listed = common_words(phrases.language) | phrases.words("glue_words")
        self._front, self._back = frozenset(phrases.text("front")), frozenset(phrases.text("back"))
        self._free = re.compile("|".join(sorted(phrases.words("free"))))
        verbs = {word[:-3] for word in listed if word.endswith(infinitives) and len(word) > REST_MIN}
        self._listed = listed
        self._verbs = (
            verbs
            | {v[:-1] + soften[v[-1]] for v in verbs if v[-1] in "tk"}
            | {v[:-1] for v in verbs if v[-1] in "aeəuıiü" and len(v) > LONG_STEM_MIN}
        )
        nouns = {word for word in listed if not word.endswith(infinitives)}
        self._nouns = nouns | {n[:-1] + soften[n[-1]] for n in nouns if n[-1] in soften and len(n) > STEM_MIN}
        letters = {"A": "[aeə]", "I": "[ıiuü]", "D": "[dt]", "C": "[cç]", "K": "[kğ]", "Q": "[kqğy]"}
        nominal = "".join(letters.get(letter, letter) for letter in phrases.text("nominal"))
        verbal = "".join(letters.get(letter, letter) for letter in phrases.text("verbal").replace("NOMINAL", "§"))
        self._nominal = re.compile(nominal)
        self._verbal = re.compile(verbal.replace("§", nominal))

    def entry(self, word: str) -> bool:
        return self.has(word)

    def has(self, word: str) -> bool:
        if word in self._listed:
            return True
        if len(word) > WORD_CHARACTERS_MAX:
            return False
        word = word.split("'", maxsplit=1)[0].split("’", maxsplit=1)[0]
        for cut in range(len(word), STEM_MIN - 1, -1):
            stem, rest = word[:cut], word[cut:]
            if stem in self._nouns and self._nominal.fullmatch(rest) and self._harmony(stem, rest):
                return True
            if stem in self._verbs and self._verbal.fullmatch(rest) and self._harmony(stem, rest):
                return True
        return False

    def _harmony(self, stem: str, rest: str) -> bool:
        """Whether each stretch between suffixes of a fixed form keeps to one side, the first to the stem's."""
        last = [letter in self._front for letter in stem if letter in self._front or letter in self._back]
        for index, stretch in enumerate(self._free.split(rest)):
            sides = {letter in self._front for letter in stretch if letter in self._front or letter in self._back}
            if len(sides) > 1:
                return False
            # Loans break harmony at the joint alone: saat, hal, hakikat, harf and their like.
            if not index and sides and last and last[-1] not in sides and stem[-1] not in "tlkr":
                return False
        return True
