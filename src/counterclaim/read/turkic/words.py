"""The cue words of Azerbaijani and Turkish, matched in small letters; refuses to fold a dotless i into a dotted one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Literal

from counterclaim.read.casing import lowered
from counterclaim.read.lexicon import lexicon_of
from counterclaim.read.turkic.endings import (
    Ending,
    describing_of,
    ending_of,
    finite_of,
    linking_of,
    negated_of,
    nominal_of,
    softened,
)
from counterclaim.record.account import DenialKind, DeniedElement, EntityType
from counterclaim.record.vocabulary import vocabulary

Form = Literal["finite", "linking", "describing", "passive", "phrase", "nominal", "told"]
NOUN_LETTERS_MAX = 80  # letters of a noun phrase with its endings; what is longer is no word
NOMINAL_ACTS = frozenset(
    {"denial", "rejection", "admission", "retraction", "finding", "non_denial", "no_reply"}
)  # `reddettiğini söyledi`: the verb within is the act
KEY_LETTERS = 2  # cues are looked up by how a word begins
_PARTICLE = r"(?:\s+(?:kimi|olaraq|da|də|de|gibi|belə|bile))?"
_GAP = r"(?:\s+[^\s.;]+){0,5}?"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechCue:
    """One way in which a term of `speech_cues` is printed: the form of the verb and its pattern."""

    term: str
    act: str | None
    overclaims: bool
    form: Form
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DenialRule:
    """One kind of denial with its words; `image` asks for a picture in the sentence."""

    kind: DenialKind
    denies: tuple[DeniedElement, ...]
    image: bool
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Noun:
    """A noun of a list found in a word: the stem's list, what follows it, and where its bare form ends."""

    kind: str
    stem: str
    ending: Ending
    bare: int


def phrase(words: str) -> str:
    """Give the pattern of one phrase: `*` for any ending, a leading `*` for any stem, `~` for up to five words."""
    out = ""
    for index, word in enumerate(words.split()):
        if word == "~":
            out += _GAP
            continue
        piece = re.escape(word).replace(r"\*", r"\w*").replace("'", "['’]")
        out += (r"\s+" if index else "") + piece
    return out


