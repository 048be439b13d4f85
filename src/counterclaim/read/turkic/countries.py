"""Which country a word names, and for whom a demonym stands; refuses a stem that only begins like one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from counterclaim.read.casing import lowered
from counterclaim.read.turkic.endings import ending_of

NAME_WORDS_MAX = 4


@cache
def _document() -> Mapping[str, Mapping[str, Mapping[str, list[str]]]]:
    text = files("counterclaim.read").joinpath("cues", "turkic_countries.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


@cache
def country_names(language: str) -> Mapping[str, str]:
    """Give the names of countries in small letters and their ISO 3166-1 alpha-2 codes."""
    rows = _document()["names"][language]
    return {lowered(name, language): code for code, names in rows.items() for name in names}


@cache
def demonyms(language: str) -> Mapping[str, str]:
    """Give the demonyms in small letters and their codes."""
    rows = _document()["demonyms"][language]
    return {lowered(name, language): code for code, names in rows.items() for name in names}


def country_of(words: str, language: str) -> tuple[str, int] | None:
    """Give the code of the country that words in small letters name, and how many letters its bare name has.

    The last word may carry a case: `türkiyədə`.
    """
    names = country_names(language)
    if words in names:
        return names[words], len(words)
    for cut in range(len(words) - 1, max(len(words) - 8, 2), -1):
        code = names.get(words[:cut])
        if code is None:
            continue
        ending = ending_of(words[:cut], words[cut:])
        if ending is not None and not ending.plural and (ending.case != "nom"):
            return code, cut
    return None


def code_of(name: str, language: str) -> str | None:
    """Give the code of a printed name or demonym."""
    small = lowered(name, language)
    found = country_of(small, language)
    return found[0] if found else demonyms(language).get(small)
