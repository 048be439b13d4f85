"""Lines that are the site's own or name the writer and the time, in every read language; refuses to judge by place.

A page in one language carries the buttons of another, so the words of all languages are looked for together.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from counterclaim.read.casing import lowered

BOILERPLATE_WORDS_MAX = 14
CONTACT_WORDS_MAX = 40  # "Email N at ..., follow N on ..." runs longer than a button, and has an address in it
_EDGES = " .:!»›>|-–—*•[]()"
_ADDRESS = re.compile(r"(?<!\w)@\w|\w@\w|https?://|www\.")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_CLOCK = re.compile(r"(?<!\d)\d{1,2}[:.]\d{2}(?!\d)")


def is_boilerplate(line: str) -> bool:
    """Whether a whole line is the site's own: sharing, subscribing, advertising, cookies, a bare address."""
    words = line.split()
    if len(words) > CONTACT_WORDS_MAX:
        return False
    flat = " ".join(words).strip(_EDGES)
    if not flat or (len(words) == 1 and _ADDRESS.match(line.strip())):
        return True
    lists = _lists()
    forms = {lowered(flat, "tr"), lowered(flat, "en")}
    if forms & lists.lines:
        return True
    if len(words) <= BOILERPLATE_WORDS_MAX and any(lists.starts.match(form) for form in forms):
        return True
    return bool(_ADDRESS.search(flat)) and any(lists.contacts.match(form) for form in forms)


def is_byline(line: str) -> bool:
    """Whether a whole line names the writer, the source or the time of publication."""
    return len(line.split()) <= BOILERPLATE_WORDS_MAX and _lists().bylines.match(line) is not None


def is_dated(line: str) -> bool:
    """Whether a short line has a year: above an article, and ending no sentence, it dates it in any language."""
    return len(line.split()) <= BOILERPLATE_WORDS_MAX and _YEAR.search(line) is not None


def is_clocked(line: str) -> bool:
    """Whether a short line has a year and a time of day, as only a stamp has that ends no sentence."""
    return is_dated(line) and _CLOCK.search(line) is not None


class _Lists:
    def __init__(self, languages: Mapping[str, Mapping[str, Any]]) -> None:
        rows = languages.values()
        self.lines = frozenset(line for row in rows for line in row["lines"])
        self.starts = _any_of(start for row in rows for start in row["starts"])
        self.contacts = _any_of(start for row in rows for start in row["contacts"])
        self.bylines = re.compile("|".join(f"(?:{pattern})" for row in rows for pattern in row["bylines"]))


def _any_of(starts: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(start) + (r"(?!\w)" if start[-1].isalpha() else "") for start in starts))


@cache
def _lists() -> _Lists:
    text = files("counterclaim.read").joinpath("cues", "page.json").read_text(encoding="utf-8")
    return _Lists(json.loads(text)["languages"])