class Words:
    """The words of one language, each list compiled once; everything is matched on text in small letters."""

    def __init__(self, language: str) -> None:
        """Read the lists of a language that is shipped."""
        self.language = language
        self.lexicon = lexicon_of(language)
        self._patterns: dict[str, re.Pattern[str]] = {}
        self._tables: dict[str, Mapping[str, str]] = {}
        self._small: dict[str, frozenset[str]] = {}
        self._soft: set[str] = set()

    def pattern(self, section: str) -> re.Pattern[str]:
        """Give the pattern of a list of phrases."""
        if section not in self._patterns:
            self._patterns[section] = _pattern(self.lexicon.words(section) if self.lexicon.has(section) else ())
        return self._patterns[section]

    @cached_property
    def speech(self) -> Mapping[str, tuple[SpeechCue, ...]]:
        """The cues of speech by the first letters of their first word."""
        index: dict[str, list[SpeechCue]] = {}
        for term in vocabulary("speech_cues").terms:
            cues = term.fields.get("cues", {}).get(self.language, {})
            if term.fields.get("hedge"):
                continue
            for form, patterns in self._forms(cues):
                if form == "nominal" and term.fields.get("act") not in NOMINAL_ACTS:
                    continue
                for lead, pattern in patterns:
                    cue = SpeechCue(
                        term=term.id,
                        act=term.fields.get("act"),
                        overclaims=bool(term.fields.get("overclaims", False)),
                        form=form,
                        pattern=re.compile(pattern + r"(?!\w)"),
                    )
                    index.setdefault(lead, []).append(cue)
        return {lead: tuple(rows) for lead, rows in index.items()}

    def _forms(self, cues: Mapping[str, Any]) -> Iterator[tuple[Form, list[tuple[str, str]]]]:
        verbs = [(verb, _lead(verb)) for verb in cues.get("verbs", ())]
        yield "finite", [(lead, finite_of(verb, self.language)) for verb, lead in verbs]
        yield "linking", [(lead, linking_of(verb, self.language)) for verb, lead in verbs]
        yield "describing", [(lead, describing_of(verb, self.language)) for verb, lead in verbs]
        yield "finite", [(_lead(verb), negated_of(verb, self.language)) for verb in cues.get("negated", ())]
        yield "nominal", [(lead, nominal_of(verb, self.language)) for verb, lead in verbs]
        yield (
            "nominal",
            [(_lead(verb), nominal_of(verb, self.language, negative=True)) for verb in cues.get("negated", ())],
        )
        yield "finite", [(_lead(words), phrase(words)) for words in cues.get("finite", ())]
        yield "describing", [(_lead(words), phrase(words)) for words in cues.get("describing", ())]
        yield "passive", [(_lead(verb), finite_of(verb, self.language)) for verb in cues.get("passives", ())]
        yield "phrase", [(_lead(words), phrase(words)) for words in cues.get("words", ())]
        for group in cues.get("joined", ()):
            yield from self._joined(group)

    def _joined(self, group: Mapping[str, Any]) -> Iterator[tuple[Form, list[tuple[str, str]]]]:
        """Words that stand before each of some verbs (`yalan adlandır`, `ifadəsindən dön`), one pattern a beginning."""
        leads: dict[str, list[str]] = {}
        for words in group["before"]:
            leads.setdefault(_lead(words), []).append(phrase(words))
        shaped: list[tuple[Form, list[str]]] = [
            ("finite", [finite_of(verb, self.language) for verb in group.get("verbs", ())]),
            ("finite", [negated_of(verb, self.language) for verb in group.get("negated", ())]),
            ("linking", [linking_of(verb, self.language) for verb in group.get("verbs", ())]),
            ("describing", [describing_of(verb, self.language) for verb in group.get("verbs", ())]),
        ]
        for form, verbs in shaped:
            if verbs:
                after = rf"{_PARTICLE}\s+(?:{'|'.join(verbs)})"
                yield form, [(lead, f"(?:{'|'.join(words)}){after}") for lead, words in leads.items()]

    @cached_property
    def hedges(self) -> re.Pattern[str]:
        """The hedging words."""
        terms = [term for term in vocabulary("speech_cues").terms if term.fields.get("hedge")]
        return _pattern([w for term in terms for w in term.fields["cues"].get(self.language, {}).get("words", ())])

    @cached_property
    def denial_rules(self) -> tuple[DenialRule, ...]:
        """The rules of denial in their order: the more specific first."""
        return tuple(
            DenialRule(kind=row["kind"], denies=tuple(row["denies"]), image=row["image"], pattern=_pattern(row["cues"]))
            for row in self.lexicon.rows("denial_rules")
        )

    @cached_property
    def methods(self) -> re.Pattern[str]:
        """The cues of the vocabulary of methods."""
        cues = [term.fields.get("cues", {}).get(self.language, {}) for term in vocabulary("methods").terms]
        return _pattern(
            [w for row in cues for w in (*row.get("words", ()), *(stem + "*" for stem in row.get("stems", ())))]
        )

    @cached_property
    def heads(self) -> Mapping[str, str]:
        """The nouns that close the name of a body, by their stems as printed: bare and softened."""
        return self._stems((stem, kind) for kind, stems in self.lexicon.table("heads").items() for stem in stems)

    @cached_property
    def common_bodies(self) -> Mapping[str, str]:
        """The common nouns that stand for a body or a group."""
        return self._stems(
            (stem, kind) for kind, stems in self.lexicon.table("common_bodies").items() for stem in stems
        )

    @cached_property
    def roles(self) -> Mapping[str, str]:
        """The nouns for what a person is."""
        return self._stems((stem, "role") for stem in self.lexicon.words("role_stems"))

    def stems(self, section: str) -> Mapping[str, str]:
        """Give a list of stems, bare and softened."""
        key = "stems:" + section
        if key not in self._tables:
            listed = self.lexicon.words(section) if self.lexicon.has(section) else ()
            self._tables[key] = self._stems((stem, section) for stem in listed)
        return self._tables[key]

    def _stems(self, rows: Iterable[tuple[str, str]]) -> Mapping[str, str]:
        out: dict[str, str] = {}
        for stem, kind in rows:
            out.setdefault(stem, kind)
            soft = softened(stem, self.language)
            if soft != stem:
                out.setdefault(soft, kind)
                self._soft.add(soft)
        return out

    def noun(self, word: str, stems: Mapping[str, str]) -> Noun | None:
        """Find a noun of a list in a word (small letters), the longest stem first; None where no ending fits."""
        for cut in range(len(word) if len(word) <= NOUN_LETTERS_MAX else 0, 1, -1):
            stem = word[:cut]
            kind = stems.get(stem)
            if kind is None:
                continue
            ending = ending_of(stem, word[cut:])
            if ending is not None:
                bare = _bare(stem, word, printable=stem not in self._soft)
                return Noun(kind=kind, stem=stem, ending=ending, bare=bare)
        return None

    def small(self, section: str) -> frozenset[str]:
        """Give a list in small letters, as a set."""
        if section not in self._small:
            listed = self.lexicon.words(section) if self.lexicon.has(section) else ()
            self._small[section] = frozenset(lowered(word, self.language) for word in listed)
        return self._small[section]

    def small_of(self, section: str, key: str) -> frozenset[str]:
        """Give one row of a list that has keys in small letters, as a set."""
        name = section + ":" + key
        if name not in self._small:
            self._small[name] = frozenset(lowered(w, self.language) for w in self.lexicon.table(section)[key])
        return self._small[name]


def _bare(stem: str, word: str, *, printable: bool) -> int:
    """Where the form without its case ends: `nazirliyi|nin`; the whole word where what is left would be no word."""
    for cut in range(len(word) - 1, len(stem) - 1, -1):
        own, rest = ending_of(stem, word[len(stem) : cut]), word[cut:]
        if own is None or own.case != "nom" or not (printable or own.owned or own.plural):
            continue
        if own.owned and not rest.startswith(("n", "l", "y")):
            continue
        case = ending_of(word[:cut], rest)
        if case is not None and case.case != "nom" and not case.owned and not case.plural:
            return cut
    return len(word)


def _lead(words: str) -> str:
    return words[:KEY_LETTERS] if not words.startswith("*") else ""


def _pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    return _compiled(tuple(phrases))


@cache
def _compiled(phrases: tuple[str, ...]) -> re.Pattern[str]:
    parts = sorted({phrase(item) for item in phrases}, key=lambda part: (-len(part), part))
    return re.compile(r"(?<![\w’'])(?:" + "|".join(parts) + r")(?!\w)" if parts else r"(?!)")


@cache
def words_of_language(language: str) -> Words:
    """Give the words of Azerbaijani (`az`) or Turkish (`tr`)."""
    return Words(language)


def kind_of_head(kind: str) -> EntityType:
    """Give the type a head noun gives its body; a police station is a public body until it is used as a place."""
    return "public_body" if kind == "station" else kind  # type: ignore[return-value]
