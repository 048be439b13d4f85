"""The words a language is read by, as data; refuses a cue that stands in code."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from counterclaim.read.alternation import alternation
from counterclaim.record.vocabulary import vocabulary

_YO = re.compile("[её]")  # Russian prints one letter for both
_GAP = r"(?:\s+[^\s.;]+){0,5}?"


def pattern_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """Compile phrases: words as they are, `*` for any ending, `~` for a gap of up to five words in the sentence."""
    return _compiled(tuple(phrases))


@cache
def _compiled(phrases: tuple[str, ...]) -> re.Pattern[str]:
    parts = sorted({_phrase(phrase) for phrase in phrases}, key=lambda part: (-len(part), part))
    return re.compile(r"(?<![\w’'])(?:" + alternation(parts) + r")(?!\w)" if parts else r"(?!)", re.IGNORECASE)


def _phrase(phrase: str) -> str:
    out = ""
    for index, word in enumerate(phrase.split()):
        if word == "~":
            out += _GAP
            continue
        piece = (
            re.escape(word).replace(r"\*", r"\w*").replace("'", "['’]").replace("’", "['’]" if "'" not in word else "’")
        )
        out += (r"\s+" if index else "") + _YO.sub("[её]", piece)
    return out


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechTerm:
    """One term of the vocabulary `speech_cues` with its pattern in one language."""

    id: str
    act: str | None
    overclaims: bool
    hedge: bool
    pattern: re.Pattern[str]


class Lexicon:
    """The cue data of one language; every pattern is compiled once."""

    def __init__(self, language: str, document: Mapping[str, Any]) -> None:
        self.language = language
        self._document = document
        self._patterns: dict[str, re.Pattern[str]] = {}
        self._words: dict[str, tuple[str, ...]] = {}

    def has(self, section: str) -> bool:
        """Whether the language has this list."""
        return section in self._document

    def words(self, section: str) -> tuple[str, ...]:
        """Give the words of a list."""
        if section not in self._words:
            self._words[section] = tuple(self._document[section])
        return self._words[section]

    def table(self, section: str) -> Mapping[str, Any]:
        """Give a list that has keys."""
        table: Mapping[str, Any] = self._document[section]
        return table

    def rows(self, section: str) -> tuple[Mapping[str, Any], ...]:
        """Give a list of rules in their order."""
        return tuple(self._document[section])

    def pattern(self, section: str) -> re.Pattern[str]:
        """Give the pattern of a list of phrases."""
        if section not in self._patterns:
            self._patterns[section] = pattern_of(self._document[section])
        return self._patterns[section]

    @cached_property
    def speech_terms(self) -> tuple[SpeechTerm, ...]:
        """The project's speech cues and this language's own additions, in the order of the vocabulary."""
        more = self._document["speech_more"]
        terms = []
        for term in vocabulary("speech_cues").terms:
            cues = term.fields.get("cues", {}).get(self.language, {})
            words = [*cues.get("words", ()), *more.get(term.id, ())]
            terms.append(
                SpeechTerm(
                    id=term.id,
                    act=term.fields.get("act"),
                    overclaims=bool(term.fields.get("overclaims", False)),
                    hedge=bool(term.fields.get("hedge", False)),
                    pattern=pattern_of(words),
                )
            )
        return tuple(terms)

    def cues_in(self, text: str, *, leaving_out: Container[str]) -> Iterator[tuple[int, int, SpeechTerm]]:
        """Give the speech cues that do not overlap: the first, and of those that begin together the longest.

        `leaving_out` are ids of terms that show in what is said and not in who says it.
        """
        hits = [
            (found.start(), found.end(), term)
            for term in self.speech_terms
            if term.id not in leaving_out
            for found in term.pattern.finditer(text)
        ]
        past = -1
        for start, end, term in sorted(hits, key=lambda hit: (hit[0], -hit[1], hit[2].id)):
            if start >= past:
                past = end
                yield start, end, term

    @cached_property
    def speech(self) -> re.Pattern[str]:
        """Any verb of saying, claiming, denying or reporting, with the words around that verb."""
        return re.compile(
            "|".join(f"(?:{term.pattern.pattern})" for term in self.speech_terms if term.act or term.id == "neutral"),
            re.IGNORECASE,
        )

    @cached_property
    def _common(self) -> frozenset[str]:
        return frozenset(self.words("function_words"))

    def is_function_word(self, word: str) -> bool:
        """Whether the word is one of the commonest of the language, which name nothing."""
        return word.lower() in self._common


@cache
def lexicon_of(language: str) -> Lexicon:
    """Give the cue data of a language that is shipped; our bug if it is not."""
    text = files("counterclaim.read").joinpath("cues", language + ".json").read_text(encoding="utf-8")
    return Lexicon(language, json.loads(text))


@cache
def lexicon_for(language: str) -> Lexicon:
    """Give the cue data of a language where it is shipped, else English: for what every language has, as sentences."""
    shipped = files("counterclaim.read").joinpath("cues", language + ".json").is_file()
    return lexicon_of(language if shipped else "en")


@cache
def countries() -> Mapping[str, tuple[str, ...]]:
    """Give the names and demonyms of each country, by ISO 3166-1 alpha-2 code."""
    text = files("counterclaim.read").joinpath("cues", "countries.json").read_text(encoding="utf-8")
    return {code: tuple(words) for code, words in json.loads(text)["countries"].items()}


@cache
def common_words(language: str) -> frozenset[str]:
    """Give the common words of a language, by which a non-word is told."""
    text = files("counterclaim.read").joinpath("cues", language + "_words.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())
