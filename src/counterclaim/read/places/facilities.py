"""Places where people are held, by general kind and by a person's own register; refuses a row without type and name."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from counterclaim.read.episodes.phrases import Hit, Phrases, Words, words_in
from counterclaim.record.errors import MalformedError
from counterclaim.record.passage import Span
from counterclaim.record.vocabulary import vocabulary

ROWS_MAX = 20_000
NAMES_MAX = 40  # of one facility, all languages together
NUMBER_DIGITS_MAX = 4
LANGUAGES = frozenset({"en", "az", "ru", "tr"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRow:
    """One facility of a person's own register: its type (`facility_types`), its names by language, its country."""

    type: str
    names: tuple[tuple[str, str], ...]
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedFacility:
    """A facility the text names: its words, its type, and whether they name one and not only a kind.

    `registered` lists the rows of the register that have this name; two rows of one name are both given.
    """

    span: Span
    type: str
    proper: bool
    registered: tuple[RegisterRow, ...]


def register_of(document: Mapping[str, Any]) -> tuple[RegisterRow, ...]:
    """Give the rows of a register: `{"facilities": [{"type", "names": {language: [name]}, "country"}]}`.

    Raises MalformedError for an unknown type or language, a facility without a name, or too many.
    """
    rows = document.get("facilities")
    if not isinstance(rows, list) or len(rows) > ROWS_MAX:
        raise MalformedError(f"a list `facilities` of at most {ROWS_MAX} rows", type(rows).__name__)
    return tuple(_row(row) for row in rows)


def _row(row: object) -> RegisterRow:
    if not isinstance(row, dict) or row.get("type") not in vocabulary("facility_types").ids():
        raise MalformedError("a facility with a type of the vocabulary facility_types", repr(row)[:80])
    named = row.get("names")
    if not isinstance(named, dict) or not set(named) <= LANGUAGES:
        raise MalformedError("names by language (en, az, ru, tr)", repr(named)[:80])
    names = tuple((language, str(name)) for language, all_names in named.items() for name in all_names if str(name))
    if not 0 < len(names) <= NAMES_MAX:
        raise MalformedError(f"1 to {NAMES_MAX} names of a facility", str(len(names)))
    return RegisterRow(type=str(row["type"]), names=names, country=str(row.get("country", "")))


@cache
def _kinds(language: str) -> Phrases:
    text = files("counterclaim.read").joinpath("cues", "facilities.json").read_text(encoding="utf-8")
    kinds = json.loads(text)["kinds"]
    return Phrases(((name, kind) for kind, names in kinds.items() for name in names.get(language, ())), language)


@cache
def _marks() -> frozenset[str]:
    text = files("counterclaim.read").joinpath("cues", "facilities.json").read_text(encoding="utf-8")
    return frozenset(json.loads(text)["number_marks"])


@cache
def _registered(register: tuple[RegisterRow, ...], language: str) -> Phrases:
    # A name in any language is looked for in its own; names in Latin letters stand on pages of the others too.
    rows = (
        (name, str(at)) for at, row in enumerate(register) for tongue, name in row.names if tongue in {language, "en"}
    )
    return Phrases(rows, language)


def facilities_in(span: Span, language: str, register: tuple[RegisterRow, ...] = ()) -> list[NamedFacility]:
    """Give the facilities named in a sentence, in order; of names that overlap the longest counts."""
    words = words_in(span, language)
    rows = [(hit, True) for hit in _registered(register, language).hits(words)]
    rows += [(hit, False) for hit in _kinds(language).hits(words)]
    taken: list[Hit] = []
    out = []
    for hit, own in sorted(rows, key=lambda row: (row[0].first - row[0].last, not row[1], row[0].first)):
        if any(hit.overlaps(other) for other in taken):
            continue
        taken.append(hit)
        known = _rows_of(hit, rows, register) if own else ()
        first, last = (hit.first, hit.last) if own else _widened(hit, words)
        proper = (
            own or (first, last) != (hit.first, hit.last) or '"' in span.text[words.ends[last] : words.ends[last] + 2]
        )
        kind = known[0].type if known else hit.value
        out.append(NamedFacility(span=words.span_of(first, last), type=kind, proper=proper, registered=known))
    return sorted(out, key=lambda item: item.span.start)


def _rows_of(hit: Hit, rows: Iterable[tuple[Hit, bool]], register: tuple[RegisterRow, ...]) -> tuple[RegisterRow, ...]:
    same = {int(other.value) for other, own in rows if own and (other.first, other.last) == (hit.first, hit.last)}
    return tuple(register[at] for at in sorted(same))


def _widened(hit: Hit, words: Words) -> tuple[int, int]:
    """Give the words of a kind with the number or the name that tells this one: `colony No. 4`, `Xəzər həbsxanası`."""
    first, last = hit.first, hit.last
    after = last + 1
    if after < len(words) and words.lower[after] in _marks() and after not in words.stops:
        after += 1
    if after < len(words) and _is_number(words.lower[after]) and len(words.between(last)) <= len(" № "):
        return first, after
    before = first - 1
    while before > 0 and words.lower[before] in _marks():
        before -= 1
    if 0 <= before < first - 1 and _is_number(words.lower[before]):
        return before, last
    while first > 1 and words.is_capital(first - 1) and words.joined(first - 1):
        first -= 1  # the first word of a sentence has a capital anyway
    return first, last


def _is_number(word: str) -> bool:
    return word.isdigit() and len(word) <= NUMBER_DIGITS_MAX
