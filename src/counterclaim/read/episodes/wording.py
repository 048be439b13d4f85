"""The words by which episodes and methods are told in one language, as data; refuses a language without such words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, get_args

from counterclaim.read.episodes.phrases import Phrases
from counterclaim.record.account import EpisodeType
from counterclaim.record.vocabulary import vocabulary

LANGUAGES = ("az", "en", "ru", "tr")


@dataclass(frozen=True, slots=True, kw_only=True)
class VerbForms:
    """Endings that tell a form of a verb: the letters that carry a negation stand within the word or at its end."""

    inside: tuple[str, ...]
    ends: tuple[str, ...]
    exceptions: tuple[str, ...]

    def has(self, word: str) -> bool:
        """Whether a word of small letters is such a form; two letters at least are its stem."""
        if word.startswith(self.exceptions) if self.exceptions else False:
            return False
        return word[2:].endswith(self.ends) or any(core in word[2:] for core in self.inside)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """All tables of one language.

    Hits of `episodes` and `unnegated` carry a type of episode, the latter of cues that may be negations themselves
    (`was not upheld`); hits of `methods` carry a term of the vocabulary, and those of `lacking` a term whose cue is
    itself a negation (`was given no food`); hits of `stance` carry what they do to the words around them.
    """

    language: str
    verb_last: bool
    comma_ends_clause: bool
    roles: Mapping[str, str]
    episodes: Phrases
    unnegated: Phrases
    methods: Phrases
    lacking: Phrases
    stance: Phrases
    negative: VerbForms
    open: VerbForms
    verb: VerbForms
    lists: Mapping[str, Any]

    def words(self, section: str) -> tuple[str, ...]:
        """Give the words of a list; none where the language has no such list."""
        return tuple(self.lists.get(section, ()))

    def phrases(self, section: str) -> Phrases:
        """Give the table of a list of phrases."""
        return _section(self.language, section)


@cache
def wording_of(language: str) -> Wording | None:
    """Give the words of a language (ISO 639-1), or None where the project has none."""
    if language not in LANGUAGES:
        return None
    text = files("counterclaim.read").joinpath("cues", f"episodes_{language}.json").read_text(encoding="utf-8")
    data = json.loads(text)
    rules = [row for row in data["rules"] if row["type"] in get_args(EpisodeType)]
    return Wording(
        language=language,
        verb_last=bool(data["verb_last"]),
        comma_ends_clause=bool(data["comma_ends_clause"]),
        roles={row["type"]: row["role"] for row in rules},
        episodes=Phrases(((cue, row["type"]) for row in rules for cue in row["cues"]), language),
        unnegated=Phrases(((cue, row["type"]) for row in rules for cue in row.get("as_worded", ())), language),
        methods=Phrases(_method_cues(language, data["methods"]), language),
        lacking=Phrases(((cue, "lacking") for cue in data["methods"]["as_worded"]), language),
        stance=Phrases(
            ((cue, kind) for kind, cues in data["stance"].items() for cue in cues),
            language,
        ),
        negative=_forms(data["forms"].get("negative", {})),
        open=_forms(data["forms"].get("open", {})),
        verb=_forms(data["forms"].get("verb", {})),
        lists=data["lists"],
    )


@cache
def _section(language: str, section: str) -> Phrases:
    wording = wording_of(language)
    return Phrases(((cue, section) for cue in (wording.words(section) if wording else ())), language)


def _method_cues(language: str, more: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
    left_out = set(more.get("left_out", ()))
    for term in vocabulary("methods").terms:
        cues = term.fields.get("cues", {}).get(language, {})
        words = [*cues.get("words", ()), *(stem + "*" for stem in cues.get("stems", ())), *more.get(term.id, ())]
        yield from ((cue, term.id) for cue in dict.fromkeys(words) if cue not in left_out)


def _forms(data: Mapping[str, list[str]]) -> VerbForms:
    return VerbForms(
        inside=tuple(data.get("inside", ())),
        ends=tuple(data.get("ends", ())),
        exceptions=tuple(data.get("exceptions", ())),
    )
