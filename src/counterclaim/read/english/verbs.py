"""The verbs that go with words in quotation marks, in all their forms; refuses to call a noun a verb by its letters."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from counterclaim.read.alternation import alternation

Form = Literal["base", "present", "past", "participle", "phrase"]
"""`participle` is the -ing form; `phrase` is "according to" and its like, whose speaker stands after it."""
CLASSES = ("saying", "manner", "instrument", "judgment")
_SOFT_E = re.compile(r"[^aeiou]y\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """One form of a verb at [start, end) of a text; `says` is whether it tells of speaking, and not of judging."""

    start: int
    end: int
    form: Form
    says: bool


def verbs_of(masked: str) -> tuple[Verb, ...]:
    """Give the verbs and phrases of a text in order, whatever stands around them."""
    forms = _forms()
    out = []
    for found in _pattern().finditer(masked):
        word = " ".join(found.group().split()).lower()
        form, says = forms[word]
        out.append(Verb(start=found.start(), end=found.end(), form=form, says=says))
    return tuple(out)


def verbs_between(verbs: tuple[Verb, ...], start: int, end: int) -> tuple[Verb, ...]:
    """Give the verbs that lie in [start, end)."""
    at = bisect_left(verbs, start, key=lambda verb: verb.start)
    until = bisect_left(verbs, end, key=lambda verb: verb.start)
    return tuple(verb for verb in verbs[at:until] if verb.end <= end)


@cache
def quoting_words(section: str) -> frozenset[str]:
    """Give a list of the quoting verbs' own data (`cues/quoting_en.json`)."""
    return frozenset(_document()[section])


@cache
def _document() -> dict[str, Any]:
    text = files("counterclaim.read").joinpath("cues", "quoting_en.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


@cache
def _forms() -> dict[str, tuple[Form, bool]]:
    document = _document()
    out: dict[str, tuple[Form, bool]] = dict.fromkeys(document["speaker_follows"], ("phrase", True))
    for name in CLASSES:
        for base in document[name]:
            irregular = document["irregular"].get(base)
            for form in (base, *(irregular or _regular(base))):
                plain = form == base and base not in (irregular or ())  # `read` and `put it` are their own pasts
                out.setdefault(form, ("base" if plain else _form_of(form), name != "judgment"))
    return out


def _regular(base: str) -> Iterable[str]:
    first, space, rest = base.partition(" ")
    if _SOFT_E.search(first):
        endings = (first[:-1] + "ies", first[:-1] + "ied", first + "ing")
    elif first.endswith("e"):
        endings = (first + "s", first + "d", first[:-1] + "ing")
    else:
        sibilant = first.endswith(("s", "x", "ch", "sh", "z"))
        endings = (first + ("es" if sibilant else "s"), first + "ed", first + "ing")
    return tuple(ending + space + rest for ending in endings)


def _form_of(form: str) -> Form:
    first = form.split(maxsplit=1)[0]
    if first.endswith("ing") and first != "sing":
        return "participle"
    return "present" if first.endswith("s") else "past"


@cache
def _pattern() -> re.Pattern[str]:
    parts = sorted(_forms(), key=lambda form: (-len(form), form))
    return re.compile(
        r"(?<![\w’'-])(?:" + alternation([re.escape(part).replace(r"\ ", r"\s+") for part in parts]) + r")(?![\w’'-])",
        re.IGNORECASE,
    )
