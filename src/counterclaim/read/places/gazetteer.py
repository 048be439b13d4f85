"""Countries, their first-level subdivisions and their towns by name; refuses to choose between two of one name."""

from __future__ import annotations

import gzip
import json
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Literal

from counterclaim.read.lexicon import countries

Kind = Literal["country", "people", "subdivision", "town"]
NAME_WORDS_MAX = 4
LOOKUPS_KEPT = 4096  # a page names the same places again and again
_KINDS: dict[str, Kind] = {"C": "country", "S": "subdivision", "T": "town"}
_WORD = re.compile(r"[^\W\d_]+")
_FOLDED = str.maketrans({"İ": "i", "I": "i", "ı": "i", "ё": "е", "Ё": "е"})


@dataclass(frozen=True, slots=True)
class Place:
    """One place of the gazetteer.

    The kind `people` is a people's adjective, which tells of its country. `country` is an ISO 3166-1 alpha-2 code and
    `code` that of the place (ISO 3166-2 for a subdivision); `people` is its population in thousands, 0 where the
    source does not say. Two towns of one name in one country are one row.
    """

    kind: Kind
    code: str
    country: str
    people: int


def key_of(name: str) -> str:
    """Give the form under which a name is looked up: small letters, one blank for all that is no letter.

    Both letters i of the Turkic languages are one here, since an English page prints `Diyarbakir`.
    """
    return " ".join(_WORD.findall(name.translate(_FOLDED).casefold()))


@cache
def _lines() -> list[str]:
    """The lines of the file, sorted by their first field, so that a name is found without reading the rest."""
    packed = files("counterclaim.read").joinpath("cues", "gazetteer.tsv.gz").read_bytes()
    return gzip.decompress(packed).decode("utf-8").splitlines()


def _shipped(key: str) -> Iterator[Place]:
    lines = _lines()
    at = bisect_left(lines, key + "\t")
    if at == len(lines) or not lines[at].startswith(key + "\t"):
        return
    for row in lines[at].split("\t")[1].split(";"):
        kind, code, people = row.split(",")
        yield Place(_KINDS[kind], code, code[:2], int(people or 0))


@cache
def _own_countries() -> dict[str, tuple[Kind, str]]:
    """Give the project's own short names and demonyms, and names of lands that are told as a country's."""
    ends = tuple(place_words()["people_ends"])
    own: dict[str, tuple[Kind, str]] = {}
    for code, words in countries().items():
        for word in words:
            people = (
                word != words[0]
                and word.endswith(ends)
                and not any(p.kind == "country" for p in _shipped(key_of(word)))
            )
            own[key_of(word)] = ("people" if people else "country", code)
    more = place_words()["countries_more"].items()
    return own | {key_of(word): ("country", code) for code, words in more for word in words}


@cache
def place_words() -> dict[str, Any]:
    """Give the project's own words about places: prepositions, case endings, words that are no places."""
    text = files("counterclaim.read").joinpath("cues", "place_words.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


@lru_cache(maxsize=LOOKUPS_KEPT)
def places_named(name: str) -> tuple[Place, ...]:
    """Give every place that has this name, or none; which of them is meant the caller must not choose alone."""
    key = key_of(name)
    if not key:
        return ()
    own = _own_countries().get(key)
    found = [Place(own[0], own[1], own[1], 0)] if own else []
    found += [place for place in _shipped(key) if own is None or (place.kind, place.code) != ("country", own[1])]
    return tuple(found)
